/** `npm run example`: explains the embedded pictures with the embedded network, from a fresh clone. */

import { build, run } from './prepare.mjs'

build()
run('node', [
  'dist/cli/main.js',
  'explain',
  'examples/scenes/scenes.onnx',
  'examples/scenes/pictures',
  '--out',
  'out/scenes',
])
