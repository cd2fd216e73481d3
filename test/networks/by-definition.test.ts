/** The reference itself: single layers solved by hand, and what it may not know of. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Dim, Model, Node } from '../../src/core/0-graph/graph.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import type { RuleName } from '../support/by-definition/definition.ts'
import { networkOf } from '../support/by-definition/network.ts'
import { ByDefinition } from '../support/by-definition/relevance.ts'
import { floats, ints, modelOf, node, Random, relativeError, tensor } from '../support/models.ts'

interface Asked {
  readonly target?: number
  readonly box?: readonly [low: number, high: number]
  readonly instead?: (rule: RuleName) => RuleName
}

async function relevance(model: Model, x: readonly number[], { target = 0, ...rest }: Asked = {}): Promise<number[]> {
  const dims = (model.graph.inputs[0]?.type?.dims ?? []).map(dim => (dim === 'n' ? 1 : dim)) as number[]
  const network = await networkOf(encodeModel(model), 'x', { x: tensor(dims, x) })
  return Array.from((await new ByDefinition(network).explain({ target, ...rest })).relevance.data)
}

/** Weights and numbers of the tests are short: what is left is rounding of float32 activations. */
function expectClose(ours: readonly number[], expected: readonly number[]): void {
  expect(ours.length).toBe(expected.length)
  for (const [i, value] of expected.entries()) expect(ours[i]).toBeCloseTo(value, 5)
}

describe('one neuron, by hand', () => {
  /** y = relu(x·w + b), and a logit 1·y. */
  const neuron = (w: readonly number[], b: number) =>
    modelOf({
      nodes: [node('Gemm', ['x', 'w', 'b'], 'a'), node('Relu', ['a'], 'h'), node('Gemm', ['h', 'one'], 'y')],
      inputs: { x: ['n', w.length] },
      outputs: ['y'],
      constants: { w: floats([w.length, 1], w), b: floats([1], [b]), one: floats([1, 1], [1]) },
    })

  it('w² of an unconstrained input', async () => {
    // a = 2 − 2 + 3 − 1 = 2; w² = 4, 1, 1, of 6.
    expectClose(await relevance(neuron([2, 1, 1], -1), [1, -2, 3]), [8 / 6, 2 / 6, 2 / 6])
  })

  it('z⁺ of an input that is never negative', async () => {
    // a = 2 − 1 + 3 − 1 = 3; x·w⁺ = 2, 0, 3, of 5.
    const ours = await relevance(neuron([2, -1, 1], -1), [1, 1, 3], { box: [0, Number.POSITIVE_INFINITY] })
    expectClose(ours, [6 / 5, 0, 9 / 5])
  })

  it('zᴮ of a boxed input', async () => {
    // Box [−1, 2]: a = 2 + 0.5 + 1 − 0.5 = 3; x·w − l·w⁺ − h·w⁻ = 2 + 2, 0.5 + 2, 1 + 1, of 8.5.
    const ours = await relevance(neuron([2, -1, 1], -0.5), [1, -0.5, 1], { box: [-1, 2] })
    expectClose(ours, [12 / 8.5, 7.5 / 8.5, 6 / 8.5])
  })

  it('a neuron that only its bias excites gives nothing', async () => {
    expectClose(await relevance(neuron([-1, -2], 9), [1, 1], { box: [0, Number.POSITIVE_INFINITY] }), [0, 0])
  })
})

