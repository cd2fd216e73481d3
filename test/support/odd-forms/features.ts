/** Networks over six features. */

import { float } from '../../../src/core/0-graph/builder.ts'
import { floats, ints, node } from '../models.ts'
import { type Family, norm, relu, statistics } from './form.ts'

export const features: Family = {
  x: ['n', 6],
  nodes: [node('Gemm', ['x', 'w', 'b'], 'a'), relu('a', 'r'), node('Gemm', ['x', 'w_2'], 'c'), relu('c', 's')],
  weights: { w: [6, 6], b: [6], w_2: [6, 6], v: [6, 6], u: [6, 6], scale: [6], bias: [6], ...statistics('n', 6) },
  constants: {
    zero: floats([], [0]),
    one: floats([], [1]),
    two: floats([], [2]),
    half: floats([], [0.5]),
    temperature: floats([1], [0.7]),
    epsilon: floats([], [0.001]),
    second: ints([1]),
  },
  forms: {
    // Dense layers.
    'one dense layer': { nodes: [node('Gemm', ['x', 'v', 'bias'], 'y')] },
    'dense layers without activations': {
      nodes: [node('Gemm', ['a', 'v', 'bias'], 'd'), node('Gemm', ['d', 'u'], 'h')],
    },
    'a Gemm with all of its attributes': {
      nodes: [node('Gemm', ['r', 'v', 'bias'], 'd', { alpha: float(-0.5), beta: float(2), transB: 1 }), relu('d', 'h')],
    },
    'a Gemm, its bias one number': {
      nodes: [node('Gemm', ['x', 'v', 'half'], 'd', { beta: float(0.5) }), relu('d', 'h')],
    },
    'a Gemm, its bias a row': {
      nodes: [node('Gemm', ['r', 'v', 'row'], 'd'), relu('d', 'h')],
      weights: { row: [1, 6] },
    },
    'a Gemm of what was turned': {
      nodes: [
        node('Transpose', ['x'], 'd', { perm: [1, 0] }),
        node('Gemm', ['d', 'v', 'bias'], 'e', { transA: 1 }),
        relu('e', 'h'),
      ],
    },
    'a MatMul with its weights on the left': {
      nodes: [
        node('Transpose', ['x'], 'd', { perm: [1, 0] }),
        node('MatMul', ['v', 'd'], 'e'),
        node('Transpose', ['e'], 'f', { perm: [1, 0] }),
        relu('f', 'h'),
      ],
    },
    'a negative Gemm': { nodes: [node('Gemm', ['r', 'v'], 'd'), node('Neg', ['d'], 'e'), relu('e', 'h')] },
    'a Gemm that is subtracted from a constant': {
      nodes: [node('Gemm', ['r', 'v'], 'd'), node('Sub', ['bias', 'd'], 'e'), relu('e', 'h')],
    },
    'a batch norm behind a Gemm': { nodes: [node('Gemm', ['r', 'v', 'bias'], 'd'), norm('d', 'e'), relu('e', 'h')] },
    'a batch norm behind a ReLU': { nodes: [norm('r', 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')] },
    'a batch norm of the input': { nodes: [norm('x', 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')] },
    'a batch norm behind a Gemm that a sum reads too': {
      nodes: [node('Gemm', ['r', 'v'], 'd'), norm('d', 'e'), node('Add', ['d', 'e'], 'f'), relu('f', 'h')],
    },
    'weights that are used twice': {
      nodes: [node('Gemm', ['r', 'v'], 'd'), relu('d', 'e'), node('Gemm', ['e', 'v'], 'f'), relu('f', 'h')],
    },
    'weights that are used once as they are, once transposed': {
      nodes: [
        node('Gemm', ['x', 'v'], 'd'),
        relu('d', 'e'),
        node('Gemm', ['e', 'v'], 'f', { transB: 1 }),
        relu('f', 'h'),
      ],
    },
    'features as a picture': {
      nodes: [
        node('Reshape', ['r', 'picture'], 'd'),
        node('Conv', ['d', 'kernel'], 'e', { pads: [1, 1, 1, 1] }),
        relu('e', 'f'),
        node('Reshape', ['f', 'flat'], 'h'),
      ],
      weights: { kernel: [2, 1, 3, 3] },
      constants: { picture: ints([-1, 1, 2, 3]), flat: ints([-1, 12]) },
    },
    'features as a sequence': {
      nodes: [
        node('Unsqueeze', ['x', 'second'], 'd'),
        node('Conv', ['d', 'kernel'], 'e', { pads: [1, 1] }),
        relu('e', 'f'),
        node('MaxPool', ['f'], 'h', { kernel_shape: [2], strides: [2] }),
      ],
      weights: { kernel: [3, 1, 3] },
    },

    // What is done to the input.
    'features that are standardised': {
      nodes: [
        node('Sub', ['x', 'scale'], 'd'),
        node('Div', ['d', 'deviations'], 'e'),
        node('Gemm', ['e', 'v', 'bias'], 'f'),
        relu('f', 'h'),
      ],
      weights: { deviations: { dims: [6], low: 0.5, high: 2 } },
    },
    'features between 0 and 1': {
      nodes: [
        node('Mul', ['x', 'factors'], 'd'),
        node('Add', ['d', 'bias'], 'e'),
        node('Clip', ['e', 'zero', 'one'], 'f'),
        node('Gemm', ['f', 'v'], 'g'),
        relu('g', 'h'),
      ],
      weights: { factors: { dims: [6], low: 0.5, high: 2 } },
    },
    'features that a tanh bounds': { nodes: [node('Tanh', ['x'], 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')] },
    'features of length 1': {
      nodes: [
        node('ReduceL2', ['x'], 'd', { axes: [1] }),
        node('Div', ['x', 'd'], 'e'),
        node('Gemm', ['e', 'v'], 'f'),
        relu('f', 'h'),
      ],
    },
    'features and their squares': {
      nodes: [
        node('Mul', ['x', 'x'], 'd'),
        node('Concat', ['x', 'd'], 'e', { axis: 1 }),
        node('Gemm', ['e', 'wide'], 'f'),
        relu('f', 'h'),
      ],
      weights: { wide: [12, 6] },
    },
    'features beside constants': {
      hasConstantsBeside: true,
      nodes: [node('Concat', ['x', 'beside'], 'd', { axis: 1 }), node('Gemm', ['d', 'wide'], 'e'), relu('e', 'h')],
      x: [1, 6],
      weights: { beside: { dims: [1, 3], low: 0.2, high: 1 }, wide: [9, 6] },
    },
    'features of which some are chosen': {
      nodes: [node('Gather', ['x', 'chosen'], 'd', { axis: 1 }), node('Gemm', ['d', 'narrow'], 'e'), relu('e', 'h')],
      weights: { narrow: [4, 6] },
      constants: { chosen: ints([5, 1, 1, -6]) },
    },
    'features that are split, in three towers': {
      nodes: [
        node('Split', ['x'], ['d', 'e', 'f'], { axis: 1 }),
        ...['d', 'e', 'f'].flatMap(name => [
          node('Gemm', [name, `${name}_weights`], `${name}_sum`),
          relu(`${name}_sum`, `${name}_tower`),
        ]),
        node('Concat', ['f_tower', 'd_tower', 'e_tower'], 'g', { axis: -1 }),
        node('Gemm', ['g', 'nine'], 'i'),
        relu('i', 'h'),
      ],
      weights: { d_weights: [2, 3], e_weights: [2, 3], f_weights: [2, 3], nine: [9, 4] },
    },
    'magnitudes of features': { nodes: [node('Abs', ['x'], 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')] },

    // Sums, maxima and products.
    'a max-out': { nodes: [node('Max', ['a', 'c'], 'h')] },
    'a max-out of activations': {
      nodes: [node('Max', ['r', 's'], 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')],
    },
    'a max-out by an axis': {
      nodes: [
        node('Reshape', ['a', 'pairs'], 'd'),
        node('ReduceMax', ['d'], 'e', { axes: [2], keepdims: 0 }),
        node('Gemm', ['e', 'narrow'], 'f'),
        relu('f', 'h'),
      ],
      weights: { narrow: [3, 5] },
      constants: { pairs: ints([-1, 3, 2]) },
    },
    'a difference of activations': { nodes: [node('Sub', ['r', 's'], 'h')] },
    'a difference of activations, rectified': { nodes: [node('Sub', ['r', 's'], 'd'), relu('d', 'h')] },
    'a difference of activations, behind a tanh': { nodes: [node('Sub', ['r', 's'], 'd'), node('Tanh', ['d'], 'h')] },
    'a sum with what is negated': { nodes: [node('Neg', ['s'], 'd'), node('Add', ['r', 'd'], 'e'), relu('e', 'h')] },
    'a sum of layers and a constant': { nodes: [node('Sum', ['a', 'c', 'bias'], 'd'), relu('d', 'h')] },
    'a sum of layers, behind a sigmoid': {
      nodes: [node('Add', ['a', 'c'], 'd'), node('Sigmoid', ['d'], 'e'), node('Gemm', ['e', 'v'], 'f'), relu('f', 'h')],
    },
    'a mean of two': {
      nodes: [
        node('Add', ['r', 's'], 'd'),
        node('Div', ['d', 'two'], 'e'),
        node('Gemm', ['e', 'v'], 'f'),
        relu('f', 'h'),
      ],
    },
    'a residual that is normalised': {
      nodes: [
        node('Gemm', ['r', 'v'], 'd'),
        node('Add', ['r', 'd'], 'e'),
        node('LayerNormalization', ['e', 'scale', 'bias'], 'f'),
        node('Gemm', ['f', 'u'], 'g'),
        relu('g', 'h'),
      ],
    },
    'a product of activations': {
      nodes: [node('Mul', ['r', 's'], 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')],
    },
    'a product of layers': { nodes: [node('Mul', ['a', 'c'], 'h')] },
    'a quotient': {
      nodes: [node('Exp', ['c'], 'd'), node('Div', ['a', 'd'], 'e'), node('Gemm', ['e', 'v'], 'f'), relu('f', 'h')],
    },
    'features that cross': {
      nodes: [
        node('Gemm', ['x', 'one_out'], 'd'),
        node('Mul', ['x', 'd'], 'e'),
        node('Add', ['e', 'bias'], 'f'),
        node('Add', ['f', 'x'], 'h'),
      ],
      weights: { one_out: [6, 1] },
    },
    'a factorisation machine': {
      nodes: [
        node('MatMul', ['x', 'factors'], 'd'),
        node('Pow', ['d', 'two'], 'e'),
        node('Pow', ['x', 'two'], 'f'),
        node('MatMul', ['f', 'squares'], 'g'),
        node('Sub', ['e', 'g'], 'i'),
        node('Mul', ['i', 'half'], 'h'),
      ],
      weights: { factors: [6, 4], squares: { dims: [6, 4], low: 0, high: 1 } },
    },
    'experts and their gate': {
      nodes: [
        node('Gemm', ['x', 'gate'], 'd'),
        node('Softmax', ['d'], 'e'),
        node('Split', ['e'], ['f', 'g'], { axis: 1 }),
        node('Mul', ['r', 'f'], 'i'),
        node('Mul', ['g', 's'], 'j'),
        node('Add', ['i', 'j'], 'h'),
      ],
      weights: { gate: [6, 2] },
    },
    'a gate of 1 and more': {
      nodes: [node('Tanh', ['c'], 'd'), node('Add', ['d', 'one'], 'e'), node('Mul', ['a', 'e'], 'h')],
    },

    // Activation functions.
    ...Object.fromEntries(
      ['Abs', 'Celu', 'Elu', 'Erf', 'HardSwish', 'Mish', 'Selu', 'Softplus', 'Softsign', 'Tanh', 'ThresholdedRelu'].map(
        name => [
          `${name} between dense layers`,
          {
            nodes: [node(name, ['a'], 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')],
            opset: name === 'Mish' ? 18 : 17,
          },
        ],
      ),
    ),
    'a Clip that is open above': {
      nodes: [node('Clip', ['a', 'zero'], 'd'), node('Gemm', ['d', 'v'], 'e'), node('Clip', ['e', 'zero'], 'h')],
    },
    'a Clip below 0': {
      nodes: [node('Clip', ['a', 'minus', 'zero'], 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')],
      constants: { minus: floats([], [-1]) },
    },
    'a power': {
      nodes: [node('Pow', ['r', 'exponent'], 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')],
      constants: { exponent: floats([], [1.5]) },
    },
    'a logarithm': {
      nodes: [node('Add', ['r', 'one'], 'd'), node('Log', ['d'], 'e'), node('Gemm', ['e', 'v'], 'f'), relu('f', 'h')],
    },
    'a root': { nodes: [node('Sqrt', ['r'], 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')] },
    steps: {
      nodes: [
        node('Greater', ['a', 'zero'], 'd'),
        node('Cast', ['d'], 'e', { to: 1 }),
        node('Gemm', ['e', 'v'], 'f'),
        relu('f', 'h'),
      ],
    },
    'a ReLU that steps let through': {
      nodes: [
        node('Greater', ['a', 'zero'], 'd'),
        node('Cast', ['d'], 'e', { to: 1 }),
        node('Mul', ['a', 'e'], 'f'),
        node('Gemm', ['f', 'v'], 'g'),
        relu('g', 'h'),
      ],
    },
    'a quantised activation': {
      nodes: [
        node('QuantizeLinear', ['r', 'step', 'nought'], 'd'),
        node('DequantizeLinear', ['d', 'step', 'nought'], 'e'),
        node('Gemm', ['e', 'v'], 'f'),
        relu('f', 'h'),
      ],
      constants: { step: floats([], [0.02]), nought: { dtype: 'uint8', dims: [], bytes: Uint8Array.of(0) } },
    },

    // Heads.
    'a ReLU behind the last layer': { nodes: [relu('a', 'y')] },
    'a softmax at the end': { nodes: [node('Gemm', ['r', 'v', 'bias'], 'd'), node('Softmax', ['d'], 'y')] },
    'a softmax of what is divided': {
      nodes: [
        node('Gemm', ['r', 'v', 'bias'], 'd'),
        node('Div', ['d', 'temperature'], 'e'),
        node('Softmax', ['e'], 'y'),
      ],
    },
    'sigmoids at the end': { nodes: [node('Gemm', ['r', 'v', 'bias'], 'd'), node('Sigmoid', ['d'], 'y')] },
    'logits that are read once more': {
      nodes: [node('Gemm', ['r', 'v'], 'y'), node('Softmax', ['y'], 'probabilities')],
      besides: ['probabilities'],
    },
    'a tanh behind the last layer': { nodes: [node('Gemm', ['r', 'v'], 'd'), node('Tanh', ['d'], 'y')] },
    'a batch norm behind the last layer': { nodes: [node('Gemm', ['r', 'v'], 'd'), norm('d', 'y')] },
    'the mean of two heads': {
      nodes: [
        node('Gemm', ['r', 'v'], 'd'),
        node('Gemm', ['s', 'u'], 'e'),
        node('Add', ['d', 'e'], 'f'),
        node('Mul', ['f', 'half'], 'y'),
      ],
    },
    'heads beside each other': {
      nodes: [
        node('Gemm', ['r', 'v'], 'd'),
        node('Gemm', ['s', 'u'], 'e'),
        node('Concat', ['d', 'e'], 'y', { axis: 1 }),
      ],
    },
    'wide and deep': {
      nodes: [node('Gemm', ['r', 'v'], 'd'), node('Gemm', ['x', 'u', 'bias'], 'e'), node('Add', ['d', 'e'], 'y')],
    },
    'the largest of two heads': {
      nodes: [node('Gemm', ['r', 'v'], 'd'), node('Gemm', ['s', 'u'], 'e'), node('Max', ['d', 'e'], 'y')],
    },

    // As rarer exporters write it.
    'a Gemm of opset 7': {
      nodes: [node('Gemm', ['r', 'v', 'bias'], 'd', { transB: 1, alpha: float(2) }), node('Softmax', ['d'], 'y')],
      opset: 7,
    },
    'a softmax of opset 9, in between': {
      nodes: [node('Softmax', ['a'], 'd', { axis: 1 }), node('Gemm', ['d', 'v', 'bias'], 'e'), relu('e', 'h')],
      opset: 9,
    },
    'a Gemm whose bias nodes make': {
      nodes: [node('Mul', ['bias', 'scale'], 'made'), node('Gemm', ['r', 'v', 'made'], 'd'), relu('d', 'h')],
    },
    'a sigmoid in pieces': {
      nodes: [
        node('Neg', ['a'], 'd'),
        node('Exp', ['d'], 'e'),
        node('Add', ['e', 'one'], 'f'),
        node('Reciprocal', ['f'], 'g'),
        node('Gemm', ['g', 'v'], 'i'),
        relu('i', 'h'),
      ],
    },
    'Softplus in pieces': {
      nodes: [
        node('Exp', ['a'], 'd'),
        node('Add', ['d', 'one'], 'e'),
        node('Log', ['e'], 'f'),
        node('Gemm', ['f', 'v'], 'g'),
        relu('g', 'h'),
      ],
    },
    'a LeakyRelu in pieces': {
      nodes: [
        node('Neg', ['a'], 'd'),
        relu('d', 'e'),
        node('Mul', ['e', 'tenth'], 'f'),
        node('Sub', ['r', 'f'], 'g'),
        node('Gemm', ['g', 'v'], 'i'),
        relu('i', 'h'),
      ],
      constants: { tenth: floats([], [0.1]) },
    },
    'ReLU6 and its sixth': {
      nodes: [
        node('Clip', ['a', 'zero', 'six'], 'd'),
        node('Div', ['d', 'six'], 'e'),
        node('Gemm', ['e', 'v'], 'f'),
        node('Clip', ['f', 'zero', 'six'], 'h'),
      ],
      constants: { six: floats([], [6]) },
    },
    'Swish of opset 24': {
      nodes: [node('Swish', ['a'], 'd'), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')],
      opset: 24,
    },
    'Gelu of opset 20': {
      nodes: [node('Gelu', ['a'], 'd', { approximate: 'tanh' }), node('Gemm', ['d', 'v'], 'e'), relu('e', 'h')],
      opset: 20,
    },
    'a choice by another activation': {
      nodes: [
        node('Greater', ['a', 'c'], 'd'),
        node('Where', ['d', 'r', 's'], 'e'),
        node('Gemm', ['e', 'v'], 'f'),
        relu('f', 'h'),
      ],
    },
    'a choice of 0': {
      nodes: [
        node('LessOrEqual', ['a', 'zero'], 'd'),
        node('Where', ['d', 'zero', 'a'], 'e'),
        node('Gemm', ['e', 'v'], 'f'),
        relu('f', 'h'),
      ],
    },
    'a factor of 0': {
      nodes: [
        node('Gemm', ['r', 'v'], 'd'),
        node('Mul', ['d', 'some'], 'e'),
        node('Add', ['e', 'bias'], 'f'),
        relu('f', 'h'),
      ],
      constants: { some: floats([6], [0, 1, 0, -1, 2, 1]) },
    },
    'a sum of a Gemm and its own input': {
      nodes: [node('Gemm', ['x', 'v'], 'd'), node('Add', ['d', 'x'], 'e'), relu('e', 'h')],
    },
    'a sum of inputs and an activation of theirs': {
      nodes: [node('Tanh', ['x'], 'd'), node('Add', ['x', 'd'], 'e'), node('Gemm', ['e', 'v'], 'f'), relu('f', 'h')],
    },
    'the mean of five': {
      nodes: [node('Sum', ['a', 'r', 'c', 's', 'x'], 'd'), node('Div', ['d', 'five'], 'e'), relu('e', 'h')],
      constants: { five: floats([], [5]) },
    },
    'a product of three': { nodes: [node('Mul', ['r', 's'], 'd'), node('Mul', ['d', 'a'], 'h')] },
    'a product of a gate and a gate': {
      nodes: [
        node('Sigmoid', ['a'], 'd'),
        node('Tanh', ['c'], 'e'),
        node('Mul', ['d', 'e'], 'f'),
        node('Gemm', ['f', 'v'], 'g'),
        relu('g', 'h'),
      ],
    },
    'an update of a gated recurrent unit': {
      nodes: [
        node('Sigmoid', ['a'], 'z'),
        node('Tanh', ['c'], 'n'),
        node('Sub', ['x', 'n'], 'd'),
        node('Mul', ['z', 'd'], 'e'),
        node('Add', ['n', 'e'], 'h'),
      ],
    },
    'a cell of long short-term memory': {
      nodes: [
        node('Gemm', ['x', 'wide'], 'all'),
        node('Split', ['all'], ['i', 'f', 'g', 'o'], { axis: 1 }),
        ...['i', 'f', 'o'].map(name => node('Sigmoid', [name], `${name}_gate`)),
        node('Tanh', ['g'], 'g_new'),
        node('Mul', ['i_gate', 'g_new'], 'j'),
        node('Mul', ['f_gate', 'narrow_before'], 'l'),
        node('Add', ['l', 'j'], 'cell'),
        node('Tanh', ['cell'], 'shown'),
        node('Mul', ['o_gate', 'shown'], 'h'),
      ],
      weights: { wide: [6, 12], narrow_before: [1, 3] },
    },
    'a bilinear layer': {
      nodes: [
        node('Unsqueeze', ['a', 'second'], 'd'),
        node('Unsqueeze', ['r', 'third'], 'e'),
        node('MatMul', ['e', 'd'], 'f'),
        node('Reshape', ['f', 'flat'], 'g'),
        node('Gemm', ['g', 'wide'], 'i'),
        relu('i', 'h'),
      ],
      weights: { wide: [36, 4] },
      constants: { third: ints([2]), flat: ints([-1, 36]) },
    },
    'distances to centres': {
      nodes: [
        node('Unsqueeze', ['x', 'second'], 'd'),
        node('Sub', ['d', 'centres'], 'e'),
        node('Pow', ['e', 'two'], 'f'),
        node('ReduceSum', ['f', 'third'], 'g', { keepdims: 0 }),
        node('Neg', ['g'], 'i'),
        node('Exp', ['i'], 'h'),
      ],
      weights: { centres: [4, 6] },
      constants: { third: ints([2]) },
    },
    'a cosine of angles': {
      nodes: [
        node('ReduceL2', ['a'], 'd', { axes: [1] }),
        node('Div', ['a', 'd'], 'e'),
        node('Gemm', ['e', 'v'], 'f'),
        node('Mul', ['f', 'sixteen'], 'y'),
      ],
      constants: { sixteen: floats([], [16]) },
    },
    'a Gemm, a Reshape and its transpose': {
      nodes: [
        node('Gemm', ['r', 'v'], 'd'),
        node('Reshape', ['d', 'pairs'], 'e'),
        node('Transpose', ['e'], 'f', { perm: [0, 2, 1] }),
        node('Flatten', ['f'], 'g'),
        relu('g', 'i'),
        node('Gemm', ['i', 'u'], 'j'),
        relu('j', 'h'),
      ],
      constants: { pairs: ints([0, 2, -1]) },
    },
    'a softmax whose logits are shifted': {
      nodes: [
        node('Gemm', ['r', 'v'], 'd'),
        node('ReduceMax', ['d'], 'e', { axes: [1] }),
        node('Sub', ['d', 'e'], 'f'),
        node('Softmax', ['f'], 'y'),
      ],
    },
    'logits between −30 and 30': {
      nodes: [
        node('Gemm', ['r', 'v'], 'd'),
        node('Div', ['d', 'thirty'], 'e'),
        node('Tanh', ['e'], 'f'),
        node('Mul', ['f', 'thirty'], 'y'),
      ],
      constants: { thirty: floats([], [30]) },
    },
    'a softmax that is clipped': {
      nodes: [node('Gemm', ['r', 'v'], 'd'), node('Softmax', ['d'], 'e'), node('Clip', ['e', 'epsilon', 'one'], 'y')],
    },
    'a softmax behind a batch norm': {
      nodes: [node('Gemm', ['r', 'v'], 'd'), norm('d', 'e'), node('Softmax', ['e'], 'f'), node('Identity', ['f'], 'y')],
    },
    'one sigmoid, squeezed': {
      nodes: [
        node('Gemm', ['r', 'narrow', 'half'], 'd'),
        node('Sigmoid', ['d'], 'e'),
        node('Reshape', ['e', 'column'], 'y'),
      ],
      weights: { narrow: [6, 1] },
      constants: { column: ints([-1, 1]) },
    },
  },
}
