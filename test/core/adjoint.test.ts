/**
 * The identity that every operator must keep: ⟨L(x), s⟩ = ⟨x, Lᵀ(s)⟩ for linear layers over random geometry, and
 * ⟨P x, r⟩ = ⟨x, Pᵀ r⟩ for what only moves elements; as written, and after lowering.
 */

import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../src/core/0-graph/builder.ts'
import type { Dim, Model, Node } from '../../src/core/0-graph/graph.ts'
import { type Tensor as Constant, sizeOf } from '../../src/core/0-graph/tensor.ts'
import { verify } from '../../src/core/0-graph/verify.ts'
import { operatorOf } from '../../src/core/3-operators/table.ts'
import { lower } from '../../src/core/6-lower/lower.ts'
import { dot, factsOf, floats, ints, modelOf, node, Random, run } from '../support/models.ts'

/** Inner products of some thousand float32 terms, relative to the sum of their magnitudes. */
const tolerance = 1e-5
const rounds = 40

interface Case {
  readonly node: Node
  readonly x: readonly number[]
  readonly constants?: Readonly<Record<string, Constant>>
  /** The input as the model declares it; default `x`. */
  readonly declared?: readonly Dim[]
}

/** Random sliding windows over N×C×spatial. */
function windows(random: Random, rank: number) {
  const many = (make: () => number) => Array.from({ length: rank }, make)
  const kernel = many(() => random.int(1, 3))
  const dilations = many(() => random.int(1, 2))
  const strides = many(() => random.int(1, 3))
  const reach = kernel.map((k, i) => (dilations[i] as number) * (k - 1) + 1)
  const size = reach.map(r => r + random.int(0, 6))
  return { kernel, dilations, strides, size }
}

function conv(random: Random): Case {
  const { kernel, dilations, strides, size } = windows(random, random.int(1, 3))
  const group = random.pick([1, 1, 2, 3])
  const [perGroup, outputs] = random.pick([
    [1, 1],
    [2, 1],
    [1, 2],
    [2, 3],
  ] as const)
  const auto = random.pick(['NOTSET', 'NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'] as const)
  const pads = [...kernel, ...kernel].map((k, i) =>
    random.int(0, Math.min(2, (dilations[i % kernel.length] as number) * (k - 1))),
  )
  const shared = { strides, group, ...(random.int(0, 1) === 1 && { kernel_shape: kernel }) }
  // ONNX Runtime does not take dilations together with automatic padding.
  const padding = auto === 'NOTSET' ? { pads, dilations } : { auto_pad: auto }
  return {
    node: node('Conv', ['x', 'w'], 'y', { ...shared, ...padding }),
    x: [random.int(1, 2), group * perGroup, ...size],
    constants: { w: random.constant([group * outputs, perGroup, ...kernel]) },
  }
}

function pool(opType: 'AveragePool' | 'MaxPool') {
  return (random: Random): Case => {
    const { kernel, strides, size, dilations } = windows(random, random.int(1, 3))
    const isMax = opType === 'MaxPool'
    const reach = (i: number) =>
      isMax ? (dilations[i] as number) * ((kernel[i] as number) - 1) + 1 : (kernel[i] as number)
    const pads = [...kernel, ...kernel].map((k, i) =>
      random.int(0, Math.min(k - 1, Math.floor(reach(i % kernel.length) / 2))),
    )
    const ceil_mode = random.int(0, 1)
    const auto = random.pick(['NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'])
    // ONNX Runtime miscounts SAME with dilations, and refuses it where windows leave gaps.
    const dense = { strides: strides.map((d, i) => Math.min(d, kernel[i] as number)) }
    const padding = auto === 'NOTSET' ? { strides, pads, ceil_mode } : { ...dense, auto_pad: auto }
    const kind = isMax ? auto === 'NOTSET' && { dilations } : { count_include_pad: random.int(0, 1) }
    return {
      node: node(opType, ['x'], 'y', { kernel_shape: kernel, ...padding, ...kind }),
      x: [random.int(1, 2), random.int(1, 3), ...size],
    }
  }
}

function convTranspose(random: Random): Case {
  const rank = random.int(1, 3)
  const { kernel, dilations, strides } = windows(random, rank)
  const size = kernel.map(() => random.int(1, 5))
  const group = random.pick([1, 1, 2])
  const pads = [...kernel, ...kernel].map((k, i) => random.int(0, ((dilations[i % rank] as number) * (k - 1)) >> 1))
  const extra = strides.map(stride => random.int(0, stride - 1))
  const padding = random.pick([
    { pads, output_padding: extra },
    { pads },
    { auto_pad: 'SAME_UPPER' },
    { auto_pad: 'SAME_LOWER' },
  ])
  return {
    node: node('ConvTranspose', ['x', 'w'], 'y', {
      strides,
      group,
      // Automatic padding and dilations are not taken together.
      ...('auto_pad' in padding ? {} : { dilations }),
      ...padding,
    }),
    x: [random.int(1, 2), group * 2, ...size],
    constants: { w: random.constant([group * 2, random.int(1, 3), ...kernel]) },
  }
}

