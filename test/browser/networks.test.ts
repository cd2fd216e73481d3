/** A network of every family on WebGPU: the relevance is the CPU's, and what falls back is what docs/performance.md names. */

import { afterAll, beforeAll, expect, it } from 'vitest'
import { decodeModel } from '../../src/core/1-codec/decode.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { compileModel } from '../../src/core/compile.ts'
import type { Tensor } from '../../src/runtime/session.ts'
import { type BrowserPages, floatsIn, type OpenPage, openBrowser, parcel } from '../support/browser/pages.ts'
import { placementOf } from '../support/browser/placement.ts'
import { oracle, relativeError, runtime } from '../support/models.ts'
import { networkCase } from '../support/network-cases.ts'

/** Of the largest relevance: what is asked. Measured: 2e-6 at most. */
const agreement = 1e-3

/** One of each family, and the operators of it besides the explained class that WebGPU leaves to the CPU. */
const families: Readonly<Record<string, readonly string[]>> = {
  alexnet: ['LRN'],
  'conv-1d': [],
  'conv-3d': [],
  convnext: [],
  densenet: [],
  efficientnet: [],
  'googlenet-bn': [],
  'mobilenet-v3': [],
  'mlp-mixer': [],
  'qdq-resnet-per-channel': ['QuantizeLinear'],
  'resnet-v2': [],
  'shufflenet-v2': [],
  swin: [],
  'text-cnn': [],
  'text-transformer': ['Cast', 'Unsqueeze'],
  vit: [],
}

let browser: BrowserPages
let page: OpenPage
let placing: OpenPage

beforeAll(async () => {
  browser = await openBrowser()
  page = await browser.open({ provider: 'webgpu' })
  placing = await browser.open({ provider: 'webgpu' })
})
afterAll(() => browser?.close())

it.each(Object.entries(families))('%s', async (name, onCpu) => {
  const { file, input, others, facts } = networkCase(name)
  const model = await decodeModel(file, { source: name })
  const { inputs, initializers } = model.graph
  const explained = inputs.find(info => !initializers.has(info.name) && !(info.name in others))?.name as string
  const compiled = await compileModel(model, oracle, {
    input: explained,
    shape: input.dims,
    target: 'top',
    ...(facts.box && { box: { low: facts.box[0], high: facts.box[1] } }),
  })
  const relevance = compiled.names.explanations[0]?.relevance as string
  const bytes = encodeModel(compiled.model)
  browser.put(name, bytes)

  const session = await runtime.open(bytes)
  const feeds: Record<string, Tensor> = { [explained]: input, ...others }
  const used = Object.fromEntries(Object.entries(feeds).filter(([key]) => session.inputs.has(key)))
  const reference = Array.from((await session.run(used, [relevance]))[relevance]?.data ?? [], Number)
  await session.close()

  const given = Object.fromEntries(Object.entries(used).map(([key, tensor]) => [key, parcel(tensor)]))
  const results = await page.call('run', { file: name, feeds: given, fetch: [relevance] })
  expect(relativeError(floatsIn(results[relevance] as never), reference)).toBeLessThan(agreement)

  const { cpu, webgpu } = await placementOf(placing, name)
  expect(webgpu.length).toBeGreaterThan(20)
  const fallen = cpu
    .filter(node => !/ (target\/(is_chosen|chosen)|explained_class)/.test(node))
    .map(node => node.split(' ')[0])
  expect([...new Set(fallen)].sort()).toEqual(onCpu)
})
