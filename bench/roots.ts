/**
 * Where the root points of the embedded example lie: on the hinge, in the domain, on the segment, in the linear region of
 * the network in which the data point lies. `npx tsx bench/roots.ts [picture]`
 */

import { basename, join } from 'node:path'
import { boxOf, loadModel, type RootPoint, readImage, rootPoints } from '../src/index.ts'
import { readPreprocessing } from '../src/inputs/sidecar.ts'
import { generator } from './random.ts'

const scenes = join(import.meta.dirname, '../examples/scenes')
const picture = process.argv[2] ?? join(scenes, 'pictures/star-1.png')
const drawn = 400

const model = await loadModel(join(scenes, 'scenes.onnx'))
const preprocessing = await readPreprocessing(join(scenes, 'preprocessor_config.json'))
const geometry = { channels: 3, layout: 'NCHW', width: 64, height: 64 } as const
const { tensor } = await readImage(picture, { name: basename(picture), preprocessing, geometry })
const input = { dims: [1, ...tensor.dims.slice(-3)], data: tensor.data }
const box = boxOf(preprocessing, 3, 1)
const next = generator(1)

console.log(`${basename(picture)}: ${drawn} neurons of each layer, drawn at random; those that are on`)
for (const layer of ['conv1', 'conv2', 'conv3', 'conv4', 'conv5']) {
  const { t, rule } = await rootPoints(model, input, { layer, box })
  const sizes = t.dims.slice(1)
  const neurons = Array.from({ length: drawn }, () => sizes.map(size => Math.floor(next() * size)))
  const { neurons: roots } = await rootPoints(model, input, { layer, neurons, box })
  const on = roots.filter(({ preactivation }) => preactivation > 1e-4)
  const share = (test: (root: RootPoint) => boolean) => `${((on.filter(test).length / on.length) * 100).toFixed(0)} %`
  const switched = on.map(({ checks }) => checks.switched).sort((a, b) => a - b)
  console.log(
    `${layer} (${rule}, ${on.length} on): hinge ${share(r => r.checks.isOnHinge)}, domain ${share(r => r.checks.isInDomain)}, ` +
      `segment ${share(r => r.checks.isOnSegment)}, linear region ${share(r => r.checks.isInRegion)}; ` +
      `median ${switched[Math.floor(switched.length / 2)]} of ${on[0]?.checks.switches} gates switch`,
  )
}
