/**
 * What an explanation costs in a browser, in forward passes: `npm run bench:web`, or `npm run bench:web -- model.onnx [runs]`.
 *
 * The model and its explained form run in turn in a page of headless Chromium, on WebAssembly with one and two threads and on
 * WebGPU. Chromium is told to compute WebGPU in software, so that it runs on any machine: of those times only the ratio means anything.
 */

import { cpus } from 'node:os'
import { join } from 'node:path'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import { explainedInput } from '../../src/core/analysis.ts'
import { compileModel } from '../../src/core/compile.ts'
import { version } from '../../src/core/version.ts'
import { loadModel } from '../../src/explainer/load-model.ts'
import { nodeRuntime } from '../../src/runtime/node.ts'
import { oracleOf } from '../../src/runtime/oracle.ts'
import type { Tensor } from '../../src/runtime/session.ts'
import type { WebRuntimeOptions } from '../../src/runtime/web.ts'
import type { Job } from '../../test/support/browser/page.ts'
import { floatsIn, openBrowser, parcel } from '../../test/support/browser/pages.ts'
import { generator } from '../random.ts'

const example = join(import.meta.dirname, '../../examples/scenes/scenes.onnx')
const [path = example, runsText = '15'] = process.argv.slice(2)
const runs = Number(runsText)

const native = await nodeRuntime('native')
const { model } = await loadModel(path)
const box = { low: -2.2, high: 2.7 }
const input = explainedInput(model)
const dims = (input.type?.dims ?? []).map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? 1 : 224))
const random = generator(2)
const data = Float32Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => random() * 4 - 2)
const x: Tensor = { dtype: 'float32', dims, data }

const browser = await openBrowser()
browser.put('forward', encodeModel(model))
const output = model.graph.outputs[0]?.name as string
const jobs: Job[] = [{ file: 'forward', feeds: { [input.name]: parcel(x) }, fetch: [output] }]
const references: (readonly number[])[] = []
const methods = { 'deep-taylor': deepTaylor(), epsilon: lrp('epsilon') }
for (const [name, method] of Object.entries(methods)) {
  const compiled = await compileModel(model, oracleOf(native), { method, box })
  const bytes = encodeModel(compiled.model)
  const relevance = compiled.names.explanations[0]?.relevance as string
  browser.put(name, bytes)
  jobs.push({ file: name, feeds: { [compiled.names.input]: parcel(x) }, fetch: [relevance] })
  const session = await native.open(bytes)
  const result = (await session.run({ [compiled.names.input]: x }, [relevance]))[relevance]
  references.push(Array.from(result?.data ?? [], Number))
  await session.close()
}

console.log(`deeptaylor ${version}, ${cpus().length} × ${cpus()[0]?.model}`)
console.log(`${path}, ${dims.join('×')}, medians [least … most] of ${runs}`)
const runtimes: readonly (readonly [string, WebRuntimeOptions])[] = [
  ['wasm, 1 thread', { provider: 'wasm', threads: 1 }],
  ['wasm, 2 threads', { provider: 'wasm', threads: 2 }],
  ['webgpu (software)', { provider: 'webgpu' }],
]
for (const [name, options] of runtimes) {
  const page = await browser.open(options)
  const differences: number[] = []
  for (const [i, job] of jobs.slice(1).entries()) {
    const result = (await page.call('run', job))[job.fetch[0] as string]
    if (result) differences.push(differenceOf(floatsIn(result), references[i] as readonly number[]))
  }
  const [forward = [], ...explained] = await page.call('time', jobs, runs)
  console.log(`${name}\n  forward      ${summary(forward, 1)} ms`)
  for (const [i, times] of explained.entries()) {
    const ratios = times.map((time, turn) => time / (forward[turn] as number))
    const method = Object.keys(methods)[i]?.padEnd(12)
    const difference = differences[i]?.toExponential(1)
    console.log(
      `  ${method} ${summary(times, 1)} ms, ratio ${summary(ratios, 2)}, from the CPU's relevance ${difference}`,
    )
  }
}
await browser.close()

/** The largest difference, relative to the largest element of the reference. */
function differenceOf(ours: readonly number[], reference: readonly number[]): number {
  const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return ours.reduce((most, value, i) => Math.max(most, Math.abs(value - (reference[i] as number))), 0) / largest
}

function summary(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.round(share * (sorted.length - 1))] as number).toFixed(digits)
  return `${at(0.5)} [${at(0)} … ${at(1)}]`
}
