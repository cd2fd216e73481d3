/**
 * Every rule at every kind of linear operator against its formula, dense and in float64. The matrix is not taken from the
 * operator's row but measured: the node's own response to every basis vector.
 */

import { describe, expect, it } from 'vitest'
import {
  floats,
  ints,
  modelOf,
  node,
  oracle,
  Random,
  relativeError,
  run,
  runtime,
  tensor,
} from '../../../test/support/models.ts'
import { GraphBuilder } from '../0-graph/builder.ts'
import { constantsOf, type Node } from '../0-graph/graph.ts'
import { sizeOf, type Tensor } from '../0-graph/tensor.ts'
import { encodeModel } from '../1-codec/encode.ts'
import type { Facts } from '../3-operators/operator.ts'
import { operatorOf } from '../3-operators/table.ts'
import { inferShapes } from '../4-analyze/shapes.ts'
import { lower } from '../6-lower/lower.ts'
import { redistribute } from './redistribute.ts'
import { whole } from './relevance.ts'
import { type Rule, searchDirection, wSquare, z, zBox, zPlus, zPlusSigned } from './rules.ts'

/** float32 against float64: some forty terms, and denominators kept above a tenth of their largest term. */
const tolerance = 2e-5

/** v_i·w_i as the literature writes it: Montavon et al. 2017, section 4; Bach et al. 2015. */
type Formula = (x: number, w: number, l: number, h: number) => number
const rules: readonly (readonly [rule: Rule, low: number, high: number, formula: Formula])[] = [
  [wSquare, -2, 2, (_, w) => w * w],
  [zPlus, 0, 2, (x, w) => x * Math.max(0, w)],
  [zPlusSigned, -2, 2, (x, w) => Math.max(0, x * w)],
  [zBox, -2, 2, (x, w, l, h) => x * w - l * Math.max(0, w) - h * Math.min(0, w)],
  [z, -2, 2, (x, w) => x * w],
  [
    searchDirection('x⁺ + x⁻/4, less along w < 0', [
      { input: 'positive', negative: 0.5 },
      { input: 'negative', positive: 0.25, negative: 0.125 },
    ]),
    -2,
    2,
    (x, w) => (x > 0 ? 1 : 0.25) * (w > 0 ? 1 : 0.5) * x * w,
  ],
  [
    searchDirection('w, three times where w > 0', [{ input: 'one', weight: 'weight', positive: 3 }]),
    -2,
    2,
    (_, w) => (w > 0 ? 3 : 1) * w * w,
  ],
  [
    searchDirection('1/w where w > 0, half where w < 0', [{ input: 'one', weight: 'inverse', negative: 0.5 }]),
    -2,
    2,
    (_, w) => (w > 0 ? 1 : w < 0 ? 0.5 : 0),
  ],
]

interface Layer {
  readonly node: Node
  readonly operands: Readonly<Record<string, readonly number[]>>
  readonly constants?: Readonly<Record<string, Tensor>>
}

