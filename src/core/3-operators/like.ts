/** Values shaped like other values: at compile time where sizes are known, else by the graph itself. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import type { Context } from './operator.ts'

/** `value` with the shape of `like`, which has as many elements; `from` has the shape that `value` has, where that is known. */
export function reshapeLike(context: Context, value: Value, like: Value, from?: Value): Value {
  return context.b.op('Reshape', [value, shapeOf(context, like, from)], {}, 'reshaped')
}

/** The shape of `like` as a vector; with one free dimension it can be used for Reshape only (that one is −1, or 0: as it was). */
function shapeOf({ b, shapes }: Context, like: Value, from: Value | undefined): Value {
  const dims = dimsOf(shapes, like)
  // Said so, whoever plans memory knows that there are as many samples as in the forward pass.
  const [samples, ...rest] = dims ?? []
  const isKept = typeof samples === 'string' && samples !== '' && dimsOf(shapes, from ?? '')?.[0] === samples
  if (isKept && rest.every((dim): dim is number => typeof dim === 'number' && dim > 0)) return b.ints([0, ...rest])
  const free = dims?.filter(dim => typeof dim === 'string').length ?? 2
  // 0 is a size to us and "copy" to Reshape: leave empty tensors to the graph.
  if (dims && free <= 1 && !dims.includes(0)) return b.ints(dims.map(dim => (typeof dim === 'string' ? -1 : dim)))
  return b.op('Shape', [like], {}, 'shape')
}

/** Zeros in the shape of `like`. */
export function zerosLike({ b }: Pick<Context, 'b'>, like: Value): Value {
  return b.op('Expand', [b.floats(0), b.op('Shape', [like], {}, 'shape')], {}, 'zeros')
}

/** Ones in the shape of `like`. */
export function onesLike({ b }: Context, like: Value): Value {
  return b.op('Expand', [b.floats(1), b.op('Shape', [like], {}, 'shape')], {}, 'ones')
}

/** A constant tensor of one number, stored as that number. */
export function constantOfShape(b: GraphBuilder, dims: readonly number[], value: number): Value {
  return b.op('Expand', [b.floats(value), b.ints(dims)], {}, `all_${value}`)
}
