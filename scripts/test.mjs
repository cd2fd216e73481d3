/** `npm test`: formatter and linter, types, imports, build, every test; from a fresh clone. */

import { ensureChromium } from './chromium.mjs'
import { build, install, run } from './prepare.mjs'

const only = process.argv.slice(2)
install()
if (only.length === 0) {
  run('npx', ['biome', 'ci', '--error-on-warnings'])
  run('npx', ['tsc', '--project', '.'])
  run('npx', ['tsc', '--project', 'src/core'])
  run('npx', ['tsc', '--project', 'src/cli'])
  run('npx', ['tsc', '--project', 'app'])
}
build()
ensureChromium()
run('npx', ['vitest', 'run', ...only])
