/** The explained models in a browser: WebAssembly with one and two threads and WebGPU compute what a CPU does in Node. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import { compileModel } from '../../src/core/compile.ts'
import type { CompileOptions } from '../../src/core/emit.ts'
import { decodeNpy, floatsOf } from '../../src/inputs/npy.ts'
import type { Tensor } from '../../src/runtime/session.ts'
import { type BrowserPages, floatsIn, type OpenPage, openBrowser, parcel } from '../support/browser/pages.ts'
import { placementOf } from '../support/browser/placement.ts'
import { caseFolder, loadCase } from '../support/cases.ts'
import { oracle, relativeError, runtime } from '../support/models.ts'

/** Of the largest relevance: what is asked. Measured: 3e-5 at most. */
const agreement = 1e-3

const box = { low: -2, high: 2 }
const methods: Readonly<Record<string, CompileOptions>> = {
  'deep-taylor in a box': { method: deepTaylor(), box },
  'deep-taylor of any value': { method: deepTaylor() },
  epsilon: { method: lrp('epsilon') },
}

let browser: BrowserPages
const pages: Record<string, OpenPage> = {}
const runtimes = {
  'wasm, 1 thread': { provider: 'wasm', threads: 1 },
  'wasm, 2 threads': { provider: 'wasm', threads: 2 },
  webgpu: { provider: 'webgpu' },
} as const

beforeAll(async () => {
  browser = await openBrowser()
  for (const [name, options] of Object.entries(runtimes)) pages[name] = await browser.open(options)
  pages.placing = await browser.open({ provider: 'webgpu' })
})
afterAll(() => browser?.close())

const inputOf = (name: string): Tensor => ({
  dtype: 'float32',
  ...floatsOf(decodeNpy(readFileSync(join(caseFolder, name, 'input.npy')), name), name),
})

describe('opening', () => {
  it('tells the runtime and its provider', () => {
    expect(Object.keys(runtimes).map(name => pages[name]?.opened)).toEqual([
      'onnxruntime-web (wasm)',
      'onnxruntime-web (wasm)',
      'onnxruntime-web (webgpu)',
    ])
  })

  it('refuses threads where the page is not isolated, and another number than the page has', async () => {
    const open = await browser.open({ threads: 2 }, false)
    expect(open.opened).toMatch(/^option-invalid: threads 2: several threads need a cross-origin isolated page/)
    expect(await pages['wasm, 2 threads']?.call('open', { threads: 1 })).toMatch(
      /^option-invalid: threads 1: this page already uses 2/,
    )
    expect(await open.call('open', { threads: 0 })).toMatch(/^option-invalid: threads 0: must be a whole number/)
  })

  it('compiles and explains in the page what it does in Node', async () => {
    const reference = decodeNpy(readFileSync(join(caseFolder, 'lenet/dtd_box_proportional.npy')), 'lenet')
    browser.put('lenet.onnx', readFileSync(join(caseFolder, 'lenet/model.onnx')))
    for (const name of ['wasm, 1 thread', 'webgpu']) {
      const result = await (pages[name] as OpenPage).call('explain', 'lenet.onnx', parcel(inputOf('lenet')))
      expect(relativeError(floatsIn(result.relevance), Array.from(floatsOf(reference, 'lenet').data))).toBeLessThan(
        agreement,
      )
      expect(result.bytes).toBeGreaterThan(50_000)
    }
  })
})

describe.each(readdirSync(caseFolder).sort())('%s', name => {
  describe.each(Object.keys(methods))('%s', method => {
    const file = `${name}.${method}.onnx`
    const input = inputOf(name)
    let reference: readonly number[]
    let names: { readonly input: string; readonly relevance: string }

    beforeAll(async () => {
      const compiled = await compileModel(await loadCase(name), oracle, { ...methods[method], target: 'top' })
      names = { input: compiled.names.input, relevance: compiled.names.explanations[0]?.relevance as string }
      const bytes = encodeModel(compiled.model)
      browser.put(file, bytes)
      const session = await runtime.open(bytes)
      const results = await session.run({ [names.input]: input }, [names.relevance])
      reference = Array.from(results[names.relevance]?.data ?? [], Number)
      await session.close()
    })

    it.each(Object.keys(runtimes))('is explained as on a CPU by %s', async where => {
      const job = { file, feeds: { [names.input]: parcel(input) }, fetch: [names.relevance] }
      const results = await (pages[where] as OpenPage).call('run', job)
      expect(relativeError(floatsIn(results[names.relevance] as never), reference)).toBeLessThan(agreement)
    })

    it('leaves WebGPU for nothing that has data', async () => {
      const { cpu, webgpu } = await placementOf(pages.placing as OpenPage, file)
      expect(webgpu.length).toBeGreaterThan(5)
      expect(cpu.filter(node => !isIndex(node))).toEqual([])
    })
  })
})

/** The class that is explained is a 64-bit integer, of which WebGPU has none: one a sample is compared, and given back. */
const indices = ['Equal target/is_chosen', 'Reshape target/chosen', 'Identity explained_class']

/** A Gather of a Shape's elements is how an exporter writes one size of a batch. */
function isIndex(node: string): boolean {
  return indices.includes(node) || node.startsWith('Gather Gather')
}
