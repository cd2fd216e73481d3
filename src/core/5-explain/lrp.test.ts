/** LRP rules on layers small enough to solve by hand, and the laws that tie the rules together. */

import { describe, expect, it } from 'vitest'
import { explained, floats, modelOf, node, Random, relativeError, tensor } from '../../../test/support/models.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import { deepTaylor } from './deep-taylor.ts'
import { gradients } from './gradients.ts'
import { lrp, lrpMethods } from './lrp.ts'
import type { Method } from './method.ts'

/** float32 sums of a few dozen terms. */
const rounding = 1e-5
const exact = { stabilizer: 0 }

/** A ReLU network of two dense layers, the biases drawn from a range. */
async function network(seed: number, method: Method, biases: readonly [number, number] = [0, 0]) {
  const random = new Random(seed)
  const nodes = [
    node('Gemm', ['x', 'w', 'b'], 'a'),
    node('Relu', ['a'], 'h'),
    node('Gemm', ['h', 'v', 'c'], 'k'),
    node('Relu', ['k'], 'r'),
    node('Gemm', ['r', 'u'], 'y'),
  ]
  const constants = {
    w: random.constant([6, 8]),
    b: random.constant([8], ...biases),
    v: random.constant([8, 5]),
    c: random.constant([5], ...biases),
    u: random.constant([5, 3]),
  }
  const model = modelOf({ nodes, inputs: { x: ['n', 6] }, outputs: ['y'], constants })
  const box = { low: 0, high: Number.POSITIVE_INFINITY }
  return explained(model, { x: random.tensor([2, 6], 0, 1) }, { method, box, target: 1 })
}

describe('by hand', () => {
  it('αβ on w = (1, −1), b = −1, a = (1, 1), R = −1', async () => {
    // The logit is 1 − 1 − 1 = −1. α1β0: 1/(1) of −1. α2β1: 2·1/1·(−1), and −1·(−1)/(−1 − 1)·(−1) = ½.
    const constants = { w: floats([2, 1], [1, -1]), b: floats([1], [-1]) }
    const model = modelOf({
      nodes: [node('Gemm', ['x', 'w', 'b'], 'y')],
      inputs: { x: ['n', 2] },
      outputs: ['y'],
      constants,
    })
    const of = async (alpha: number, beta: number) =>
      (await explained(model, { x: tensor([1, 2], [1, 1]) }, { method: lrp('alpha-beta', { alpha, beta }) })).relevance
    const [first, second] = [await of(1, 0), await of(2, 1)]
    for (const [i, value] of [-1, 0].entries()) expect(first[i]).toBeCloseTo(value, 5)
    for (const [i, value] of [-2, 0.5].entries()) expect(second[i]).toBeCloseTo(value, 5)
  })

  it('LRP-0 on a = (1, 2), W = [[3, 4], [5, 6]], b = (7, 8), R = (1/3, 2/3)', async () => {
    // z = (3 + 8 + 7, 5 + 12 + 8) = (18, 25). A second layer makes the relevances: u = R/z, so that u·z = (1/3, 2/3).
    const constants = { w: floats([2, 2], [3, 4, 5, 6]), b: floats([2], [7, 8]), u: floats([2, 1], [1 / 54, 2 / 75]) }
    const nodes = [node('Gemm', ['x', 'w', 'b'], 'h', { transB: 1 }), node('Gemm', ['h', 'u'], 'y')]
    const model = modelOf({ nodes, inputs: { x: ['n', 2] }, outputs: ['y'], constants })
    const method = lrp('epsilon', { epsilon: 0, ...exact })
    const { relevance } = await explained(model, { x: tensor([1, 2], [1, 2]) }, { method })
    expect(relevance[0]).toBeCloseTo(17 / 90, 6)
    expect(relevance[1]).toBeCloseTo(316 / 675, 6)
  })
})