function resize(random: Random): Case {
  const size = [random.int(2, 5), random.int(2, 5)]
  const mode = random.pick(['nearest', 'linear'])
  const coordinate = random.pick(['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel'])
  const byScale = random.int(0, 1) === 1
  const scales = size.map(() => random.pick([0.5, 1, 1.7, 2, 3]))
  const sizes = size.map((n, i) => Math.max(1, Math.floor(n * (scales[i] as number))))
  const shared = {
    mode,
    coordinate_transformation_mode: coordinate,
    nearest_mode: random.pick(['floor', 'round_prefer_floor']),
  }
  return {
    node: node('Resize', byScale ? ['x', '', 'scales'] : ['x', '', '', 'sizes'], 'y', shared),
    x: [2, 3, ...size],
    constants: byScale ? { scales: floats([4], [1, 1, ...scales]) } : { sizes: ints([2, 3, ...sizes]) },
  }
}

const linear: Readonly<Record<string, (random: Random) => Case>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  Resize: resize,
  'GlobalMaxPool (its sum)': random => ({
    node: node('GlobalMaxPool', ['x'], 'y'),
    x: [2, 3, ...random.pick([[4], [3, 5], [2, 3, 2]])],
  }),
  'ReduceMax (its sum)': random => ({
    node: node('ReduceMax', ['x'], 'y', { axes: random.pick([[1], [2, 3], [-1], [0, 2]]), keepdims: random.int(0, 1) }),
    x: [2, 3, 4, 5],
  }),
  AveragePool: pool('AveragePool'),
  'MaxPool (its sum)': pool('MaxPool'),
  GlobalAveragePool: random => ({
    node: node('GlobalAveragePool', ['x'], 'y'),
    x: [2, 3, ...random.pick([[4], [3, 5], [2, 3, 2]])],
  }),
  ReduceMean: random => ({
    node: node('ReduceMean', ['x'], 'y', {
      axes: random.pick([[1], [2, 3], [-1], [0, 2]]),
      keepdims: random.int(0, 1),
    }),
    x: [2, 3, 4, 5],
  }),
  ReduceSum: random => ({
    node: node('ReduceSum', ['x', 'axes'], 'y', { keepdims: random.int(0, 1) }),
    x: [2, 3, 4, 5],
    constants: { axes: ints(random.pick([[1], [2, 3], [-1], [-3, -1]])) },
  }),
  Gemm: random => {
    const [transB, k, m] = [random.int(0, 1), random.int(1, 6), random.int(1, 6)]
    return {
      node: node('Gemm', ['x', 'w'], 'y', { transB }),
      x: [3, k],
      constants: { w: random.constant(transB ? [m, k] : [k, m]) },
    }
  },
  MatMul: random => {
    const [k, m] = [random.int(1, 5), random.int(1, 5)]
    const [x, w, onLeft] = random.pick([
      [[3, k], [k, m], true],
      [[2, 3, k], [k, m], true],
      [[2, 3, k], [2, k, m], true],
      [[3, k], [1, k, m], true],
      [[k, 3], [1, 1, m, k], false],
      [[k, 4], [m, k], false],
      [[2, k, 4], [2, m, k], false],
    ] as [number[], number[], boolean][])
    return { node: node('MatMul', onLeft ? ['x', 'w'] : ['w', 'x'], 'y'), x, constants: { w: random.constant(w) } }
  },
  Add: random => ({
    node: node(random.pick(['Add', 'Sum', 'Sub']), random.int(0, 1) ? ['x', 'c'] : ['c', 'x'], 'y'),
    x: random.pick([[2, 3, 4], [2, 1, 4], [3, 1], [1]]),
    constants: { c: random.constant([2, 3, 4]) },
  }),
  Mul: random => ({
    node: node('Mul', random.int(0, 1) ? ['x', 'c'] : ['c', 'x'], 'y'),
    x: [2, 3, 4],
    constants: { c: random.constant(random.pick([[3, 4], [3, 1], [1], []])) },
  }),
  Div: random => ({
    node: node('Div', ['x', 'c'], 'y'),
    x: [2, 3, 4],
    constants: { c: random.constant([3, 1], 0.5, 2) },
  }),
  BatchNormalization: random => ({
    node: node('BatchNormalization', ['x', 'scale', 'b', 'm', 'v'], 'y'),
    x: random.pick([
      [2, 3],
      [2, 3, 4],
      [2, 3, 4, 5],
    ]),
    constants: {
      scale: random.constant([3]),
      b: random.constant([3]),
      m: random.constant([3]),
      v: random.constant([3], 0.5, 2),
    },
  }),
}

