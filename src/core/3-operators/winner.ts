/** The first largest of several values, marked without an index: WebGPU has no 64-bit integers, and would compare on the CPU. */

import type { Value } from '../0-graph/builder.ts'
import type { Context } from './operator.ts'

const float32 = 1

/**
 * 1 at the first largest of `count` values and 0 at the others, n×1×count×m like `values`.
 *
 * The largest score `count`, `count` − 1, …, 1 by their places, all others 0: the highest score belongs to one of them.
 */
export function firstLargest({ b }: Context, values: Value, count: number): Value {
  const most = (of: Value, hint: string) => b.op('MaxPool', [of], { kernel_shape: [count, 1] }, hint)
  const isMost = (of: Value, hint: string) => b.op('Equal', [of, most(of, `${hint}_most`)], {}, `is_${hint}`)
  const places = Array.from({ length: count }, (_, i) => count - i)
  const largest = b.op('Cast', [isMost(values, 'largest')], { to: float32 }, 'largest')
  const score = b.op('Mul', [largest, b.floats(places, 'float32', [1, 1, count, 1])], {}, 'score')
  return b.op('Cast', [isMost(score, 'winner')], { to: float32 }, 'winner')
}
