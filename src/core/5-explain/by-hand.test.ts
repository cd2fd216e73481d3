/** Layers small enough to solve on paper, through the whole compiler: what `rules.test.ts` does not have. */

import { describe, expect, it } from 'vitest'
import { explained, floats, ints, modelOf, node, type Parts, tensor } from '../../../test/support/models.ts'
import { float } from '../0-graph/builder.ts'
import type { CompileOptions } from '../emit.ts'
import { deepTaylor } from './deep-taylor.ts'

const positive = { low: 0, high: Number.POSITIVE_INFINITY }
const absorb = deepTaylor({ bias: 'absorb' })

/** Relevance of one sample `x`; checks that the logit is what the comment says. */
async function relevanceOf(
  parts: Omit<Parts, 'inputs' | 'outputs'>,
  dims: readonly number[],
  x: readonly number[],
  logit: number,
  options: CompileOptions = {},
): Promise<number[]> {
  const model = modelOf({ ...parts, inputs: { x: ['n', ...dims.slice(1)] }, outputs: ['y'] })
  const result = await explained(model, { x: tensor(dims, x) }, options)
  expect(result.logit[0]).toBeCloseTo(logit, 5)
  return result.relevance
}

function expectClose(ours: readonly number[], expected: readonly number[]): void {
  expect(ours).toHaveLength(expected.length)
  for (const [i, value] of expected.entries()) expect(ours[i], `element ${i}`).toBeCloseTo(value, 5)
}

describe('signed z⁺, behind a LeakyReLU', () => {
  // x = (2, −4, 1), h = LeakyReLU½(x) = (2, −2, 1), w = (1, −2, −1): x·w = 2, 4, −1; the third hinders.
  const layer = (b: number) => ({
    nodes: [
      node('LeakyRelu', ['x'], 'h', { alpha: float(0.5) }),
      node('Gemm', ['h', 'w', 'b'], 'a'),
      node('Relu', ['a'], 'y'),
    ],
    constants: { w: floats([3, 1], [1, -2, -1]), b: floats([1], [b]) },
  })
  const solve = (b: number, logit: number, options: CompileOptions = {}) =>
    relevanceOf(layer(b), [1, 3], [2, -4, 1], logit, options)

  it('without a bias', async () => {
    // a = 5; shares 2/6 and 4/6.
    expectClose(await solve(0, 5), [10 / 6, 20 / 6, 0])
  })

  it('with a positive bias', async () => {
    // a = 6; ignored: of 6. Absorbed: b⁺ = 1 more, of 7.
    expectClose(await solve(1, 6), [2, 4, 0])
    expectClose(await solve(1, 6, { method: absorb }), [12 / 7, 24 / 7, 0])
  })

  it('with a negative bias, which has no share either way', async () => {
    // a = 4; of 6.
    expectClose(await solve(-1, 4), [4 / 3, 8 / 3, 0])
    expectClose(await solve(-1, 4, { method: absorb }), [4 / 3, 8 / 3, 0])
  })

  it('with a bias that stays in the denominator as it is', async () => {
    const keep = deepTaylor({ bias: 'keep' })
    expectClose(await solve(1, 6, { method: keep }), [12 / 7, 24 / 7, 0])
    // a = 4; of 6 − 1: more than there is comes out.
    expectClose(await solve(-1, 4, { method: keep }), [8 / 5, 16 / 5, 0])
  })
})

describe('a negative bias, absorbed', () => {
  // x = (1, 2, 1), w = (2, 1, −1), b = −1: a = 2 + 2 − 1 − 1 = 2.
  const parts = {
    nodes: [node('Gemm', ['x', 'w', 'b'], 'a'), node('Relu', ['a'], 'y')],
    constants: { w: floats([3, 1], [2, 1, -1]), b: floats([1], [-1]) },
  }
  const solve = (options: CompileOptions) => relevanceOf(parts, [1, 3], [1, 2, 1], 2, { ...options, method: absorb })

  it('w²: b² counts, whatever its sign', async () => {
    // w² = 4, 1, 1 and b² = 1, of 7.
    expectClose(await solve({}), [8 / 7, 2 / 7, 2 / 7])
  })

  it('z⁺ and zᴮ: b⁺ = 0', async () => {
    // x·w⁺ = 2, 2, 0 of 4.
    expectClose(await solve({ box: positive }), [1, 1, 0])
    // Box [0, 3]: 1·2, 2·1, (1 − 3)·(−1) = 2 of 6.
    expectClose(await solve({ box: { low: 0, high: 3 } }), [2 / 3, 2 / 3, 2 / 3])
  })
})

