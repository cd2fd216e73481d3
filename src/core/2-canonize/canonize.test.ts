/** Every canonical pass alone: the graph stays well formed, computes what it computed, and reads as printed. */

import { describe, expect, it } from 'vitest'
import { floats, ints, modelOf, node, Random } from '../../../test/support/models.ts'
import { operatorsOf, rewritten } from '../../../test/support/passes.ts'
import { float } from '../0-graph/builder.ts'
import type { Attribute } from '../0-graph/graph.ts'
import { print } from '../0-graph/print.ts'
import type { Tensor } from '../0-graph/tensor.ts'
import { verify } from '../0-graph/verify.ts'
import { canonizeLayers, canonizeStructure } from './canonize.ts'
import { dropDead } from './drop-dead.ts'
import { dropIdentities } from './drop-identities.ts'
import { liftConstants } from './lift-constants.ts'
import { matMulAsGemm } from './mat-mul-as-gemm.ts'
import { mergeAffine } from './merge-affine.ts'
import { nameNodes } from './name-nodes.ts'
import { nestConcats } from './nest-concats.ts'
import { plainGemm } from './plain-gemm.ts'
import { separateInitializers } from './separate-initializers.ts'
import { swapMaxPoolRelu } from './swap-max-pool-relu.ts'

const random = new Random(20)

/** Scale, bias, mean and variance of a batch norm over `channels`; scales of both signs. */
function batchNorm(channels: number): Record<string, Tensor> {
  return {
    scale: random.constant([channels]),
    shift: random.constant([channels]),
    mean: random.constant([channels]),
    variance: random.constant([channels], 0.5, 2),
  }
}
const statistics = ['scale', 'shift', 'mean', 'variance'] as const
const picture = { x: ['n', 2, 5, 5] } as const

describe('liftConstants', () => {
  it('makes initialisers of all kinds of Constant', async () => {
    const tensorOf = (value: Tensor): Attribute => ({ type: 'tensor', value })
    const model = modelOf({
      nodes: [
        node('Constant', [], 'c', { value: tensorOf(floats([3], [1, 2, 3])) }),
        node('Constant', [], 'f', { value_float: float(0.5) }),
        node('Constant', [], 'fs', { value_floats: { type: 'floats', value: [3, 4, 5] } }),
        node('Constant', [], 'i', { value_ints: [1] }),
        node('Constant', [], 'one', { value_int: 1 }),
        node('Reshape', ['one', 'i'], 'axes'),
        node('Sum', ['x', 'c', 'f', 'fs'], 'sum'),
        node('Unsqueeze', ['sum', 'axes'], 'y'),
      ],
      inputs: { x: ['n', 3] },
      outputs: ['y'],
    })
    expect(print(await rewritten(model, liftConstants))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,3]
      constant c: float32[3]
      constant f: float32[]
      constant fs: float32[3]
      constant i: int64[1]
      constant one: int64[]
      axes = Reshape(one, i)
      sum = Sum(x, c, f, fs)
      y = Unsqueeze(sum, axes)
      outputs  y"
    `)
  })
})

describe('separateInitializers', () => {
  it('takes the initialisers of IR 3 out of the inputs', async () => {
    const model = modelOf({
      nodes: [node('Gemm', ['x', 'w', 'b'], 'y')],
      inputs: { x: ['n', 2], w: [2, 3], b: [3] },
      outputs: ['y'],
      constants: { w: random.constant([2, 3]), b: random.constant([3]) },
      irVersion: 3,
      opset: 9,
    })
    expect(print(await rewritten(model, separateInitializers))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,2]
      constant w: float32[2,3]
      constant b: float32[3]
      y = Gemm(x, w, b)
      outputs  y"
    `)
  })
})

