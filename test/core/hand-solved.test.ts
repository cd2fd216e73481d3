/** Single neurons, a skip connection and pooling windows whose relevance is solved by hand. */

import { describe, expect, it } from 'vitest'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import type { Pooling } from '../../src/core/5-explain/method.ts'
import type { CompileOptions } from '../../src/core/emit.ts'
import { explained, floats, modelOf, node, tensor } from '../support/models.ts'

/** One neuron y = relu(x·w + b) with three inputs, then a logit 1·y: relevance of the inputs, solved by hand. */
describe('one neuron, by hand', () => {
  const neuron = async (x: readonly number[], w: readonly number[], b: number, options: CompileOptions = {}) => {
    const nodes = [node('Gemm', ['x', 'w', 'b'], 'a'), node('Relu', ['a'], 'h'), node('Gemm', ['h', 'one'], 'y')]
    const constants = { w: floats([3, 1], w), b: floats([1], [b]), one: floats([1, 1], [1]) }
    return explained(
      modelOf({ nodes, inputs: { x: ['n', 3] }, outputs: ['y'], constants }),
      { x: tensor([1, 3], x) },
      options,
    )
  }
  const close = (ours: readonly number[], expected: readonly number[]) => {
    expected.forEach((value, i) => {
      expect(ours[i]).toBeCloseTo(value, 5)
    })
  }

  it('w²: shares go as w², whatever x is', async () => {
    // a = 1·2 − 2·1 + 3·1 − 1 = 2; w² = 4, 1, 1; shares 4/6, 1/6, 1/6 of 2.
    const { relevance, logit } = await neuron([1, -2, 3], [2, 1, 1], -1)
    close(logit, [2])
    close(relevance, [4 / 3, 1 / 3, 1 / 3])
  })

  it('z⁺: shares go as x·w⁺', async () => {
    // x ≥ 0: a = 1·2 − 1·1 + 3·1 − 1 = 3; x·w⁺ = 2, 0, 3; shares 2/5, 0, 3/5 of 3.
    const { relevance } = await neuron([1, 1, 3], [2, -1, 1], -1, { box: { low: 0, high: Number.POSITIVE_INFINITY } })
    close(relevance, [6 / 5, 0, 9 / 5])
  })

  it('zᴮ: shares go as x·w − l·w⁺ − h·w⁻', async () => {
    // box [−1, 2]: a = 2 + 0.5 + 1 − 0.5 = 3; (1+1)·2 = 4, (−0.5−2)·(−1) = 2.5, (1+1)·1 = 2; of 8.5.
    const { relevance } = await neuron([1, -0.5, 1], [2, -1, 1], -0.5, { box: { low: -1, high: 2 } })
    close(relevance, [(3 * 4) / 8.5, (3 * 2.5) / 8.5, (3 * 2) / 8.5])
  })

  it('a positive bias gets no share when ignored, and its own when absorbed', async () => {
    const box = { low: 0, high: Number.POSITIVE_INFINITY }
    // a = 1·2 + 2·1 − 1·1 + 1 = 4; x·w⁺ = 2, 2, 0 and b⁺ = 1.
    close((await neuron([1, 2, 1], [2, 1, -1], 1, { box })).relevance, [2, 2, 0])
    const absorbed = await neuron([1, 2, 1], [2, 1, -1], 1, { box, method: deepTaylor({ bias: 'absorb' }) })
    close(absorbed.relevance, [(4 * 2) / 5, (4 * 2) / 5, 0])
    close(absorbed.sum, [16 / 5])
    // w²: 4, 1, 1 and b² = 1, of 7.
    const squares = await neuron([1, 2, 1], [2, 1, -1], 1, { method: deepTaylor({ bias: 'absorb' }) })
    close(squares.relevance, [16 / 7, 4 / 7, 4 / 7])
    // zᴮ with [0, 3]: 1·2, 2·1, (1 − 3)·(−1) = 2 and b⁺ = 1, of 7.
    const boxed = await neuron([1, 2, 1], [2, 1, -1], 1, {
      box: { low: 0, high: 3 },
      method: deepTaylor({ bias: 'absorb' }),
    })
    close(boxed.relevance, [8 / 7, 8 / 7, 8 / 7])
  })

  it('a neuron that fires from its bias alone has nobody to give to', async () => {
    const { relevance, logit, sum } = await neuron([1, 2, 1], [-1, 0, -1], 5, {
      box: { low: 0, high: Number.POSITIVE_INFINITY },
    })
    close(logit, [3])
    close(relevance, [0, 0, 0])
    close(sum, [0])
  })

  it('a neuron that is off gives nothing', async () => {
    close((await neuron([1, 1, 1], [-1, -1, 1], -3)).relevance, [0, 0, 0])
  })

  it('a stabilizer takes its share: z + ε·sign(z)', async () => {
    const { relevance } = await neuron([1, 1, 3], [2, -1, 1], -1, {
      box: { low: 0, high: Number.POSITIVE_INFINITY },
      method: deepTaylor({ stabilizer: 1 }),
    })
    // The logit's own layer: h = 3, 3/(3 + 1)·3 = 9/4; then 2/6, 0, 3/6 of that.
    close(relevance, [(9 / 4) * (2 / 6), 0, (9 / 4) * (3 / 6)])
  })
})

