/**
 * What an explanation costs in forward passes: `npm run bench`, or `npm run bench -- model.onnx [runs] [threads]`.
 *
 * The model and its explained form run in turn, A B A B …, in one process with the same session options, so that a
 * machine whose speed drifts slows both; the ratio of each pair is taken, and their median reported.
 */

import { cpus } from 'node:os'
import { encodeModel } from '../src/core/1-codec/encode.ts'
import { deepTaylor } from '../src/core/5-explain/deep-taylor.ts'
import { explainedInput } from '../src/core/analysis.ts'
import { compileModel } from '../src/core/compile.ts'
import { version } from '../src/core/version.ts'
import { loadModel } from '../src/explainer/load-model.ts'
import { nodeRuntime } from '../src/runtime/node.ts'
import { oracleOf } from '../src/runtime/oracle.ts'
import type { Session, Tensor } from '../src/runtime/session.ts'
import { generator, vgg16 } from './vgg16.ts'

const [path, runsText = '15', threadsText] = process.argv.slice(2)
const runs = Number(runsText)
const options = threadsText === undefined ? {} : { threads: Number(threadsText) }
const runtime = await nodeRuntime('native')

const model = path === undefined ? vgg16() : (await loadModel(path)).model
const plain = encodeModel(model)
const compileStart = performance.now()
const compiled = await compileModel(model, oracleOf(runtime), {
  box: { low: -2.2, high: 2.7 },
  method: deepTaylor(),
})
const bytes = encodeModel(compiled.model)
const compileTime = performance.now() - compileStart

const input = explainedInput(model)
const dims = (input.type?.dims ?? []).map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? 1 : 224))
const random = generator(2)
const data = Float32Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => random() * 4 - 2)
const feeds: Record<string, Tensor> = { [input.name]: { dtype: 'float32', dims, data } }

const [a, loadA] = await timed(() => runtime.open(plain, options))
const [b, loadB] = await timed(() => runtime.open(bytes, options))
const once = async (session: Session) => (await timed(() => session.run(feeds)))[1]
await once(a)
await once(b)
const pairs: { forward: number; explained: number }[] = []
for (let i = 0; i < runs; i++) pairs.push({ forward: await once(a), explained: await once(b) })

const ratios = pairs.map(({ forward, explained }) => explained / forward)
const growth = bytes.length - plain.length
console.log(
  `deeptaylor ${version}, ${runtime.name}, ${cpus().length} × ${cpus()[0]?.model}${threadsText === undefined ? '' : `, ${threadsText} threads`}`,
)
console.log(`model      ${path ?? 'VGG16, random weights, 224², batch 1'}`)
console.log(`forward    ${summary(pairs.map(pair => pair.forward))} ms`)
console.log(`explained  ${summary(pairs.map(pair => pair.explained))} ms`)
console.log(`ratio      ${summary(ratios, 2)}   (${runs} pairs; median, least to most)`)
console.log(
  `size       ${plain.length} → ${bytes.length} bytes, +${growth} (${((growth / plain.length) * 100).toFixed(4)} %)`,
)
console.log(`compile    ${compileTime.toFixed(0)} ms   load ${loadA.toFixed(0)} → ${loadB.toFixed(0)} ms`)
await a.close()
await b.close()

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now()
  const result = await work()
  return [result, performance.now() - start]
}

function summary(values: readonly number[], digits = 0): string {
  const sorted = [...values].sort((x, y) => x - y)
  const at = (share: number) => (sorted[Math.round(share * (sorted.length - 1))] as number).toFixed(digits)
  return `${at(0.5)} [${at(0)} … ${at(1)}]`
}
