/**
 * Ones where a value holds neurons, zeros where it holds padding. Rules that do not look at x (w², flat) would give padding
 * a share that reaches nobody; with this map, padding as a node of its own equals padding as an attribute of Conv.
 */

import type { Value } from '../0-graph/builder.ts'
import { type Graph, producersOf } from '../0-graph/graph.ts'
import { onesLike, zerosLike } from '../3-operators/like.ts'
import type { Context } from '../3-operators/operator.ts'
import { operatorOf } from '../3-operators/table.ts'

/** The map of a value, of its shape. */
export function presenceIn(graph: Graph, context: Context): (value: Value) => Value {
  const { b, active } = context
  const producers = producersOf(graph)
  /** Undefined where no padding is on the way: all ones. */
  const padded = (value: Value): Value | undefined => {
    const node = producers.get(value)
    const operator = node && operatorOf(node.opType, node.domain)
    if (!node || operator?.kind !== 'rearranging' || !active.has(value)) return undefined
    // Constants put beside the input are no neurons either; other constants are sizes, axes and the like.
    const rest = (input: Value) => (node.opType === 'Concat' ? zerosLike(context, input) : input)
    const maps = node.inputs.map(input => (active.has(input) ? padded(input) : undefined))
    const isMixed = node.opType === 'Pad' || (node.opType === 'Concat' && node.inputs.some(input => !active.has(input)))
    if (!isMixed && maps.every(map => map === undefined)) return undefined
    const data = node.inputs.map((input, i) =>
      active.has(input) ? (maps[i] ?? onesLike(context, input)) : rest(input),
    )
    // Whatever x is padded with, no neuron is there.
    const inputs = node.opType === 'Pad' ? [data[0], data[1], '', ...data.slice(3)] : data
    const outputs = b.ops(node.opType, trimmed(inputs as Value[]), node.outputs.length, node.attributes, 'presence')
    return outputs[node.outputs.indexOf(value)]
  }
  return value => padded(value) ?? onesLike(context, value)
}

/** Optional inputs left out at the end are not written. */
function trimmed(inputs: readonly Value[]): readonly Value[] {
  const last = inputs.findLastIndex(input => input !== '')
  return inputs.slice(0, last + 1)
}
