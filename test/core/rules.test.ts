/** Every rule against its formula: dense, in float64, term by term; and single neurons solved by hand. */

import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../src/core/0-graph/builder.ts'
import { numbersOf } from '../../src/core/0-graph/tensor.ts'
import { onesLike } from '../../src/core/3-operators/like.ts'
import type { LinearOperator } from '../../src/core/3-operators/operator.ts'
import { operatorOf } from '../../src/core/3-operators/table.ts'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import type { Pooling } from '../../src/core/5-explain/method.ts'
import { redistribute } from '../../src/core/5-explain/redistribute.ts'
import { type Rule, wSquare, z, zBox, zPlus, zPlusSigned } from '../../src/core/5-explain/rules.ts'
import { lower } from '../../src/core/6-lower/lower.ts'
import type { CompileOptions } from '../../src/core/compile.ts'
import { explained, factsOf, floats, modelOf, node, Random, relativeError, run, tensor } from '../support/models.ts'

/** float32 against float64: some hundred terms of one sign. */
const tolerance = 1e-5
/** The z-rule's denominators cancel; random ones below a hundredth of their terms are not drawn again, so more is lost. */
const cancelling = 1e-3

/** v·w of each rule, as the literature writes it; b is the bias of a neuron of activation 1 in the box [0, 1]. */
const formulas: Readonly<Record<string, (x: number, w: number, l: number, h: number) => number>> = {
  'w²': (_x, w) => w * w,
  'z⁺': (x, w) => x * Math.max(0, w),
  'signed z⁺': (x, w) => Math.max(0, x) * Math.max(0, w) + Math.min(0, x) * Math.min(0, w),
  zᴮ: (x, w, l, h) => x * w - l * Math.max(0, w) - h * Math.min(0, w),
  z: (x, w) => x * w,
}

/** R_i = Σ_j v_ij w_ij / (Σ_i' v_i'j w_i'j + bias share) · R_j, literally. */
function dense(
  rule: string,
  W: readonly number[][],
  x: readonly number[],
  R: readonly number[],
  bias: readonly number[] | undefined,
  l: number,
  h: number,
  epsilon: number,
): number[] {
  const share = formulas[rule] as (x: number, w: number, l: number, h: number) => number
  const result = x.map(() => 0)
  R.forEach((r, j) => {
    const terms = x.map((xi, i) => share(xi, (W[i] as number[])[j] as number, l, h))
    const own = terms.reduce((sum, term) => sum + term, 0) + (bias ? share(1, bias[j] as number, 0, 1) : 0)
    const denominator = own + epsilon * (own < 0 ? -1 : 1)
    if (denominator === 0) return
    terms.forEach((term, i) => {
      result[i] = (result[i] as number) + (term / denominator) * r
    })
  })
  return result
}

const layers: Readonly<
  Record<string, (random: Random) => { operation: ReturnType<typeof node>; x: number[]; w: number[]; bias: number }>
> = {
  Gemm: random => ({
    operation: node('Gemm', ['x', 'w', 'b'], 'y', { transB: random.int(0, 1) }),
    x: [1, 5],
    w: [5, 5],
    bias: 5,
  }),
  Conv: random => ({
    operation: node('Conv', ['x', 'w', 'b'], 'y', {
      strides: [random.int(1, 2), 1],
      pads: [1, 0, 1, random.int(0, 1)],
      group: 2,
    }),
    x: [1, 4, 5, 4],
    w: [6, 2, 3, 2],
    bias: 6,
  }),
}

const rules: readonly (readonly [Rule, low: number, high: number])[] = [
  [wSquare, -2, 2],
  [zPlus, 0, 2],
  [zPlusSigned, -2, 2],
  [zBox, -2, 2],
  [z, -2, 2],
]