describe('layers, by hand', () => {
  it('signed z⁺ behind an activation of both signs', async () => {
    // Leaky slope ½: h = (2, −1); y = 2·1 − 1·(−3) = 5: contributions 2 and 3, all helping.
    const model = modelOf({
      nodes: [
        node('LeakyRelu', ['x'], 'h', { alpha: { type: 'float', value: 0.5 } as never }),
        node('Gemm', ['h', 'w'], 'y'),
      ],
      inputs: { x: ['n', 2] },
      outputs: ['y'],
      constants: { w: floats([2, 2], [1, 1, -3, 3]) },
    })
    expectClose(await relevance(model, [2, -2]), [2, 3])
    // Of the other output, 2 − 3 = −1, only the first contribution helps.
    expectClose(await relevance(model, [2, -2], { target: 1 }), [-1, 0])
  })

  it('a batch norm behind a layer belongs to its weights', async () => {
    // The factor is −1: w = (1, −2) becomes (−1, 2). x = (1, 1) ≥ 0: y = 1·2 of x₂ alone, and a shift of 3.
    const one = floats([1], [1])
    const model = modelOf({
      nodes: [
        node('Gemm', ['x', 'w'], 'a'),
        node('BatchNormalization', ['a', 'minus', 'three', 'zero', 'one'], 'y', {
          epsilon: { type: 'float', value: 0 } as never,
        }),
      ],
      inputs: { x: ['n', 2] },
      outputs: ['y'],
      constants: {
        w: floats([2, 1], [1, -2]),
        minus: floats([1], [-1]),
        three: floats([1], [3]),
        zero: floats([1], [0]),
        one,
      },
    })
    // y = −1 + 2 + 3 = 4.
    expectClose(await relevance(model, [1, 1], { box: [0, Number.POSITIVE_INFINITY] }), [0, 4])
  })

  it('a convolution, and padding, which gets nothing', async () => {
    // Kernel (1, 2) over 0, a, b: y = (0·1 + a·2, a·1 + b·2). w² of y₀: all to a; of y₁: 1 to a, 4 to b.
    const nodes = (padded: boolean) => [
      ...(padded ? [node('Pad', ['x', 'pads'], 'p')] : []),
      node('Conv', [padded ? 'p' : 'x', 'w'], 'c', padded ? {} : { pads: [1, 0] }),
      node('Flatten', ['c'], 'f'),
      node('Gemm', ['f', 'ones'], 'y'),
    ]
    for (const padded of [false, true]) {
      const model = modelOf({
        nodes: nodes(padded),
        inputs: { x: ['n', 1, 2] },
        outputs: ['y'],
        constants: {
          ...(padded && { pads: ints([0, 0, 1, 0, 0, 0]) }),
          w: floats([1, 1, 2], [1, 2]),
          ones: floats([2, 1], [1, 1]),
        },
      })
      // x = (3, 1): y = (6, 5), all ≥ 0, but made by a layer: contributions to the logit are 6 and 5.
      expectClose(await relevance(model, [3, 1]), [6 + 1, 4])
    }
  })

  it('max pooling: in proportion behind a ReLU, the winner where nothing bounds the values', async () => {
    const pool = node('MaxPool', ['h'], 'p', { kernel_shape: [2], strides: [1] })
    const rest = [node('Flatten', ['p'], 'f'), node('Gemm', ['f', 'ones'], 'y')]
    const parts = {
      inputs: { x: ['n', 1, 3] },
      outputs: ['y'],
      constants: { ones: floats([2, 1], [1, 1]) },
    } as const
    // h = (1, 3, 0): windows (1, 3) and (3, 0), maxima 3 and 3. Shares ¼, ¾ and 1, 0.
    const rectified = modelOf({ ...parts, nodes: [node('Relu', ['x'], 'h'), pool, ...rest] })
    expectClose(await relevance(rectified, [1, 3, -2]), [0.75, 2.25 + 3, 0])
    // h = −x = (−1, −3, 2): maxima −1 and 2, a logit of 1, to which only the 2 contributes.
    const linear = modelOf({
      ...parts,
      nodes: [node('MatMul', ['x', 'minus'], 'h'), pool, ...rest],
      constants: { ...parts.constants, minus: floats([3, 3], [-1, 0, 0, 0, -1, 0, 0, 0, -1]) },
    })
    expectClose(await relevance(linear, [1, 3, -2]), [0, 0, 1])
  })

  it('sums: in proportion where they are rectified, by their own sign where they are not', async () => {
    // x = (4, −1): the summands are a = 2x₀ = 8 and b = 3x₁ = −3, the sum is 5.
    const summands = [
      node('Gemm', ['x', 'first'], 'a'),
      node('Gemm', ['x', 'second'], 'b'),
      node('Add', ['a', 'b'], 's'),
    ]
    const parts = {
      inputs: { x: ['n', 2] },
      constants: { first: floats([2, 1], [2, 0]), second: floats([2, 1], [0, 3]), one: floats([1, 1], [1]) },
    }
    const rectified = [...summands, node('Relu', ['s'], 'h'), node('Gemm', ['h', 'one'], 'y')]
    expectClose(await relevance(modelOf({ ...parts, nodes: rectified, outputs: ['y'] }), [4, -1]), [8, -3])
    expectClose(await relevance(modelOf({ ...parts, nodes: summands, outputs: ['s'] }), [4, -1]), [5, 0])
  })

  it('sums that max pooling and then a ReLU read are rectified: the two commute', async () => {
    // x = (4, −1): the summands are (2x₀, x₁) = (8, −1) and (3x₁, 0) = (−3, 0), the sums are 5 and −1, the larger is 5.
    const nodes = [
      node('MatMul', ['x', 'first'], 'a'),
      node('MatMul', ['x', 'second'], 'b'),
      node('Add', ['a', 'b'], 's'),
      node('MaxPool', ['s'], 'p', { kernel_shape: [2] }),
      node('Relu', ['p'], 'h'),
      node('Flatten', ['h'], 'f'),
      node('Gemm', ['f', 'one'], 'y'),
    ]
    const constants = {
      first: floats([2, 2], [2, 0, 0, 1]),
      second: floats([2, 2], [0, 0, 3, 0]),
      one: floats([1, 1], [1]),
    }
    // All 5 come to the first sum; 8 and −3 are its shares.
    expectClose(
      await relevance(modelOf({ nodes, inputs: { x: ['n', 1, 2] }, outputs: ['y'], constants }), [4, -1]),
      [8, -3],
    )
  })

  it('whatever else a graph computes changes nothing', async () => {
    // x = (1, 1) ≥ 0, w = (1, −2): c = −1, y = −2c + 1 = 3, whose weights are (−2, 4): all of it is x₁'s.
    const nodes = [
      node('Gemm', ['x', 'w'], 'c'),
      node('Mul', ['c', 'factor'], 'd'),
      node('Add', ['d', 'one'], 'e'),
      node('Relu', ['e'], 'y'),
    ]
    const constants = { w: floats([2, 1], [1, -2]), factor: floats([1], [-2]), one: floats([1], [1]) }
    const parts = { inputs: { x: ['n', 2] }, constants }
    const beside = [...nodes, node('Tanh', ['c'], 't')]
    for (const model of [
      modelOf({ ...parts, nodes, outputs: ['y'] }),
      modelOf({ ...parts, nodes, outputs: ['y', 'c'] }),
      modelOf({ ...parts, nodes: beside, outputs: ['y'] }),
      modelOf({ ...parts, nodes: beside, outputs: ['y', 't'] }),
    ]) {
      expectClose(await relevance(model, [1, 1], { box: [0, Number.POSITIVE_INFINITY] }), [0, 3])
    }
  })

  it('products: the signal takes all, and where neither is a gate, both take half', async () => {
    // x = (2, 3); a = x₀, b = x₁. a·b = 6; a·tanh(b) belongs to a.
    const factors = [node('Gemm', ['x', 'first'], 'a'), node('Gemm', ['x', 'second'], 'b')]
    const parts = {
      inputs: { x: ['n', 2] },
      outputs: ['y'],
      constants: { first: floats([2, 1], [1, 0]), second: floats([2, 1], [0, 1]) },
    }
    const both = modelOf({ ...parts, nodes: [...factors, node('Mul', ['a', 'b'], 'y')] })
    expectClose(await relevance(both, [2, 3]), [3, 3])
    const gated = modelOf({ ...parts, nodes: [...factors, node('Tanh', ['b'], 'g'), node('Mul', ['a', 'g'], 'y')] })
    expectClose(await relevance(gated, [2, 3]), [2 * Math.tanh(3), 0])
  })

  it('averages share as their inputs are, and copies add up', async () => {
    // h = (1, 3), mean 2, beside a copy of h₁: logit 2 + 3.
    const model = modelOf({
      nodes: [
        node('Relu', ['x'], 'h'),
        node('ReduceMean', ['h'], 'm', { axes: [1] }),
        node('Gather', ['h', 'last'], 'g', { axis: 1 }),
        node('Concat', ['m', 'g'], 'c', { axis: 1 }),
        node('Gemm', ['c', 'ones'], 'y'),
      ],
      inputs: { x: ['n', 2] },
      outputs: ['y'],
      constants: { last: { ...ints([1]), dims: [1] }, ones: floats([2, 1], [1, 1]) },
    })
    expectClose(await relevance(model, [1, 3]), [0.5, 1.5 + 3])
  })
})

