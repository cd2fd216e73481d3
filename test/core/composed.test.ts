/**
 * Operators over rows of features, as transformers and optimised models have them: the model says the same after it is
 * canonical, its gradient is that of central differences, and attention is held fixed when relevance passes.
 */

import { describe, expect, it } from 'vitest'
import { float } from '../../src/core/0-graph/builder.ts'
import type { Model, Node } from '../../src/core/0-graph/graph.ts'
import type { Tensor as Constant } from '../../src/core/0-graph/tensor.ts'
import { gradients } from '../../src/core/5-explain/gradients.ts'
import { parseLayerPattern } from '../../src/core/5-explain/layer-rules.ts'
import { analyze } from '../../src/core/analysis.ts'
import { differencesOf, differencesTolerance } from '../support/differences.ts'
import { explained, floats, ints, modelOf, node, oracle, Random, relativeError, run } from '../support/models.ts'

const random = new Random(11)
const constants: Readonly<Record<string, Constant>> = {
  w: random.constant([4, 4]),
  q: random.constant([4, 4]),
  k: random.constant([4, 4]),
  v: random.constant([4, 4]),
  u: random.constant([12, 2]),
  bias: random.constant([4]),
  scale: random.constant([4], 0.5, 1.5),
  group_scale: random.constant([3], 0.5, 1.5),
  group_bias: random.constant([3]),
  root: floats([], [0.5]),
  apart: ints([0, 0, 2, 2]),
  together: ints([0, 0, 4]),
  seen: { dtype: 'bool', dims: [3, 3], bytes: Uint8Array.of(1, 1, 0, 0, 1, 1, 1, 0, 1) },
  penalty: random.constant([3, 3]),
  two: floats([], [2]),
  epsilon: floats([], [0.001]),
  scales: random.constant([3, 4], 0.5, 1.5),
  biases: random.constant([3, 4]),
  low: floats([4], [-0.25, -0.5, 0, 0.25]),
  twice: ints([1, 2, 1]),
  halves: ints([3, 3]),
  axes: ints([2]),
  rows: ints([-1, 4]),
  keep: { dtype: 'bool', dims: [3, 1], bytes: Uint8Array.of(1, 0, 1) },
  far: floats([], [-10]),
  zero: floats([], [0]),
}

const fused = (...given: Parameters<typeof node>): Node => ({ ...node(...given), domain: 'com.microsoft' })

/** x [n, 3, 4] → a dense layer → `middle` (from a to h, of twelve features) → dense. */
function network(middle: readonly Node[], opset: number): Model {
  const nodes = [node('MatMul', ['x', 'w'], 'a'), ...middle, node('Flatten', ['h'], 'f'), node('Gemm', ['f', 'u'], 'y')]
  const model = modelOf({ nodes, inputs: { x: ['n', 3, 4] }, outputs: ['y'], constants, opset, irVersion: 10 })
  return { ...model, opsets: new Map([...model.opsets, ['com.microsoft', 1]]) }
}

const projected = [
  node('MatMul', ['a', 'q'], 'queries'),
  node('MatMul', ['a', 'k'], 'keys'),
  node('MatMul', ['a', 'v'], 'values'),
]
const attended = (last: Node) => [
  ...projected,
  node('Transpose', ['keys'], 'turned', { perm: [0, 2, 1] }),
  node('MatMul', ['queries', 'turned'], 'products'),
  node('Mul', ['products', 'root'], 'scores'),
  node('Softmax', ['scores'], 'attention', { axis: -1 }),
  last,
]

/** Attention with two heads as axes of their own. */
function inHeads(attributes: Parameters<typeof node>[3], mask?: string): readonly Node[] {
  const names = ['queries', 'keys', 'values']
  return [
    ...projected,
    ...names.flatMap(name => [
      node('Reshape', [name, 'apart'], `${name}_apart`),
      node('Transpose', [`${name}_apart`], `${name}_heads`, { perm: [0, 2, 1, 3] }),
    ]),
    node('Attention', [...names.map(name => `${name}_heads`), ...(mask ? [mask] : [])], 'o', attributes),
    node('Transpose', ['o'], 't', { perm: [0, 2, 1, 3] }),
    node('Reshape', ['t', 'together'], 'h'),
  ]
}

/** As exporters wrote it before opset 17. */
function layerNorm(square: 'Pow' | 'Mul', axes: readonly number[], sizes = 'row'): readonly Node[] {
  return [
    node('ReduceMean', ['a'], 'mean', { axes: [...axes] }),
    node('Sub', ['a', 'mean'], 'centred'),
    node(square, ['centred', square === 'Pow' ? 'two' : 'centred'], 'square'),
    node('ReduceMean', ['square'], 'variance', { axes: [...axes] }),
    node('Add', ['variance', 'epsilon'], 'shifted'),
    node('Sqrt', ['shifted'], 'deviation'),
    node('Div', ['centred', 'deviation'], 'normed'),
    node('Mul', ['normed', sizes === 'row' ? 'scale' : 'scales'], 'scaled'),
    node('Add', ['scaled', sizes === 'row' ? 'bias' : 'biases'], 'h'),
  ]
}