describe.each(Object.keys(layers))('%s', kind => {
  describe.each(rules)('$name', (rule, low, high) => {
    it.each([
      ['ignore', 0],
      ['absorb', 0],
      ['ignore', 1e-2],
      ['absorb', 1e-2],
    ] as const)('bias %s, stabilizer %d', async (policy, stabilizer) => {
      for (let seed = 1; seed <= 8; seed++) {
        const random = new Random(seed * 31)
        const layer = (layers[kind] as (typeof layers)[string])(random)
        const constants = { w: random.constant(layer.w), b: random.constant([layer.bias]) }
        const model = modelOf({ nodes: [layer.operation], inputs: { x: layer.x }, outputs: ['y'], constants })
        const facts = await factsOf(model, 'x', 'y')
        const outputDims = facts.shapes.get('y')?.dims as number[]
        const b = new GraphBuilder(model.graph)
        const operator = operatorOf(layer.operation.opType, '') as LinearOperator
        const context = { ...facts, b }
        const [share] = redistribute(rule, {
          b,
          branches: operator.branches(layer.operation, context),
          relevance: 'r',
          bias: policy === 'absorb' ? operator.bias?.(layer.operation, context) : undefined,
          stabilizer,
          boundsOf: () => ({ low: b.floats(-2), high: b.floats(2) }),
          isNonNegative: () => low >= 0,
          presenceOf: () => onesLike(context, 'x'),
        })
        const graph = b.appendTo(
          { ...model.graph, outputs: [] },
          [{ name: share as string, type: undefined }],
          [{ name: 'r', type: { dtype: 'float32', dims: outputDims } }],
        )
        const [x, r] = [random.tensor(layer.x, low, high), random.tensor(outputDims)]
        const ours = (await run({ ...model, graph: lower(graph) }, { x, r }))[share as string]?.data as number[]
        const W = await jacobian(layer, constants.w, x.data.length)
        const perOutput = outputDims.slice(2).reduce((n, d) => n * (d as number), 1)
        const biases = numbersOf(constants.b).flatMap(value => Array<number>(perOutput).fill(value))
        const expected = dense(
          rule.name,
          W,
          Array.from(x.data, Number),
          Array.from(r.data, Number),
          policy === 'absorb' ? biases : undefined,
          -2,
          2,
          stabilizer,
        )
        expect(relativeError(ours, expected), `seed ${seed}`).toBeLessThan(rule === z ? cancelling : tolerance)
      }
    })
  })
})

/** W_ij = L(e_i)_j: the layer's response to every basis vector. */
async function jacobian(
  layer: ReturnType<(typeof layers)[string]>,
  w: ReturnType<typeof floats>,
  size: number,
): Promise<number[][]> {
  const operation = { ...layer.operation, inputs: ['x', 'w'] }
  const model = modelOf({
    nodes: [operation],
    inputs: { x: ['n', ...layer.x.slice(1)] },
    outputs: ['y'],
    constants: { w },
  })
  const basis = Float32Array.from({ length: size * size }, (_, i) => (Math.floor(i / size) === i % size ? 1 : 0))
  const { y } = await run(model, { x: tensor([size, ...layer.x.slice(1)], basis) })
  const width = (y?.data.length as number) / size
  return Array.from({ length: size }, (_, i) => y?.data.slice(i * width, (i + 1) * width) as number[])
}

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

  it('winner equals a plain reference over random windows', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed * 7)
      const kernel = [random.int(1, 3), random.int(1, 3)] as const
      const strides = [random.int(1, 3), random.int(1, 3)] as const
      const begin = kernel.map(k => random.int(0, k - 1)) as [number, number]
      const dims = [2, 2, random.int(3, 7), random.int(3, 7)] as const
      // Few levels: many ties. Both signs: padding must not win over negative values.
      const values = Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => random.int(-3, 2))
      const pool = node('MaxPool', ['x'], 'p', { kernel_shape: kernel, strides, pads: [...begin, 0, 0] })
      const shape = modelOf({ nodes: [pool], inputs: { x: dims }, outputs: ['p'] })
      const { p } = await run(shape, { x: tensor(dims, values) })
      const width = p?.data.length as number
      const flat = [
        pool,
        node('Flatten', ['p'], 'f'),
        node('Reshape', ['f', 'row'], 'r'),
        node('Gemm', ['r', 'w'], 'y'),
      ]
      const weights = random.numbers(width, 0.5, 1)
      const constants = {
        w: floats([width, 1], weights),
        row: { dtype: 'int64' as const, dims: [2], bytes: new Uint8Array(BigInt64Array.of(1n, -1n).buffer) },
      }
      const model = modelOf({ nodes: flat, inputs: { x: dims }, outputs: ['y'], constants })
      const { relevance } = await explained(
        model,
        { x: tensor(dims, values) },
        { method: deepTaylor({ pooling: 'winner' }) },
      )
      const [, , H, W] = dims
      const [, , h, w] = (p?.dims ?? []) as [number, number, number, number]
      // The dense layer reads the input, moved and pooled, and unconstrained: w².
      const kept = weights.map(v => v * v)
      const [total, logit] = [
        kept.reduce((s, v) => s + v, 0),
        p?.data.reduce((s, v, i) => s + v * (weights[i] as number), 0) as number,
      ]
      const expected = values.map(() => 0)
      kept.forEach((share, i) => {
        const [plane, y, x] = [Math.floor(i / (h * w)), Math.floor(i / w) % h, i % w]
        let best = -1
        for (let ky = 0; ky < kernel[0]; ky++) {
          for (let kx = 0; kx < kernel[1]; kx++) {
            const [sy, sx] = [y * strides[0] + ky - begin[0], x * strides[1] + kx - begin[1]]
            if (sy < 0 || sx < 0 || sy >= H || sx >= W) continue
            const at = (plane * H + sy) * W + sx
            if (best < 0 || (values[at] as number) > (values[best] as number)) best = at
          }
        }
        expected[best] = (expected[best] as number) + (share / total) * logit
      })
      expect(relativeError(relevance, expected), `seed ${seed}`).toBeLessThan(tolerance)
    }
  })
})