describe('what is not the input, by hand', () => {
  const joined = (nodes: readonly Node[], inputs: Readonly<Record<string, readonly Dim[]>>, constants = {}) =>
    modelOf({
      nodes: [...nodes, node('Relu', ['c'], 'h'), node('Gemm', ['h', 'ones'], 'y')],
      inputs,
      outputs: ['y'],
      constants: { ones: floats([2, 1], [1, 1]), ...constants },
    })

  it('another input keeps its own', async () => {
    // h = (2, 3) of x and z: y = 5, of which 2 are for x.
    const model = joined([node('Concat', ['x', 'z'], 'c', { axis: 1 })], { x: ['n', 1], z: ['n', 1] })
    const network = await networkOf(encodeModel(model), 'x', { x: tensor([1, 1], [2]), z: tensor([1, 1], [3]) })
    const { relevance: ours, elsewhere } = await new ByDefinition(network).explain({ target: 0 })
    expectClose(Array.from(ours.data), [2])
    expect(elsewhere).toBeCloseTo(3, 5)
  })

  it('so does a constant that becomes an activation', async () => {
    const nodes = [node('Concat', ['x', 'k'], 'c', { axis: 1 })]
    const model = joined(nodes, { x: ['n', 1] }, { k: floats([1, 1], [3]) })
    const network = await networkOf(encodeModel(model), 'x', { x: tensor([1, 1], [2]) })
    const { relevance: ours, elsewhere } = await new ByDefinition(network).explain({ target: 0 })
    expectClose(Array.from(ours.data), [2])
    expect(elsewhere).toBeCloseTo(3, 5)
  })
})