describe('nestConcats', () => {
  it('reads the longest earlier Concat that one begins with, along the same axis', async () => {
    const model = modelOf({
      nodes: [
        node('Relu', ['x'], 'a'),
        node('Neg', ['x'], 'b'),
        node('Concat', ['x', 'a'], 'xa', { axis: 1 }),
        node('Concat', ['x', 'a', 'b'], 'xab', { axis: 1 }),
        node('Concat', ['x', 'a', 'b', 'xa'], 'more', { axis: 1 }),
        node('Concat', ['x', 'a', 'b'], 'high', { axis: 2 }),
        node('Concat', ['a', 'x', 'b'], 'other', { axis: 1 }),
      ],
      inputs: { x: ['n', 2, 3] },
      outputs: ['more', 'high', 'other', 'xab'],
    })
    expect(print(await rewritten(model, nestConcats))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,2,3]
      a = Relu(x)
      b = Neg(x)
      xa = Concat(x, a) {axis=1}
      xab = Concat(xa, b) {axis=1}
      more = Concat(xab, xa) {axis=1}
      high = Concat(x, a, b) {axis=2}
      other = Concat(a, x, b) {axis=1}
      outputs  more, high, other, xab"
    `)
  })
})

describe('dropIdentities', () => {
  it('takes out chains of Identity and Dropout, also over weights', async () => {
    const model = modelOf({
      nodes: [
        node('Identity', ['w'], 'v'),
        node('Identity', ['x'], 'a'),
        node('Dropout', ['a'], ['b', 'mask']),
        node('Gemm', ['b', 'v'], 'c'),
        node('Dropout', ['c'], 'd'),
        node('Relu', ['d'], 'y'),
      ],
      inputs: { x: ['n', 2] },
      outputs: ['y'],
      constants: { w: random.constant([2, 3]) },
    })
    expect(print(await rewritten(model, dropIdentities))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,2]
      constant w: float32[2,3]
      c = Gemm(x, w)
      y = Relu(c)
      outputs  y"
    `)
  })

  it('leaves the one that makes an output of the graph', async () => {
    const model = modelOf({
      nodes: [node('Relu', ['x'], 'a'), node('Dropout', ['a'], 'y'), node('Identity', ['y'], 'z')],
      inputs: { x: ['n', 2] },
      outputs: ['y', 'z', 'a'],
    })
    expect(print(await rewritten(model, dropIdentities))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,2]
      a = Relu(x)
      y = Identity(a)
      z = Identity(y)
      outputs  y, z, a"
    `)
  })

  it('leaves a Dropout whose mask is read, and one that is told to drop', async () => {
    const masked = modelOf({
      nodes: [
        node('Dropout', ['x'], ['d', 'mask']),
        node('Cast', ['mask'], 'm', { to: 1 }),
        node('Mul', ['d', 'm'], 'y'),
      ],
      inputs: { x: ['n', 2] },
      outputs: ['y'],
    })
    expect(operatorsOf(await rewritten(masked, dropIdentities))).toEqual(['Dropout', 'Cast', 'Mul'])
    const flag = (value: number): Tensor => ({ dtype: 'bool', dims: [], bytes: Uint8Array.of(value) })
    const training = (value: number) =>
      modelOf({
        nodes: [node('Dropout', ['x', 'ratio', 'training'], 'd'), node('Relu', ['d'], 'y')],
        inputs: { x: ['n', 2] },
        outputs: ['y'],
        constants: { ratio: floats([], [0.5]), training: flag(value) },
      })
    expect(operatorsOf(dropIdentities(training(1).graph))).toEqual(['Dropout', 'Relu'])
    expect(operatorsOf(await rewritten(training(0), dropIdentities))).toEqual(['Relu'])
  })
})

describe('nameNodes', () => {
  it('gives every node one name of its own', async () => {
    const model = modelOf({
      nodes: [
        { ...node('Relu', ['x'], 'a'), name: '' },
        { ...node('Neg', ['a'], 'b'), name: 'a' },
        { ...node('Neg', ['b'], 'y'), name: 'a' },
      ],
      inputs: { x: ['n', 2] },
      outputs: ['y'],
    })
    const named = nameNodes(model.graph)
    expect(verify(named)).toEqual([])
    expect(named.nodes.map(({ name }) => name)).toEqual(['a', 'a_2', 'a_3'])
  })
})

describe('plainGemm', () => {
  it('writes alpha, beta and transA as nodes', async () => {
    const model = modelOf({
      nodes: [
        node('Gemm', ['x', 'w', 'b'], 'y', { alpha: float(0.5), beta: float(2), transA: 1, transB: 1 }),
        node('Gemm', ['x', 'v', 'b'], 'z', { alpha: float(-3), beta: float(0), transA: 1 }),
      ],
      inputs: { x: [2, 4] },
      outputs: ['y', 'z'],
      constants: { w: random.constant([3, 2]), v: random.constant([2, 3]), b: random.constant([3]) },
    })
    expect(print(await rewritten(model, plainGemm))).toMatchInlineSnapshot(`
      "inputs   x: float32[2,4]
      constant w: float32[3,2]
      constant v: float32[2,3]
      constant b: float32[3]
      constant deeptaylor/float_0.5: float32[]
      constant deeptaylor/float_2: float32[]
      constant deeptaylor/float_-3: float32[]
      Gemm:y/transposed = Transpose(x) {perm=[1,0]}
      Gemm:y/mul = Mul(w, deeptaylor/float_0.5)
      Gemm:y/mul_2 = Mul(b, deeptaylor/float_2)
      y = Gemm(Gemm:y/transposed, Gemm:y/mul, Gemm:y/mul_2) {transB=1}
      Gemm:z/transposed = Transpose(x) {perm=[1,0]}
      Gemm:z/mul = Mul(v, deeptaylor/float_-3)
      z = Gemm(Gemm:z/transposed, Gemm:z/mul) {transB=0}
      outputs  y, z"
    `)
  })
})

describe('dropDead', () => {
  it('keeps what an output needs, and every input', async () => {
    const model = modelOf({
      nodes: [node('Gemm', ['x', 'w'], 'y'), node('Gemm', ['x', 'v'], 'unused')],
      inputs: { x: ['n', 2], dummy: [1] },
      outputs: ['y'],
      constants: { w: random.constant([2, 3]), v: random.constant([2, 3]) },
    })
    expect(print(await rewritten(model, dropDead))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,2], dummy: float32[1]
      constant w: float32[2,3]
      y = Gemm(x, w)
      outputs  y"
    `)
  })
})