const random = new Random(5)
const layers: Readonly<Record<string, Layer>> = {
  'Conv in one dimension, dilated': {
    node: node('Conv', ['u', 'w', 'b'], 'y', { dilations: [2], pads: [1, 2], strides: [2] }),
    operands: { u: [1, 2, 7] },
    constants: { w: random.constant([3, 2, 2]), b: random.constant([3]) },
  },
  'Conv, depthwise': {
    node: node('Conv', ['u', 'w', 'b'], 'y', { group: 3, auto_pad: 'SAME_LOWER' }),
    operands: { u: [1, 3, 3, 4] },
    constants: { w: random.constant([3, 1, 2, 3]), b: random.constant([3]) },
  },
  'Gemm with a row of biases': {
    node: node('Gemm', ['u', 'w', 'b'], 'y', { transB: 1 }),
    operands: { u: [2, 4] },
    constants: { w: random.constant([5, 4]), b: random.constant([1, 5]) },
  },
  'MatMul of rank 3': {
    node: node('MatMul', ['u', 'w'], 'y'),
    operands: { u: [2, 3, 4] },
    constants: { w: random.constant([4, 3]) },
  },
  'MatMul from the left': {
    node: node('MatMul', ['w', 'u'], 'y'),
    operands: { u: [4, 3] },
    constants: { w: random.constant([5, 4]) },
  },
  'AveragePool, overlapping and padded': {
    node: node('AveragePool', ['u'], 'y', { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1], ceil_mode: 1 }),
    operands: { u: [1, 2, 4, 4] },
  },
  GlobalAveragePool: { node: node('GlobalAveragePool', ['u'], 'y'), operands: { u: [2, 3, 2, 2] } },
  ReduceMean: {
    node: node('ReduceMean', ['u'], 'y', { axes: [1], keepdims: 0 }),
    operands: { u: [3, 4] },
  },
  ReduceSum: {
    node: node('ReduceSum', ['u', 'axes'], 'y'),
    operands: { u: [2, 3, 3] },
    constants: { axes: ints([-1, 1]) },
  },
  'Add of two, one repeated, and a constant': {
    node: node('Sum', ['u', 'v', 'b'], 'y'),
    operands: { u: [2, 3, 2], v: [3, 1] },
    constants: { b: random.constant([2]) },
  },
  'Sub of two': { node: node('Sub', ['u', 'v'], 'y'), operands: { u: [2, 3], v: [1, 3] } },
  BatchNormalization: {
    node: node('BatchNormalization', ['u', 'scale', 'b', 'm', 'var'], 'y'),
    operands: { u: [2, 3, 2] },
    constants: {
      scale: floats([3], [0.5, 1.5, -1]),
      b: random.constant([3]),
      m: random.constant([3]),
      var: random.constant([3], 0.5, 2),
    },
  },
}

/** Relevances of the operands, from the graph and from the formula. */
async function compared(
  layer: Layer,
  [rule, low, high, formula]: (typeof rules)[number],
  absorbs: boolean,
  stabilizer: number,
) {
  const { node: operation, operands, constants = {} } = layer
  const model = modelOf({ nodes: [operation], inputs: operands, outputs: ['y'], constants })
  const facts: Facts = {
    shapes: await inferShapes(model, oracle),
    constants: constantsOf(model.graph),
    active: new Set([...Object.keys(operands), 'y']),
    initializers: model.graph.initializers,
  }
  const operator = operatorOf(operation.opType, '')
  if (operator?.kind !== 'linear') throw new Error('a linear operator was expected')
  const b = new GraphBuilder(model.graph)
  const context = { ...facts, b }
  const branches = operator.branches(operation, context)
  const names = Object.keys(operands)
  const sizes = names.map(name => sizeOf(operands[name] ?? []))
  const x = sizes.map(size => random.numbers(size, low, high))
  // A box of its own for every element, with 0 inside, as wide as the values need.
  const lows = x.map(list => list.map(value => Math.min(value, 0) - random.between(0.1, 1)))
  const highs = x.map(list => list.map(value => Math.max(value, 0) + random.between(0.1, 1)))
  const bias = operator.bias?.(operation, context)
  const shares = redistribute(rule, {
    b,
    branches,
    relevance: [{ factor: 'r' }],
    bias: absorbs ? bias : undefined,
    stabilizer,
    boundsOf: ({ x: name }) => {
      const [i, dims] = [names.indexOf(name), operands[name]]
      return { low: b.floats(lows[i] ?? [], 'float32', dims), high: b.floats(highs[i] ?? [], 'float32', dims) }
    },
    presenceOf: ({ x: name }) => b.floats(Array(sizes[names.indexOf(name)]).fill(1), 'float32', operands[name]),
    isNonNegative: () => low >= 0,
  })
  const { matrix, constant, outputDims } = await measured(layer)
  const r = random.numbers(sizeOf(outputDims), 0.1, 1)
  const wanted = branches.flatMap((branch, i) => {
    const share = shares[i]
    return share === undefined ? [] : [[branch.x, b.op('Identity', [whole(b, share)])] as const]
  })
  const graph = b.appendTo(
    { ...model.graph, outputs: [] },
    wanted.map(([, name]) => ({ name, type: undefined })),
    [{ name: 'r', type: { dtype: 'float32', dims: outputDims } }],
  )
  const feeds = names.map((name, i) => [name, tensor(operands[name] ?? [], x[i] ?? [])] as const)
  const results = await run(
    { ...model, graph: lower(graph, b.sizes) },
    { ...Object.fromEntries(feeds), r: tensor(outputDims, r) },
  )
  // What no term of the rule names gets nothing.
  const nothing = (name: string) => x[names.indexOf(name)]?.map(() => 0) ?? []
  const ours = names.flatMap(name => {
    const own = wanted.find(([operand]) => operand === name)
    return own ? (results[own[1]]?.data ?? []) : nothing(name)
  })
  const [flat, l, h] = [x.flat(), lows.flat(), highs.flat()]
  const expected = flat.map(() => 0)
  for (const [j, relevance] of r.entries()) {
    const terms = flat.map((xi, i) => formula(xi, matrix[i]?.[j] as number, l[i] as number, h[i] as number))
    // The bias: one more neuron of activation 1, in the box [0, 1].
    const own = absorbs && bias ? formula(1, constant[j] as number, 0, 1) : 0
    const total = terms.reduce((sum, term) => sum + term, own)
    // Rules whose terms cancel are ill-conditioned by nature: leave such an output without relevance.
    if (Math.abs(total) < 0.1 * Math.max(...terms.map(Math.abs))) return undefined
    const denominator = total + stabilizer * (total < 0 ? -1 : 1)
    if (denominator === 0) continue
    for (const [i, term] of terms.entries()) expected[i] = (expected[i] as number) + (term / denominator) * relevance
  }
  return { error: relativeError(ours, expected), size: Math.max(...expected.map(Math.abs)) }
}

