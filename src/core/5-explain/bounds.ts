/**
 * The bounds of a boxed input, carried to where the first layer reads it. What lies between only moves, pools or rescales
 * the input, so the same nodes applied to the bounds give the bounds; the runtime folds them at load.
 */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { type Graph, producersOf } from '../0-graph/graph.ts'
import type { Context } from '../3-operators/operator.ts'
import { operatorOf } from '../3-operators/table.ts'
import type { Bounds } from './redistribute.ts'

/** Bounds by value, from those of the input. */
export function boundsFrom(graph: Graph, context: Context, input: Value, given: Bounds): (value: Value) => Bounds {
  const { b, active, constants, shapes } = context
  const producers = producersOf(graph)
  const batch = shapes.get(input)?.dims?.[0]
  const keepsSamples = (value: Value): boolean => {
    const node = producers.get(value)
    if (value === input || !node) return true
    // A Reshape may be told the number of samples, or mix them: then bounds of one sample do not fit.
    const isFixed = node.inputs.every(name => name === '' || active.has(name) || constants.has(name))
    const isInFront = batch !== '' && shapes.get(value)?.dims?.[0] === batch
    return isFixed && isInFront && node.inputs.filter(name => active.has(name)).every(keepsSamples)
  }
  const full = (hasAll: boolean): Bounds => {
    const shape = hasAll ? b.op('Shape', [input], {}, 'shape') : inputShape(context, input)
    const expanded = (bound: Value) => b.op('Expand', [bound, shape], {}, 'bound')
    return { low: expanded(given.low), high: expanded(given.high) }
  }
  const boundsOf = (value: Value, hasAll: boolean, known: Map<Value, Bounds>): Bounds => {
    const before = known.get(value)
    if (before) return before
    const node = producers.get(value)
    if (value === input || !node) return full(hasAll)
    const bounds = node.inputs.map(name =>
      active.has(name) ? boundsOf(name, hasAll, known) : { low: name, high: name },
    )
    const index = node.outputs.indexOf(value)
    const apply = (inputs: readonly Value[]) =>
      b.ops(node.opType, inputs, node.outputs.length, node.attributes, 'bound')[index] as Value
    const ends = [apply(bounds.map(bound => bound.low)), apply(bounds.map(bound => bound.high))]
    // A negative factor turns the interval round.
    const turns = operatorOf(node.opType, node.domain)?.kind === 'linear'
    const result: Bounds = turns
      ? { low: b.op('Min', ends, {}, 'low'), high: b.op('Max', ends, {}, 'high') }
      : { low: ends[0] as Value, high: ends[1] as Value }
    known.set(value, result)
    return result
  }
  const ofOne = new Map<Value, Bounds>()
  const ofAll = new Map<Value, Bounds>()
  return value => {
    if (value === input) return given
    return keepsSamples(value) ? boundsOf(value, false, ofOne) : boundsOf(value, true, ofAll)
  }
}

/** The input's shape, one sample where the batch is free. */
function inputShape({ b, shapes }: { b: GraphBuilder; shapes: Context['shapes'] }, input: Value): Value {
  const dims = shapes.get(input)?.dims
  const sample = dims?.map((dim, axis) => (axis === 0 && typeof dim === 'string' ? 1 : dim))
  if (sample?.every(dim => typeof dim === 'number')) return b.ints(sample as number[])
  return b.op('Shape', [input], {}, 'shape')
}
