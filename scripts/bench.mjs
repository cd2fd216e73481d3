/** `npm run bench`: what an explanation costs in forward passes. */

import { install, run } from './prepare.mjs'

install()
run('npx', ['tsx', 'bench/speed/main.ts', ...process.argv.slice(2)])
