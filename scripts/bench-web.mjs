/** `npm run bench:web`: what an explanation costs in a browser. */

import { ensureChromium } from './chromium.mjs'
import { build, run } from './prepare.mjs'

build()
ensureChromium()
run('npx', ['tsx', 'bench/web/main.ts', ...process.argv.slice(2)])
