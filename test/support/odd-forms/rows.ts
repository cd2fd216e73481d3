/** Networks over four rows of six features. */

import { float } from '../../../src/core/0-graph/builder.ts'
import type { Node } from '../../../src/core/0-graph/graph.ts'
import { floats, ints, node } from '../models.ts'
import { type Family, norm, relu, statistics } from './form.ts'

const turned = { perm: [0, 2, 1] }
const projected = ['queries', 'keys', 'values'].map((name, i) =>
  node('MatMul', ['a', ['q', 'k', 'v'][i] as string], name),
)

/** [n, 4, 6] → [n, 2, 4, 3]. */
const inHeads = ['queries', 'keys', 'values'].flatMap(name => [
  node('Reshape', [name, 'apart'], `${name}_apart`),
  node('Transpose', [`${name}_apart`], `${name}_heads`, { perm: name === 'keys' ? [0, 2, 3, 1] : [0, 2, 1, 3] }),
])

/** Attention with two heads; `masked` makes `masked` of `scores`. */
function attended(masked: readonly Node[] = [], last = masked.length > 0 ? 'masked' : 'scores'): readonly Node[] {
  return [
    ...projected,
    ...inHeads,
    node('MatMul', ['queries_heads', 'keys_heads'], 'products'),
    node('Div', ['products', 'root'], 'scores'),
    ...masked,
    node('Softmax', [last], 'attention', { axis: -1 }),
    node('MatMul', ['attention', 'values_heads'], 'mixed'),
    node('Transpose', ['mixed'], 'mixed_apart', { perm: [0, 2, 1, 3] }),
    node('Reshape', ['mixed_apart', 'together'], 'o'),
  ]
}

/** As exporters write it in pieces. */
function normed(from: string, to: string): readonly Node[] {
  return [
    node('ReduceMean', [from], `${to}_mean`, { axes: [-1] }),
    node('Sub', [from, `${to}_mean`], `${to}_centred`),
    node('Pow', [`${to}_centred`, 'two'], `${to}_square`),
    node('ReduceMean', [`${to}_square`], `${to}_variance`, { axes: [-1] }),
    node('Add', [`${to}_variance`, 'epsilon'], `${to}_shifted`),
    node('Sqrt', [`${to}_shifted`], `${to}_deviation`),
    node('Div', [`${to}_centred`, `${to}_deviation`], `${to}_normed`),
    node('Mul', [`${to}_normed`, 'scale'], `${to}_scaled`),
    node('Add', [`${to}_scaled`, 'bias'], to),
  ]
}

