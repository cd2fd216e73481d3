/**
 * Small networks of unusual form, against the definition: factors behind layers, sums, poolings, gates and several inputs in
 * orders that exporters write and architectures of the field have.
 */

import { expect, it } from 'vitest'
import { float } from '../../src/core/0-graph/builder.ts'
import type { Node } from '../../src/core/0-graph/graph.ts'
import type { Tensor as Constant } from '../../src/core/0-graph/tensor.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { networkOf } from '../support/by-definition/network.ts'
import { ByDefinition } from '../support/by-definition/relevance.ts'
import { numbersAt } from '../support/by-definition/trace.ts'
import { explained, floats, ints, modelOf, node, Random, relativeError } from '../support/models.ts'

interface Form {
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly nodes: readonly Node[]
  readonly constants: Readonly<Record<string, Constant>>
  /** Default: inputs are unconstrained. */
  readonly box?: readonly [number, number]
}

/** As measured for networks of a few layers, relative to the largest relevance. */
const sameRelevance = 1e-4

/** A dense layer behind everything. */
const end = (from: string): readonly Node[] => [
  node('Flatten', [from], 'flat'),
  node('Gemm', ['flat', 'hw', 'hb'], 'y'),
]
const head = (random: Random, size: number) => ({ hw: random.constant([size, 3]), hb: random.constant([3]) })

const norm = (x: string, y: string, prefix: string): Node =>
  node('BatchNormalization', [x, ...['s', 'b', 'm', 'v'].map(name => prefix + name)], y)

/** Scales of both signs. */
function batchNorm(random: Random, prefix: string, channels: number, low = -1, high = 1): Record<string, Constant> {
  return {
    [`${prefix}s`]: random.constant([channels], low, high),
    [`${prefix}b`]: random.constant([channels]),
    [`${prefix}m`]: random.constant([channels]),
    [`${prefix}v`]: random.constant([channels], 0.5, 2),
  }
}
const negativeBatchNorm = (random: Random, prefix: string, channels: number) =>
  batchNorm(random, prefix, channels, -1, -0.5)

