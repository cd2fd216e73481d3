/**
 * Images per second at batch 1, 8 and 32: of the library alone, and of the command line from picture files to heatmap files.
 *
 * `npm run bench:throughput -- [--model model.onnx] [--pictures 400] [--threads 2] [--jobs 2]`. Without a model: the embedded
 * example. The command line is the built one (`npm run build`). Pictures are made from those of the example.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import {
  boxOf,
  Explainer,
  explainStream,
  loadModel,
  pictureGeometry,
  preprocessingFrom,
  readImage,
} from '../src/index.ts'
import { runProgram } from './run-program.ts'

const root = join(import.meta.dirname, '..')
const scenes = join(root, 'examples/scenes')
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(scenes, 'scenes.onnx') },
    pictures: { type: 'string', default: '400' },
    threads: { type: 'string', default: '2' },
    jobs: { type: 'string', default: '2' },
  },
})
const [count, threads] = [Number(values.pictures), Number(values.threads)]
const batches = [1, 8, 32]
const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-throughput-'))

/** Pictures of the example, turned and recoloured; large ones are JPEG, as photos are. */
async function makePictures(side: number): Promise<string> {
  const to = join(folder, 'pictures')
  mkdirSync(to)
  const from = readdirSync(join(scenes, 'pictures'))
  for (let i = 0; i < count; i++) {
    const picture = sharp(join(scenes, 'pictures', from[i % from.length] as string))
      .rotate(90 * (i % 4))
      .modulate({ hue: (i * 37) % 360 })
    const name = join(to, String(i).padStart(5, '0'))
    if (side <= 64) await picture.png().toFile(`${name}.png`)
    else
      await picture
        .resize(2 * side, 2 * side)
        .jpeg()
        .toFile(`${name}.jpg`)
  }
  return to
}

const model = await loadModel(values.model)
const input = model.model.graph.inputs[0]
const geometry = pictureGeometry(input?.type?.dims ?? [])
if (!geometry) throw new Error(`${values.model} reads no pictures`)
const side = geometry.width ?? 224
const preprocessing = preprocessingFrom('tensorflow')
const sized = { ...geometry, width: side, height: side }
const pictures = await makePictures(side)
const paths = readdirSync(pictures).map(name => join(pictures, name))
console.log(`${values.model}: ${count} pictures, ${threads} threads, ${cpus().length} × ${cpus()[0]?.model}`)

try {
  const tensors = await Promise.all(
    paths.slice(0, 32).map(path => readImage(path, { name: path, preprocessing, geometry: sized })),
  )
  console.log('library alone (tensors to relevance), images per second')
  for (const batchSize of batches) {
    await using explainer = await Explainer.open(model, { threads, box: boxOf(preprocessing, geometry.channels, 1) })
    const options = { batchSize, read: (i: number) => tensors[i % tensors.length] as (typeof tensors)[number] }
    const run = async (n: number) => {
      for await (const one of explainStream(explainer, Array(n).keys(), options)) if ('error' in one) throw one.error
    }
    await run(batchSize)
    const started = performance.now()
    await run(count)
    console.log(`  batch ${String(batchSize).padEnd(4)} ${((count / (performance.now() - started)) * 1000).toFixed(1)}`)
  }
  console.log(
    'command line (picture files to heatmap, overlay and relevance files), images per second; memory of its process',
  )
  const common = ['explain', values.model, pictures, '--preprocess', 'tensorflow', '--out', join(folder, 'out')]
  const runs = [
    ...batches.map(batch => ['--batch', String(batch), '--threads', String(threads)]),
    ['--jobs', values.jobs],
  ]
  for (const args of runs) {
    const { seconds, megabytes } = await runProgram([...common, ...args])
    console.log(
      `  ${args.join(' ').padEnd(24)} ${(count / seconds).toFixed(1).padStart(6)}   ${megabytes.toFixed(0)} MB`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