/** Middles, with the opset that they need where it is not 17. */
const middles: Readonly<Record<string, readonly [nodes: readonly Node[], opset?: number]>> = {
  'attention by MatMul': [attended(node('MatMul', ['attention', 'values'], 'h'))],
  'attention by Einsum': [attended(node('Einsum', ['attention', 'values'], 'h', { equation: 'nij, njk -> nik' }))],
  'scores by Einsum': [
    [
      ...projected,
      node('Einsum', ['queries', 'keys'], 'scores', { equation: 'nid,njd->nij' }),
      node('Softmax', ['scores'], 'attention', { axis: 2 }),
      node('MatMul', ['attention', 'values'], 'h'),
    ],
  ],
  'layer normalisation in pieces': [layerNorm('Pow', [-1]), 13],
  'layer normalisation in pieces, its square a product': [layerNorm('Mul', [2]), 11],
  'layer normalisation over two axes': [layerNorm('Pow', [1, 2], 'plane'), 13],
  'Attention of four axes': [inHeads({}), 23],
  'Attention, causal': [inHeads({ is_causal: 1 }), 23],
  'Attention, softly capped and scaled': [inHeads({ softcap: float(0.7), scale: float(1.5) }), 23],
  'Attention behind a mask of booleans': [inHeads({}, 'seen'), 23],
  'Attention behind a mask of numbers': [inHeads({}, 'penalty'), 23],
  'Attention of three axes': [
    [...projected, node('Attention', ['queries', 'keys', 'values'], 'h', { q_num_heads: 2, kv_num_heads: 2 })],
    23,
  ],
  'Softmax of another axis': [[node('Softmax', ['a'], 'h', { axis: 1 })]],
  'LogSoftmax in between': [[node('LogSoftmax', ['a'], 'h', { axis: -1 })]],
  'Max of two activations': [[node('MatMul', ['a', 'v'], 'b'), node('Max', ['a', 'b'], 'h')]],
  'Max with a constant': [[node('Max', ['a', 'low'], 'h')]],
  'Max with a constant, the constant first': [[node('Max', ['low', 'a'], 'h')]],
  'Min with a constant': [[node('Min', ['a', 'low'], 'h')]],
  Tile: [
    [
      node('Tile', ['a', 'twice'], 't'),
      node('Split', ['t', 'halves'], ['t1', 't2'], { axis: 1 }),
      node('MatMul', ['t2', 'v'], 'b'),
      node('Add', ['t1', 'b'], 'h'),
    ],
  ],
  Trilu: [[node('Trilu', ['a'], 'h', { upper: 0 })]],
  'Where by a constant mask': [[node('Where', ['keep', 'a', 'far'], 'h')]],
  'Where of two activations': [[node('MatMul', ['a', 'v'], 'b'), node('Where', ['keep', 'a', 'b'], 'h')]],
  'Where by a comparison': [
    [node('Greater', ['a', 'zero'], 'c'), node('MatMul', ['a', 'v'], 'b'), node('Where', ['c', 'b', 'a'], 'h')],
  ],
  BiasGelu: [[fused('BiasGelu', ['a', 'bias'], 'h')]],
  FastGelu: [[fused('FastGelu', ['a', 'bias'], 'h')]],
  'FastGelu without bias': [[fused('FastGelu', ['a'], 'h')]],
  'Gelu of optimised models': [[fused('Gelu', ['a'], 'h')]],
  QuickGelu: [[fused('QuickGelu', ['a'], 'h', { alpha: float(1.5) })]],
  FusedMatMul: [[fused('FusedMatMul', ['a', 'v'], 'h', { alpha: float(0.5) })]],
  'GroupNormalization, a scale per group': [
    [node('GroupNormalization', ['a', 'group_scale', 'group_bias'], 'h', { num_groups: 3 })],
    18,
  ],
  'GroupNormalization, a scale per channel': [
    [
      node('Transpose', ['a'], 't', { perm: [0, 2, 1] }),
      node('GroupNormalization', ['t', 'scale', 'bias'], 'h', { num_groups: 2 }),
    ],
    21,
  ],
  'LpNormalization of length': [[node('LpNormalization', ['a'], 'h', { axis: 2, p: 2 })]],
  'LpNormalization of sum': [[node('LpNormalization', ['a'], 'h', { axis: 1, p: 1 })]],
  RMSNormalization: [[node('RMSNormalization', ['a', 'scale'], 'h')], 23],
  SimplifiedLayerNormalization: [[node('SimplifiedLayerNormalization', ['a', 'scale'], 'h')]],
  Swish: [[node('Swish', ['a'], 'h', { alpha: float(0.7) })], 24],
  'ReduceL1, its axes an attribute': [
    [node('ReduceL1', ['a'], 'r', { axes: [2], keepdims: 1 }), node('Mul', ['a', 'r'], 'h')],
  ],
  'ReduceL2, its axes an input': [
    [node('ReduceL2', ['a', 'axes'], 'r', { keepdims: 1 }), node('Mul', ['a', 'r'], 'h')],
    18,
  ],
  ReduceLogSumExp: [[node('ReduceLogSumExp', ['a'], 'r', { axes: [1] }), node('Mul', ['a', 'r'], 'h')]],
  ReduceSumSquare: [[node('ReduceSumSquare', ['a'], 'r', { axes: [2] }), node('Mul', ['a', 'r'], 'h')]],
}