const forms: Readonly<Record<string, (random: Random) => Form>> = {
  'conv,relu,convT,BN,relu': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('Relu', ['a'], 'h'),
      node('ConvTranspose', ['h', 'u'], 'c', { strides: [2, 2] }),
      norm('c', 'd', 'n'),
      node('Relu', ['d'], 'e'),
      ...end('e'),
    ],
    constants: {
      w: random.constant([3, 2, 1, 1]),
      u: random.constant([3, 2, 2, 2]),
      ...batchNorm(random, 'n', 2),
      ...head(random, 2 * 64),
    },
    box: [-1, 1],
  }),
  'conv,BN,relu': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [node('Conv', ['x', 'w'], 'a'), norm('a', 'd', 'n'), node('Relu', ['d'], 'e'), ...end('e')],
    constants: { w: random.constant([3, 2, 1, 1]), ...batchNorm(random, 'n', 3), ...head(random, 48) },
    box: [-1, 1],
  }),
  'BN,relu,conv,relu': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      norm('x', 'd', 'n'),
      node('Relu', ['d'], 'e'),
      node('Conv', ['e', 'w'], 'a'),
      node('Relu', ['a'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([3, 2, 1, 1]), ...batchNorm(random, 'n', 2), ...head(random, 48) },
    box: [-1, 1],
  }),
  'BN,conv,relu (box)': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [norm('x', 'd', 'n'), node('Conv', ['d', 'w'], 'a'), node('Relu', ['a'], 'f'), ...end('f')],
    constants: { w: random.constant([3, 2, 1, 1]), ...batchNorm(random, 'n', 2), ...head(random, 48) },
    box: [-1, 1],
  }),
  'preact resnet sum,BN,relu,conv': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('Conv', ['x', 'u'], 'a2'),
      node('Add', ['a', 'a2'], 's'),
      norm('s', 'd', 'n'),
      node('Relu', ['d'], 'f'),
      ...end('f'),
    ],
    constants: {
      w: random.constant([3, 2, 1, 1]),
      u: random.constant([3, 2, 1, 1]),
      ...batchNorm(random, 'n', 3),
      ...head(random, 48),
    },
    box: [-1, 1],
  }),
  'matmul3d,mul negative,add,relu': random => ({
    inputs: { x: [1, 4, 5] },
    nodes: [
      node('Relu', ['x'], 'r'),
      node('MatMul', ['r', 'w'], 'a'),
      node('Mul', ['a', 'c'], 'm'),
      node('Add', ['m', 'b'], 'n'),
      node('Relu', ['n'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), c: random.constant([6]), b: random.constant([6]), ...head(random, 24) },
  }),
  'gemm,neg,relu': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Relu', ['x'], 'r'),
      node('Gemm', ['r', 'w'], 'a'),
      node('Neg', ['a'], 'm'),
      node('Relu', ['m'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), ...head(random, 6) },
  }),
  'gemm, c - y,relu': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Relu', ['x'], 'r'),
      node('Gemm', ['r', 'w'], 'a'),
      node('Sub', ['c', 'a'], 'm'),
      node('Relu', ['m'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), c: random.constant([6]), ...head(random, 6) },
  }),
  'avgpool,BN,relu': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Relu', ['x'], 'r'),
      node('AveragePool', ['r'], 'a', { kernel_shape: [2, 2] }),
      norm('a', 'd', 'n'),
      node('Relu', ['d'], 'f'),
      ...end('f'),
    ],
    constants: { ...batchNorm(random, 'n', 2), ...head(random, 18) },
  }),
  'input avgpool, conv (w2)': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('AveragePool', ['x'], 'p', { kernel_shape: [2, 2], pads: [1, 1, 1, 1] }),
      node('Conv', ['p', 'w'], 'a'),
      node('Relu', ['a'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([3, 2, 2, 2]), ...head(random, 48) },
  }),
  'input avgpool, conv (box)': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('AveragePool', ['x'], 'p', { kernel_shape: [2, 2], pads: [1, 1, 1, 1] }),
      node('Conv', ['p', 'w'], 'a'),
      node('Relu', ['a'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([3, 2, 2, 2]), ...head(random, 48) },
    box: [0.2, 1],
  }),
  'pad const, conv w2': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [node('Pad', ['x', 'p', 'pv'], 'xp'), node('Conv', ['xp', 'w'], 'a'), node('Relu', ['a'], 'f'), ...end('f')],
    constants: {
      p: ints([0, 0, 1, 1, 0, 0, 1, 1]),
      pv: floats([], [0.5]),
      w: random.constant([3, 2, 3, 3]),
      ...head(random, 48),
    },
  }),
  'pad const, conv box': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [node('Pad', ['x', 'p', 'pv'], 'xp'), node('Conv', ['xp', 'w'], 'a'), node('Relu', ['a'], 'f'), ...end('f')],
    constants: {
      p: ints([0, 0, 1, 1, 0, 0, 1, 1]),
      pv: floats([], [0.5]),
      w: random.constant([3, 2, 3, 3]),
      ...head(random, 48),
    },
    box: [-1, 1],
  }),
  'maxpool,relu,overlap': random => ({
    inputs: { x: [1, 2, 5, 5] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('MaxPool', ['a'], 'p', { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }),
      node('Relu', ['p'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([3, 2, 1, 1]), ...head(random, 75) },
  }),
  'maxpool,clip6': random => ({
    inputs: { x: [1, 2, 5, 5] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('MaxPool', ['a'], 'p', { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }),
      node('Clip', ['p', 'lo', 'hi'], 'f'),
      ...end('f'),
    ],
    constants: { lo: floats([], [0]), hi: floats([], [6]), w: random.constant([3, 2, 1, 1]), ...head(random, 75) },
  }),
  'maxpool of input': random => ({
    inputs: { x: [1, 2, 5, 5] },
    nodes: [
      node('MaxPool', ['x'], 'p', { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }),
      node('Conv', ['p', 'w'], 'a'),
      node('Relu', ['a'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([3, 2, 1, 1]), ...head(random, 75) },
    box: [-1, 1],
  }),
  'maxpool ceil dilated': random => ({
    inputs: { x: [1, 2, 6, 6] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('Relu', ['a'], 'f'),
      node('MaxPool', ['f'], 'p', { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
      ...end('p'),
    ],
    constants: { w: random.constant([3, 2, 1, 1]), ...head(random, 27) },
    box: [-1, 1],
  }),
  'leaky maxpool': random => ({
    inputs: { x: [1, 2, 6, 6] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('LeakyRelu', ['a'], 'f', { alpha: float(0.3) }),
      node('MaxPool', ['f'], 'p', { kernel_shape: [2, 2], strides: [2, 2] }),
      ...end('p'),
    ],
    constants: { w: random.constant([3, 2, 1, 1]), ...head(random, 27) },
    box: [-1, 1],
  }),
  'leaky BN maxpool': random => ({
    inputs: { x: [1, 2, 6, 6] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('LeakyRelu', ['a'], 'f', { alpha: float(0.3) }),
      norm('f', 'g', 'n'),
      node('MaxPool', ['g'], 'p', { kernel_shape: [2, 2], strides: [2, 2] }),
      ...end('p'),
    ],
    constants: { ...batchNorm(random, 'n', 3), w: random.constant([3, 2, 1, 1]), ...head(random, 27) },
    box: [-1, 1],
  }),
  maxout: random => ({
    inputs: { x: [1, 5] },
    nodes: [node('Gemm', ['x', 'w'], 'a'), node('Gemm', ['x', 'v'], 'b'), node('Max', ['a', 'b'], 'f'), ...end('f')],
    constants: { w: random.constant([5, 6]), v: random.constant([5, 6]), ...head(random, 6) },
  }),
  'maxout of relus': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Gemm', ['x', 'w'], 'a'),
      node('Gemm', ['x', 'v'], 'b'),
      node('Relu', ['a'], 'ra'),
      node('Relu', ['b'], 'rb'),
      node('Max', ['ra', 'rb'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), v: random.constant([5, 6]), ...head(random, 6) },
  }),
  SE: random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('Relu', ['a'], 'f'),
      node('GlobalAveragePool', ['f'], 'g'),
      node('Conv', ['g', 'u'], 'h'),
      node('Sigmoid', ['h'], 's'),
      node('Mul', ['f', 's'], 'm'),
      ...end('m'),
    ],
    constants: { w: random.constant([3, 2, 1, 1]), u: random.constant([3, 3, 1, 1]), ...head(random, 48) },
    box: [-1, 1],
  }),
  'SE without sigmoid': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('Relu', ['a'], 'f'),
      node('GlobalAveragePool', ['f'], 'g'),
      node('Conv', ['g', 'u'], 'h'),
      node('Mul', ['h', 'f'], 'm'),
      ...end('m'),
    ],
    constants: { w: random.constant([3, 2, 1, 1]), u: random.constant([3, 3, 1, 1]), ...head(random, 48) },
    box: [-1, 1],
  }),
  'hardswish in pieces': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Gemm', ['x', 'w'], 'a'),
      node('Add', ['a', 'three'], 'b'),
      node('Clip', ['b', 'lo', 'hi'], 'c'),
      node('Mul', ['a', 'c'], 'd'),
      node('Div', ['d', 'hi'], 'f'),
      ...end('f'),
    ],
    constants: {
      three: floats([], [3]),
      lo: floats([], [0]),
      hi: floats([], [6]),
      w: random.constant([5, 6]),
      ...head(random, 6),
    },
  }),
  'gelu in pieces': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Gemm', ['x', 'w'], 'a'),
      node('Div', ['a', 's2'], 'b'),
      node('Erf', ['b'], 'c'),
      node('Add', ['c', 'one'], 'd'),
      node('Mul', ['a', 'd'], 'e'),
      node('Mul', ['e', 'half'], 'f'),
      ...end('f'),
    ],
    constants: {
      s2: floats([], [Math.SQRT2]),
      one: floats([], [1]),
      half: floats([], [0.5]),
      w: random.constant([5, 6]),
      ...head(random, 6),
    },
  }),
  'LN in pieces': random => ({
    inputs: { x: [1, 4, 5] },
    nodes: [
      node('MatMul', ['x', 'w'], 'a'),
      node('ReduceMean', ['a'], 'mu', { axes: [-1] }),
      node('Sub', ['a', 'mu'], 'd'),
      node('Pow', ['d', 'two'], 'p'),
      node('ReduceMean', ['p'], 'v', { axes: [-1] }),
      node('Add', ['v', 'eps'], 've'),
      node('Sqrt', ['ve'], 'sd'),
      node('Div', ['d', 'sd'], 'n'),
      node('Mul', ['n', 'g'], 'ng'),
      node('Add', ['ng', 'be'], 'f'),
      ...end('f'),
    ],
    constants: {
      two: floats([], [2]),
      eps: floats([], [1e-5]),
      g: random.constant([6]),
      be: random.constant([6]),
      w: random.constant([5, 6]),
      ...head(random, 24),
    },
  }),
  attention: random => ({
    inputs: { x: [1, 4, 5] },
    nodes: [
      node('MatMul', ['x', 'q'], 'Q'),
      node('MatMul', ['x', 'k'], 'K'),
      node('MatMul', ['x', 'v'], 'V'),
      node('Transpose', ['K'], 'Kt', { perm: [0, 2, 1] }),
      node('MatMul', ['Q', 'Kt'], 'S'),
      node('Div', ['S', 'd'], 'Sd'),
      node('Softmax', ['Sd'], 'A'),
      node('MatMul', ['A', 'V'], 'O'),
      node('Add', ['x', 'O'], 'f'),
      ...end('f'),
    ],
    constants: {
      d: floats([], [2]),
      q: random.constant([5, 5]),
      k: random.constant([5, 5]),
      v: random.constant([5, 5]),
      ...head(random, 20),
    },
  }),
  'linear attention (no gate)': random => ({
    inputs: { x: [1, 4, 5] },
    nodes: [
      node('MatMul', ['x', 'q'], 'Q'),
      node('MatMul', ['x', 'k'], 'K'),
      node('MatMul', ['x', 'v'], 'V'),
      node('Transpose', ['K'], 'Kt', { perm: [0, 2, 1] }),
      node('MatMul', ['Q', 'Kt'], 'A'),
      node('MatMul', ['A', 'V'], 'f'),
      ...end('f'),
    ],
    constants: {
      q: random.constant([5, 5]),
      k: random.constant([5, 5]),
      v: random.constant([5, 5]),
      ...head(random, 20),
    },
  }),
  'resize linear': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('Resize', ['a', '', 'sc'], 'u', { mode: 'linear' }),
      node('Conv', ['u', 'v'], 'b'),
      node('Relu', ['b'], 'f'),
      ...end('f'),
    ],
    constants: {
      sc: floats([4], [1, 1, 2, 2]),
      w: random.constant([3, 2, 1, 1]),
      v: random.constant([2, 3, 3, 3]),
      ...head(random, 72),
    },
    box: [-1, 1],
  }),
  'Sub of relus': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Gemm', ['x', 'w'], 'a'),
      node('Gemm', ['x', 'v'], 'b'),
      node('Relu', ['a'], 'ra'),
      node('Relu', ['b'], 'rb'),
      node('Sub', ['ra', 'rb'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), v: random.constant([5, 6]), ...head(random, 6) },
  }),
  'Sub of relus, rectified': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Gemm', ['x', 'w'], 'a'),
      node('Gemm', ['x', 'v'], 'b'),
      node('Relu', ['a'], 'ra'),
      node('Relu', ['b'], 'rb'),
      node('Sub', ['ra', 'rb'], 's'),
      node('Relu', ['s'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), v: random.constant([5, 6]), ...head(random, 6) },
  }),
  'add with const too (3 Sum)': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Gemm', ['x', 'w'], 'a'),
      node('Gemm', ['x', 'v'], 'b'),
      node('Sum', ['a', 'b', 'c'], 's'),
      node('Relu', ['s'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), v: random.constant([5, 6]), c: random.constant([6]), ...head(random, 6) },
  }),
  'input + pos (const), conv, box': random => ({
    inputs: { x: [1, 4, 5] },
    nodes: [node('Add', ['x', 'p'], 'xp'), node('MatMul', ['xp', 'w'], 'a'), node('Relu', ['a'], 'f'), ...end('f')],
    constants: { p: random.constant([4, 5]), w: random.constant([5, 6]), ...head(random, 24) },
    box: [-1, 1],
  }),
  'input*-2, conv box': random => ({
    inputs: { x: [1, 4, 5] },
    nodes: [node('Mul', ['x', 'p'], 'xp'), node('MatMul', ['xp', 'w'], 'a'), node('Relu', ['a'], 'f'), ...end('f')],
    constants: { p: random.constant([5]), w: random.constant([5, 6]), ...head(random, 24) },
    box: [0, 1],
  }),
  'x>=0 box: 0..1 zB on concat': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('Concat', ['a', 'x'], 'c', { axis: 1 }),
      node('Conv', ['c', 'v'], 'b'),
      node('Relu', ['b'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([3, 2, 1, 1]), v: random.constant([2, 5, 1, 1]), ...head(random, 32) },
    box: [0, 1],
  }),
  'relu behind logits': random => ({
    inputs: { x: [1, 5] },
    nodes: [node('Gemm', ['x', 'w'], 'a'), node('Relu', ['a'], 'y')],
    constants: { w: random.constant([5, 6]) },
  }),
  'two inputs': random => ({
    inputs: { x: [1, 5], x2: [1, 5] },
    nodes: [
      node('Gemm', ['x', 'w'], 'a'),
      node('Gemm', ['x2', 'v'], 'b'),
      node('Add', ['a', 'b'], 's'),
      node('Relu', ['s'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), v: random.constant([5, 6]), ...head(random, 6) },
  }),
  'two inputs concat': random => ({
    inputs: { x: [1, 5], x2: [1, 5] },
    nodes: [
      node('Concat', ['x', 'x2'], 'c', { axis: 1 }),
      node('Gemm', ['c', 'w'], 's'),
      node('Relu', ['s'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([10, 6]), ...head(random, 6) },
  }),
  'two inputs concat box': random => ({
    inputs: { x: [1, 5], x2: [1, 5] },
    nodes: [
      node('Concat', ['x', 'x2'], 'c', { axis: 1 }),
      node('Gemm', ['c', 'w'], 's'),
      node('Relu', ['s'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([10, 6]), ...head(random, 6) },
    box: [-1, 1],
  }),
  'two inputs Mul': random => ({
    inputs: { x: [1, 5], x2: [1, 5] },
    nodes: [node('Mul', ['x', 'x2'], 'c'), node('Gemm', ['c', 'w'], 's'), node('Relu', ['s'], 'f'), ...end('f')],
    constants: { w: random.constant([5, 6]), ...head(random, 6) },
    box: [-1, 1],
  }),
  'NEG convT,BN': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('Relu', ['a'], 'h'),
      node('ConvTranspose', ['h', 'u'], 'c', { strides: [2, 2] }),
      norm('c', 'd', 'n'),
      node('Relu', ['d'], 'e'),
      ...end('e'),
    ],
    constants: {
      w: random.constant([3, 2, 1, 1]),
      u: random.constant([3, 2, 2, 2]),
      ...negativeBatchNorm(random, 'n', 2),
      ...head(random, 2 * 64),
    },
    box: [-1, 1],
  }),
  'NEG conv,BN': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('Relu', ['a'], 'h'),
      node('Conv', ['h', 'u'], 'c'),
      norm('c', 'd', 'n'),
      node('Relu', ['d'], 'e'),
      ...end('e'),
    ],
    constants: {
      w: random.constant([3, 2, 1, 1]),
      u: random.constant([3, 3, 2, 2]),
      ...negativeBatchNorm(random, 'n', 3),
      ...head(random, 27),
    },
    box: [-1, 1],
  }),
  'NEG matmul3,BN-ish after transpose': random => ({
    inputs: { x: [1, 4, 5] },
    nodes: [
      node('Relu', ['x'], 'r'),
      node('MatMul', ['r', 'w'], 'a'),
      node('Transpose', ['a'], 't', { perm: [0, 2, 1] }),
      norm('t', 'd', 'n'),
      node('Relu', ['d'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), ...negativeBatchNorm(random, 'n', 6), ...head(random, 24) },
  }),
  'conv -> BN -> conv const chain': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Relu', ['x'], 'h'),
      node('Conv', ['h', 'u'], 'c'),
      norm('c', 'd', 'n'),
      node('Conv', ['d', 'v'], 'e0'),
      node('Relu', ['e0'], 'e'),
      ...end('e'),
    ],
    constants: {
      u: random.constant([3, 2, 2, 2]),
      v: random.constant([3, 3, 1, 1]),
      ...negativeBatchNorm(random, 'n', 3),
      ...head(random, 27),
    },
    box: [-1, 1],
  }),
  'gemm -> BN (sum in between readers 2)': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Relu', ['x'], 'r'),
      node('Gemm', ['r', 'w'], 'a'),
      norm('a', 'd', 'n'),
      node('Add', ['a', 'd'], 's'),
      node('Relu', ['s'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), ...negativeBatchNorm(random, 'n', 6), ...head(random, 6) },
  }),
  'sum of relus, neg': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Gemm', ['x', 'w'], 'a'),
      node('Gemm', ['x', 'v'], 'b'),
      node('Relu', ['a'], 'ra'),
      node('Relu', ['b'], 'rb'),
      node('Neg', ['rb'], 'nb'),
      node('Add', ['ra', 'nb'], 's'),
      node('Relu', ['s'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), v: random.constant([5, 6]), ...head(random, 6) },
  }),
  'Sub of relus (nonrect), minuend/subtrahend': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Gemm', ['x', 'w'], 'a'),
      node('Gemm', ['x', 'v'], 'b'),
      node('Relu', ['a'], 'ra'),
      node('Relu', ['b'], 'rb'),
      node('Sub', ['ra', 'rb'], 's'),
      node('Tanh', ['s'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([5, 6]), v: random.constant([5, 6]), ...head(random, 6) },
  }),
  'concat const beside input w2': random => ({
    inputs: { x: [1, 5] },
    nodes: [
      node('Concat', ['x', 'k'], 'c', { axis: 1 }),
      node('Gemm', ['c', 'w'], 'a'),
      node('Relu', ['a'], 'f'),
      ...end('f'),
    ],
    constants: { k: random.constant([1, 3], 0.2, 1), w: random.constant([8, 6]), ...head(random, 6) },
  }),
  'clip -1..1 + 1 nonneg avg': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('Tanh', ['a'], 't'),
      node('Add', ['t', 'one'], 'o'),
      node('MaxPool', ['o'], 'p', { kernel_shape: [2, 2] }),
      ...end('p'),
    ],
    constants: { one: floats([], [1]), w: random.constant([3, 2, 1, 1]), ...head(random, 27) },
    box: [-1, 1],
  }),
  'prelu, avgpool': random => ({
    inputs: { x: [1, 2, 4, 4] },
    nodes: [
      node('Conv', ['x', 'w'], 'a'),
      node('PRelu', ['a', 'sl'], 't'),
      node('AveragePool', ['t'], 'p', {
        kernel_shape: [2, 2],
        strides: [1, 1],
        pads: [1, 1, 1, 1],
        count_include_pad: 1,
      }),
      node('Conv', ['p', 'v'], 'c'),
      node('Relu', ['c'], 'f'),
      ...end('f'),
    ],
    constants: {
      sl: random.constant([3, 1, 1], 0.1, 0.5),
      w: random.constant([3, 2, 1, 1]),
      v: random.constant([2, 3, 1, 1]),
      ...head(random, 50),
    },
    box: [-1, 1],
  }),
  'dwconv group dil': random => ({
    inputs: { x: [1, 4, 6, 6] },
    nodes: [
      node('Conv', ['x', 'w'], 'a', { group: 4, dilations: [2, 2], pads: [2, 2, 2, 2], strides: [2, 2] }),
      node('Relu', ['a'], 'f'),
      ...end('f'),
    ],
    constants: { w: random.constant([4, 1, 3, 3]), ...head(random, 36) },
    box: [-1, 1],
  }),
}

it.each(Object.keys(forms))('%s', async name => {
  let hasRelevance = false
  for (const seed of [1, 2, 3]) {
    const random = new Random(seed)
    const { box, ...parts } = (forms[name] as (typeof forms)[string])(random)
    const model = modelOf({ ...parts, outputs: ['y'] })
    const [input] = Object.keys(parts.inputs) as [string]
    const feeds = Object.fromEntries(
      Object.entries(parts.inputs).map(([one, dims]) => [one, random.tensor(dims, box?.[0] ?? -1, box?.[1] ?? 1)]),
    )
    const network = await networkOf(encodeModel(model), input, feeds)
    const logits = numbersAt(network.trace, network.logits).data
    const target = logits.indexOf(Math.max(...logits))
    const { relevance } = await new ByDefinition(network).explain({ target, box })
    const domain = box && { box: { low: box[0], high: box[1] } }
    const ours = await explained(model, feeds, { target, input, ...domain })
    expect(relativeError(ours.relevance, Array.from(relevance.data)), `seed ${seed}`).toBeLessThan(sameRelevance)
    hasRelevance ||= relevance.data.some(value => value !== 0)
  }
  expect(hasRelevance).toBe(true)
})
