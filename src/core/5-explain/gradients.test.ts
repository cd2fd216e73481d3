/** Gradients against central differences of the same function, written down in float64. */

import { describe, expect, it } from 'vitest'
import { explained, floats, ints, modelOf, node, Random, relativeError } from '../../../test/support/models.ts'
import { float } from '../0-graph/builder.ts'
import type { Node } from '../0-graph/graph.ts'
import { gradients } from './gradients.ts'

/** float32 against float64. */
const tolerance = 2e-5
const step = 1e-5

type Elementwise = (x: number) => number

const sigmoid: Elementwise = x => 1 / (1 + Math.exp(-x))

/** Activation functions: how the graph writes them, and what they are. */
const gates: Readonly<Record<string, readonly [Node, Elementwise]>> = {
  Relu: [node('Relu', ['a'], 'h'), x => Math.max(0, x)],
  LeakyRelu: [node('LeakyRelu', ['a'], 'h', { alpha: float(0.3) }), x => (x < 0 ? 0.3 * x : x)],
  Clip: [node('Clip', ['a', 'low', 'high'], 'h'), x => Math.min(0.5, Math.max(-0.4, x))],
  'Clip from below': [node('Clip', ['a', 'low'], 'h'), x => Math.max(-0.4, x)],
  'Clip from above': [node('Clip', ['a', '', 'high'], 'h'), x => Math.min(0.5, x)],
  Sigmoid: [node('Sigmoid', ['a'], 'h'), sigmoid],
  HardSigmoid: [node('HardSigmoid', ['a'], 'h', { alpha: float(0.9) }), x => Math.min(1, Math.max(0, 0.9 * x + 0.5))],
  Tanh: [node('Tanh', ['a'], 'h'), Math.tanh],
  Softplus: [node('Softplus', ['a'], 'h'), x => Math.log1p(Math.exp(x))],
  Elu: [node('Elu', ['a'], 'h', { alpha: float(0.7) }), x => (x < 0 ? 0.7 * Math.expm1(x) : x)],
  Celu: [node('Celu', ['a'], 'h', { alpha: float(0.6) }), x => (x < 0 ? 0.6 * Math.expm1(x / 0.6) : x)],
  Selu: [node('Selu', ['a'], 'h'), x => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x)],
  PRelu: [node('PRelu', ['a', 'slope'], 'h'), x => (x < 0 ? 0.4 * x : x)],
  ThresholdedRelu: [node('ThresholdedRelu', ['a'], 'h', { alpha: float(0.3) }), x => (x > 0.3 ? x : 0)],
  HardSwish: [node('HardSwish', ['a'], 'h'), x => x * Math.min(1, Math.max(0, x / 6 + 0.5))],
  Gelu: [node('Gelu', ['a'], 'h'), x => (x / 2) * (1 + erf(x / Math.SQRT2))],
  'Gelu by tanh': [
    node('Gelu', ['a'], 'h', { approximate: 'tanh' }),
    x => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ],
  Mish: [node('Mish', ['a'], 'h'), x => x * Math.tanh(Math.log1p(Math.exp(x)))],
  Softsign: [node('Softsign', ['a'], 'h'), x => x / (1 + Math.abs(x))],
  Erf: [node('Erf', ['a'], 'h'), x => erf(x)],
  Exp: [node('Exp', ['a'], 'h'), Math.exp],
  Abs: [node('Abs', ['a'], 'h'), Math.abs],
  Pow: [node('Pow', ['a', 'three'], 'h'), x => x ** 3],
  Neg: [node('Neg', ['a'], 'h'), x => -x],
}

/** Functions of positive numbers: they read exp(a). */
const ofPositive: Readonly<Record<string, readonly [Node, Elementwise]>> = {
  Log: [node('Log', ['e'], 'h'), Math.log],
  Sqrt: [node('Sqrt', ['e'], 'h'), Math.sqrt],
  Reciprocal: [node('Reciprocal', ['e'], 'h'), x => 1 / x],
}