/** y = W·x + c of a node, measured: c is its response to zeros, a row of W to a basis vector. */
async function measured({ node: operation, operands, constants = {} }: Layer) {
  const session = await runtime.open(
    encodeModel(modelOf({ nodes: [operation], inputs: operands, outputs: ['y'], constants })),
  )
  const names = Object.keys(operands)
  const sizes = names.map(name => sizeOf(operands[name] ?? []))
  const respond = async (at: number) => {
    let offset = 0
    const feeds = names.map((name, i) => {
      const data = Array.from({ length: sizes[i] as number }, (_, k) => (offset + k === at ? 1 : 0))
      offset += sizes[i] as number
      return [name, tensor(operands[name] ?? [], data)] as const
    })
    const { y } = await session.run(Object.fromEntries(feeds))
    return { dims: y?.dims ?? [], data: Array.from(y?.data ?? [], Number) }
  }
  const { data: constant, dims } = await respond(-1)
  const matrix: number[][] = []
  for (let i = 0; i < sizes.reduce((sum, size) => sum + size, 0); i++) {
    matrix.push((await respond(i)).data.map((value, j) => value - (constant[j] as number)))
  }
  await session.close()
  return { matrix, constant, outputDims: dims }
}

describe.each(Object.keys(layers))('%s', name => {
  const layer = layers[name] as Layer
  it.each(rules.map(([rule]) => rule.name))('%s', async ruleName => {
    const rule = rules.find(([{ name: own }]) => own === ruleName) as (typeof rules)[number]
    // Operators leave out factors that all connections of an output share: a bias or an ε would notice.
    const isScaled = /Pool|ReduceMean/.test(layer.node.opType)
    let done = 0
    for (const absorbs of [false, true]) {
      for (const stabilizer of isScaled ? [0] : [0, 0.05]) {
        for (let round = 0; round < 40; round++) {
          const result = await compared(layer, rule, absorbs, stabilizer)
          if (!result) continue
          expect(result.error, `absorbs ${absorbs}, ε ${stabilizer}`).toBeLessThan(tolerance)
          expect(result.size).toBeGreaterThan(0)
          done++
          if (done % 3 === 0) break
        }
      }
    }
    expect(done).toBeGreaterThan(3)
  })
})
