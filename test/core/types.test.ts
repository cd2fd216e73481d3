/** Networks in float16 and in integers are explained as the float32 networks that they stand for. */

import { describe, expect, it } from 'vitest'
import type { Node } from '../../src/core/0-graph/graph.ts'
import type { Tensor as Constant } from '../../src/core/0-graph/tensor.ts'
import { gradients } from '../../src/core/5-explain/gradients.ts'
import { analyze } from '../../src/core/analysis.ts'
import { explained, floats, modelOf, node, oracle, Random, relativeError, tensor } from '../support/models.ts'

const box = { low: -1, high: 1 }
const rounding = 1e-5

/** Numbers that float16 holds exactly: multiples of 1/64 below 8. */
function exact(random: Random, count: number): number[] {
  return random.numbers(count, -2, 2).map(value => Math.round(value * 64) / 64)
}

function half(dims: readonly number[], values: readonly number[]): Constant {
  const bits = Uint16Array.from(values, value => {
    if (value === 0) return 0
    const exponent = Math.floor(Math.log2(Math.abs(value)))
    const fraction = Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024)
    return ((value < 0 ? 1 : 0) << 15) | ((exponent + 15) << 10) | fraction
  })
  return { dtype: 'float16', dims, bytes: new Uint8Array(bits.buffer) }
}

const network = [
  node('Conv', ['x', 'w', 'b'], 'a', { pads: [1, 1, 1, 1] }),
  node('Clip', ['a', 'low', 'high'], 'h'),
  node('MaxPool', ['h'], 'p', { kernel_shape: [2, 2] }),
  node('Flatten', ['p'], 'f'),
  node('Gemm', ['f', 'u'], 'y'),
]
const inputs = { x: ['n', 2, 3, 3] }
const shapes = { w: [3, 2, 3, 3], b: [3], u: [12, 4], low: [], high: [] } as const

describe('float16', () => {
  const random = new Random(1)
  const values: Readonly<Record<keyof typeof shapes, number[]>> = {
    w: exact(random, 54),
    b: exact(random, 3),
    u: exact(random, 48),
    low: [0],
    high: [6],
  }
  const constants = (make: typeof floats) =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, dims]) => [name, make(dims, values[name as keyof typeof shapes])]),
    )
  const x = tensor([2, 2, 3, 3], exact(random, 36))

  it('is widened, inputs included, and keeps its bytes', async () => {
    const wide = modelOf({ nodes: network, inputs, outputs: ['y'], constants: constants(floats) })
    const parts = modelOf({ nodes: network, inputs, outputs: ['y'], constants: constants(half) })
    const typed = { name: 'x', type: { dtype: 'float16', dims: ['n', 2, 3, 3] } } as const
    const narrow = { ...parts, graph: { ...parts.graph, inputs: [typed] } }
    const [ours, theirs] = [await explained(narrow, { x }, { box }), await explained(wide, { x }, { box })]
    expect(relativeError(ours.relevance, theirs.relevance)).toBeLessThan(rounding)
    expect(ours.logit).toEqual(theirs.logit)
    const { model } = await analyze(narrow, oracle, { box })
    expect(model.graph.initializers.get('w/float16')?.bytes).toEqual(parts.graph.initializers.get('w')?.bytes)
  })

  it('is widened between casts as well', async () => {
    const nodes = [
      node('Cast', ['x'], 'x16', { to: 10 }),
      ...network.map(one => ({ ...one, inputs: one.inputs.map(name => (name === 'x' ? 'x16' : name)) })),
      node('Cast', ['y'], 'z', { to: 1 }),
    ]
    const narrow = modelOf({ nodes, inputs, outputs: ['z'], constants: constants(half) })
    const wide = modelOf({ nodes: network, inputs, outputs: ['y'], constants: constants(floats) })
    const [ours, theirs] = [await explained(narrow, { x }, { box }), await explained(wide, { x }, { box })]
    expect(relativeError(ours.relevance, theirs.relevance)).toBeLessThan(rounding)
  })
})