describe('laws', () => {
  const seeds = [1, 2, 3, 4, 5, 6]

  it.each(seeds)('z⁺ is α1β0 (seed %d)', async seed => {
    const plus = await network(seed, lrp('z-plus', { bias: 'ignore', ...exact }))
    const one = await network(seed, lrp('alpha-beta', { alpha: 1, beta: 0, ...exact }))
    expect(relativeError(one.relevance, plus.relevance)).toBeLessThan(rounding)
  })

  it.each(seeds)('γ → ∞ tends to z⁺ (seed %d)', async seed => {
    const random = new Random(seed)
    const constants = { w: random.constant([6, 3], -0.5, 1) }
    const model = modelOf({
      nodes: [node('Gemm', ['x', 'w'], 'y')],
      inputs: { x: ['n', 6] },
      outputs: ['y'],
      constants,
    })
    const feeds = { x: random.tensor([1, 6], 0, 1) }
    const plus = await explained(model, feeds, { method: lrp('z-plus', { bias: 'ignore', ...exact }) })
    const gamma = await explained(model, feeds, { method: lrp('gamma', { gamma: 1e6, ...exact }) })
    expect(plus.logit[0]).toBeGreaterThan(0)
    expect(relativeError(gamma.relevance, plus.relevance)).toBeLessThan(1e-4)
  })

  it.each(seeds)('ε → 0 without biases is gradient × input (seed %d)', async seed => {
    const epsilon = await network(seed, lrp('epsilon', { epsilon: 0, bias: 'ignore', ...exact }))
    const product = await network(seed, gradients('gradient-x-input'))
    // Gradients start from 1 and relevance from the logit, which is homogeneous here: both sum to it.
    expect(relativeError(epsilon.relevance, product.relevance)).toBeLessThan(1e-3)
  })

  it.each(seeds)('w² does not look at x, given the relevance (seed %d)', async seed => {
    const random = new Random(seed)
    const constants = { w: random.constant([6, 1]) }
    const model = modelOf({
      nodes: [node('Gemm', ['x', 'w'], 'y')],
      inputs: { x: ['n', 6] },
      outputs: ['y'],
      constants,
    })
    const { relevance, logit } = await explained(model, { x: random.tensor([2, 6]) }, { method: deepTaylor() })
    const [a, c] = [relevance.slice(0, 6), relevance.slice(6)].map((r, i) => r.map(v => v / (logit[i] as number)))
    expect(relativeError(a as number[], c as number[])).toBeLessThan(rounding)
  })

  it.each(seeds)('zᴮ of the box that is only 0 is LRP-0 without biases (seed %d)', async seed => {
    const random = new Random(seed)
    const constants = { w: random.constant([6, 3]), b: random.constant([3]) }
    const model = modelOf({
      nodes: [node('Gemm', ['x', 'w', 'b'], 'y')],
      inputs: { x: ['n', 6] },
      outputs: ['y'],
      constants,
    })
    const feeds = { x: random.tensor([2, 6], 0.5, 1) }
    // A box has an inside; this one is lost in rounding.
    const boxed = await explained(model, feeds, { method: deepTaylor(), box: { low: -1e-30, high: 1e-30 }, target: 1 })
    const zero = await explained(model, feeds, {
      method: lrp('epsilon', { epsilon: 0, bias: 'ignore', ...exact }),
      target: 1,
    })
    expect(relativeError(boxed.relevance, zero.relevance)).toBeLessThan(1e-4)
  })

  it.each(['deep-taylor', ...lrpMethods.filter(name => name !== 'epsilon-gamma-box')] as const)(
    'f = 0 has no relevance (%s)',
    async name => {
      const random = new Random(2)
      const constants = { w: random.constant([6, 8]), v: random.constant([8, 3]) }
      const nodes = [node('Gemm', ['x', 'w'], 'a'), node('Relu', ['a'], 'h'), node('Gemm', ['h', 'v'], 'y')]
      const model = modelOf({ nodes, inputs: { x: ['n', 6] }, outputs: ['y'], constants })
      const method = name === 'deep-taylor' ? deepTaylor() : lrp(name)
      const { relevance } = await explained(model, { x: tensor([1, 6], [0, 0, 0, 0, 0, 0]) }, { method, target: 1 })
      expect(relevance.map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0])
    },
  )

  it.each(seeds)('what every method but the gradients conserves without biases (seed %d)', async seed => {
    for (const name of ['z-plus', 'w-square', 'flat'] as const) {
      const { sum, logit } = await network(seed, lrp(name, { bias: 'ignore', ...exact }))
      for (const [i, f] of logit.entries()) expect(sum[i]).toBeCloseTo(f, 4)
    }
  })
})

describe('parameters', () => {
  it.each([
    [() => lrp('alpha-beta', { alpha: 2, beta: 2 }), /α − β must be 1/],
    [() => lrp('gamma', { gamma: -1 }), /gamma: -1 is not a number ≥ 0/],
    [() => lrp('epsilon', { epsilon: Number.NaN }), /epsilon: NaN is not a number ≥ 0/],
  ])('out of range are refused', (make, words) => {
    expect(make).toThrow(DeepTaylorError)
    expect(make).toThrow(words)
  })
})