/** erf by its series, in float64. */
function erf(x: number): number {
  let [term, sum] = [x, x]
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

/** ∂f/∂x by central differences. */
function differences(f: (x: readonly number[]) => number, x: readonly number[]): number[] {
  const moved = (i: number, by: number) => f(x.map((value, j) => (j === i ? value + by : value)))
  return x.map((_, i) => (moved(i, step) - moved(i, -step)) / (2 * step))
}

const asFloat32 = (values: readonly number[]) => Array.from(Float32Array.from(values))

describe('the gradient', () => {
  it.each(Object.keys({ ...gates, ...ofPositive }))('of %s', async name => {
    const positive = ofPositive[name]
    const [gate, g] = (positive ?? gates[name]) as (typeof gates)[string]
    const f: Elementwise = positive ? x => g(Math.exp(x)) : g
    const before = positive ? [node('Exp', ['a'], 'e'), gate] : [gate]
    for (let seed = 1; seed <= 5; seed++) {
      const random = new Random(seed)
      const [w, v] = [asFloat32(random.numbers(12)), asFloat32(random.numbers(3))]
      const x = random.tensor([1, 4], -1.5, 1.5)
      const constants = {
        w: floats([4, 3], w),
        v: floats([3, 1], v),
        low: floats([], [-0.4]),
        high: floats([], [0.5]),
        slope: floats([1], [0.4]),
        three: floats([], [3]),
      }
      const nodes = [node('Gemm', ['x', 'w'], 'a'), ...before, node('Gemm', ['h', 'v'], 'y')]
      const model = modelOf({ nodes, inputs: { x: ['n', 4] }, outputs: ['y'], constants, opset: 20 })
      const network = (input: readonly number[]) =>
        v.reduce((sum, weight, j) => {
          const a = input.reduce((total, value, i) => total + value * (w[i * 3 + j] as number), 0)
          return sum + weight * f(a)
        }, 0)
      const { relevance } = await explained(model, { x }, { method: gradients('gradient') })
      expect(relativeError(relevance, differences(network, Array.from(x.data, Number))), `seed ${seed}`).toBeLessThan(
        tolerance,
      )
    }
  })

  it.each<[string, Node, number]>([
    ['LayerNormalization', node('LayerNormalization', ['x', 'scale', 'shift'], 'h', { axis: -1 }), 6],
    ['LayerNormalization over two axes', node('LayerNormalization', ['x', 'wide'], 'h', { axis: 1 }), 30],
    ['InstanceNormalization', node('InstanceNormalization', ['x', 'channel', 'channel'], 'h'), 6],
  ])('of %s', async (_, layer, size) => {
    const random = new Random(size)
    const numbers = (count: number) => asFloat32(random.numbers(count, 0.3, 1.5))
    const [scale, wide, channel, weights] = [numbers(6), numbers(30), numbers(5), asFloat32(random.numbers(30))]
    const x = random.tensor([1, 5, 6], -2, 2)
    const constants = {
      scale: floats([6], scale),
      shift: floats([6], scale),
      wide: floats([5, 6], wide),
      channel: floats([5], channel),
      w: floats([30, 1], weights),
    }
    const nodes = [layer, node('Flatten', ['h'], 'f'), node('Gemm', ['f', 'w'], 'y')]
    const model = modelOf({ nodes, inputs: { x: ['n', 5, 6] }, outputs: ['y'], constants })
    const factor = (i: number) =>
      (layer.opType === 'InstanceNormalization'
        ? channel[Math.floor(i / 6)]
        : size === 6
          ? scale[i % 6]
          : wide[i]) as number
    const network = (input: readonly number[]) =>
      input.reduce((sum, value, i) => {
        const group = input.slice(Math.floor(i / size) * size, Math.floor(i / size) * size + size)
        const mean = group.reduce((total, v) => total + v, 0) / size
        const variance = group.reduce((total, v) => total + (v - mean) ** 2, 0) / size
        return sum + (weights[i] as number) * factor(i) * ((value - mean) / Math.sqrt(variance + 1e-5))
      }, 0)
    const { relevance } = await explained(model, { x }, { method: gradients('gradient') })
    expect(relativeError(relevance, differences(network, Array.from(x.data, Number)))).toBeLessThan(tolerance)
  })

  it.each([
    ['GlobalMaxPool', node('GlobalMaxPool', ['x'], 'h')],
    ['ReduceMax', node('ReduceMax', ['x'], 'h', { axes: [1], keepdims: 0 })],
    ['ReduceMax over two axes', node('ReduceMax', ['x'], 'h', { axes: [1, 3], keepdims: 1 })],
  ] as const)('of %s: all to the first largest', async (_, layer) => {
    const random = new Random(3)
    const x = random.tensor([2, 3, 4, 5])
    const nodes = [layer, node('Flatten', ['h'], 'f'), node('ReduceSum', ['f', 'axis'], 'y')]
    const model = modelOf({ nodes, inputs: { x: ['n', 3, 4, 5] }, outputs: ['y'], constants: { axis: ints([1]) } })
    const { relevance } = await explained(model, { x }, { method: gradients('gradient') })
    const at = Array.from(x.data, Number)
    const keyOf = (i: number) => {
      const [n, c, h, w] = [Math.floor(i / 60), Math.floor(i / 20) % 3, Math.floor(i / 5) % 4, i % 5]
      return layer.opType === 'GlobalMaxPool' ? `${n} ${c}` : _ === 'ReduceMax' ? `${n} ${h} ${w}` : `${n} ${h}`
    }
    const expected = at.map((value, i) =>
      at.findIndex(
        (other, j) => keyOf(j) === keyOf(i) && other === Math.max(...at.filter((__, k) => keyOf(k) === keyOf(i))),
      ) === i && value !== undefined
        ? 1
        : 0,
    )
    expect(relevance).toEqual(expected)
  })

  it.each([1, 3, 5])('of LRN over %d channels', async size => {
    const [channels, places] = [5, 6]
    const [alpha, beta, bias] = [0.7, 0.75, 1.5]
    const random = new Random(size)
    const weights = asFloat32(random.numbers(channels * places))
    const x = random.tensor([1, channels, 2, 3], -2, 2)
    const lrn = node('LRN', ['x'], 'h', { size, alpha: float(alpha), beta: float(beta), bias: float(bias) })
    const nodes = [lrn, node('Reshape', ['h', 'row'], 'f'), node('Gemm', ['f', 'w'], 'y')]
    const constants = { w: floats([channels * places, 1], weights), row: ints([-1, channels * places]) }
    const model = modelOf({ nodes, inputs: { x: ['n', channels, 2, 3] }, outputs: ['y'], constants })
    // ONNX: channels c − ⌊(size − 1)/2⌋ … c + ⌈(size − 1)/2⌉ share a divisor.
    const network = (input: readonly number[]) =>
      input.reduce((sum, value, i) => {
        const [c, place] = [Math.floor(i / places), i % places]
        let squares = 0
        for (let n = c - Math.floor((size - 1) / 2); n <= c + Math.ceil((size - 1) / 2); n++) {
          if (n >= 0 && n < channels) squares += (input[n * places + place] as number) ** 2
        }
        return sum + (weights[i] as number) * value * (bias + (alpha / size) * squares) ** -beta
      }, 0)
    const { relevance } = await explained(model, { x }, { method: gradients('gradient') })
    expect(relativeError(relevance, differences(network, Array.from(x.data, Number)))).toBeLessThan(tolerance)
  })
})

describe('what is made of the gradient', () => {
  // y = 2·relu(x₁) − 3·x₂ at (1, 2): gradient (2, −3).
  const nodes = [
    node('Gemm', ['x', 'first'], 'a'),
    node('Relu', ['a'], 'h'),
    node('Gemm', ['x', 'second'], 'c'),
    node('Add', ['h', 'c'], 'y'),
  ]
  const constants = { first: floats([2, 1], [2, 0]), second: floats([2, 1], [0, -3]) }
  const model = modelOf({ nodes, inputs: { x: ['n', 2] }, outputs: ['y'], constants })
  const of = async (name: 'gradient' | 'gradient-x-input' | 'sensitivity') => {
    const { relevance } = await explained(
      model,
      { x: { dtype: 'float32', dims: [1, 2], data: Float32Array.of(1, 2) } },
      { method: gradients(name) },
    )
    return relevance
  }

  it('itself, times the input, and squared', async () => {
    expect(await of('gradient')).toEqual([2, -3])
    expect(await of('gradient-x-input')).toEqual([2, -6])
    expect(await of('sensitivity')).toEqual([4, 9])
  })
})
