/** `npm run bench`: what an explanation costs in forward passes. */

import { install, run } from './prepare.mjs'

install()
run('npx', ['tsx', 'bench/ratio.ts', ...process.argv.slice(2)])