describe('a wrong rule', () => {
  const random = new Random(3)
  const model = modelOf({
    nodes: [
      node('Conv', ['x', 'w'], 'a', { pads: [1, 1, 1, 1] }),
      node('Relu', ['a'], 'h'),
      node('Flatten', ['h'], 'f'),
      node('Gemm', ['f', 'u'], 'y'),
    ],
    inputs: { x: ['n', 2, 4, 4] },
    outputs: ['y'],
    constants: { w: random.constant([3, 2, 3, 3]), u: random.constant([48, 2]) },
  })
  const x = random.numbers(32)

  it.each([
    ['w²', 'z⁺', undefined],
    ['zᴮ', 'z⁺', [-1, 1]],
    ['zᴮ', 'w²', [-1, 1]],
    ['z⁺', 'w²', undefined],
    ['z⁺', 'z', undefined],
  ] as const)('%s taken for %s is noticed', async (right, wrong, box) => {
    const asked = box ? { box } : {}
    const changed = await relevance(model, x, { ...asked, instead: rule => (rule === right ? wrong : rule) })
    expect(relativeError(changed, await relevance(model, x, asked))).toBeGreaterThan(1e-2)
  })
})

it('shares nothing with the compiler but the reader of files and the runtime', () => {
  const folder = join(import.meta.dirname, '../support/by-definition')
  const imports = readdirSync(folder).flatMap(file =>
    Array.from(readFileSync(join(folder, file), 'utf8').matchAll(/from '(\.\.[^']+)'/g), match => match[1] as string),
  )
  expect(imports.length).toBeGreaterThan(5)
  expect(imports.filter(name => !/\/src\/(core\/[01]-(graph|codec)|runtime)\//.test(name))).toEqual([])
})
