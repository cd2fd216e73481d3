/** Averages and sums over whole axes: GlobalAveragePool, ReduceMean, ReduceSum. */

import type { Value } from '../0-graph/builder.ts'
import { intAttribute, intsAttribute, type Node } from '../0-graph/graph.ts'
import { dimsOf, rankOf } from '../0-graph/shapes.ts'
import { numbersOf } from '../0-graph/tensor.ts'
import { type Domain, isBox } from './domain.ts'
import type { Branch, Context, Facts, LinearOperator } from './operator.ts'

/** ONNX GlobalAveragePool: the mean over all spatial axes. */
export const GlobalAveragePool: LinearOperator = overAxes('mean', (node, facts) => {
  const rank = rankOf(facts.shapes, node.inputs[0] ?? '')
  return rank === undefined ? undefined : Array.from({ length: rank - 2 }, (_, i) => i + 2)
})

/** ONNX ReduceMean. */
export const ReduceMean: LinearOperator = overAxes('mean', reducedAxes)

/** ONNX ReduceSum. */
export const ReduceSum: LinearOperator = overAxes('sum', reducedAxes)

type AxesOf = (node: Node, facts: Facts) => readonly number[] | undefined

function overAxes(kind: 'mean' | 'sum', axesOf: AxesOf): LinearOperator {
  return {
    kind: 'linear',
    hasFixedWeights: true,
    domain: (_, [x]) => (kind === 'mean' ? (x as Domain) : summed(x as Domain)),
    refuse: (node, facts) => (axesOf(node, facts) ? undefined : 'the axes that it reduces are not known'),
    branches: (node, context) => [branchOf(node, context, axesOf(node, context) as readonly number[], kind)],
  }
}

/** A sum keeps signs, and loses bounds. */
function summed(domain: Domain): Domain {
  const { origin, low, high } = domain
  const [least, most] = [low >= 0 ? 0 : Number.NEGATIVE_INFINITY, high <= 0 ? 0 : Number.POSITIVE_INFINITY]
  // The bounds of a boxed input are summed in the graph; those of an activation matter to no rule.
  return { origin, low: least, high: most, isBoxed: origin === 'input' && isBox(domain) }
}

function branchOf(node: Node, context: Context, axes: readonly number[], kind: 'mean' | 'sum'): Branch {
  const { b } = context
  const x = node.inputs[0] as Value
  const keeps = node.opType === 'GlobalAveragePool' || intAttribute(node, 'keepdims', 1) === 1
  return {
    input: 0,
    x,
    weights: { kind: 'fixed', value: 1 },
    forward: value => b.op(node.opType, [value, ...node.inputs.slice(1)], node.attributes),
    transpose: s => {
      const kept = keeps ? s : b.op('Unsqueeze', [s, b.ints(axes)], {}, 'kept')
      const shared = kind === 'mean' ? b.op('Div', [kept, countOf(context, x, axes)], {}, 'shared') : kept
      return spreadOver(context, shared, x, axes)
    },
  }
}

/** One value per reduced axes, for all of their places. */
function spreadOver({ b, shapes }: Context, value: Value, x: Value, axes: readonly number[]): Value {
  const sizes = axes.map(axis => dimsOf(shapes, x)?.[axis])
  const isKnown = sizes.every((size): size is number => typeof size === 'number' && size > 0)
  const rank = rankOf(shapes, x) ?? 0
  const shape = isKnown
    ? b.ints(Array.from({ length: rank }, (_, axis) => sizes[axes.indexOf(axis)] ?? 1))
    : b.op('Shape', [x], {}, 'shape')
  return b.op('Expand', [value, shape], {}, 'spread')
}

/** How many elements are averaged: a number where the sizes are known, else counted by the graph. */
function countOf({ b, shapes }: Context, x: Value, axes: readonly number[]): Value {
  const sizes = axes.map(axis => dimsOf(shapes, x)?.[axis])
  if (sizes.every(size => typeof size === 'number'))
    return b.floats((sizes as number[]).reduce((n, size) => n * size, 1))
  const chosen = b.op('Gather', [b.op('Shape', [x], {}, 'shape'), b.ints(axes)], { axis: 0 }, 'sizes')
  return b.op('Cast', [b.op('ReduceProd', [chosen], { keepdims: 0 }, 'count')], { to: 1 }, 'count')
}

/** The axes that a reduction names, from the front. */
export function reducedAxes(node: Node, facts: Facts): readonly number[] | undefined {
  const rank = rankOf(facts.shapes, node.inputs[0] ?? '')
  if (rank === undefined) return undefined
  const input = node.inputs[1]
  const tensor = input ? facts.initializers.get(input) : undefined
  if (input && !tensor) return undefined
  const given = tensor ? numbersOf(tensor) : intsAttribute(node, 'axes')
  if (!given || given.length === 0) {
    return intAttribute(node, 'noop_with_empty_axes', 0) === 1 ? undefined : Array.from({ length: rank }, (_, i) => i)
  }
  return given.map(axis => (axis < 0 ? axis + rank : axis)).sort((a, c) => a - c)
}