export const rows: Family = {
  x: ['n', 4, 6],
  nodes: [node('MatMul', ['x', 'w'], 'a'), relu('a', 'r')],
  weights: {
    w: [6, 6],
    q: [6, 6],
    k: [6, 6],
    v: [6, 6],
    u: [6, 6],
    scale: [6],
    bias: [6],
    left: [4, 4],
    ...statistics('n', 6),
  },
  constants: {
    one: floats([], [1]),
    two: floats([], [2]),
    half: floats([], [0.5]),
    root: floats([], [Math.sqrt(3)]),
    epsilon: floats([], [0.001]),
    apart: ints([0, 0, 2, 3]),
    together: ints([0, 0, -1]),
    first: ints(0),
    third: ints([2]),
  },
  forms: {
    // Dense layers.
    'a dense layer with a factor and a bias': {
      nodes: [
        node('MatMul', ['r', 'v'], 'c'),
        node('Mul', ['c', 'scale'], 'd'),
        node('Add', ['d', 'bias'], 'e'),
        relu('e', 'h'),
      ],
    },
    'a dense layer, its bias first': {
      nodes: [node('MatMul', ['x', 'v'], 'c'), node('Add', ['bias', 'c'], 'd'), relu('d', 'h')],
    },
    'a dense layer of four axes': {
      nodes: [
        node('Reshape', ['r', 'four'], 'c'),
        node('MatMul', ['c', 'v'], 'd'),
        node('Add', ['d', 'bias'], 'e'),
        node('Mul', ['e', 'scale'], 'f'),
        relu('f', 'h'),
      ],
      constants: { four: ints([-1, 2, 2, 6]) },
    },
    'a batch norm behind what is turned': {
      nodes: [node('MatMul', ['r', 'v'], 'c'), node('Transpose', ['c'], 'd', turned), norm('d', 'e'), relu('e', 'h')],
    },
    'a batch norm behind what is turned, turned back': {
      nodes: [
        node('MatMul', ['r', 'v'], 'c'),
        node('Add', ['c', 'bias'], 'b'),
        node('Transpose', ['b'], 'd', turned),
        norm('d', 'e'),
        node('Transpose', ['e'], 'f', turned),
        relu('f', 'h'),
      ],
    },
    'a dense layer from the left': { nodes: [node('MatMul', ['left', 'r'], 'c'), relu('c', 'h')] },
    'a dense layer from the left, of the input': {
      nodes: [node('MatMul', ['left', 'x'], 'c'), node('Add', ['c', 'column'], 'd'), relu('d', 'h')],
      weights: { column: [4, 1] },
    },
    'a dense layer from the left, of three axes': {
      nodes: [node('MatMul', ['cube', 'r'], 'c'), relu('c', 'h')],
      weights: { cube: [1, 3, 4] },
    },
    'dense layers from both sides': {
      nodes: [node('MatMul', ['left', 'r'], 'c'), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')],
    },
    'a dense layer to one number': {
      nodes: [node('MatMul', ['r', 'vector'], 'c'), relu('c', 'h')],
      weights: { vector: [6] },
    },
    'a dense layer by Einsum': {
      nodes: [node('Einsum', ['r', 'v'], 'c', { equation: 'bij,kj->bik' }), relu('c', 'h')],
    },
    'a dense layer by Einsum, the weights first': {
      nodes: [
        node('Einsum', ['left', 'r'], 'c', { equation: 'ij,bjk->bik' }),
        node('Add', ['c', 'scale'], 'd'),
        relu('d', 'h'),
      ],
    },
    'heads by Einsum': {
      nodes: [node('Einsum', ['r', 'own'], 'c', { equation: 'btd,dhk->bhtk' }), relu('c', 'h')],
      weights: { own: [6, 2, 3] },
    },
    'heads that Einsum joins': {
      nodes: [
        node('Reshape', ['r', 'apart'], 'c'),
        node('Einsum', ['c', 'own'], 'd', { equation: 'bthk,hkd->btd' }),
        node('Add', ['d', 'bias'], 'e'),
        relu('e', 'h'),
      ],
      weights: { own: [2, 3, 6] },
    },
    'a Gemm of rows': {
      nodes: [
        node('Reshape', ['r', 'flat_rows'], 'c'),
        node('Gemm', ['c', 'v', 'bias'], 'd', { transB: 1, alpha: float(-0.5), beta: float(2) }),
        relu('d', 'e'),
        node('Reshape', ['e', 'back'], 'h'),
      ],
      constants: { flat_rows: ints([-1, 6]), back: ints([-1, 4, 6]) },
    },
    'a Gemm of what is transposed': {
      nodes: [
        node('Squeeze', ['r', 'nought'], 'c'),
        node('Gemm', ['c', 'left'], 'd', { transA: 1 }),
        relu('d', 'e'),
        node('Unsqueeze', ['e', 'nought'], 'h'),
      ],
      x: [1, 4, 6],
      constants: { nought: ints([0]) },
    },

    // What is done to the input.
    'an input with positions added': {
      nodes: [node('Add', ['x', 'positions'], 'c'), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')],
      weights: { positions: [4, 6] },
    },
    'an input that is scaled by features': {
      nodes: [node('Mul', ['x', 'scale'], 'c'), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')],
    },
    'an input that is scaled and has positions': {
      nodes: [
        node('Mul', ['x', 'two'], 'c'),
        node('Add', ['c', 'positions'], 'd'),
        node('MatMul', ['d', 'v'], 'e'),
        node('Add', ['e', 'bias'], 'f'),
        relu('f', 'h'),
      ],
      weights: { positions: [1, 4, 6] },
    },
    'an input beside a constant': {
      nodes: [node('Concat', ['x', 'token'], 'c', { axis: 1 }), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')],
      x: [1, 4, 6],
      weights: { token: { dims: [1, 1, 6], low: 0.2, high: 1 } },
    },
    'an input of which rows are chosen': {
      nodes: [node('Gather', ['x', 'chosen'], 'c', { axis: 1 }), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')],
      constants: { chosen: ints([3, 0, -1]) },
    },
    'an input that is normalised': {
      nodes: [node('LayerNormalization', ['x', 'scale', 'bias'], 'c'), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')],
    },
    'differences of rows': {
      nodes: [
        node('Slice', ['x', 'one_on', 'far', 'middle'], 'c'),
        node('Slice', ['x', 'start', 'before_last', 'middle'], 'd'),
        node('Sub', ['c', 'd'], 'e'),
        node('MatMul', ['e', 'v'], 'f'),
        relu('f', 'h'),
      ],
      constants: { one_on: ints([1]), far: ints([99]), start: ints([0]), before_last: ints([-1]), middle: ints([1]) },
    },

    // Attention.
    'attention within a residual': {
      nodes: [
        ...projected,
        node('Transpose', ['keys'], 'keys_turned', turned),
        node('MatMul', ['queries', 'keys_turned'], 'c'),
        node('Div', ['c', 'two'], 'd'),
        node('Softmax', ['d'], 'e'),
        node('MatMul', ['e', 'values'], 'f'),
        node('Add', ['a', 'f'], 'h'),
      ],
    },
    'attention that nothing normalises': {
      nodes: [
        ...projected,
        node('Transpose', ['keys'], 'keys_turned', turned),
        node('MatMul', ['queries', 'keys_turned'], 'c'),
        node('MatMul', ['c', 'values'], 'h'),
      ],
    },
    'attention with heads': {
      nodes: [...attended(), node('MatMul', ['o', 'u'], 'p'), node('Add', ['p', 'bias'], 'h')],
    },
    'attention with a mask that is added': {
      nodes: [...attended([node('Add', ['scores', 'mask'], 'masked')]), node('MatMul', ['o', 'u'], 'h')],
      constants: { mask: floats([1, 1, 1, 4], [0, 0, 0, -10000]) },
    },
    'causal attention': {
      nodes: [...attended([node('Where', ['seen', 'scores', 'far'], 'masked')]), node('MatMul', ['o', 'u'], 'h')],
      constants: {
        seen: { dtype: 'bool', dims: [4, 4], bytes: Uint8Array.of(1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1) },
        far: floats([], [-10000]),
      },
    },
    'attention with relative positions': {
      nodes: [...attended([node('Add', ['scores', 'positions'], 'masked')]), node('Add', ['a', 'o'], 'h')],
      weights: { positions: [1, 2, 4, 4] },
    },
    'attention, queries and keys scaled apart': {
      nodes: [
        ...projected,
        node('Mul', ['queries', 'half'], 'queries_small'),
        node('Transpose', ['keys'], 'keys_turned', turned),
        node('Mul', ['keys_turned', 'half'], 'keys_small'),
        node('MatMul', ['queries_small', 'keys_small'], 'c'),
        node('Softmax', ['c'], 'd'),
        node('MatMul', ['d', 'values'], 'h'),
      ],
    },
    'attention of one projection that is split': {
      nodes: [
        node('MatMul', ['a', 'wide'], 'c'),
        node('Split', ['c'], ['d', 'e', 'f'], { axis: 2 }),
        node('Transpose', ['e'], 'g', turned),
        node('MatMul', ['d', 'g'], 'i'),
        node('Softmax', ['i'], 'j'),
        node('MatMul', ['j', 'f'], 'h'),
      ],
      weights: { wide: [6, 18] },
    },
    'attention of one projection that is gathered': {
      nodes: [
        node('MatMul', ['a', 'wide'], 'c'),
        node('Reshape', ['c', 'three_heads'], 'd'),
        node('Transpose', ['d'], 'e', { perm: [2, 0, 3, 1, 4] }),
        ...[0, 1, 2].map(i => node('Gather', ['e', `number_${i}`], `part_${i}`, { axis: 0 })),
        node('Transpose', ['part_1'], 'f', { perm: [0, 1, 3, 2] }),
        node('MatMul', ['part_0', 'f'], 'g'),
        node('Softmax', ['g'], 'i'),
        node('MatMul', ['i', 'part_2'], 'j'),
        node('Transpose', ['j'], 'l', { perm: [0, 2, 1, 3] }),
        node('Reshape', ['l', 'together'], 'h'),
      ],
      weights: { wide: [6, 18] },
      constants: { three_heads: ints([0, 0, 3, 2, 3]), number_0: ints(0), number_1: ints(1), number_2: ints(2) },
    },
    'attention that reads what is never negative': {
      nodes: [
        node('MatMul', ['r', 'q'], 'queries'),
        node('Transpose', ['r'], 'keys', turned),
        node('MatMul', ['queries', 'keys'], 'c'),
        node('Softmax', ['c'], 'd'),
        node('MatMul', ['d', 'r'], 'h'),
      ],
    },
    'attention by Einsum': {
      nodes: [
        ...projected,
        node('Einsum', ['queries', 'keys'], 'c', { equation: 'bid,bjd->bij' }),
        node('Softmax', ['c'], 'd'),
        node('Einsum', ['d', 'values'], 'h', { equation: 'bij,bjd->bid' }),
      ],
    },
    'attention whose weights come second': {
      nodes: [
        ...projected,
        node('Transpose', ['queries'], 'queries_turned', turned),
        node('MatMul', ['keys', 'queries_turned'], 'c'),
        node('Softmax', ['c'], 'd', { axis: 1 }),
        node('Transpose', ['values'], 'values_turned', turned),
        node('MatMul', ['values_turned', 'd'], 'h'),
      ],
    },
    'pooling by attention': {
      nodes: [
        node('MatMul', ['r', 'one_score'], 'c'),
        node('Softmax', ['c'], 'd', { axis: 1 }),
        node('Mul', ['r', 'd'], 'e'),
        node('ReduceSum', ['e', 'second'], 'h', { keepdims: 0 }),
      ],
      weights: { one_score: [6, 1] },
      constants: { second: ints([1]) },
    },
    'attention to a learned query': {
      nodes: [
        node('MatMul', ['a', 'k'], 'keys'),
        node('MatMul', ['a', 'v'], 'values'),
        node('Transpose', ['keys'], 'c', turned),
        node('MatMul', ['query', 'c'], 'd'),
        node('Softmax', ['d'], 'e'),
        node('MatMul', ['e', 'values'], 'h'),
      ],
      weights: { query: [1, 1, 6] },
    },
    'a block of a transformer, normalised before': {
      nodes: [
        ...normed('x', 'a'),
        ...attended(),
        node('MatMul', ['o', 'u'], 'p'),
        node('Add', ['x', 'p'], 's'),
        node('LayerNormalization', ['s', 'scale', 'bias'], 'n'),
        node('MatMul', ['n', 'wide'], 'f'),
        node('Div', ['f', 'root'], 'g'),
        node('Erf', ['g'], 'i'),
        node('Add', ['i', 'one'], 'j'),
        node('Mul', ['f', 'j'], 'l'),
        node('Mul', ['l', 'half'], 't'),
        node('MatMul', ['t', 'narrow'], 'z'),
        node('Add', ['s', 'z'], 'h'),
      ],
      weights: { wide: [6, 8], narrow: [8, 6] },
    },
    'a block of a transformer, normalised behind': {
      nodes: [
        ...attended(),
        node('Add', ['o', 'a'], 's'),
        ...normed('s', 'normal'),
        node('MatMul', ['normal', 'u'], 'f'),
        node('Add', ['f', 'bias'], 'g'),
        relu('g', 'i'),
        node('MatMul', ['i', 'wide'], 'j'),
        node('Add', ['normal', 'j'], 't'),
        node('LayerNormalization', ['t', 'scale', 'bias'], 'h'),
      ],
      weights: { wide: [6, 6] },
    },

    // Normalisers.
    'layer normalisation in pieces': { nodes: [...normed('a', 'c'), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')] },
    'layer normalisation over two axes': {
      nodes: [
        node('LayerNormalization', ['a', 'plane', 'plane_bias'], 'c', { axis: 1 }),
        node('MatMul', ['c', 'v'], 'd'),
        relu('d', 'h'),
      ],
      weights: { plane: [4, 6], plane_bias: [4, 6] },
    },
    'layer normalisation without a bias': {
      nodes: [node('LayerNormalization', ['r', 'scale'], 'c'), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')],
    },
    'RMS normalisation in pieces': {
      nodes: [
        node('Pow', ['a', 'two'], 'c'),
        node('ReduceMean', ['c'], 'd', { axes: [-1] }),
        node('Add', ['d', 'epsilon'], 'e'),
        node('Sqrt', ['e'], 'f'),
        node('Div', ['a', 'f'], 'g'),
        node('Mul', ['g', 'scale'], 'h'),
      ],
    },
    'RMS normalisation in pieces, by a reciprocal': {
      nodes: [
        node('Pow', ['a', 'two'], 'c'),
        node('ReduceMean', ['c'], 'd', { axes: [-1] }),
        node('Add', ['d', 'epsilon'], 'e'),
        node('Sqrt', ['e'], 'f'),
        node('Reciprocal', ['f'], 'g'),
        node('Mul', ['a', 'g'], 'i'),
        node('Mul', ['scale', 'i'], 'h'),
      ],
    },
    RMSNormalization: {
      nodes: [node('RMSNormalization', ['a', 'scale'], 'c'), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')],
      opset: 23,
    },
    'a softmax in pieces': {
      nodes: [
        node('Exp', ['a'], 'c'),
        node('ReduceSum', ['c', 'third'], 'd'),
        node('Div', ['c', 'd'], 'e'),
        node('MatMul', ['e', 'v'], 'f'),
        relu('f', 'h'),
      ],
    },
    'a softmax of features': { nodes: [node('Softmax', ['a'], 'c'), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')] },
    'rows of length 1': {
      nodes: [node('LpNormalization', ['a'], 'c', { axis: 2 }), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')],
    },

    // Mixtures.
    'rows that are mixed': {
      nodes: [
        node('Transpose', ['a'], 'c', turned),
        node('MatMul', ['c', 'left'], 'd'),
        relu('d', 'e'),
        node('MatMul', ['e', 'left'], 'f'),
        node('Transpose', ['f'], 'g', turned),
        node('Add', ['a', 'g'], 'h'),
      ],
    },
    'a gated feed-forward layer': {
      nodes: [
        node('MatMul', ['a', 'q'], 'c'),
        node('Sigmoid', ['c'], 'd'),
        node('Mul', ['c', 'd'], 'e'),
        node('MatMul', ['a', 'k'], 'f'),
        node('Mul', ['e', 'f'], 'g'),
        node('MatMul', ['g', 'v'], 'h'),
      ],
    },
    'GELU by a tanh': {
      nodes: [
        node('Pow', ['a', 'cube'], 'c'),
        node('Mul', ['c', 'small'], 'd'),
        node('Add', ['a', 'd'], 'e'),
        node('Mul', ['e', 'factor'], 'f'),
        node('Tanh', ['f'], 'g'),
        node('Add', ['g', 'one'], 'i'),
        node('Mul', ['a', 'i'], 'j'),
        node('Mul', ['j', 'half'], 'l'),
        node('MatMul', ['l', 'v'], 'h'),
      ],
      constants: { cube: floats([], [3]), small: floats([], [0.044715]), factor: floats([], [0.7978846]) },
    },
    'GELU by a sigmoid': {
      nodes: [
        node('Mul', ['a', 'factor'], 'c'),
        node('Sigmoid', ['c'], 'd'),
        node('Mul', ['a', 'd'], 'e'),
        node('MatMul', ['e', 'v'], 'h'),
      ],
      constants: { factor: floats([], [1.702]) },
    },
    'a convolution over what is turned': {
      nodes: [
        node('Transpose', ['r'], 'c', turned),
        node('Conv', ['c', 'kernel'], 'd', { pads: [1, 1] }),
        norm('d', 'e'),
        relu('e', 'f'),
        node('Transpose', ['f'], 'h', turned),
      ],
      weights: { kernel: [6, 6, 3] },
    },
    'a causal convolution, gated': {
      nodes: [
        node('Transpose', ['a'], 'c', turned),
        node('Pad', ['c', 'before'], 'd'),
        node('Conv', ['d', 'kernel'], 'e', { dilations: [2] }),
        node('Conv', ['d', 'kernel_2'], 'f', { dilations: [2] }),
        node('Tanh', ['e'], 'g'),
        node('Sigmoid', ['f'], 'i'),
        node('Mul', ['g', 'i'], 'j'),
        node('Add', ['c', 'j'], 'h'),
      ],
      weights: { kernel: [6, 6, 2], kernel_2: [6, 6, 2] },
      constants: { before: ints([0, 0, 2, 0, 0, 0]) },
    },
    'rows that are shifted': {
      nodes: [
        node('Slice', ['r', 'start', 'before_last', 'second'], 'c'),
        node('Pad', ['c', 'before'], 'd'),
        node('MatMul', ['d', 'v'], 'e'),
        node('MatMul', ['r', 'u'], 'f'),
        node('Add', ['e', 'f'], 's'),
        relu('s', 'h'),
      ],
      constants: { start: ints([0]), before_last: ints([-1]), second: ints([1]), before: ints([0, 1, 0, 0, 0, 0]) },
    },
    'the first row': {
      nodes: [
        node('Gather', ['r', 'first'], 'c', { axis: 1 }),
        node('MatMul', ['c', 'v'], 'd'),
        node('Tanh', ['d'], 'h'),
      ],
    },
    'the mean of rows': {
      nodes: [
        node('ReduceMean', ['a'], 'c', { axes: [1], keepdims: 0 }),
        node('MatMul', ['c', 'v'], 'd'),
        relu('d', 'h'),
      ],
    },
    'the largest of rows': {
      nodes: [
        node('ReduceMax', ['a'], 'c', { axes: [1], keepdims: 0 }),
        node('MatMul', ['c', 'v'], 'd'),
        relu('d', 'h'),
      ],
    },
    'the mean of rows that a mask lets through': {
      nodes: [
        node('Mul', ['a', 'mask'], 'c'),
        node('ReduceSum', ['c', 'second'], 'd', { keepdims: 0 }),
        node('Div', ['d', 'two'], 'h'),
      ],
      constants: { mask: floats([1, 4, 1], [1, 1, 0, 0]), second: ints([1]) },
    },
    'rows that a mask chooses': {
      nodes: [
        node('MatMul', ['a', 'v'], 'b'),
        node('Where', ['mask', 'a', 'b'], 'c'),
        node('MatMul', ['c', 'u'], 'd'),
        relu('d', 'h'),
      ],
      constants: { mask: { dtype: 'bool', dims: [4, 1], bytes: Uint8Array.of(1, 0, 0, 1) } },
    },
    'features that rotate with places': {
      nodes: [
        node('Split', ['a'], ['c', 'd'], { axis: 2 }),
        node('Neg', ['d'], 'e'),
        node('Concat', ['e', 'c'], 'f', { axis: 2 }),
        node('Mul', ['a', 'cosines'], 'g'),
        node('Mul', ['f', 'sines'], 'i'),
        node('Add', ['g', 'i'], 'h'),
      ],
      weights: { cosines: [4, 6], sines: [4, 6] },
    },
    'a lower triangle': {
      nodes: [
        node('MatMul', ['a', 'narrow'], 'c'),
        node('Trilu', ['c'], 'd', { upper: 0 }),
        node('MatMul', ['d', 'left'], 'e'),
        relu('e', 'h'),
      ],
      weights: { narrow: [6, 4] },
    },
    'copies of rows': {
      nodes: [node('Tile', ['r', 'times'], 'c'), node('MatMul', ['c', 'v'], 'd'), relu('d', 'h')],
      constants: { times: ints([1, 2, 1]) },
    },
    'a mean that is expanded': {
      nodes: [
        node('ReduceMean', ['r'], 'c', { axes: [1] }),
        node('Shape', ['r'], 'shape'),
        node('Expand', ['c', 'shape'], 'd'),
        node('Concat', ['r', 'd'], 'e', { axis: 2 }),
        node('MatMul', ['e', 'wide'], 'f'),
        relu('f', 'h'),
      ],
      weights: { wide: [12, 6] },
    },
    'what is left of the mean': {
      nodes: [
        node('ReduceMean', ['a'], 'c', { axes: [1] }),
        node('Sub', ['a', 'c'], 'd'),
        node('MatMul', ['d', 'v'], 'e'),
        relu('e', 'h'),
      ],
    },

    // As rarer exporters write it.
    'a factor behind a Reshape': {
      nodes: [
        node('MatMul', ['r', 'v'], 'c'),
        node('Reshape', ['c', 'apart'], 'd'),
        node('Mul', ['d', 'factor'], 'e'),
        relu('e', 'h'),
      ],
      weights: { factor: [2, 3] },
    },
    'a factor of one number of three axes': {
      nodes: [node('MatMul', ['r', 'v'], 'c'), node('Mul', ['c', 'minus'], 'd'), relu('d', 'h')],
      constants: { minus: floats([1, 1, 1], [-2]) },
    },
    'a factor of every row, never negative': {
      nodes: [node('MatMul', ['r', 'v'], 'c'), node('Mul', ['c', 'factor'], 'd'), relu('d', 'h')],
      weights: { factor: { dims: [4, 1], low: 0.2, high: 1 } },
    },
    'a MatMul with weights of three axes': {
      nodes: [node('MatMul', ['r', 'cube'], 'c'), node('Add', ['c', 'bias'], 'd'), relu('d', 'h')],
      weights: { cube: [1, 6, 6] },
    },
    'a MatMul whose weights are negated by nodes': {
      nodes: [
        node('Neg', ['v'], 'made'),
        node('Transpose', ['made'], 'turned', { perm: [1, 0] }),
        node('MatMul', ['r', 'turned'], 'c'),
        relu('c', 'h'),
      ],
    },
    'a dense layer over two axes by Einsum': {
      nodes: [node('Einsum', ['r', 'cube'], 'c', { equation: 'bij,ijk->bk' }), relu('c', 'h')],
      weights: { cube: [4, 6, 5] },
    },
    'a dense layer of every row by Einsum': {
      nodes: [node('Einsum', ['r', 'cube'], 'c', { equation: 'bij,ijk->bik' }), relu('c', 'h')],
      weights: { cube: [4, 6, 5] },
    },
    'cross attention': {
      nodes: [
        node('MatMul', ['a', 'q'], 'queries'),
        node('MatMul', ['r', 'k'], 'keys'),
        node('MatMul', ['r', 'v'], 'values'),
        node('Transpose', ['keys'], 'c', turned),
        node('MatMul', ['queries', 'c'], 'd'),
        node('Softmax', ['d'], 'e'),
        node('MatMul', ['e', 'values'], 'f'),
        node('Add', ['a', 'f'], 's'),
        node('LayerNormalization', ['s', 'scale', 'bias'], 'h'),
      ],
    },
    'attention by sigmoids': {
      nodes: [
        ...projected,
        node('Transpose', ['keys'], 'c', turned),
        node('MatMul', ['queries', 'c'], 'd'),
        node('Sigmoid', ['d'], 'e'),
        node('MatMul', ['e', 'values'], 'h'),
      ],
    },
    'attention by ReLUs': {
      nodes: [
        ...projected,
        node('Transpose', ['keys'], 'c', turned),
        node('MatMul', ['queries', 'c'], 'd'),
        relu('d', 'e'),
        node('MatMul', ['e', 'values'], 'h'),
      ],
    },
    'attention whose softmax is in pieces': {
      nodes: [
        ...projected,
        node('Transpose', ['keys'], 'c', turned),
        node('MatMul', ['queries', 'c'], 'd'),
        node('ReduceMax', ['d'], 'top', { axes: [2] }),
        node('Sub', ['d', 'top'], 'below'),
        node('Exp', ['below'], 'e'),
        node('ReduceSum', ['e', 'third'], 'f'),
        node('Div', ['e', 'f'], 'g'),
        node('MatMul', ['g', 'values'], 'h'),
      ],
    },
    'attention that is cast': {
      nodes: [
        ...projected,
        node('Transpose', ['keys'], 'c', turned),
        node('MatMul', ['queries', 'c'], 'd'),
        node('Softmax', ['d'], 'e'),
        node('Cast', ['e'], 'f', { to: 1 }),
        node('MatMul', ['f', 'values'], 'h'),
      ],
    },
    'attention that is dropped out': {
      nodes: [
        ...projected,
        node('Transpose', ['keys'], 'c', turned),
        node('MatMul', ['queries', 'c'], 'd'),
        node('Softmax', ['d'], 'e'),
        node('Dropout', ['e'], 'f'),
        node('MatMul', ['f', 'values'], 'h'),
      ],
    },
    'attention with keys of one head for all': {
      nodes: [
        node('MatMul', ['a', 'q'], 'queries'),
        node('Reshape', ['queries', 'apart'], 'c'),
        node('Transpose', ['c'], 'd', { perm: [0, 2, 1, 3] }),
        node('MatMul', ['a', 'small_k'], 'keys'),
        node('MatMul', ['a', 'small_v'], 'values'),
        node('Transpose', ['keys'], 'e', turned),
        node('Unsqueeze', ['e', 'second'], 'f'),
        node('Unsqueeze', ['values', 'second'], 'g'),
        node('MatMul', ['d', 'f'], 'i'),
        node('Softmax', ['i'], 'j'),
        node('MatMul', ['j', 'g'], 'l'),
        node('Transpose', ['l'], 'o', { perm: [0, 2, 1, 3] }),
        node('Reshape', ['o', 'together'], 'h'),
      ],
      weights: { small_k: [6, 3], small_v: [6, 3] },
      constants: { second: ints([1]) },
    },
    'attention of channels': {
      nodes: [
        ...projected,
        node('Transpose', ['queries'], 'c', turned),
        node('MatMul', ['c', 'keys'], 'd'),
        node('Softmax', ['d'], 'e'),
        node('Transpose', ['values'], 'f', turned),
        node('MatMul', ['e', 'f'], 'g'),
        node('Transpose', ['g'], 'h', turned),
      ],
    },
    'a batch norm of three axes': {
      nodes: [
        node('Transpose', ['a'], 'c', turned),
        norm('c', 'd'),
        relu('d', 'e'),
        node('Conv', ['e', 'kernel'], 'f'),
        relu('f', 'h'),
      ],
      weights: { kernel: [3, 6, 2] },
    },
    'instance normalisation of three axes': {
      nodes: [
        node('Transpose', ['a'], 'c', turned),
        node('InstanceNormalization', ['c', 'scale', 'bias'], 'd'),
        relu('d', 'h'),
      ],
    },
    'pooling of three axes': {
      nodes: [
        node('Transpose', ['r'], 'c', turned),
        node('MaxPool', ['c'], 'd', { kernel_shape: [2], strides: [2] }),
        node('AveragePool', ['d'], 'e', { kernel_shape: [2], pads: [1, 0] }),
        node('GlobalAveragePool', ['e'], 'h'),
      ],
    },
    'the largest and the mean of rows': {
      nodes: [
        node('ReduceMax', ['r'], 'c', { axes: [1], keepdims: 0 }),
        node('ReduceMean', ['r'], 'd', { axes: [1], keepdims: 0 }),
        node('Concat', ['c', 'd'], 'e', { axis: 1 }),
        node('Gemm', ['e', 'wide'], 'f'),
        relu('f', 'h'),
      ],
      weights: { wide: [12, 4] },
    },
    'a recurrent layer that is unrolled': {
      nodes: [
        ...[0, 1, 2].flatMap(i => [
          node('Gather', ['x', `row_${i}`], `input_${i}`, { axis: 1 }),
          node('MatMul', [`input_${i}`, 'v'], `from_input_${i}`),
          ...(i === 0
            ? []
            : [
                node('MatMul', [`state_${i - 1}`, 'u'], `from_state_${i}`),
                node('Add', [`from_input_${i}`, `from_state_${i}`], `both_${i}`),
              ]),
          node('Tanh', [i === 0 ? 'from_input_0' : `both_${i}`], `state_${i}`),
        ]),
        node('Identity', ['state_2'], 'h'),
      ],
      constants: { row_0: ints(0), row_1: ints(1), row_2: ints(2) },
    },
  },
}