describe.each(Object.keys(middles))('%s', name => {
  const [nodes, opset = 17] = middles[name] as (typeof middles)[string]
  const model = network(nodes, opset)
  const x = random.tensor([2, 3, 4])

  it('says what the model says', async () => {
    const { y } = await run(model, { x })
    const { logit } = await explained(model, { x }, { target: 1 })
    expect(relativeError(logit, [y?.data[1] as number, y?.data[3] as number])).toBeLessThan(1e-5)
  })

  it('has the gradient of central differences', async () => {
    const expected = await differencesOf(model, { x }, 1)
    const { relevance } = await explained(model, { x }, { method: gradients('gradient'), target: 1 })
    expect(relativeError(relevance.slice(0, 12), expected)).toBeLessThan(differencesTolerance)
  })

  it('has relevance', async () => {
    const { relevance } = await explained(model, { x }, { target: 1 })
    expect(relevance.every(Number.isFinite)).toBe(true)
    expect(Math.max(...relevance.map(Math.abs))).toBeGreaterThan(0)
  })
})

describe('attention', () => {
  it('is held fixed: relevance is that of the same network with the attention of this input as weights', async () => {
    const x = random.tensor([1, 3, 4])
    const attending = network(attended(node('MatMul', ['attention', 'values'], 'h')), 17)
    const weights = (await run({ ...attending, graph: { ...attending.graph, outputs: [attention] } }, { x })).attention
    const fixed = network([node('MatMul', ['a', 'v'], 'values'), node('MatMul', ['k', 'values'], 'h')], 17)
    const initializers = new Map(fixed.graph.initializers).set('k', floats([3, 3], weights?.data ?? []))
    for (const target of [0, 1]) {
      const ours = await explained(attending, { x }, { target })
      const rules = [{ layers: parseLayerPattern('MatMul:h'), rule: 'z-own-sign' as const }]
      const theirs = await explained({ ...fixed, graph: { ...fixed.graph, initializers } }, { x }, { target, rules })
      expect(relativeError(ours.relevance, theirs.relevance)).toBeLessThan(1e-5)
    }
  })
  const attention = { name: 'attention', type: undefined }
})

describe('layer normalisation in pieces', () => {
  it.each(['Pow', 'Mul'] as const)('is one operator: %s', async square => {
    const { steps, model } = await analyze(network(layerNorm(square, [-1]), 13), oracle)
    expect(steps.map(({ node: { opType } }) => opType)).toEqual(['MatMul', 'LayerNormalization', 'Flatten', 'Gemm'])
    expect(model.opsets.get('')).toBe(17)
  })

  it('stays in pieces where it is another function', async () => {
    const pieces = layerNorm('Pow', [-1]).map(one => (one.opType === 'Sub' ? { ...one, inputs: ['mean', 'a'] } : one))
    const { steps } = await analyze(network(pieces, 13), oracle)
    expect(steps.map(({ node: { opType } }) => opType)).toContain('Sqrt')
  })
})

describe('what is refused', () => {
  const refusals: Readonly<Record<string, readonly [nodes: readonly Node[], reason: RegExp]>> = {
    'an Einsum of three': [[node('Einsum', ['a', 'v', 'q'], 'h', { equation: 'nij,jk,kl->nil' })], /not of the form/],
    'an Einsum with an ellipsis': [[node('Einsum', ['a', 'v'], 'h', { equation: '...j,jk->...k' })], /not of the form/],
    'an Einsum of a diagonal': [[node('Einsum', ['a', 'v'], 'h', { equation: 'nij,jj->nij' })], /diagonal/],
    'an Einsum that sums one operand alone': [
      [node('Einsum', ['a', 'v'], 'h', { equation: 'nij,kl->nik' })],
      /only one operand/,
    ],
    'Gemm by an activation': [
      [
        node('Reshape', ['a', 'rows'], 'b'),
        node('Gemm', ['b', 'b'], 'c', { transA: 1 }),
        node('MatMul', ['a', 'c'], 'h'),
      ],
      /write it as a MatMul/,
    ],
  }
  it('a maximum over more elements than any network has', async () => {
    const nodes = [node('GlobalMaxPool', ['x'], 'y')]
    const model = modelOf({ nodes, inputs: { x: ['n', 2, 2 ** 33] }, outputs: ['y'] })
    await expect(analyze(model, oracle)).rejects.toThrow(/it compares too many elements/)
  })

  it.each(Object.keys(refusals))('%s', async name => {
    const [nodes, reason] = refusals[name] as (typeof refusals)[string]
    const refused = explained(network(nodes, 17), { x: random.tensor([1, 3, 4]) }, { target: 0 })
    await expect(refused).rejects.toThrow(reason)
    await expect(refused).rejects.toMatchObject({ code: 'unsupported-operators' })
  })
})