const moving: Readonly<Record<string, (random: Random) => Case>> = {
  Gather: random => {
    const [axis, indices, dims] = random.pick([
      [1, [2, 0, 0, -1], [4]],
      [-1, [3], []],
      [0, [1, 0, 1, 1], [2, 2]],
      [2, [0, 4], [2]],
    ] as [number, number[], number[]][])
    const chosen = { ...ints(indices), dims }
    return { node: node('Gather', ['x', 'i'], 'y', { axis }), x: [2, 3, 5], constants: { i: chosen } }
  },
  Expand: random => ({
    node: node('Expand', ['x', 'to'], 'y'),
    x: random.pick([[3, 1], [2, 1, 1], [1], [2, 3, 4]]),
    constants: { to: ints(random.pick([[2, 3, 4], [1], [2, 3, 1]].slice(0, 1))) },
  }),
  DepthToSpace: random => ({
    node: node('DepthToSpace', ['x'], 'y', { blocksize: 2, mode: random.pick(['DCR', 'CRD']) }),
    x: [2, 8, 2, 3],
  }),
  SpaceToDepth: () => ({ node: node('SpaceToDepth', ['x'], 'y', { blocksize: 2 }), x: [2, 3, 4, 6] }),
  Reshape: random => ({
    node: node('Reshape', ['x', 'to'], 'y'),
    x: [2, 3, 4],
    constants: { to: ints(random.pick([[2, 12], [-1], [0, 2, 6], [4, 0, -1]])) },
  }),
  Flatten: random => ({ node: node('Flatten', ['x'], 'y', { axis: random.int(0, 3) }), x: [2, 3, 4] }),
  Squeeze: random => ({
    node: node('Squeeze', random.int(0, 1) ? ['x', 'axes'] : ['x'], 'y'),
    x: [2, 1, 4],
    constants: { axes: ints([1]) },
  }),
  Unsqueeze: random => ({
    node: node('Unsqueeze', ['x', 'axes'], 'y'),
    x: [2, 3],
    constants: { axes: ints(random.pick([[0], [1, 3], [-1]])) },
  }),
  Transpose: random => ({
    node: node('Transpose', ['x'], 'y', random.pick([{}, { perm: [1, 2, 0] }, { perm: [0, 2, 1] }])),
    x: [2, 3, 4],
  }),
  Concat: random => ({
    node: node(
      'Concat',
      random.pick([
        ['x', 'c'],
        ['c', 'x', 'c'],
        ['x', 'x'],
      ]),
      'y',
      { axis: random.pick([1, -2]) },
    ),
    x: [2, 3, 4],
    constants: { c: random.constant([2, 3, 4]) },
  }),
  Split: random => ({
    node: node('Split', ['x', 'sizes'], ['y', 'unused', 'rest'], { axis: random.pick([1, -2]) }),
    x: [2, 6, 3],
    constants: {
      sizes: ints(
        random.pick([
          [1, 2, 3],
          [2, 2, 2],
          [4, 1, 1],
        ]),
      ),
    },
  }),
  Slice: random => {
    const [start, end, step] = random.pick([
      [0, 5, 2],
      [1, 7, 3],
      [-1, -8, -1],
      [6, 0, -2],
      [-5, -1, 1],
      [2, 2 ** 40, 1],
      [0, 100, 4],
      [-100, 3, 1],
    ])
    return {
      node: node('Slice', ['x', 'starts', 'ends', 'axes', 'steps'], 'y'),
      x: [2, 7, 5],
      constants: {
        starts: ints([start, 1]),
        ends: ints([end, 4]),
        axes: ints(
          random.pick([
            [1, 2],
            [-2, -1],
          ]),
        ),
        steps: ints([step, 1]),
      },
    }
  },
  Pad: random => ({
    node: node('Pad', ['x', 'pads'], 'y'),
    x: [2, 4, 5],
    constants: {
      pads: ints(
        random.pick([
          [0, 1, 2, 0, 0, 3],
          [0, -1, 2, 0, 1, -1],
          [1, 0, 0, 0, 0, 0],
        ]),
      ),
    },
  }),
}