describe('matMulAsGemm', () => {
  const weights = { w: random.constant([4, 3]), b: random.constant([3]) }

  it('sees MatMul and the Add behind it as one layer, whichever way the Add is written', async () => {
    const model = modelOf({
      nodes: [
        node('MatMul', ['x', 'w'], 'a'),
        node('Add', ['b', 'a'], 'c'),
        node('MatMul', ['c', 'v'], 'd'),
        node('Add', ['d', 'row'], 'y'),
      ],
      inputs: { x: ['n', 4] },
      outputs: ['y'],
      constants: { ...weights, v: random.constant([3, 2]), row: random.constant([1, 2]) },
    })
    expect(print(await rewritten(model, matMulAsGemm))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,4]
      constant w: float32[4,3]
      constant b: float32[3]
      constant v: float32[3,2]
      constant row: float32[1,2]
      c = Gemm(x, w, b) {transB=0}
      y = Gemm(c, v, row) {transB=0}
      outputs  y"
    `)
  })

  const notMerged: Record<string, Parameters<typeof modelOf>[0]> = {
    'rank 3': {
      nodes: [node('MatMul', ['x', 'w'], 'a'), node('Add', ['a', 'b'], 'y')],
      inputs: { x: ['n', 2, 4] },
      outputs: ['y'],
      constants: weights,
    },
    'weights on the left': {
      nodes: [node('MatMul', ['w', 'x'], 'a'), node('Add', ['a', 'b'], 'y')],
      inputs: { x: [3, 3] },
      outputs: ['y'],
      constants: weights,
    },
    'two activations': {
      nodes: [node('Relu', ['x'], 'r'), node('MatMul', ['x', 'r'], 'a'), node('Add', ['a', 'b'], 'y')],
      inputs: { x: [3, 3] },
      outputs: ['y'],
      constants: weights,
    },
  }
  it.each(Object.keys(notMerged))('leaves a MatMul alone: %s', async name => {
    const model = modelOf(notMerged[name] as Parameters<typeof modelOf>[0])
    expect(operatorsOf(await rewritten(model, matMulAsGemm))).toEqual(operatorsOf(model.graph))
  })

  it('leaves an Add alone that is no row, or whose MatMul has another reader', async () => {
    const notRow = modelOf({
      nodes: [node('MatMul', ['x', 'w'], 'a'), node('Add', ['a', 'full'], 'y')],
      inputs: { x: [2, 4] },
      outputs: ['y'],
      constants: { ...weights, full: random.constant([2, 3]) },
    })
    expect(operatorsOf(await rewritten(notRow, matMulAsGemm))).toEqual(['Gemm', 'Add'])
    const read = modelOf({
      nodes: [node('MatMul', ['x', 'w'], 'a'), node('Add', ['a', 'b'], 'y'), node('Neg', ['a'], 'z')],
      inputs: { x: [2, 4] },
      outputs: ['y', 'z'],
      constants: weights,
    })
    expect(operatorsOf(await rewritten(read, matMulAsGemm))).toEqual(['Gemm', 'Add', 'Neg'])
    const output = modelOf({
      nodes: [node('MatMul', ['x', 'w'], 'a'), node('Add', ['a', 'b'], 'y')],
      inputs: { x: [2, 4] },
      outputs: ['a', 'y'],
      constants: weights,
    })
    expect(operatorsOf(await rewritten(output, matMulAsGemm))).toEqual(['Gemm', 'Add'])
  })
})

describe('mergeAffine', () => {
  const conv = { w: random.constant([3, 2, 3, 3]), b: random.constant([3]) }
  const merged = async (nodes: ReturnType<typeof node>[], constants: Record<string, Tensor>, outputs = ['y']) =>
    rewritten(modelOf({ nodes, inputs: picture, outputs, constants }), mergeAffine)
  /** Which operators that relevance meets are left; the rest computes weights. */
  const onPath = (graph: Awaited<ReturnType<typeof merged>>) => {
    const active = new Set(['x'])
    const path = graph.nodes.filter(n => n.inputs.some(input => active.has(input)) && n.outputs.map(o => active.add(o)))
    return operatorsOf({ ...graph, nodes: path })
  }

  it('Conv -> BatchNormalization', async () => {
    const nodes = [node('Conv', ['x', 'w', 'b'], 'c'), node('BatchNormalization', ['c', ...statistics], 'y')]
    expect(print(await merged(nodes, { ...conv, ...batchNorm(3) }))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,2,5,5]
      constant w: float32[3,2,3,3]
      constant b: float32[3]
      constant scale: float32[3]
      constant shift: float32[3]
      constant mean: float32[3]
      constant variance: float32[3]
      constant deeptaylor/float_0.00001: float32[]
      constant deeptaylor/int_-1_1_1_1: int64[4]
      BatchNormalization:y/variance = Add(variance, deeptaylor/float_0.00001)
      BatchNormalization:y/deviation = Sqrt(BatchNormalization:y/variance)
      BatchNormalization:y/factor = Div(scale, BatchNormalization:y/deviation)
      BatchNormalization:y/scaled_mean = Mul(mean, BatchNormalization:y/factor)
      BatchNormalization:y/shift = Sub(shift, BatchNormalization:y/scaled_mean)
      BatchNormalization:y/factor_2 = Reshape(BatchNormalization:y/factor, deeptaylor/int_-1_1_1_1)
      BatchNormalization:y/weights = Mul(w, BatchNormalization:y/factor_2)
      BatchNormalization:y/scaled_bias = Mul(b, BatchNormalization:y/factor)
      BatchNormalization:y/bias = Add(BatchNormalization:y/scaled_bias, BatchNormalization:y/shift)
      y = Conv(x, BatchNormalization:y/weights, BatchNormalization:y/bias)
      outputs  y"
    `)
  })

  it.each([true, false])('chains, with a bias of its own: %s', async hasBias => {
    const perChannel = { factor: random.constant([3, 1, 1]), add: random.constant([1, 3, 1, 1]), by: floats([], [-2]) }
    const nodes = [
      node('Conv', hasBias ? ['x', 'w', 'b'] : ['x', 'w'], 'c'),
      node('Mul', ['factor', 'c'], 'm'),
      node('Add', ['m', 'add'], 'a'),
      node('BatchNormalization', ['a', ...statistics], 'n'),
      node('Div', ['n', 'by'], 'd'),
      node('Sub', ['d', 'add'], 's'),
      node('Mul', ['s', 'factor'], 't'),
      node('Relu', ['t'], 'y'),
    ]
    const graph = await merged(nodes, { ...conv, ...perChannel, ...batchNorm(3) })
    expect(onPath(graph)).toEqual(['Conv', 'Relu'])
  })

  it('BatchNormalization and the scale and shift that Caffe keeps apart', async () => {
    const nodes = [
      node('Conv', ['x', 'w'], 'c'),
      node('BatchNormalization', ['c', ...statistics], 'n'),
      node('Unsqueeze', ['gamma', 'axes'], 'g'),
      node('Mul', ['n', 'g'], 'm'),
      node('Unsqueeze', ['beta', 'axes'], 'e'),
      node('Add', ['m', 'e'], 'y'),
    ]
    const caffe = { gamma: random.constant([3]), beta: random.constant([3]), axes: ints([1, 2]) }
    expect(onPath(await merged(nodes, { ...conv, ...caffe, ...batchNorm(3) }))).toEqual(['Conv'])
  })

  it.each([0, 1])('Gemm -> BatchNormalization, transB %d', async transB => {
    const constants = { w: random.constant(transB ? [3, 4] : [4, 3]), b: random.constant([3]), ...batchNorm(3) }
    const nodes = [
      node('Gemm', ['x', 'w', 'b'], 'c', { transB }),
      node('BatchNormalization', ['c', ...statistics], 'y'),
    ]
    const model = modelOf({ nodes, inputs: { x: ['n', 4] }, outputs: ['y'], constants })
    expect(onPath(await rewritten(model, mergeAffine))).toEqual(['Gemm'])
  })

  it('a Conv without a bias and the Add behind it', async () => {
    const nodes = [node('Conv', ['x', 'w'], 'c'), node('Add', ['shift', 'c'], 'y')]
    expect(print(await merged(nodes, { ...conv, shift: random.constant([1, 3, 1, 1]) }))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,2,5,5]
      constant w: float32[3,2,3,3]
      constant b: float32[3]
      constant shift: float32[1,3,1,1]
      constant deeptaylor/int_-1: int64[1]
      constant deeptaylor/float_0: float32[]
      constant deeptaylor/int_3: int64[1]
      Add:y/per_channel = Reshape(shift, deeptaylor/int_-1)
      Add:y/no_bias = Expand(deeptaylor/float_0, deeptaylor/int_3)
      Add:y/bias = Add(Add:y/no_bias, Add:y/per_channel)
      y = Conv(x, w, Add:y/bias)
      outputs  y"
    `)
  })

  it('weights that two layers share: each gets its own product', async () => {
    const nodes = [
      node('Conv', ['x', 'w', 'b'], 'c'),
      node('BatchNormalization', ['c', ...statistics], 'y'),
      node('Conv', ['x', 'w'], 'd'),
      node('Mul', ['d', 'half'], 'z'),
    ]
    const graph = await merged(nodes, { ...conv, ...batchNorm(3), half: floats([1], [0.5]) }, ['y', 'z'])
    expect(onPath(graph)).toEqual(['Conv', 'Conv'])
  })

  it('groups', async () => {
    const nodes = [
      node('Conv', ['x', 'w'], 'c', { group: 2 }),
      node('BatchNormalization', ['c', 'scale', 'shift', 'mean', 'variance'], 'y'),
    ]
    expect(onPath(await merged(nodes, { w: random.constant([4, 1, 2, 2]), ...batchNorm(4) }))).toEqual(['Conv'])
  })

  const own = new Random(21)
  const factors: Record<string, Tensor> = {
    negated: floats([1, 3, 1, 1], [1, 2, 3]),
    t1: own.constant([2, 3, 3, 3]),
    t2: own.constant([2, 2, 2, 2]),
    row: own.constant([6]),
    dense: own.constant([5, 6]),
    add: own.constant([6]),
    half: floats([], [0.5]),
  }
  const also: Record<string, [nodes: ReturnType<typeof node>[], left: string[]]> = {
    'Conv -> Neg': [[node('Conv', ['x', 'w', 'b'], 'c'), node('Neg', ['c'], 'y')], ['Conv']],
    'a constant minus a Conv': [[node('Conv', ['x', 'w', 'b'], 'c'), node('Sub', ['negated', 'c'], 'y')], ['Conv']],
    'ConvTranspose -> BatchNormalization': [
      [node('ConvTranspose', ['x', 't1'], 'c'), node('BatchNormalization', ['c', ...statistics], 'y')],
      ['ConvTranspose'],
    ],
    'ConvTranspose in groups -> Mul -> Mul': [
      [
        node('ConvTranspose', ['x', 't2'], 'c', { group: 2 }),
        node('Mul', ['c', 'four'], 'd'),
        node('Mul', ['d', 'half'], 'y'),
      ],
      ['ConvTranspose'],
    ],
    'MatMul of rows -> Mul -> Neg': [
      [node('MatMul', ['x', 'dense'], 'c'), node('Mul', ['c', 'row'], 'm'), node('Neg', ['m'], 'y')],
      ['MatMul'],
    ],
    'MatMul of rows -> Add -> Mul -> Add': [
      [
        node('MatMul', ['x', 'dense'], 'c'),
        node('Add', ['c', 'add'], 'a'),
        node('Mul', ['a', 'row'], 'm'),
        node('Add', ['m', 'add'], 'y'),
      ],
      ['MatMul', 'Add'],
    ],
    'MatMul of rows -> Add, as it should be': [
      [node('MatMul', ['x', 'dense'], 'c'), node('Add', ['c', 'add'], 'y')],
      ['MatMul', 'Add'],
    ],
  }
  it.each(Object.keys(also))('%s', async name => {
    const [nodes, left] = also[name] as [ReturnType<typeof node>[], string[]]
    const constants = { ...conv, ...batchNorm(3), ...factors, four: own.constant([4, 1, 1]) }
    expect(onPath(await merged(nodes, constants))).toEqual(left)
  })

  it('beside a convolution that is an output', async () => {
    const nodes = [node('Conv', ['x', 'w'], 'c'), node('BatchNormalization', ['c', ...statistics], 'y')]
    const graph = await merged(nodes, { ...conv, ...batchNorm(3) }, ['y', 'c'])
    expect(onPath(graph)).toEqual(['Conv', 'Conv'])
    expect(graph.nodes.find(({ outputs: [y] }) => y === 'y')?.name).toBe('Conv:c')
    const shifted = [node('Conv', ['x', 'w'], 'c'), node('Add', ['c', 'shifts'], 'y')]
    const kept = await merged(shifted, { ...conv, shifts: random.constant([1, 3, 1, 1]) }, ['y', 'c'])
    expect(onPath(kept)).toEqual(['Conv', 'Add'])
  })

  const kept: Record<string, [nodes: ReturnType<typeof node>[], outputs: string[]]> = {
    'the convolution has two readers': [
      [
        node('Conv', ['x', 'w'], 'c'),
        node('BatchNormalization', ['c', ...statistics], 'n'),
        node('Add', ['n', 'c'], 'y'),
      ],
      ['y'],
    ],
    'it varies along the width': [[node('Conv', ['x', 'w'], 'c'), node('Mul', ['c', 'wide'], 'y')], ['y']],
    'it divides by the convolution': [[node('Conv', ['x', 'w'], 'c'), node('Div', ['b1', 'c'], 'y')], ['y']],
    'both operands are the convolution': [[node('Conv', ['x', 'w'], 'c'), node('Mul', ['c', 'c'], 'y')], ['y']],
    'a ReLU stands between': [
      [node('Conv', ['x', 'w'], 'c'), node('Relu', ['c'], 'r'), node('BatchNormalization', ['r', ...statistics], 'y')],
      ['y'],
    ],
  }
  it.each(Object.keys(kept))('merges nothing where %s', async name => {
    const [nodes, outputs] = kept[name] as [ReturnType<typeof node>[], string[]]
    const constants = { ...conv, ...batchNorm(3), wide: random.constant([3]), b1: floats([1, 3, 1, 1], [1, 2, 3]) }
    const graph = await merged(nodes, constants, outputs)
    expect(onPath(graph)).toEqual(nodes.map(n => n.opType))
  })
})

describe('swapMaxPoolRelu', () => {
  it('writes the ReLU first', async () => {
    const attributes = { kernel_shape: [2, 2], strides: [2, 1], pads: [1, 0, 0, 1] }
    const model = modelOf({
      nodes: [node('Conv', ['x', 'w'], 'c'), node('MaxPool', ['c'], 'p', attributes), node('Relu', ['p'], 'y')],
      inputs: picture,
      outputs: ['y'],
      constants: { w: random.constant([3, 2, 1, 1]) },
    })
    expect(print(await rewritten(model, swapMaxPoolRelu))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,2,5,5]
      constant w: float32[3,2,1,1]
      c = Conv(x, w)
      y/before_pooling = Relu(c)
      y = MaxPool(y/before_pooling) {kernel_shape=[2,2] strides=[2,1] pads=[1,0,0,1]}
      outputs  y"
    `)
  })

  it('through several poolings', async () => {
    const [half, three] = [{ kernel_shape: [2, 2] }, { kernel_shape: [3, 3] }]
    const model = modelOf({
      nodes: [node('MaxPool', ['x'], 'p', half), node('MaxPool', ['p'], 'q', three), node('Relu', ['q'], 'y')],
      inputs: picture,
      outputs: ['y'],
    })
    expect(operatorsOf(await rewritten(model, swapMaxPoolRelu))).toEqual(['Relu', 'MaxPool', 'MaxPool'])
  })

  it('leaves a pooling that something else reads', async () => {
    const pool = node('MaxPool', ['x'], 'p', { kernel_shape: [2, 2] })
    const model = modelOf({
      nodes: [pool, node('Relu', ['p'], 'r'), node('Add', ['r', 'p'], 'y')],
      inputs: picture,
      outputs: ['y'],
    })
    expect(operatorsOf(await rewritten(model, swapMaxPoolRelu))).toEqual(['MaxPool', 'Relu', 'Add'])
    const output = modelOf({ nodes: [pool, node('Relu', ['p'], 'y')], inputs: picture, outputs: ['y', 'p'] })
    expect(operatorsOf(await rewritten(output, swapMaxPoolRelu))).toEqual(['MaxPool', 'Relu'])
  })
})