describe('a skip connection, by hand', () => {
  it('relu(x + f(x)) without any hint: shares go as the summands', async () => {
    // x = (1, 2) ≥ 0; f(x) = relu(W·x) with W = [[1, 1], [1, −1]] (rows are outputs): f = (3, 0).
    // y = relu(x + f) = (4, 2); logit = y₁ + y₂ = 6.
    // R_y = (4, 2). Sum: R_x = (1, 2), R_f = (3, 0). Through f₁ by z⁺: x·w⁺ = 1, 2 of 3: (1, 2). In all (2, 4).
    const nodes = [
      node('Gemm', ['x', 'w'], 'a', { transB: 1 }),
      node('Relu', ['a'], 'f'),
      node('Add', ['x', 'f'], 's'),
      node('Relu', ['s'], 'y'),
      node('Gemm', ['y', 'ones'], 'logit'),
    ]
    const constants = { w: floats([2, 2], [1, 1, 1, -1]), ones: floats([2, 1], [1, 1]) }
    const model = modelOf({ nodes, inputs: { x: ['n', 2] }, outputs: ['logit'], constants })
    const { relevance, sum } = await explained(
      model,
      { x: tensor([1, 2], [1, 2]) },
      { box: { low: 0, high: Number.POSITIVE_INFINITY } },
    )
    expect(sum[0]).toBeCloseTo(6, 5)
    expect(relevance[0]).toBeCloseTo(2, 5)
    expect(relevance[1]).toBeCloseTo(4, 5)
  })
})

describe('max pooling, by hand', () => {
  const pooled = (x: readonly number[], pooling: Pooling) => {
    const nodes = [
      node('Relu', ['x'], 'h'),
      node('MaxPool', ['h'], 'p', { kernel_shape: [2, 2], strides: [1, 1] }),
      node('Flatten', ['p'], 'flat'),
      node('Gemm', ['flat', 'w'], 'y'),
    ]
    const model = modelOf({
      nodes,
      inputs: { x: ['n', 1, 2, 3] },
      outputs: ['y'],
      constants: { w: floats([2, 1], [1, 2]) },
    })
    return explained(model, { x: tensor([1, 1, 2, 3], x) }, { method: deepTaylor({ pooling }) })
  }

  it('proportional: every window shares as its activations, overlapping windows add up', async () => {
    // windows {1, 2, 4, 0} of maximum 4 and {2, 3, 0, 1} of maximum 3; logit 4·1 + 3·2 = 10; R = 4 of sum 7, 6 of sum 6.
    const { relevance } = await pooled([1, 2, 3, 4, -5, 1], 'proportional')
    const [a, c] = [4 / 7, 6 / 6]
    ;[1 * a, 2 * a + 2 * c, 3 * c, 4 * a, 0, 1 * c].forEach((value, i) => {
      expect(relevance[i]).toBeCloseTo(value, 5)
    })
  })

  it('winner: the largest takes all, of equals the first', async () => {
    const { relevance } = await pooled([1, 3, 3, 1, 3, 1], 'winner')
    // Both windows hold 3 first at place 1: 3 + 6.
    expect(relevance).toEqual([0, 9, 0, 0, 0, 0])
  })

  it('a window without activation shares nothing', async () => {
    expect((await pooled([-1, -2, 3, -4, -5, -1], 'proportional')).relevance).toEqual([0, 0, 6, 0, 0, 0])
  })
})