/** y = L(x) and Lᵀ(s) of one random case, computed by one graph. */
async function both({ node: operation, x, constants = {}, declared = x }: Case, seed: number, isLowered: boolean) {
  const random = new Random(seed + 1)
  const model = modelOf({ nodes: [operation], inputs: { x: declared }, outputs: ['y'], constants })
  const facts = await factsOf(model, 'x', 'y')
  const b = new GraphBuilder(model.graph)
  const operator = operatorOf(operation.opType, '')
  if (!operator) throw new Error(`no row for ${operation.opType}`)
  const refused = operator.refuse?.(operation, facts)
  if (refused?.includes('begins behind its input')) return undefined
  expect(refused).toBeUndefined()
  const context = { ...facts, b }
  const dims = facts.shapes.get('y')?.dims as number[]
  const shares = operation.outputs.map((_output, i) => (i === 0 ? 's' : undefined))
  let forward = 'y'
  let back: string[]
  if (operator.kind === 'rearranging') {
    back = operator.adjoint(operation, shares, context).filter(share => share !== undefined) as string[]
  } else {
    const branch =
      operator.kind === 'selecting'
        ? operator.sum(operation, context)
        : operator.kind === 'linear'
          ? operator.branches(operation, context)[0]
          : undefined
    if (!branch) throw new Error('no branch')
    forward = branch.forward('x', branch.weights)
    back = [branch.transpose('s', branch.weights)]
  }
  const total = back.length > 1 ? b.op('Sum', back) : b.op('Identity', [back[0] as string])
  const y = b.op('Identity', [forward])
  const graph = b.appendTo(
    { ...model.graph, outputs: [] },
    [
      { name: y, type: undefined },
      { name: total, type: undefined },
    ],
    [{ name: 's', type: { dtype: 'float32', dims } }],
  )
  const written: Model = { ...model, graph: isLowered ? lower(graph, b.sizes) : graph }
  expect(verify(written.graph)).toEqual([])
  const [inX, inS] = [random.tensor(x), random.tensor(dims)]
  const results = await run(written, { x: inX, s: inS })
  return {
    x: Array.from(inX.data, Number),
    s: Array.from(inS.data, Number),
    y: results[y]?.data as number[],
    back: results[total]?.data as number[],
    backDims: results[total]?.dims,
    yDims: results[y]?.dims,
    dims,
  }
}

describe.each([false, true])('adjoints, lowered: %s', isLowered => {
  it.each(Object.keys({ ...linear, ...moving }))('%s', async name => {
    const make = { ...linear, ...moving }[name] as (random: Random) => Case
    let done = 0
    for (let seed = 1; seed <= rounds; seed++) {
      const example = make(new Random(seed * 101))
      const result = await both(example, seed, isLowered)
      if (!result) continue
      done++
      const { x, s, y, back } = result
      expect(result.backDims).toEqual(example.x)
      if (name !== 'Add') expect(result.yDims).toEqual(result.dims)
      // A constant operand of Concat or Pad adds to y what is no part of P x; sums have it too. Leave it out.
      const own = name === 'Concat' ? await withoutConstants(example, x, y.length) : y
      const scale = own.reduce((sum, value, i) => sum + Math.abs(value * (s[i] as number)), 0) || 1
      const context = `seed ${seed}: ${JSON.stringify(example.node)} on ${example.x}`
      expect(Math.abs(spread(own, s, x, y) - dot(x, back)) / scale, context).toBeLessThan(tolerance)
    }
    expect(done).toBeGreaterThan(0.8 * rounds)
  })
})

/** ⟨L(x), s⟩, where L(x) may repeat over s (a broadcast sum). */
function spread(y: readonly number[], s: readonly number[], x: readonly number[], full: readonly number[]): number {
  if (y.length === s.length) return dot(y, s)
  if (y.length === x.length) return broadcastDot(y, s, full.length)
  throw new Error(`${y.length} against ${s.length}`)
}

/** Only the shapes that the Add case draws: [2,1,4], [3,1] and [1] over [2,3,4]. */
function broadcastDot(y: readonly number[], s: readonly number[], _length: number): number {
  const at = (i: number) => {
    const [n, c, l] = [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4]
    return y.length === 8 ? n * 4 + l : y.length === 3 ? c : 0
  }
  return s.reduce((sum, value, i) => sum + value * (y[at(i)] as number), 0)
}

/** P x alone: the operation with its constants set to zero. */
async function withoutConstants(
  { node: operation, x: dims, constants = {} }: Case,
  x: readonly number[],
  length: number,
): Promise<number[]> {
  const zeros = Object.fromEntries(
    Object.entries(constants).map(([name, { dims: shape }]) => [
      name,
      { dtype: 'float32' as const, dims: shape, bytes: new Uint8Array(4 * sizeOf(shape)) },
    ]),
  )
  const model = modelOf({ nodes: [operation], inputs: { x: dims }, outputs: ['y'], constants: zeros })
  const results = await run(model, { x: { dtype: 'float32', dims, data: Float32Array.from(x) } })
  const y = results.y?.data as number[]
  expect(y).toHaveLength(length)
  return y
}