describe('all passes together', () => {
  it('make of what an exporter wrote what the compiler reads', async () => {
    const model = modelOf({
      nodes: [
        node('Identity', ['x'], 'i'),
        node('Conv', ['i', 'w'], 'c', { pads: [1, 1, 1, 1] }),
        node('BatchNormalization', ['c', ...statistics], 'n'),
        node('MaxPool', ['n'], 'p', { kernel_shape: [2, 2] }),
        node('Relu', ['p'], 'r'),
        node('Dropout', ['r'], 'd'),
        node('Flatten', ['d'], 'f'),
        node('MatMul', ['f', 'head'], 'm'),
        node('Add', ['m', 'b'], 'y'),
      ],
      inputs: picture,
      outputs: ['y'],
      constants: {
        w: random.constant([3, 2, 3, 3]),
        ...batchNorm(3),
        head: random.constant([48, 2]),
        b: random.constant([2]),
      },
    })
    const { graph } = canonizeStructure(model)
    const canonical = await rewritten(
      { ...model, graph },
      (graph, shapes) => canonizeLayers({ ...model, graph }, shapes).graph,
    )
    const layers = operatorsOf(canonical).filter(type =>
      /Conv|Pool|Relu|Flatten|Gemm|MatMul|Batch|Drop|Ident/.test(type),
    )
    expect(layers).toEqual(['Conv', 'Relu', 'MaxPool', 'Flatten', 'Gemm'])
  })
})
