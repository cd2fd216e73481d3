/**
 * Time and largest memory of `deeptaylor evaluate`: pixel flipping of scenes by five methods, in 100 steps.
 *
 * `npm run bench:evaluate -- [--inputs 50,100,200] [--threads 2]`. The command line is the built one (`npm run build`). Pictures are the ten
 * of the example, turned by quarters, mirrored and with other hues: the network was trained on all of these.
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import type { EvaluationReport } from '../src/evaluate/report.ts'
import { runProgram } from './run-program.ts'

const root = join(import.meta.dirname, '..')
const scenes = join(root, 'examples/scenes')
const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '50,100,200' }, threads: { type: 'string', default: '2' } },
})
const sizes = values.inputs.split(',').map(Number)
const methods = ['deep-taylor', 'epsilon', 'gradient-x-input', 'guided-backprop', 'integrated-gradients']
const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-evaluate-'))

/** Pictures 0 … count − 1: the first are those of a smaller set. */
async function makePictures(count: number): Promise<string> {
  const to = join(folder, `pictures-${count}`)
  mkdirSync(to)
  const from = readdirSync(join(scenes, 'pictures'))
  for (let i = 0; i < count; i++) {
    const variant = Math.floor(i / from.length)
    const picture = sharp(join(scenes, 'pictures', from[i % from.length] as string))
      .rotate(90 * (variant % 4))
      .flop(variant % 8 >= 4)
      .modulate({ hue: Math.floor(variant / 8) * 120 })
    await picture.png().toFile(join(to, `${String(i).padStart(5, '0')}.png`))
  }
  return to
}

console.log(`pixel flipping, 100 steps, ${methods.length} methods; ${cpus().length} × ${cpus()[0]?.model}`)
console.log('inputs   seconds   largest memory   report.json')
try {
  for (const count of sizes) {
    const out = join(folder, `out-${count}`)
    const common = ['--measures', 'pixel-flipping', '--steps', '100', '--threads', values.threads, '--out', out]
    const model = join(scenes, 'scenes.onnx')
    const { seconds, megabytes } = await runProgram([
      'evaluate',
      model,
      await makePictures(count),
      '--method',
      methods.join(','),
      ...common,
    ])
    const text = readFileSync(join(out, 'report.json'), 'utf8')
    const report = JSON.parse(text) as EvaluationReport
    if (report.values.length !== count * methods.length) throw new Error('figures are missing')
    const columns = [
      String(count).padStart(6),
      seconds.toFixed(1).padStart(9),
      `${megabytes.toFixed(0)} MB`.padStart(16),
      `${(text.length / 1e6).toFixed(1)} MB`.padStart(13),
    ]
    console.log(columns.join(' '))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
