/** One network has one explanation, whichever exporter wrote it down: batch norms, biases, poolings and orders apart. */

import { describe, expect, it } from 'vitest'
import { float } from '../../src/core/0-graph/builder.ts'
import type { Model } from '../../src/core/0-graph/graph.ts'
import { numbersOf, type Tensor } from '../../src/core/0-graph/tensor.ts'
import { decodeModel } from '../../src/core/1-codec/decode.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import { explained, floats, ints, modelOf, node, type Parts, Random, relativeError } from '../support/models.ts'

/** The same products in another order, in float32. */
const agreement = 2e-5

const random = new Random(99)
const size = [3, 6, 6] as const
const numbers = (tensor: Tensor) => [...numbersOf(tensor)]
const w = random.constant([4, 3, 3, 3], -0.5, 0.6)
const bias = random.constant([4], -0.3, 0.3)
// Factors of both signs: only the product with the weights tells what excites.
const norm = {
  scale: floats([4], [0.7, -1.2, 1.5, -0.4]),
  shift: random.constant([4], -0.2, 0.2),
  mean: random.constant([4], -0.5, 0.5),
  variance: random.constant([4], 0.5, 2),
}
const head = random.constant([36, 3])
const headBias = random.constant([3], -0.2, 0.2)

/** w·γ/√(σ² + ε) and (b − μ)·γ/√(σ² + ε) + β, by hand. */
const factor = numbers(norm.scale).map((s, i) => s / Math.sqrt((numbers(norm.variance)[i] as number) + 1e-5))
const folded = {
  w: floats(
    w.dims,
    numbers(w).map((v, i) => v * (factor[Math.floor(i / 27)] as number)),
  ),
  b: floats(
    [4],
    factor.map(
      (f, i) =>
        ((numbers(bias)[i] as number) - (numbers(norm.mean)[i] as number)) * f + (numbers(norm.shift)[i] as number),
    ),
  ),
}

/** conv → relu → max pool → dense, written plainly. */
const pool = node('MaxPool', ['h'], 'p', { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1] })
const rest = [node('Flatten', ['p'], 'f'), node('Gemm', ['f', 'v', 'vb'], 'y')]
const constants = { ...folded, v: head, vb: headBias, kernel: w, bias, ...norm }
const plainly: Parts = {
  nodes: [node('Conv', ['x', 'w', 'b'], 'c'), node('Relu', ['c'], 'h'), pool, ...rest],
  inputs: { x: ['n', ...size] },
  outputs: ['y'],
  constants,
}

const statistics = ['scale', 'shift', 'mean', 'variance']
const normalised = [
  node('Conv', ['x', 'kernel', 'bias'], 'c'),
  node('BatchNormalization', ['c', ...statistics], 'nc'),
  node('Relu', ['nc'], 'h'),
]
const perChannel = (values: readonly number[]) => floats([4, 1, 1], values)

const forms: Readonly<Record<string, Parts>> = {
  'a batch norm behind the convolution': { ...plainly, nodes: [...normalised, pool, ...rest] },
  'its scale and shift apart, as Caffe has them': {
    ...plainly,
    nodes: [
      node('Conv', ['x', 'kernel', 'bias'], 'c'),
      node('BatchNormalization', ['c', 'ones', 'zeros', 'mean', 'variance'], 'n0'),
      node('Mul', ['n0', 'gamma'], 'n1'),
      node('Add', ['beta', 'n1'], 'n2'),
      node('Relu', ['n2'], 'h'),
      pool,
      ...rest,
    ],
    constants: {
      ...plainly.constants,
      ones: floats([4], [1, 1, 1, 1]),
      zeros: floats([4], [0, 0, 0, 0]),
      gamma: perChannel(numbers(norm.scale)),
      beta: perChannel(numbers(norm.shift)),
    },
  },
  'a convolution without bias, and an Add': {
    ...plainly,
    nodes: [
      node('Conv', ['x', 'w'], 'c0'),
      node('Add', ['c0', 'column'], 'c'),
      node('Relu', ['c'], 'h'),
      pool,
      ...rest,
    ],
    constants: { ...plainly.constants, column: perChannel(numbers(folded.b)) },
  },
  'pooling before the ReLU': {
    ...plainly,
    nodes: [
      node('Conv', ['x', 'w', 'b'], 'c'),
      { ...pool, inputs: ['c'], outputs: ['q'] },
      node('Relu', ['q'], 'p'),
      ...rest,
    ],
  },
  'MatMul and Add for Gemm': {
    ...plainly,
    nodes: [
      ...plainly.nodes.slice(0, 3),
      node('Flatten', ['p'], 'f'),
      node('MatMul', ['f', 'v'], 'm'),
      node('Add', ['m', 'vb'], 'y'),
    ],
  },
  'Gemm of transposed and scaled weights': {
    ...plainly,
    nodes: [
      ...plainly.nodes.slice(0, 3),
      node('Flatten', ['p'], 'f'),
      node('Transpose', ['v'], 'vt'),
      node('Gemm', ['f', 'vt', 'half'], 'y0', { transB: 1, alpha: float(2), beta: float(4) }),
      node('Mul', ['y0', 'c05'], 'y'),
    ],
    constants: {
      ...plainly.constants,
      c05: floats([], [0.5]),
      half: floats(
        [3],
        numbers(headBias).map(v => v / 2),
      ),
    },
  },
  'Dropout, Identity and Reshape, behind a Softmax': {
    ...plainly,
    nodes: [
      node('Identity', ['x'], 'i'),
      node('Conv', ['i', 'w', 'b'], 'c'),
      node('Dropout', ['c'], 'd'),
      node('Relu', ['d'], 'h'),
      pool,
      node('Reshape', ['p', 'to'], 'f'),
      node('Gemm', ['f', 'v', 'vb'], 'logits'),
      node('Softmax', ['logits'], 'y', { axis: 1 }),
    ],
    constants: { ...plainly.constants, to: ints([0, -1]) },
  },
  'opset 9, every initialiser an input': {
    ...plainly,
    opset: 9,
    irVersion: 3,
    inputs: { x: ['n', ...size], ...Object.fromEntries(Object.entries(constants).map(([k, t]) => [k, t.dims])) },
  },
}

const shuffled = (model: Model): Model => ({
  ...model,
  graph: { ...model.graph, nodes: [...model.graph.nodes].reverse() },
})

describe('one network, many forms', () => {
  const x = random.tensor([2, ...size], -1, 1)
  const settings = [
    { box: { low: -1, high: 1 }, method: deepTaylor() },
    { method: deepTaylor({ bias: 'absorb', pooling: 'winner' }) },
  ] as const

  it.each(Object.keys(forms))('%s', async name => {
    for (const options of settings) {
      const expected = await explained(modelOf(plainly), { x }, { ...options, target: 1 })
      const ours = await explained(modelOf(forms[name] as Parts), { x }, { ...options, target: 1 })
      expect(relativeError(ours.logit, expected.logit)).toBeLessThan(agreement)
      expect(Math.max(...expected.relevance.map(Math.abs))).toBeGreaterThan(1e-3)
      expect(relativeError(ours.relevance, expected.relevance)).toBeLessThan(agreement)
    }
  })

  it('nodes in any order', async () => {
    const model = modelOf({ ...plainly, nodes: [...normalised, pool, ...rest] })
    const unordered = await decodeModel(encodeModel(shuffled(model)))
    const [expected, ours] = [await explained(model, { x }), await explained(unordered, { x })]
    expect(relativeError(ours.relevance, expected.relevance)).toBeLessThan(agreement)
  })
})
