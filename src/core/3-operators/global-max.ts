/** Maxima over whole axes: GlobalMaxPool and ReduceMax. */

import type { Value } from '../0-graph/builder.ts'
import { intAttribute, type Node } from '../0-graph/graph.ts'
import { dimsOf, rankOf } from '../0-graph/shapes.ts'
import type { Domain } from './domain.ts'
import { reducedAxes } from './global-pooling.ts'
import type { Context, Facts, SelectingOperator } from './operator.ts'
import { firstLargest } from './winner.ts'

/** More are no pooling. */
const mostCompared = 2 ** 22

type AxesOf = (node: Node, facts: Facts) => readonly number[] | undefined

/** ONNX GlobalMaxPool. */
export const GlobalMaxPool: SelectingOperator = overAxes((node, facts) => {
  const rank = rankOf(facts.shapes, node.inputs[0] ?? '')
  return rank === undefined ? undefined : Array.from({ length: rank - 2 }, (_, i) => i + 2)
})

/** ONNX ReduceMax. */
export const ReduceMax: SelectingOperator = overAxes(reducedAxes)

function overAxes(axesOf: AxesOf): SelectingOperator {
  return {
    kind: 'selecting',
    domain: (_, [x]) => x as Domain,
    refuse: (node, facts) => {
      const axes = axesOf(node, facts)
      const dims = dimsOf(facts.shapes, node.inputs[0] ?? '')
      if (!axes || !dims) return 'the axes that it reduces are not known'
      if (axes.some(axis => typeof dims[axis] !== 'number')) return 'the sizes that it reduces are not known'
      const size = axes.reduce((product, axis) => product * (dims[axis] as number), 1)
      return size > mostCompared ? 'it compares too many elements' : undefined
    },
    sum: (node, context) => {
      const { b } = context
      const x = node.inputs[0] as Value
      const axes = axesOf(node, context) as readonly number[]
      const keepdims = keepsDims(node) ? 1 : 0
      return {
        input: 0,
        x,
        weights: { kind: 'fixed', value: 1 },
        forward: value => b.op('ReduceSum', [value, b.ints(axes)], { keepdims }, 'sum'),
        transpose: s => b.op('Expand', [kept(context, node, s, axes), b.op('Shape', [x], {}, 'shape')], {}, 'spread'),
      }
    },
    winner: (node, relevance, context) => {
      const { b, shapes } = context
      const x = node.inputs[0] as Value
      const axes = axesOf(node, context) as readonly number[]
      const dims = dimsOf(shapes, x) as readonly (number | string)[]
      const rest = dims.map((_, axis) => axis).filter(axis => !axes.includes(axis))
      const size = axes.reduce((product, axis) => product * (dims[axis] as number), 1)
      // The reduced axes as one, last: the first largest element gets all.
      const perm = [...rest, ...axes]
      const rows = b.op(
        'Reshape',
        [b.op('Transpose', [x], { perm }, 'axes_last'), b.ints([-1, 1, size, 1])],
        {},
        'rows',
      )
      const r = b.op('Reshape', [relevance, b.ints([-1, 1, 1, 1])], {}, 'column')
      const placed = b.op('Mul', [firstLargest(context, rows, size), r], {}, 'placed')
      const inverse = perm.map((_, axis) => perm.indexOf(axis))
      const shape = b.op('Gather', [b.op('Shape', [x], {}, 'shape'), b.ints(perm)], { axis: 0 }, 'shape')
      return b.op('Transpose', [b.op('Reshape', [placed, shape], {}, 'unflattened')], { perm: inverse }, 'to_winner')
    },
  }
}

const keepsDims = (node: Node) => node.opType === 'GlobalMaxPool' || intAttribute(node, 'keepdims', 1) === 1

function kept(context: Context, node: Node, s: Value, axes: readonly number[]): Value {
  return keepsDims(node) ? s : context.b.op('Unsqueeze', [s, context.b.ints(axes)], {}, 'kept')
}
