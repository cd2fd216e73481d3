/** Networks that read tokens: relevance of a token is that of the row that it chose. */

import { describe, expect, it } from 'vitest'
import type { Model, Node } from '../../src/core/0-graph/graph.ts'
import type { Tensor as Constant } from '../../src/core/0-graph/tensor.ts'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import { gradients } from '../../src/core/5-explain/gradients.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import type { Method } from '../../src/core/5-explain/method.ts'
import { audit } from '../../src/explainer/audit.ts'
import { Explainer } from '../../src/explainer/explainer.ts'
import { explained, floats, modelOf, node, Random, relativeError, tensor } from '../support/models.ts'

const [words, width, places] = [10, 4, 6]
const random = new Random(5)
const table = random.numbers(words * width).map(Math.fround)
const constants: Record<string, Constant> = {
  table: floats([words, width], table),
  w: random.constant([5, width, 2]),
  v: random.constant([3, width, 3]),
  b: random.constant([5], -0.2, 0),
  u: random.constant([8, 2], -0.3, 1),
}

/** A text network of the kind of Kim 2014: windows of two and three words, their maxima, a dense layer. */
const body = [
  node('Transpose', ['e'], 't', { perm: [0, 2, 1] }),
  node('Conv', ['t', 'w', 'b'], 'a'),
  node('Relu', ['a'], 'r'),
  node('GlobalMaxPool', ['r'], 'm'),
  node('Conv', ['t', 'v'], 'c'),
  node('Relu', ['c'], 's'),
  node('GlobalMaxPool', ['s'], 'n'),
  node('Concat', ['m', 'n'], 'k', { axis: 1 }),
  node('Flatten', ['k'], 'f'),
  node('Gemm', ['f', 'u'], 'y'),
]

function reading(dtype: 'int64' | 'int32', before: readonly Node[] = []): Model {
  const from = before.at(-1)?.outputs[0] ?? 'tokens'
  const nodes = [...before, node('Gather', ['table', from], 'e'), ...body]
  const made = modelOf({ nodes, inputs: { tokens: ['n', places] }, outputs: ['y'], constants })
  return { ...made, graph: { ...made.graph, inputs: [{ name: 'tokens', type: { dtype, dims: ['n', places] } }] } }
}

const embedded = modelOf({ nodes: body, inputs: { e: ['n', places, width] }, outputs: ['y'], constants })
const loaded = (model: Model) => ({ model, source: 'text', path: undefined, byteLength: 0 })
const sentences = [
  [1, 2, 3, 4, 5, 9],
  [7, 7, 0, 2, 2, 8],
]
const tokens = { dims: [2, places], data: Float32Array.from(sentences.flat()) }
const rows = tensor(
  [2, places, width],
  sentences.flat().flatMap(word => table.slice(word * width, word * width + width)),
)
const perToken = (relevance: readonly number[]) =>
  Array.from({ length: 2 * places }, (_, i) =>
    relevance.slice(i * width, i * width + width).reduce((sum, r) => sum + r, 0),
  )

describe('a network that reads tokens', () => {
  const methods: readonly (readonly [string, Method])[] = [
    ['deep-taylor', deepTaylor()],
    ['epsilon', lrp('epsilon')],
    ['gradient-x-input', gradients('gradient-x-input')],
    ['integrated-gradients', gradients('integrated-gradients', { steps: 5 })],
    ['smooth-grad', gradients('smooth-grad', { samples: 3 })],
  ]
  it.each(methods)('explains them by what their rows explain (%s)', async (_, method) => {
    const theirs = await explained(embedded, { e: rows }, { method, target: 1 })
    for (const model of [
      reading('int64'),
      reading('int32'),
      reading('int64', [node('Cast', ['tokens'], 'cast', { to: 6 })]),
    ]) {
      await using explainer = await Explainer.open(loaded(model), { method })
      const { relevance, samples } = await explainer.explain(tokens, { target: 1 })
      expect(relevance.dims).toEqual([2, places])
      expect(relativeError(Array.from(relevance.data), perToken(theirs.relevance))).toBeLessThan(1e-5)
      expect(samples.map(({ logit }) => logit)).toEqual(theirs.logit.map(value => expect.closeTo(value, 5)))
    }
  })

  it('is occluded token by token', async () => {
    await using explainer = await Explainer.open(loaded(reading('int64')), { method: gradients('occlusion') })
    const { relevance } = await explainer.explain(tokens, { target: 0 })
    const size = width * places
    const f = async (data: readonly number[]) =>
      (await explained(embedded, { e: tensor([1, places, width], data) }, { target: 0 })).logit[0] as number
    const first = Array.from(rows.data, Number).slice(0, size)
    const own = await f(first)
    for (let place = 0; place < places; place++) {
      const hidden = first.map((value, i) => (Math.floor(i / width) === place ? 0 : value))
      expect(relevance.data[place]).toBeCloseTo(own - (await f(hidden)), 4)
    }
  })

  it('is audited', async () => {
    const report = await audit(loaded(reading('int64')), [{ tensor: tokens }], { checks: ['conservation'] })
    expect(report.samples).toBe(2)
    expect(report.verdicts[0]?.value).toBeLessThan(1e-5)
    expect(report.layers.map(({ rule }) => rule)).toContain('w²')
  })

  it('refuses what is no token, and what is in no vocabulary', async () => {
    await using explainer = await Explainer.open(loaded(reading('int64')))
    const sentence = (word: number) => ({ dims: [1, places], data: Float32Array.of(word, 1, 1, 1, 1, 1) })
    await expect(explainer.explain(sentence(0.5))).rejects.toThrow(/the model reads tokens, and 0.5 is not whole/)
    await expect(explainer.explain(sentence(words))).rejects.toThrow(
      /token 10 is none of the model's, which go from 0 to 9/,
    )
  })
})