describe('a rectified sum of both signs', () => {
  it('keeps the summands’ signs', async () => {
    // x = (1, 2), f = (½·1 − ½·2, 1·1 + 0·2) = (−½, 1); y = relu(x + f) = (½, 3); logit 3½.
    // R_y = (½, 3). Shares x/(x + f): R_x = (1, 2), R_f = (−½, 1).
    // f₁ by z⁺: x·w⁺ = ½ of ½: x₁ gets −½. f₂: x·w⁺ = 1 of 1: x₁ gets 1. In all (1 − ½ + 1, 2).
    const parts = {
      nodes: [
        node('Gemm', ['x', 'w'], 'f', { transB: 1 }),
        node('Add', ['f', 'x'], 's'),
        node('Relu', ['s'], 'r'),
        node('ReduceSum', ['r', 'axis'], 'y'),
      ],
      constants: { w: floats([2, 2], [0.5, -0.5, 1, 0]), axis: ints([1]) },
    }
    expectClose(await relevanceOf(parts, [1, 2], [1, 2], 3.5, { box: positive }), [1.5, 2])
  })
})

describe('a MatMul over tokens and the Add behind it', () => {
  // Tokens (1, 1) and (2, 1), w = (2, −1), b = 1: a = 2 − 1 + 1 = 2 and 4 − 1 + 1 = 4; logit 6.
  const parts = {
    nodes: [
      node('MatMul', ['x', 'w'], 'm'),
      node('Add', ['m', 'b'], 'a'),
      node('Relu', ['a'], 'r'),
      node('ReduceSum', ['r', 'axes'], 'y', { keepdims: 0 }),
    ],
    constants: { w: floats([2, 1], [2, -1]), b: floats([1], [1]), axes: ints([1]) },
  }
  const solve = (options: CompileOptions) =>
    relevanceOf(parts, [1, 2, 2], [1, 1, 2, 1], 6, { box: positive, ...options })

  it('ignores the bias', async () => {
    expectClose(await solve({}), [2, 0, 4, 0])
  })

  it('or lets it absorb, as that of one neuron', async () => {
    // x·w⁺ = 2 and b⁺ = 1: ⅔ of 2. 4 and 1: ⅘ of 4.
    expectClose(await solve({ method: absorb }), [4 / 3, 0, 16 / 5, 0])
  })
})

describe('a batch norm behind a ReLU', () => {
  // h = 2, n = 1.5·h + 1 = 4, logit 4.
  const parts = {
    nodes: [
      node('Relu', ['x'], 'h'),
      node('BatchNormalization', ['h', 'scale', 'shift', 'mean', 'variance'], 'n', { epsilon: float(0) }),
      node('Relu', ['n'], 'y'),
    ],
    constants: {
      scale: floats([1], [1.5]),
      shift: floats([1], [1]),
      mean: floats([1], [0]),
      variance: floats([1], [1]),
    },
  }

  it('has one input, which takes everything, or shares with the bias', async () => {
    expectClose(await relevanceOf(parts, [1, 1], [2], 4), [4])
    // 1.5·2 = 3 and b⁺ = 1: ¾ of 4.
    expectClose(await relevanceOf(parts, [1, 1], [2], 4, { method: absorb }), [3])
  })
})

describe('pooling by averages', () => {
  it('shares every window in proportion to its activations', async () => {
    // h = (1, 2, 3, 0): windows (1, 2) and (2, 3) and (3, 0) of means 1.5, 2.5, 1.5; logit 5.5.
    // ⅓·1.5 = ½, ⅔·1.5 = 1; ⅖·2.5 = 1, ⅗·2.5 = 1.5; 1.5 and 0.
    const parts = {
      nodes: [
        node('Relu', ['x'], 'h'),
        node('AveragePool', ['h'], 'p', { kernel_shape: [2] }),
        node('ReduceSum', ['p', 'axes'], 'y', { keepdims: 0 }),
      ],
      constants: { axes: ints([2]) },
    }
    expectClose(await relevanceOf(parts, [1, 1, 4], [1, 2, 3, -1], 5.5), [0.5, 2, 3, 0])
  })
})

describe('a logit below zero', () => {
  it('sends negative relevance, by the same shares', async () => {
    // y = −2·1 + 1·3 − 4·1 = −3 with x ≥ 0: x·w⁺ = 3 only: the second input gets all of −3.
    const parts = { nodes: [node('Gemm', ['x', 'w'], 'y')], constants: { w: floats([3, 1], [-2, 1, -4]) } }
    expectClose(await relevanceOf(parts, [1, 3], [1, 3, 1], -3, { box: positive }), [0, -3, 0])
  })
})
