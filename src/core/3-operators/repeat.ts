/** Elements repeated along spatial axes, or set apart by zeros: what a stride takes back. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'

/**
 * Every element of N×C×spatial repeated `times` along each spatial axis. As Resize: ONNX Runtime's Expand takes sixty times as
 * long for the same (0.04 ms against 2.4 ms for 128 channels of 28², one thread), and its DepthToSpace thirty.
 */
export function repeat(b: GraphBuilder, x: Value, times: readonly number[]): Value {
  if (times.every(count => count === 1)) return x
  const scales = b.floats([1, 1, ...times])
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
  return b.op('Resize', [x, '', scales], attributes, 'repeated')
}

/** Every element `factor` times at the front of a block of `strides`, zeros in the rest of it; `size` is that of x. */
export function withZeros(
  b: GraphBuilder,
  x: Value,
  strides: readonly number[],
  size: readonly number[],
  factor = 1,
): Value {
  return b.op('Mul', [repeat(b, x, strides), fronts(b, strides, size, factor)], {}, 'with_zeros')
}

/** `factor` at the front of every block of `strides`, zeros elsewhere: a plane of `size` blocks. */
export function fronts(b: GraphBuilder, strides: readonly number[], size: readonly number[], factor = 1): Value {
  // One vector per axis: their product is a plane that the runtime folds, and no plane is stored.
  const along = strides.map((stride, axis) => {
    const kept = Array.from({ length: size[axis]! * stride }, (_, i) => (i % stride === 0 ? 1 : 0))
    const values = axis === 0 ? kept.map(value => value * factor) : kept
    return b.floats(values, 'float32', [values.length, ...strides.slice(axis + 1).map(() => 1)])
  })
  return along.reduce((all, one) => b.op('Mul', [all, one], {}, 'fronts'))
}