describe('quantised to integers', () => {
  const random = new Random(2)
  const int8 = (dims: readonly number[], values: readonly number[]): Constant => ({
    dtype: 'int8',
    dims,
    bytes: new Uint8Array(Int8Array.from(values).buffer),
  })
  const whole = (count: number) => random.numbers(count, -100, 100).map(Math.round)
  const [w, u] = [whole(54), whole(48)]
  const quantised = (from: string, to: string, zero: string): Node[] => [
    node('QuantizeLinear', [from, 'step', zero], `${to}/q`),
    node('DequantizeLinear', [`${to}/q`, 'step', zero], to),
  ]
  // The quantiser has dropped the ReLU: its smallest integer, −128, stands for 0.
  const nodes = [
    node('DequantizeLinear', ['w/q', 'step', 'zero'], 'w'),
    node('DequantizeLinear', ['u/q', 'step', 'zero'], 'u'),
    ...quantised('x', 'xq', 'zero'),
    node('Conv', ['xq', 'w'], 'a', { pads: [1, 1, 1, 1] }),
    ...quantised('a', 'h', 'least'),
    node('MaxPool', ['h'], 'p', { kernel_shape: [2, 2] }),
    node('Flatten', ['p'], 'f'),
    node('Gemm', ['f', 'u'], 'y'),
  ]
  const constants = {
    'w/q': int8([3, 2, 3, 3], w),
    'u/q': int8([12, 4], u),
    step: floats([], [1 / 32]),
    zero: int8([], [0]),
    least: int8([], [-128]),
  }
  const model = modelOf({ nodes, inputs, outputs: ['y'], constants })

  it('gets the rules of the network that it stands for', async () => {
    const { steps } = await analyze(model, oracle, { box })
    const rules = steps.flatMap(({ node: { opType }, decision }) =>
      /^(Conv|Gemm|MaxPool)$/.test(opType) ? [decision.kind === 'rule' ? decision.rule.name : decision.kind] : [],
    )
    expect(rules).toEqual(['zᴮ', 'proportional', 'z⁺'])
  })

  it('has the gradient of the network that it stands for', async () => {
    // Values in the middle of their steps, so that rounding switches no ReLU and no winner.
    const x = tensor(
      [1, 2, 3, 3],
      random.numbers(18).map(value => Math.round(value * 16) / 16),
    )
    const plain = modelOf({
      nodes: [
        ...nodes.slice(0, 2),
        node('Conv', ['x', 'w'], 'a', { pads: [1, 1, 1, 1] }),
        node('Clip', ['a', 'low', 'high'], 'h'),
        ...nodes.slice(-3),
      ],
      inputs,
      outputs: ['y'],
      constants: { ...constants, low: floats([], [0]), high: floats([], [255 / 32]) },
    })
    const method = gradients('gradient')
    const ours = await explained(model, { x }, { method, target: 2 })
    const theirs = await explained(plain, { x }, { method, target: 2 })
    expect(relativeError(ours.relevance, theirs.relevance)).toBeLessThan(rounding)
    expect(Math.max(...ours.relevance.map(Math.abs))).toBeGreaterThan(0)
  })

  it('is conserved, and equals it up to rounding to integers', async () => {
    const x = tensor(
      [2, 2, 3, 3],
      random.numbers(36).map(value => Math.round(value * 32) / 32),
    )
    const ours = await explained(model, { x }, { box })
    for (const [i, f] of ours.logit.entries()) expect(Math.abs((ours.sum[i] as number) / f - 1)).toBeLessThan(rounding)
    const scaled = (values: readonly number[]) => values.map(value => value / 32)
    const float = modelOf({
      nodes: network,
      inputs,
      outputs: ['y'],
      constants: {
        w: floats(shapes.w, scaled(w)),
        b: floats([3], [0, 0, 0]),
        u: floats(shapes.u, scaled(u)),
        low: floats([], [0]),
        high: floats([], [255 / 32]),
      },
    })
    const theirs = await explained(float, { x }, { box, target: ours.chosen[0] as number })
    const own = await explained(model, { x }, { box, target: ours.chosen[0] as number })
    // Activations are rounded to 1/64 of their unit.
    expect(relativeError(own.relevance, theirs.relevance)).toBeLessThan(0.05)
  })
})
