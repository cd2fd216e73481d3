/** Networks over images of two channels. */

import { float } from '../../../src/core/0-graph/builder.ts'
import { floats, ints, node } from '../models.ts'
import { conv, type Family, norm, relu, statistics } from './form.ts'

const same = { pads: [1, 1, 1, 1] }
const halves = { kernel_shape: [2, 2], strides: [2, 2] }
const threes = { kernel_shape: [3, 3], strides: [1, 1], ...same }
const negative = { low: -1, high: -0.5 }

export const images: Family = {
  x: ['n', 2, 6, 6],
  nodes: [node('Conv', ['x', 'w', 'b'], 'a'), relu('a', 'r')],
  weights: {
    w: [3, 2, 1, 1],
    b: [3],
    v: [3, 3, 1, 1],
    u: [3, 3, 1, 1],
    k: [3, 3, 3, 3],
    first: [3, 2, 3, 3],
    depthwise: [3, 1, 3, 3],
    transposed: [3, 3, 2, 2],
    each: [3, 1, 1],
    other: [3, 1, 1],
    ...statistics('n', 3),
    ...statistics('m', 3),
  },
  constants: {
    zero: floats([], [0]),
    one: floats([], [1]),
    two: floats([], [2]),
    three: floats([], [3]),
    six: floats([], [6]),
    half: floats([], [0.5]),
    tenth: floats([], [0.1]),
    epsilon: floats([], [0.001]),
    root: floats([], [Math.SQRT2]),
    twice: floats([4], [1, 1, 2, 2]),
    around: ints([0, 0, 1, 1, 0, 0, 1, 1]),
    planes: ints([2, 3]),
    ends: ints([-1, -2]),
    rows: ints([0, 3, -1]),
  },
  forms: {
    // Batch norms and what else multiplies sums.
    'a batch norm behind the first layer': { nodes: [norm('a', 'c'), relu('c', 'h')] },
    'a batch norm behind a hidden layer': { nodes: [conv('r', 'c', 'k'), norm('c', 'd'), relu('d', 'h')] },
    'a batch norm of negative scale': {
      nodes: [conv('r', 'c', 'k'), norm('c', 'd'), relu('d', 'h')],
      weights: { n_scale: { dims: [3], ...negative } },
    },
    'a batch norm behind a transposed convolution': {
      nodes: [node('ConvTranspose', ['r', 'transposed'], 'c', { strides: [2, 2] }), norm('c', 'd'), relu('d', 'h')],
    },
    'a batch norm of negative scale behind a transposed convolution': {
      nodes: [node('ConvTranspose', ['r', 'transposed'], 'c', { strides: [2, 2] }), norm('c', 'd'), relu('d', 'h')],
      weights: { n_scale: { dims: [3], ...negative } },
    },
    'a batch norm behind a grouped and dilated transposed convolution': {
      nodes: [
        node('ConvTranspose', ['r', 'grouped', 'bias'], 'c', { group: 3, dilations: [2, 2], strides: [2, 2] }),
        norm('c', 'd', 'p'),
        relu('d', 'h'),
      ],
      weights: { grouped: [3, 2, 2, 2], bias: [6], ...statistics('p', 6) },
    },
    'a transposed convolution, its output padded': {
      nodes: [
        node('ConvTranspose', ['r', 'k'], 'c', { strides: [2, 2], ...same, output_padding: [1, 1] }),
        relu('c', 'h'),
      ],
    },
    'a transposed convolution to a given size': {
      nodes: [node('ConvTranspose', ['r', 'k'], 'c', { strides: [2, 2], output_shape: [12, 12] }), relu('c', 'h')],
    },
    'a transposed convolution that keeps sizes': {
      nodes: [node('ConvTranspose', ['r', 'k'], 'c', { auto_pad: 'SAME_LOWER' }), relu('c', 'h')],
    },
    'a transposed convolution of the input': {
      nodes: [node('ConvTranspose', ['x', 'up', 'b'], 'c', { strides: [2, 2] }), norm('c', 'd'), relu('d', 'h')],
      weights: { up: [2, 3, 3, 3] },
    },
    'a batch norm of the input': {
      nodes: [norm('x', 'c', 'p'), conv('c', 'd', 'w'), relu('d', 'h')],
      weights: statistics('p', 2),
    },
    'a batch norm and a ReLU of the input': {
      nodes: [norm('x', 'c', 'p'), relu('c', 'd'), conv('d', 'e', 'w'), relu('e', 'h')],
      weights: statistics('p', 2),
    },
    'a batch norm behind a sum': {
      nodes: [conv('x', 'c', 'w'), node('Add', ['a', 'c'], 's'), norm('s', 'd'), relu('d', 'h')],
    },
    'a batch norm behind average pooling': {
      nodes: [node('AveragePool', ['r'], 'c', halves), norm('c', 'd'), relu('d', 'h')],
    },
    'a batch norm behind max pooling': { nodes: [node('MaxPool', ['r'], 'c', halves), norm('c', 'd'), relu('d', 'h')] },
    'a batch norm between convolutions': {
      nodes: [conv('r', 'c', 'k'), norm('c', 'd'), conv('d', 'e'), relu('e', 'h')],
    },
    'a batch norm behind a ReLU, in front of a padded convolution': {
      nodes: [norm('r', 'c'), conv('c', 'd', 'k', same), relu('d', 'h')],
    },
    'batch norms in a row': { nodes: [conv('r', 'c', 'k'), norm('c', 'd'), norm('d', 'e', 'm'), relu('e', 'h')] },
    'a batch norm with a second reader of what it reads': {
      nodes: [conv('r', 'c'), norm('c', 'd'), node('Add', ['c', 'd'], 's'), relu('s', 'h')],
    },
    'a batch norm behind a Concat of layers': {
      nodes: [
        conv('r', 'c'),
        conv('r', 'd', 'u'),
        node('Concat', ['c', 'd'], 'e', { axis: 1 }),
        norm('e', 'f', 'p'),
        relu('f', 'h'),
      ],
      weights: statistics('p', 6),
    },
    'a batch norm behind a depthwise convolution': {
      nodes: [conv('r', 'c', 'depthwise', { group: 3, ...same }), norm('c', 'd'), relu('d', 'h')],
    },
    'a batch norm behind global pooling': {
      nodes: [
        node('GlobalAveragePool', ['r'], 'c'),
        node('Flatten', ['c'], 'd'),
        norm('d', 'e'),
        node('Gemm', ['e', 'dense'], 'f'),
        relu('f', 'h'),
      ],
      weights: { dense: [3, 5] },
    },
    'a batch norm where channels are last': {
      nodes: [
        node('Transpose', ['r'], 'c', { perm: [0, 2, 3, 1] }),
        node('MatMul', ['c', 'dense'], 'd'),
        node('Transpose', ['d'], 'e', { perm: [0, 3, 1, 2] }),
        norm('e', 'f'),
        relu('f', 'h'),
      ],
      weights: { dense: [3, 3] },
    },
    'a factor and a shift behind a convolution': {
      nodes: [conv('r', 'c', 'k'), node('Mul', ['c', 'each'], 'd'), node('Add', ['d', 'other'], 'e'), relu('e', 'h')],
    },
    'a factor and a shift, the constants first': {
      nodes: [conv('r', 'c', 'k'), node('Mul', ['each', 'c'], 'd'), node('Sub', ['other', 'd'], 'e'), relu('e', 'h')],
    },
    'a divisor behind a convolution': {
      nodes: [conv('r', 'c', 'k'), node('Sub', ['c', 'other'], 'd'), node('Div', ['d', 'each'], 'e'), relu('e', 'h')],
    },
    'a number as factor behind a convolution': {
      nodes: [conv('r', 'c', 'k'), node('Mul', ['c', 'minus'], 'd'), relu('d', 'h')],
      constants: { minus: floats([1], [-1.5]) },
    },
    'a shift of every place behind a convolution': {
      nodes: [conv('r', 'c'), node('Add', ['c', 'shift'], 'd'), relu('d', 'h')],
      weights: { shift: [1, 3, 6, 6] },
    },
    'a factor where channels are last': {
      nodes: [
        conv('r', 'c', 'k'),
        node('Transpose', ['c'], 'd', { perm: [0, 2, 3, 1] }),
        node('Mul', ['d', 'factor'], 'e'),
        node('Add', ['e', 'shift'], 'f'),
        relu('f', 'g'),
        node('Transpose', ['g'], 'h', { perm: [0, 3, 1, 2] }),
      ],
      weights: { factor: [3], shift: [3] },
    },
    'a factor behind a Flatten': {
      nodes: [
        conv('r', 'c', 'k'),
        node('GlobalAveragePool', ['c'], 'd'),
        node('Flatten', ['d'], 'e'),
        node('Mul', ['e', 'factor'], 'f'),
        relu('f', 'h'),
      ],
      weights: { factor: [3] },
    },
    'a factor in front of a convolution': {
      nodes: [node('Mul', ['r', 'each'], 'c'), conv('c', 'd', 'k'), relu('d', 'h')],
    },

    // Convolutions.
    'a convolution of groups, strides and dilations': {
      nodes: [
        conv('r', 'c', 'grouped', { group: 3, dilations: [2, 1], strides: [2, 1], pads: [2, 1, 0, 1] }),
        relu('c', 'h'),
      ],
      weights: { grouped: [6, 1, 3, 3] },
    },
    'a depthwise convolution of the input': {
      nodes: [conv('x', 'c', 'grouped', { group: 2, ...same }), relu('c', 'd'), conv('d', 'e', 'w'), relu('e', 'h')],
      weights: { grouped: [2, 1, 3, 3] },
    },
    'a convolution with SAME_UPPER': {
      nodes: [conv('x', 'c', 'first', { auto_pad: 'SAME_UPPER', strides: [2, 2] }), relu('c', 'h')],
    },
    'a convolution with SAME_LOWER': {
      nodes: [conv('x', 'c', 'even', { auto_pad: 'SAME_LOWER' }), relu('c', 'h')],
      weights: { even: [3, 2, 2, 2] },
    },
    'a convolution with VALID': { nodes: [conv('r', 'c', 'k', { auto_pad: 'VALID' }), relu('c', 'h')] },
    'a bias that is added': { nodes: [conv('x', 'c', 'first'), node('Add', ['c', 'each'], 'd'), relu('d', 'h')] },
    'separable convolutions': {
      nodes: [
        conv('r', 'c', 'tall', { pads: [1, 0, 1, 0] }),
        conv('c', 'd', 'wide', { pads: [0, 1, 0, 1] }),
        relu('d', 'h'),
      ],
      weights: { tall: [3, 3, 3, 1], wide: [3, 3, 1, 3] },
    },
    'a convolution over rows, as TensorFlow writes it': {
      nodes: [
        node('Unsqueeze', ['x', 'third'], 'c'),
        conv('c', 'd', 'row', { pads: [0, 1, 0, 1] }),
        node('Squeeze', ['d', 'third'], 'e'),
        node('Add', ['e', 'bias'], 'f'),
        relu('f', 'h'),
      ],
      x: ['n', 2, 8],
      weights: { row: [3, 2, 1, 3], bias: [3, 1] },
      constants: { third: ints([2]) },
    },
    'a dilated convolution by spaces and batches': {
      nodes: [
        node('SpaceToDepth', ['r'], 'c', { blocksize: 2 }),
        conv('c', 'd', 'grouped', { group: 4, ...same }),
        node('DepthToSpace', ['d'], 'e', { blocksize: 2 }),
        relu('e', 'h'),
      ],
      weights: { grouped: [12, 3, 3, 3] },
    },
    'convolutions in three dimensions': {
      nodes: [
        conv('x', 'c', 'cube', { pads: [1, 1, 1, 1, 1, 1] }),
        norm('c', 'd'),
        relu('d', 'e'),
        node('MaxPool', ['e'], 'f', { kernel_shape: [1, 2, 2], strides: [1, 2, 2] }),
        node('AveragePool', ['f'], 'h', { kernel_shape: [2, 2, 2] }),
      ],
      x: ['n', 2, 3, 4, 4],
      weights: { cube: [3, 2, 3, 3, 3] },
    },
    'weights that nodes make': {
      nodes: [
        node('ReduceL2', ['k'], 'length', { axes: [1, 2, 3] }),
        node('Div', ['k', 'length'], 'direction'),
        node('Mul', ['direction', 'gain'], 'made'),
        conv('r', 'c', 'made'),
        relu('c', 'h'),
      ],
      weights: { gain: [3, 1, 1, 1] },
    },
    'weights that are transposed': {
      nodes: [
        node('Transpose', ['stored'], 'made', { perm: [3, 2, 0, 1] }),
        conv('r', 'c', 'made', same),
        relu('c', 'h'),
      ],
      weights: { stored: [3, 3, 3, 3] },
    },
    'weights that are used twice, in a row': {
      nodes: [conv('r', 'c', 'k', same), relu('c', 'd'), conv('d', 'e', 'k', same), relu('e', 'h')],
    },
    'weights that are used twice, side by side': {
      nodes: [
        node('AveragePool', ['x'], 'small', halves),
        conv('x', 'c', 'first', same),
        conv('small', 'd', 'first', same),
        node('MaxPool', ['c'], 'e', halves),
        node('Add', ['d', 'e'], 's'),
        relu('s', 'h'),
      ],
    },

    // What is done to the input.
    'an input that is standardised': {
      nodes: [
        node('Sub', ['x', 'mean'], 'c'),
        node('Div', ['c', 'deviation'], 'd'),
        conv('d', 'e', 'first', same),
        relu('e', 'h'),
      ],
      constants: { mean: floats([1, 2, 1, 1], [0.4, 0.5]), deviation: floats([1, 2, 1, 1], [0.25, 0.2]) },
    },
    'an input that is scaled to −1 to 1': {
      nodes: [
        node('Mul', ['x', 'two'], 'c'),
        node('Sub', ['c', 'one'], 'd'),
        conv('d', 'e', 'first', same),
        relu('e', 'h'),
      ],
    },
    'an input that is inverted': {
      nodes: [node('Sub', ['one', 'x'], 'c'), conv('c', 'd', 'first', same), relu('d', 'h')],
    },
    'an input whose channels are swapped': {
      nodes: [node('Gather', ['x', 'swapped'], 'c', { axis: 1 }), conv('c', 'd', 'first'), relu('d', 'h')],
      constants: { swapped: ints([1, 0]) },
    },
    'an input whose channels are swapped by a negative step': {
      nodes: [node('Slice', ['x', 'start', 'end', 'axis', 'step'], 'c'), conv('c', 'd', 'first'), relu('d', 'h')],
      constants: { start: ints([-1]), end: ints([-9]), axis: ints([1]), step: ints([-1]) },
    },
    'an input whose channels are scaled one by one': {
      nodes: [
        node('Split', ['x'], ['c', 'd'], { axis: 1 }),
        node('Mul', ['c', 'half'], 'e'),
        node('Sub', ['d', 'half'], 'f'),
        node('Concat', ['f', 'e'], 'g', { axis: 1 }),
        conv('g', 'i', 'first'),
        relu('i', 'h'),
      ],
    },
    'an input with channels last': {
      nodes: [
        node('Transpose', ['x'], 'c', { perm: [0, 3, 1, 2] }),
        conv('c', 'd', 'first', same),
        relu('d', 'e'),
        node('Transpose', ['e'], 'h', { perm: [0, 2, 3, 1] }),
      ],
      x: ['n', 6, 6, 2],
    },
    'an input in every second place': {
      nodes: [
        ...[0, 1, 2, 3].map(i => node('Slice', ['x', `from_${i >> 1}_${i & 1}`, 'far', 'planes', 'twos'], `part_${i}`)),
        node('Concat', ['part_0', 'part_1', 'part_2', 'part_3'], 'c', { axis: 1 }),
        conv('c', 'd', 'focus'),
        relu('d', 'h'),
      ],
      weights: { focus: [3, 8, 2, 2] },
      constants: {
        from_0_0: ints([0, 0]),
        from_0_1: ints([0, 1]),
        from_1_0: ints([1, 0]),
        from_1_1: ints([1, 1]),
        far: ints([99, 99]),
        twos: ints([2, 2]),
      },
    },
    'an input in depth': {
      nodes: [node('SpaceToDepth', ['x'], 'c', { blocksize: 2 }), conv('c', 'd', 'deep'), relu('d', 'h')],
      weights: { deep: [3, 8, 2, 2] },
    },
    'an input that is padded with zeros': {
      nodes: [node('Pad', ['x', 'around'], 'c'), conv('c', 'd', 'first'), relu('d', 'h')],
    },
    'an input that is padded with a number': {
      nodes: [node('Pad', ['x', 'around', 'half'], 'c'), conv('c', 'd', 'first'), relu('d', 'h')],
      hasConstantsBeside: true,
    },
    'an input that is cropped by a negative padding': {
      nodes: [node('Pad', ['x', 'crop'], 'c'), conv('c', 'd', 'first'), relu('d', 'h')],
      constants: { crop: ints([0, 0, -1, 1, 0, 0, 0, -1]) },
    },
    'an input that is averaged': {
      nodes: [node('AveragePool', ['x'], 'c', { ...threes }), conv('c', 'd', 'first'), relu('d', 'h')],
    },
    'an input that is averaged, the padding too': {
      nodes: [
        node('AveragePool', ['x'], 'c', { ...threes, count_include_pad: 1 }),
        conv('c', 'd', 'first'),
        relu('d', 'h'),
      ],
    },
    'an input of which the largest is taken': {
      nodes: [node('MaxPool', ['x'], 'c', threes), conv('c', 'd', 'first'), relu('d', 'h')],
    },
    'an input that is enlarged': {
      nodes: [node('Resize', ['x', '', 'twice'], 'c', { mode: 'nearest' }), conv('c', 'd', 'first'), relu('d', 'h')],
    },
    'an input that is averaged over channels': {
      nodes: [node('ReduceMean', ['x'], 'c', { axes: [1] }), conv('c', 'd', 'grey'), relu('d', 'h')],
      weights: { grey: [3, 1, 3, 3] },
    },
    'an input beside a layer': {
      nodes: [node('Concat', ['a', 'x'], 'c', { axis: 1 }), conv('c', 'd', 'five'), relu('d', 'h')],
      weights: { five: [3, 5, 3, 3] },
    },
    'an input beside activations': {
      nodes: [node('Concat', ['r', 'x'], 'c', { axis: 1 }), conv('c', 'd', 'five'), relu('d', 'h')],
      weights: { five: [3, 5, 3, 3] },
    },
    'an input added to activations': {
      nodes: [conv('r', 'c', 'back'), node('Add', ['x', 'c'], 's'), relu('s', 'h')],
      weights: { back: [2, 3, 1, 1] },
    },
    'an input that is cast': { nodes: [node('Cast', ['x'], 'c', { to: 1 }), conv('c', 'd', 'first'), relu('d', 'h')] },
    'an input that is clipped': {
      nodes: [node('Clip', ['x', 'zero', 'one'], 'c'), conv('c', 'd', 'first'), relu('d', 'h')],
    },
    'an input that is cut into patches': {
      nodes: [
        node('Reshape', ['x', 'cut'], 'c'),
        node('Transpose', ['c'], 'd', { perm: [0, 2, 4, 3, 5, 1] }),
        node('Reshape', ['d', 'patches'], 'e'),
        node('MatMul', ['e', 'dense'], 'f'),
        node('Add', ['f', 'positions'], 'g'),
        relu('g', 'h'),
      ],
      weights: { dense: [8, 5], positions: [1, 9, 5] },
      constants: { cut: ints([0, 2, 3, 2, 3, 2]), patches: ints([-1, 9, 8]) },
    },

    // Poolings.
    'max pooling that overlaps, then a ReLU': {
      nodes: [conv('r', 'c'), node('MaxPool', ['c'], 'd', threes), relu('d', 'h')],
    },
    'max pooling, then a clip': {
      nodes: [node('MaxPool', ['a'], 'c', threes), node('Clip', ['c', 'zero', 'six'], 'h')],
    },
    'max pooling of values of both signs': {
      nodes: [node('MaxPool', ['a'], 'c', threes), conv('c', 'd', 'k'), relu('d', 'h')],
    },
    'max pooling, rounded up': {
      nodes: [node('MaxPool', ['r'], 'h', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 })],
    },
    'max pooling, dilated': { nodes: [node('MaxPool', ['r'], 'h', { kernel_shape: [2, 2], dilations: [2, 2] })] },
    'max pooling with SAME_UPPER': {
      nodes: [node('MaxPool', ['r'], 'h', { ...halves, kernel_shape: [3, 3], auto_pad: 'SAME_UPPER' })],
    },
    'max pooling of single pixels': {
      nodes: [node('MaxPool', ['r'], 'c', { kernel_shape: [1, 1], strides: [2, 2] }), conv('c', 'd'), relu('d', 'h')],
    },
    'max pooling behind LeakyRelu': {
      nodes: [node('LeakyRelu', ['a'], 'c', { alpha: float(0.3) }), node('MaxPool', ['c'], 'h', halves)],
    },
    'max pooling behind LeakyRelu and a batch norm': {
      nodes: [
        node('LeakyRelu', ['a'], 'c', { alpha: float(0.3) }),
        norm('c', 'd'),
        node('MaxPool', ['d'], 'h', halves),
      ],
    },
    'max pooling behind what is shifted up': {
      nodes: [node('Tanh', ['a'], 'c'), node('Add', ['c', 'one'], 'd'), node('MaxPool', ['d'], 'h', halves)],
    },
    'max poolings in a row, beside each other': {
      nodes: [
        node('MaxPool', ['r'], 'c', threes),
        node('MaxPool', ['c'], 'd', threes),
        node('Concat', ['r', 'c', 'd'], 'e', { axis: 1 }),
        conv('e', 'f', 'nine'),
        relu('f', 'h'),
      ],
      weights: { nine: [3, 9, 1, 1] },
    },
    'max pooling of what is padded with zeros': {
      nodes: [node('Pad', ['r', 'around'], 'c'), node('MaxPool', ['c'], 'h', { ...halves, kernel_shape: [3, 3] })],
    },
    'max pooling of what is padded with −∞': {
      nodes: [
        node('Pad', ['r', 'around', 'far'], 'c'),
        node('MaxPool', ['c'], 'h', { ...halves, kernel_shape: [3, 3] }),
      ],
      constants: { far: floats([], [Number.NEGATIVE_INFINITY]) },
    },
    'average pooling, rounded up': {
      nodes: [
        node('AveragePool', ['r'], 'c', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
        conv('c', 'd'),
        relu('d', 'h'),
      ],
    },
    'average pooling, rounded up and padded': {
      nodes: [
        node('AveragePool', ['r'], 'c', { kernel_shape: [3, 3], strides: [2, 2], ...same, ceil_mode: 1 }),
        conv('c', 'd'),
        relu('d', 'h'),
      ],
    },
    'average pooling of both signs, padding not counted': {
      nodes: [node('AveragePool', ['a'], 'c', threes), conv('c', 'd'), relu('d', 'h')],
    },
    'average pooling of both signs, padding counted': {
      nodes: [node('AveragePool', ['a'], 'c', { ...threes, count_include_pad: 1 }), conv('c', 'd'), relu('d', 'h')],
    },
    'average pooling, padded on one side': {
      nodes: [
        node('AveragePool', ['r'], 'c', { kernel_shape: [3, 2], pads: [0, 1, 2, 0] }),
        conv('c', 'd'),
        relu('d', 'h'),
      ],
    },
    'average pooling, dilated': {
      nodes: [
        node('AveragePool', ['r'], 'c', { kernel_shape: [2, 2], dilations: [2, 2] }),
        conv('c', 'd'),
        relu('d', 'h'),
      ],
      opset: 19,
    },
    'average pooling with SAME_UPPER': {
      nodes: [
        node('AveragePool', ['r'], 'c', { ...halves, kernel_shape: [3, 3], auto_pad: 'SAME_UPPER' }),
        conv('c', 'd'),
        relu('d', 'h'),
      ],
    },
    'average pooling of what is padded': {
      nodes: [
        node('Pad', ['r', 'around'], 'c'),
        node('AveragePool', ['c'], 'd', halves),
        conv('d', 'e'),
        relu('e', 'h'),
      ],
    },
    'average pooling in front of a ReLU': { nodes: [node('AveragePool', ['a'], 'c', halves), relu('c', 'h')] },
    'average pooling behind slopes': {
      nodes: [
        node('PRelu', ['a', 'slopes'], 'c'),
        node('AveragePool', ['c'], 'd', { ...threes, count_include_pad: 1 }),
        conv('d', 'e'),
        relu('e', 'h'),
      ],
      weights: { slopes: { dims: [3, 1, 1], low: 0.1, high: 0.5 } },
    },
    'poolings of both kinds, added': {
      nodes: [node('GlobalAveragePool', ['r'], 'c'), node('GlobalMaxPool', ['r'], 'd'), node('Add', ['c', 'd'], 'h')],
    },
    'poolings of both kinds, beside each other': {
      nodes: [
        node('AveragePool', ['r'], 'c', halves),
        node('MaxPool', ['r'], 'd', halves),
        node('Concat', ['c', 'd'], 'h', { axis: 1 }),
      ],
    },
    'a mean over places': { nodes: [node('ReduceMean', ['r'], 'h', { axes: [2, 3] })] },
    'a mean over places, the last axis first, no axes kept': {
      nodes: [node('ReduceMean', ['r'], 'h', { axes: [3, 2], keepdims: 0 })],
    },
    'a mean over places, counted from the end': {
      nodes: [node('ReduceMean', ['a'], 'h', { axes: [-1, -2], keepdims: 0 })],
    },
    'a mean over places, its axes an input': {
      nodes: [node('ReduceMean', ['r', 'ends'], 'h', { keepdims: 0 })],
      opset: 18,
    },
    'means over one axis after the other': {
      nodes: [
        node('ReduceMean', ['r'], 'c', { axes: [3], keepdims: 0 }),
        node('ReduceMean', ['c'], 'h', { axes: [-1], keepdims: 0 }),
      ],
    },
    'a mean over places, channels last': {
      nodes: [
        node('Transpose', ['r'], 'c', { perm: [0, 2, 3, 1] }),
        node('ReduceMean', ['c'], 'h', { axes: [1, 2], keepdims: 0 }),
      ],
    },
    'a mean over places, flattened before': {
      nodes: [node('Reshape', ['r', 'rows'], 'c'), node('ReduceMean', ['c'], 'h', { axes: [2], keepdims: 0 })],
    },
    'a sum over places, divided': {
      nodes: [
        node('ReduceSum', ['a', 'planes'], 'c', { keepdims: 0 }),
        node('Div', ['c', 'count'], 'd'),
        relu('d', 'h'),
      ],
      constants: { count: floats([], [36]) },
    },
    'a mean over channels': { nodes: [node('ReduceMean', ['r'], 'h', { axes: [1], keepdims: 0 })] },
    'a mean over everything, of one sample': {
      nodes: [node('ReduceMean', ['r'], 'c', { keepdims: 1 }), node('Mul', ['r', 'c'], 'h')],
      x: [1, 2, 6, 6],
    },
    'the largest of places': { nodes: [node('ReduceMax', ['r'], 'h', { axes: [3, 2], keepdims: 0 })] },
    'the largest of places, its axes an input': {
      nodes: [node('ReduceMax', ['a', 'ends'], 'h', { keepdims: 1 })],
      opset: 18,
    },
    'the largest of channels': {
      nodes: [node('ReduceMax', ['r'], 'c', { axes: [1] }), conv('c', 'd', 'grey'), relu('d', 'h')],
      weights: { grey: [3, 1, 3, 3] },
    },

    // Sums.
    'a residual of the input': {
      nodes: [conv('r', 'c', 'back'), node('Add', ['c', 'x'], 'h')],
      weights: { back: [2, 3, 1, 1] },
    },
    'a residual, then a ReLU': {
      nodes: [conv('r', 'c', 'k', same), norm('c', 'd'), node('Add', ['d', 'r'], 's'), relu('s', 'h')],
    },
    'a residual, a ReLU in front': {
      nodes: [
        relu('x', 'c'),
        conv('c', 'd', 'w'),
        node('Add', ['d', 'a'], 's'),
        norm('s', 'e'),
        relu('e', 'f'),
        conv('f', 'g'),
        node('Add', ['s', 'g'], 'h'),
      ],
    },
    'a residual that is scaled': {
      nodes: [conv('r', 'c'), node('Mul', ['c', 'tenth'], 'd'), node('Add', ['r', 'd'], 's'), relu('s', 'h')],
    },
    'a residual scaled by channels': {
      nodes: [conv('r', 'c'), relu('c', 'd'), node('Mul', ['d', 'each'], 'e'), node('Add', ['r', 'e'], 'h')],
    },
    'a residual that is subtracted': { nodes: [conv('r', 'c'), node('Sub', ['r', 'c'], 'd'), relu('d', 'h')] },
    'a sum of three': {
      nodes: [conv('r', 'c'), conv('r', 'd', 'u'), node('Sum', ['r', 'c', 'd'], 's'), relu('s', 'h')],
    },
    'a sum of sums': {
      nodes: [
        conv('r', 'c'),
        conv('r', 'd', 'u'),
        node('Add', ['c', 'd'], 'e'),
        node('Add', ['e', 'r'], 's'),
        relu('s', 'h'),
      ],
    },
    'a sum of three that nothing rectifies': {
      nodes: [conv('r', 'c'), conv('r', 'd', 'u'), node('Sum', ['c', 'd', 'a'], 'h')],
    },
    'a sum of a value and itself': { nodes: [node('Add', ['a', 'a'], 'c'), relu('c', 'h')] },
    'a sum with what is broadcast over places': {
      nodes: [node('GlobalAveragePool', ['r'], 'c'), conv('c', 'd'), node('Add', ['r', 'd'], 's'), relu('s', 'h')],
    },
    'a sum, average pooling and a ReLU': {
      nodes: [conv('r', 'c'), node('Add', ['r', 'c'], 's'), node('AveragePool', ['s'], 'd', halves), relu('d', 'h')],
    },
    'a sum, max pooling and a ReLU': {
      nodes: [conv('r', 'c'), node('Add', ['r', 'c'], 's'), node('MaxPool', ['s'], 'd', halves), relu('d', 'h')],
    },
    'a sum that two ReLUs read': {
      nodes: [
        conv('r', 'c'),
        node('Add', ['r', 'c'], 's'),
        relu('s', 'd'),
        node('Clip', ['s', 'zero', 'one'], 'e'),
        conv('e', 'f'),
        node('Add', ['d', 'f'], 'h'),
      ],
    },
    'a dense block': {
      nodes: [
        norm('r', 'c'),
        relu('c', 'd'),
        conv('d', 'e', 'k', same),
        node('Concat', ['r', 'e'], 'f', { axis: 1 }),
        norm('f', 'g', 'p'),
        relu('g', 'i'),
        conv('i', 'j', 'narrow', same),
        node('Concat', ['f', 'j'], 'l', { axis: 1 }),
        norm('l', 'o', 'q'),
        relu('o', 'h'),
      ],
      weights: { narrow: [2, 6, 3, 3], ...statistics('p', 6), ...statistics('q', 8) },
    },
    'a dense block that concatenates anew': {
      nodes: [
        conv('r', 'c', 'k', same),
        relu('c', 'd'),
        node('Concat', ['r', 'd'], 'e', { axis: 1 }),
        conv('e', 'f', 'six_to_two'),
        relu('f', 'g'),
        node('Concat', ['r', 'd', 'g'], 'h', { axis: 1 }),
      ],
      weights: { six_to_two: [2, 6, 1, 1] },
    },
    'an inverted residual': {
      nodes: [
        conv('r', 'c', 'wide'),
        norm('c', 'd', 'p'),
        node('Clip', ['d', 'zero', 'six'], 'e'),
        conv('e', 'f', 'grouped', { group: 6, ...same }),
        node('Clip', ['f', 'zero', 'six'], 'g'),
        conv('g', 'i', 'narrow'),
        norm('i', 'j'),
        node('Add', ['r', 'j'], 'h'),
      ],
      weights: { wide: [6, 3, 1, 1], grouped: [6, 1, 3, 3], narrow: [3, 6, 1, 1], ...statistics('p', 6) },
    },
    'channels that are split and shuffled': {
      nodes: [
        conv('r', 'c', 'wide'),
        relu('c', 'd'),
        node('Split', ['d', 'parts'], ['e', 'f'], { axis: 1 }),
        conv('f', 'g', 'grouped', { group: 4, ...same }),
        relu('g', 'i'),
        node('Concat', ['e', 'i'], 'j', { axis: 1 }),
        node('Reshape', ['j', 'groups'], 'l'),
        node('Transpose', ['l'], 'o', { perm: [0, 2, 1, 3, 4] }),
        node('Reshape', ['o', 'together'], 'p'),
        conv('p', 'q', 'again'),
        relu('q', 'h'),
      ],
      weights: { wide: [8, 3, 1, 1], grouped: [4, 1, 3, 3], again: [3, 8, 1, 1] },
      constants: { parts: ints([4, 4]), groups: ints([-1, 2, 4, 6, 6]), together: ints([-1, 8, 6, 6]) },
    },

    // Gates.
    'squeeze and excite': {
      nodes: [
        node('GlobalAveragePool', ['r'], 'c'),
        conv('c', 'd'),
        relu('d', 'e'),
        conv('e', 'f', 'u'),
        node('Sigmoid', ['f'], 'g'),
        node('Mul', ['r', 'g'], 'h'),
      ],
    },
    'squeeze and excite, the gate first': {
      nodes: [
        node('GlobalAveragePool', ['r'], 'c'),
        conv('c', 'd'),
        node('Sigmoid', ['d'], 'e'),
        node('Mul', ['e', 'r'], 'f'),
        conv('f', 'g', 'u'),
        relu('g', 'h'),
      ],
    },
    'squeeze and excite without a sigmoid': {
      nodes: [node('GlobalAveragePool', ['r'], 'c'), conv('c', 'd'), node('Mul', ['d', 'r'], 'h')],
    },
    'squeeze and excite by HardSigmoid': {
      nodes: [
        node('ReduceMean', ['r'], 'c', { axes: [2, 3] }),
        conv('c', 'd'),
        node('HardSigmoid', ['d'], 'e', { alpha: float(1 / 6) }),
        node('Mul', ['r', 'e'], 'f'),
        conv('f', 'g', 'u'),
        relu('g', 'h'),
      ],
    },
    'squeeze and excite by a clip': {
      nodes: [
        node('GlobalAveragePool', ['a'], 'c'),
        conv('c', 'd'),
        node('Add', ['d', 'three'], 'e'),
        node('Clip', ['e', 'zero', 'six'], 'f'),
        node('Div', ['f', 'six'], 'g'),
        node('Mul', ['g', 'a'], 'h'),
      ],
    },
    'squeeze and excite by dense layers': {
      nodes: [
        node('ReduceMean', ['r'], 'c', { axes: [2, 3], keepdims: 0 }),
        node('Gemm', ['c', 'dense'], 'd'),
        relu('d', 'e'),
        node('Gemm', ['e', 'dense_2'], 'f'),
        node('Sigmoid', ['f'], 'g'),
        node('Reshape', ['g', 'places_1'], 'i'),
        node('Mul', ['r', 'i'], 'h'),
      ],
      weights: { dense: [3, 2], dense_2: [2, 3] },
      constants: { places_1: ints([-1, 3, 1, 1]) },
    },
    'squeeze and excite within a residual': {
      nodes: [
        conv('r', 'c', 'k', same),
        node('GlobalAveragePool', ['c'], 'd'),
        conv('d', 'e'),
        node('Sigmoid', ['e'], 'f'),
        node('Mul', ['c', 'f'], 'g'),
        node('Add', ['g', 'r'], 's'),
        relu('s', 'h'),
      ],
    },
    'attention over places': {
      nodes: [
        node('ReduceMean', ['r'], 'c', { axes: [1] }),
        node('ReduceMax', ['r'], 'd', { axes: [1] }),
        node('Concat', ['c', 'd'], 'e', { axis: 1 }),
        conv('e', 'f', 'one_map', same),
        node('Sigmoid', ['f'], 'g'),
        node('Mul', ['r', 'g'], 'h'),
      ],
      weights: { one_map: [1, 2, 3, 3] },
    },
    'SiLU in pieces': {
      nodes: [node('Sigmoid', ['a'], 'c'), node('Mul', ['a', 'c'], 'd'), conv('d', 'e', 'k'), relu('e', 'h')],
    },
    'SiLU in pieces behind a batch norm': {
      nodes: [
        norm('a', 'c'),
        node('Sigmoid', ['c'], 'd'),
        node('Mul', ['d', 'c'], 'e'),
        conv('e', 'f'),
        relu('f', 'h'),
      ],
    },
    'SiLU in pieces, then max pooling': {
      nodes: [node('Sigmoid', ['a'], 'c'), node('Mul', ['a', 'c'], 'd'), node('MaxPool', ['d'], 'h', halves)],
    },
    'HardSwish in pieces': {
      nodes: [
        node('HardSigmoid', ['a'], 'c', { alpha: float(1 / 6) }),
        node('Mul', ['a', 'c'], 'd'),
        conv('d', 'e'),
        relu('e', 'h'),
      ],
    },
    'HardSwish in pieces, clipped': {
      nodes: [
        node('Add', ['a', 'three'], 'c'),
        node('Clip', ['c', 'zero', 'six'], 'd'),
        node('Mul', ['a', 'd'], 'e'),
        node('Div', ['e', 'six'], 'f'),
        conv('f', 'g'),
        relu('g', 'h'),
      ],
    },
    'HardSwish in pieces, clipped and divided first': {
      nodes: [
        node('Add', ['a', 'three'], 'c'),
        node('Clip', ['c', 'zero', 'six'], 'd'),
        node('Div', ['d', 'six'], 'e'),
        node('Mul', ['e', 'a'], 'f'),
        conv('f', 'g'),
        relu('g', 'h'),
      ],
    },
    'Mish in pieces': {
      nodes: [
        node('Softplus', ['a'], 'c'),
        node('Tanh', ['c'], 'd'),
        node('Mul', ['a', 'd'], 'e'),
        conv('e', 'f'),
        relu('f', 'h'),
      ],
    },
    'GELU in pieces': {
      nodes: [
        node('Div', ['a', 'root'], 'c'),
        node('Erf', ['c'], 'd'),
        node('Add', ['d', 'one'], 'e'),
        node('Mul', ['a', 'e'], 'f'),
        node('Mul', ['f', 'half'], 'h'),
      ],
    },
    'a gated unit': {
      nodes: [
        conv('r', 'c', 'wide'),
        node('Split', ['c'], ['d', 'e'], { axis: 1 }),
        node('Sigmoid', ['e'], 'f'),
        node('Mul', ['d', 'f'], 'h'),
      ],
      weights: { wide: [6, 3, 1, 1] },
    },
    'a clip between −1 and 1': {
      nodes: [node('Clip', ['a', 'minus', 'one'], 'c'), conv('c', 'd', 'k'), relu('d', 'h')],
      constants: { minus: floats([], [-1]) },
    },
    'a clip without a lower end': {
      nodes: [node('Clip', ['r', '', 'half'], 'c'), conv('c', 'd', 'k'), relu('d', 'h')],
    },
    'a ReLU as the larger of 0': {
      nodes: [node('Max', ['a', 'zero'], 'c'), conv('c', 'd', 'k'), node('Max', ['zero', 'd'], 'h')],
    },
    'ReLU6 as the smaller of the larger': {
      nodes: [node('Max', ['a', 'zero'], 'c'), node('Min', ['c', 'six'], 'd'), conv('d', 'e'), relu('e', 'h')],
    },
    'a ReLU that chooses': {
      nodes: [
        node('Greater', ['a', 'zero'], 'c'),
        node('Where', ['c', 'a', 'zero'], 'd'),
        conv('d', 'e'),
        relu('e', 'h'),
      ],
    },
    'a LeakyRelu as the larger of two': {
      nodes: [node('Mul', ['a', 'tenth'], 'c'), node('Max', ['a', 'c'], 'd'), conv('d', 'e'), relu('e', 'h')],
    },
    'both halves of a value': {
      nodes: [
        node('Neg', ['a'], 'c'),
        relu('c', 'd'),
        node('Concat', ['r', 'd'], 'e', { axis: 1 }),
        conv('e', 'f', 'six_in'),
        relu('f', 'h'),
      ],
      weights: { six_in: [3, 6, 1, 1] },
    },
    'slopes of every channel': {
      nodes: [node('PRelu', ['a', 'slopes'], 'c'), conv('c', 'd', 'k'), node('PRelu', ['d', 'slopes'], 'h')],
      weights: { slopes: { dims: [3, 1, 1], low: 0.1, high: 0.5 } },
    },
    'a slope that all channels share': {
      nodes: [node('PRelu', ['a', 'slope'], 'c'), conv('c', 'd', 'k'), relu('d', 'h')],
      constants: { slope: floats([1], [0.25]) },
    },
    'a max-out of convolutions': {
      nodes: [
        conv('x', 'c', 'w'),
        conv('x', 'd', 'w_2'),
        node('Max', ['a', 'c', 'd'], 'e'),
        conv('e', 'f', 'k'),
        relu('f', 'h'),
      ],
      weights: { w_2: [3, 2, 1, 1] },
    },
    'a max-out of channels': {
      nodes: [
        node('Reshape', ['a', 'pairs'], 'c'),
        node('ReduceMax', ['c'], 'd', { axes: [2], keepdims: 0 }),
        conv('d', 'e', 'grey'),
        relu('e', 'h'),
      ],
      weights: { grey: [3, 1, 1, 1] },
      constants: { pairs: ints([0, 1, 3, 6, 6]) },
    },
    'a square': { nodes: [node('Mul', ['a', 'a'], 'c'), conv('c', 'd', 'k'), relu('d', 'h')] },
    'a square as a power': { nodes: [node('Pow', ['a', 'two'], 'c'), conv('c', 'd', 'k'), relu('d', 'h')] },
    'a ReLU from magnitudes': {
      nodes: [
        node('Abs', ['a'], 'c'),
        node('Add', ['a', 'c'], 'd'),
        node('Mul', ['d', 'half'], 'e'),
        conv('e', 'f'),
        relu('f', 'h'),
      ],
    },

    // Normalisers.
    'LRN and max pooling': {
      nodes: [
        node('LRN', ['r'], 'c', { size: 3, alpha: float(0.1), bias: float(1) }),
        node('MaxPool', ['c'], 'd', halves),
        conv('d', 'e'),
        relu('e', 'h'),
      ],
    },
    'instance normalisation behind a convolution': {
      nodes: [
        conv('r', 'c', 'k', same),
        node('InstanceNormalization', ['c', 'n_scale', 'n_bias'], 'd'),
        relu('d', 'h'),
      ],
    },
    'group normalisation in pieces': {
      nodes: [
        conv('r', 'c', 'wide'),
        node('Reshape', ['c', 'groups'], 'd'),
        node('InstanceNormalization', ['d', 'ones', 'zeros'], 'e'),
        node('Reshape', ['e', 'together'], 'f'),
        node('Mul', ['f', 'factor'], 'g'),
        node('Add', ['g', 'shift'], 'i'),
        relu('i', 'h'),
      ],
      weights: { wide: [4, 3, 1, 1], factor: [4, 1, 1], shift: [4, 1, 1] },
      constants: {
        groups: ints([0, 2, -1]),
        together: ints([-1, 4, 6, 6]),
        ones: floats([2], [1, 1]),
        zeros: floats([2], [0, 0]),
      },
    },
    'GroupNormalization behind a convolution': {
      nodes: [
        conv('r', 'c', 'wide'),
        node('GroupNormalization', ['c', 'scale', 'shift'], 'd', { num_groups: 2 }),
        relu('d', 'h'),
      ],
      weights: { wide: [4, 3, 1, 1], scale: [4], shift: [4] },
      opset: 21,
    },
    'layer normalisation of channels': {
      nodes: [
        node('Transpose', ['a'], 'c', { perm: [0, 2, 3, 1] }),
        node('LayerNormalization', ['c', 'n_scale', 'n_bias'], 'd'),
        node('Transpose', ['d'], 'e', { perm: [0, 3, 1, 2] }),
        conv('e', 'f', 'k'),
        relu('f', 'h'),
      ],
    },
    'features of length 1': {
      nodes: [
        node('GlobalAveragePool', ['r'], 'c'),
        node('Flatten', ['c'], 'd'),
        node('ReduceL2', ['d'], 'e', { axes: [1] }),
        node('Clip', ['e', 'epsilon'], 'f'),
        node('Div', ['d', 'f'], 'h'),
      ],
    },

    // Sizes and places.
    'Resize, nearest': {
      nodes: [
        node('Resize', ['r', '', 'twice'], 'c', {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        }),
        conv('c', 'd', 'k'),
        relu('d', 'h'),
      ],
    },
    'Resize, nearest, of half pixels': {
      nodes: [node('Resize', ['r', '', 'factors'], 'c', { mode: 'nearest' }), conv('c', 'd', 'k'), relu('d', 'h')],
      constants: { factors: floats([4], [1, 1, 1.5, 0.5]) },
    },
    'Resize, linear': {
      nodes: [node('Resize', ['a', '', 'twice'], 'c', { mode: 'linear' }), conv('c', 'd', 'k'), relu('d', 'h')],
    },
    'Resize, linear, corners aligned': {
      nodes: [
        node('Resize', ['r', '', 'twice'], 'c', { mode: 'linear', coordinate_transformation_mode: 'align_corners' }),
        conv('c', 'd', 'k'),
        relu('d', 'h'),
      ],
    },
    'Resize, linear, as PyTorch counts pixels': {
      nodes: [
        node('Resize', ['r', '', '', 'sizes'], 'c', {
          mode: 'linear',
          coordinate_transformation_mode: 'pytorch_half_pixel',
        }),
        conv('c', 'd', 'k'),
        relu('d', 'h'),
      ],
      x: [1, 2, 6, 6],
      constants: { sizes: ints([1, 3, 4, 9]) },
    },
    'a pyramid': {
      nodes: [
        node('MaxPool', ['r'], 'c', halves),
        conv('c', 'd'),
        node('Resize', ['d', '', 'twice'], 'e', { mode: 'nearest' }),
        conv('r', 'f', 'u'),
        node('Add', ['e', 'f'], 's'),
        relu('s', 'h'),
      ],
    },
    'DepthToSpace by columns': {
      nodes: [conv('r', 'c', 'wide'), node('DepthToSpace', ['c'], 'd', { blocksize: 2, mode: 'CRD' }), relu('d', 'h')],
      weights: { wide: [8, 3, 1, 1] },
    },
    'DepthToSpace by depth': {
      nodes: [conv('r', 'c', 'wide'), node('DepthToSpace', ['c'], 'd', { blocksize: 2, mode: 'DCR' }), relu('d', 'h')],
      weights: { wide: [8, 3, 1, 1] },
    },
    'pixels that are shuffled in pieces': {
      nodes: [
        conv('r', 'c', 'wide'),
        norm('c', 'd', 'p'),
        node('Reshape', ['d', 'apart'], 'e'),
        node('Transpose', ['e'], 'f', { perm: [0, 1, 4, 2, 5, 3] }),
        node('Reshape', ['f', 'together'], 'g'),
        relu('g', 'h'),
      ],
      weights: { wide: [8, 3, 1, 1], ...statistics('p', 8) },
      constants: { apart: ints([-1, 2, 2, 2, 6, 6]), together: ints([-1, 2, 12, 12]) },
    },
    'a Slice with steps': {
      nodes: [node('Slice', ['r', 'start', 'end', 'planes', 'step'], 'c'), conv('c', 'd'), relu('d', 'h')],
      constants: { start: ints([1, -1]), end: ints([6, -7]), step: ints([3, -2]) },
    },
    'a crop beside what it is cropped from': {
      nodes: [
        conv('r', 'c', 'k'),
        relu('c', 'd'),
        node('Slice', ['r', 'start', 'end', 'planes'], 'e'),
        node('Add', ['d', 'e'], 'h'),
      ],
      constants: { start: ints([1, 1]), end: ints([-1, -1]) },
    },
    'channels that zeros complete': {
      nodes: [
        conv('r', 'c', 'wide'),
        relu('c', 'd'),
        node('Pad', ['r', 'more'], 'e'),
        node('Add', ['d', 'e'], 's'),
        conv('s', 'f', 'five_in'),
        relu('f', 'h'),
      ],
      weights: { wide: [5, 3, 1, 1], five_in: [3, 5, 1, 1] },
      constants: { more: ints([0, 1, 0, 0, 0, 1, 0, 0]) },
    },
    'axes that come and go': {
      nodes: [
        node('Unsqueeze', ['r', 'one_and_last'], 'c'),
        node('Squeeze', ['c', 'one_only'], 'd'),
        node('Squeeze', ['d', 'last_only'], 'e'),
        conv('e', 'f', 'k'),
        relu('f', 'h'),
      ],
      constants: { one_and_last: ints([1, -1]), one_only: ints([1]), last_only: ints([-1]) },
    },
    'a Flatten of the last axis': {
      nodes: [
        node('Flatten', ['r'], 'c', { axis: -1 }),
        node('MatMul', ['c', 'dense'], 'd'),
        node('Reshape', ['d', 'back'], 'e'),
        relu('e', 'h'),
      ],
      weights: { dense: [6, 4] },
      constants: { back: ints([-1, 3, 6, 4]) },
    },
    'a Reshape to a shape that is computed': {
      nodes: [
        node('Shape', ['r'], 'shape'),
        node('Gather', ['shape', 'nought'], 'samples', { axis: 0 }),
        node('Concat', ['samples', 'rest'], 'target', { axis: 0 }),
        node('Reshape', ['r', 'target'], 'c'),
        node('MatMul', ['c', 'dense'], 'd'),
        relu('d', 'h'),
      ],
      weights: { dense: [108, 4] },
      constants: { nought: ints([0]), rest: ints([-1]) },
    },

    'identities and dropouts': {
      nodes: [
        node('Identity', ['r'], 'c'),
        node('Dropout', ['c'], 'd'),
        conv('d', 'e', 'k'),
        relu('e', 'f'),
        node('Identity', ['f'], 'h'),
      ],
    },

    // The graph.
    'an activation that three read': {
      nodes: [
        conv('r', 'c'),
        conv('r', 'd', 'u'),
        relu('c', 'e'),
        node('Tanh', ['d'], 'f'),
        node('Sum', ['e', 'f', 'r'], 'h'),
      ],
    },
    'a layer that three read': {
      nodes: [
        norm('a', 'c'),
        node('Sigmoid', ['a'], 'd'),
        node('Mul', ['c', 'd'], 'e'),
        node('Add', ['e', 'r'], 's'),
        relu('s', 'h'),
      ],
    },
    'branches that lead nowhere': {
      nodes: [
        conv('r', 'c', 'k'),
        norm('c', 'd'),
        relu('d', 'h'),
        node('Tanh', ['c'], 'nowhere'),
        conv('r', 'nothing', 'u'),
        node('ArgMax', ['d'], 'index', { axis: 1 }),
      ],
    },
    'outputs in the middle': { nodes: [conv('r', 'c', 'k'), norm('c', 'd'), relu('d', 'h')], besides: ['r', 'd'] },
    'parts of a Split that nobody reads': {
      nodes: [conv('r', 'c', 'wide'), node('Split', ['c', 'parts'], ['d', 'e', 'f'], { axis: 1 }), relu('e', 'h')],
      weights: { wide: [6, 3, 1, 1] },
      constants: { parts: ints([1, 3, 2]) },
    },
    'a class map that is averaged': {
      nodes: [
        conv('r', 'c', 'k'),
        relu('c', 'd'),
        node('GlobalAveragePool', ['d'], 'e'),
        node('Flatten', ['e'], 'f'),
        node('Softmax', ['f'], 'y', { axis: 1 }),
      ],
    },
    'a class map that nothing rectifies, averaged': {
      nodes: [
        conv('r', 'c', 'k'),
        node('ReduceMean', ['c'], 'd', { axes: [2, 3], keepdims: 0 }),
        node('Softmax', ['d'], 'y'),
      ],
    },
    'a head of single pixels': {
      nodes: [
        node('GlobalAveragePool', ['r'], 'c'),
        conv('c', 'd'),
        node('Squeeze', ['d', 'planes'], 'e'),
        node('LogSoftmax', ['e'], 'y', { axis: 1 }),
      ],
    },

    // As other opsets write it.
    'a batch norm of opset 7': {
      nodes: [conv('r', 'c', 'k'), norm('c', 'd'), relu('d', 'e'), node('AveragePool', ['e'], 'h', halves)],
      opset: 7,
    },
    'a clip by attributes': {
      nodes: [
        conv('r', 'c', 'k'),
        node('Clip', ['c'], 'd', { min: float(0), max: float(6) }),
        node('MaxPool', ['d'], 'h', halves),
      ],
      opset: 9,
    },
    'a Slice and a Pad by attributes': {
      nodes: [
        node('Slice', ['x'], 'c', { axes: [2, 3], starts: [1, 1], ends: [-1, 6] }),
        node('Pad', ['c'], 'd', { pads: [0, 0, 1, 1, 0, 0, 0, 1], mode: 'constant' }),
        conv('d', 'e', 'first'),
        relu('e', 'h'),
      ],
      opset: 9,
    },
    'Upsample by attributes': {
      nodes: [node('Upsample', ['r', 'twice'], 'c', { mode: 'nearest' }), conv('c', 'd', 'k'), relu('d', 'h')],
      opset: 9,
    },
    'Resize of opset 10': {
      nodes: [node('Resize', ['r', 'twice'], 'c', { mode: 'linear' }), conv('c', 'd', 'k'), relu('d', 'h')],
      opset: 10,
    },
    'a Squeeze and an Unsqueeze by attributes': {
      nodes: [
        node('GlobalAveragePool', ['r'], 'c'),
        node('Squeeze', ['c'], 'd', { axes: [2, 3] }),
        node('Unsqueeze', ['d'], 'e', { axes: [2, 3] }),
        conv('e', 'f'),
        node('Sigmoid', ['f'], 'g'),
        node('Mul', ['r', 'g'], 'h'),
      ],
      opset: 11,
    },
    'a Split by attributes': {
      nodes: [
        conv('r', 'c', 'wide'),
        relu('c', 'd'),
        node('Split', ['d'], ['e', 'f'], { axis: 1, split: [1, 2] }),
        node('Concat', ['f', 'e'], 'g', { axis: 1 }),
        conv('g', 'i', 'k'),
        relu('i', 'h'),
      ],
      weights: { wide: [3, 3, 1, 1] },
      opset: 11,
    },
    'a Split into a number of parts': {
      nodes: [
        conv('r', 'c', 'wide'),
        node('Split', ['c'], ['d', 'e'], { axis: 1, num_outputs: 2 }),
        node('Max', ['d', 'e'], 'h'),
      ],
      weights: { wide: [6, 3, 1, 1] },
      opset: 18,
    },
    'a Pad of some axes': {
      nodes: [node('Pad', ['r', 'sides', '', 'planes'], 'c'), conv('c', 'd', 'k'), relu('d', 'h')],
      constants: { sides: ints([1, 0, 0, 1]) },
      opset: 18,
    },
    'a ReduceMax of opset 20': { nodes: [node('ReduceMax', ['r', 'ends'], 'h')], opset: 20 },
    'sums over places by attributes': {
      nodes: [node('ReduceSum', ['r'], 'h', { axes: [2, 3], keepdims: 0 })],
      opset: 11,
    },
    'Resize by symmetric half pixels': {
      nodes: [
        node('Resize', ['r', '', 'factors'], 'c', {
          mode: 'linear',
          coordinate_transformation_mode: 'half_pixel_symmetric',
        }),
        conv('c', 'd', 'u'),
        relu('d', 'h'),
      ],
      constants: { factors: floats([4], [1, 1, 1.5, 1.5]) },
      opset: 19,
    },
    'Resize to half, without aliases': {
      nodes: [
        node('Resize', ['r', '', 'factors'], 'c', { mode: 'linear', antialias: 1 }),
        conv('c', 'd', 'u'),
        relu('d', 'h'),
      ],
      constants: { factors: floats([4], [1, 1, 0.5, 0.5]) },
      opset: 18,
    },
    'Resize to half, nearest by ceiling': {
      nodes: [
        node('Resize', ['r', '', 'factors'], 'c', {
          mode: 'nearest',
          nearest_mode: 'ceil',
          coordinate_transformation_mode: 'half_pixel',
        }),
        conv('c', 'd', 'u'),
        relu('d', 'h'),
      ],
      constants: { factors: floats([4], [1, 1, 0.5, 0.7]) },
    },
    'Resize of some axes to sizes': {
      nodes: [
        node('Resize', ['r', '', '', 'sizes'], 'c', { mode: 'linear', axes: [2, 3] }),
        conv('c', 'd', 'k'),
        relu('d', 'h'),
      ],
      constants: { sizes: ints([9, 12]) },
      opset: 18,
    },
    'generalised means': {
      nodes: [
        node('Pow', ['r', 'three'], 'c'),
        node('GlobalAveragePool', ['c'], 'd'),
        node('Pow', ['d', 'third'], 'h'),
      ],
      constants: { third: floats([], [1 / 3]) },
    },
    'channels that are divided by their sum': {
      nodes: [
        node('ReduceSum', ['r', 'second'], 'c'),
        node('Add', ['c', 'epsilon'], 'd'),
        node('Div', ['r', 'd'], 'e'),
        conv('e', 'f', 'k'),
        relu('f', 'h'),
      ],
      constants: { second: ints([1]) },
    },
    'indices of two axes': {
      nodes: [
        node('Gather', ['r', 'where'], 'c', { axis: 3 }),
        node('ReduceMax', ['c'], 'd', { axes: [4], keepdims: 0 }),
        conv('d', 'e'),
        relu('e', 'h'),
      ],
      constants: { where: { ...ints([0, 1, 2, 3, -2, -1]), dims: [3, 2] } },
    },
    'a Transpose that turns all axes': {
      nodes: [node('Transpose', ['r'], 'c'), node('Transpose', ['c'], 'd'), conv('d', 'e', 'k'), relu('e', 'h')],
    },
    'a Concat and a Sum of one': {
      nodes: [
        node('Concat', ['r'], 'c', { axis: 1 }),
        node('Sum', ['c'], 'd'),
        node('Max', ['d'], 'e'),
        conv('e', 'f', 'k'),
        relu('f', 'h'),
      ],
    },
    'a convolution without a bias, said': {
      nodes: [node('Conv', ['r', 'k', ''], 'c', { kernel_shape: [3, 3] }), relu('c', 'h')],
    },
    'a size read between a layer and its batch norm': {
      nodes: [
        conv('r', 'c', 'k'),
        node('Shape', ['c'], 'shape'),
        norm('c', 'd'),
        relu('d', 'e'),
        node('Reshape', ['e', 'shape'], 'h'),
      ],
    },
    'a batch norm, a ReLU and max pooling that overlaps': {
      nodes: [
        conv('x', 'c', 'first', same),
        norm('c', 'd'),
        relu('d', 'e'),
        node('MaxPool', ['e'], 'h', { ...threes, strides: [2, 2] }),
      ],
    },
    'max pooling between a convolution and its batch norm': {
      nodes: [conv('r', 'c', 'k'), node('MaxPool', ['c'], 'd', halves), norm('d', 'e'), relu('e', 'h')],
    },
    'a max-out of a sum': {
      nodes: [
        conv('r', 'c'),
        node('Add', ['c', 'a'], 's'),
        conv('r', 'd', 'u'),
        node('Max', ['s', 'd'], 'e'),
        relu('e', 'h'),
      ],
    },
    'max pooling of a residual, then a clip': {
      nodes: [
        conv('r', 'c'),
        node('Add', ['c', 'r'], 's'),
        node('MaxPool', ['s'], 'd', halves),
        node('Clip', ['d', 'zero', 'six'], 'h'),
      ],
    },
    'max pooling of a residual, twice, then a ReLU': {
      nodes: [
        conv('r', 'c'),
        node('Add', ['c', 'r'], 's'),
        node('MaxPool', ['s'], 'd', { kernel_shape: [2, 2] }),
        node('MaxPool', ['d'], 'e', halves),
        relu('e', 'h'),
      ],
    },
    'a residual, turned before its ReLU': {
      nodes: [
        conv('r', 'c'),
        node('Add', ['c', 'r'], 's'),
        node('Transpose', ['s'], 'd', { perm: [0, 2, 3, 1] }),
        relu('d', 'h'),
      ],
    },
    'a residual behind a batch norm of its own': {
      nodes: [
        conv('r', 'c'),
        node('Add', ['c', 'r'], 's'),
        norm('s', 'd'),
        relu('d', 'e'),
        conv('e', 'f', 'u'),
        node('Add', ['s', 'f'], 't'),
        norm('t', 'g', 'm'),
        relu('g', 'h'),
      ],
    },
    'a residual that SiLU follows': {
      nodes: [conv('r', 'c'), node('Add', ['c', 'r'], 's'), node('Sigmoid', ['s'], 'd'), node('Mul', ['s', 'd'], 'h')],
    },
    'a residual that LeakyRelu follows': {
      nodes: [conv('r', 'c'), node('Add', ['c', 'r'], 's'), node('LeakyRelu', ['s'], 'h', { alpha: float(0.1) })],
    },
    'a residual that a sigmoid follows': {
      nodes: [conv('r', 'c'), node('Add', ['c', 'r'], 's'), node('Sigmoid', ['s'], 'h')],
    },
    'a residual that a ReLU and a convolution read': {
      nodes: [
        conv('r', 'c'),
        node('Add', ['c', 'a'], 's'),
        relu('s', 'd'),
        conv('s', 'e', 'u'),
        node('Add', ['d', 'e'], 't'),
        relu('t', 'h'),
      ],
    },
    'a residual that two ReLUs read': {
      nodes: [
        conv('r', 'c'),
        node('Add', ['c', 'a'], 's'),
        relu('s', 'd'),
        relu('s', 'e'),
        conv('e', 'f', 'u'),
        node('Add', ['d', 'f'], 't'),
        relu('t', 'h'),
      ],
    },
    'a mean that a ReLU follows, of a residual': {
      nodes: [conv('r', 'c'), node('Add', ['c', 'a'], 's'), node('GlobalAveragePool', ['s'], 'd'), relu('d', 'h')],
    },
  },
}
