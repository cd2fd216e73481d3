/** What is explained: one class of each sample, chosen by the graph itself, at compile time, or by whoever runs the model. */

import type { Value } from '../0-graph/builder.ts'
import type { ValueInfo } from '../0-graph/graph.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import type { Context } from '../3-operators/operator.ts'
import type { Head } from '../4-analyze/explained-output.ts'
import { DeepTaylorError } from '../diagnostics.ts'

/**
 * How the explained class is chosen: `top`, the arg-max inside the graph; a number, that class of every sample; `input`, a
 * further input `target` of the compiled model, int64 of one element or one per sample, in which −1 is the most
 * probable class, −2 the second, and so on.
 */
export type TargetMode = 'top' | 'input' | number

/** What the target's part of the graph makes. */
export interface TargetValues {
  /** What is sent back: the explained logit (or 1) in its place, zeros elsewhere; of the logits' shape. */
  readonly start: Value
  /** int64, one class per sample. */
  readonly chosen: Value
  /** One logit per sample. */
  readonly logit: Value
  /** The logits as samples × classes. */
  readonly table: Value
  readonly inputs: readonly ValueInfo[]
}

/**
 * How many classes the logits have.
 *
 * @throws DeepTaylorError `unsupported-graph` when the output is not one row of classes per sample
 */
export function classesOf(context: Pick<Context, 'shapes'>, logits: Value, output: string): number {
  const dims = dimsOf(context.shapes, logits)
  if (dims?.length === 0) return 1
  const count = dims && (dims.length === 1 ? (typeof dims[0] === 'number' ? dims[0] : 1) : dims[1])
  if (typeof count === 'number' && count > 0 && dims?.slice(2).every(dim => dim === 1)) return count
  throw new DeepTaylorError('unsupported-graph', {
    reason: `output "${output}" of shape [${dims?.map(dim => (dim === '' ? '?' : dim)) ?? 'unknown'}] is not one row of classes per sample`,
    remedy: 'choose another with --output, or fix the free sizes of the input with --shape',
  })
}

/** Writes the choice of the target. */
export function writeTarget(
  context: Context,
  logits: Value,
  classes: number,
  mode: TargetMode,
  from: 'logit' | 'one' = 'logit',
): TargetValues {
  const { b } = context
  const table = b.op('Reshape', [logits, b.ints([-1, classes])], {}, 'table')
  const samples = b.op('Slice', [b.op('Shape', [table], {}, 'shape'), b.ints([0]), b.ints([1])], {}, 'samples')
  const column = b.op('Concat', [samples, b.ints([1])], { axis: 0 }, 'column')
  const { index, inputs } = chosenIndex(context, table, classes, mode, column)
  const logit = b.op('GatherElements', [table, index], { axis: 1 }, 'logit')
  const range = b.op('Reshape', [b.ints(Array.from({ length: classes }, (_, i) => i)), b.ints([1, -1])], {}, 'classes')
  const isChosen = b.op('Equal', [range, index], {}, 'is_chosen')
  const placed = b.op('Where', [isChosen, from === 'one' ? b.floats(1) : table, b.floats(0)], {}, 'placed')
  return {
    start: b.op('Reshape', [placed, b.op('Shape', [logits], {}, 'shape')], {}, 'start'),
    chosen: b.op('Reshape', [index, b.ints([-1])], {}, 'chosen'),
    logit: b.op('Reshape', [logit, b.ints([-1])], {}, 'logit'),
    table,
    inputs,
  }
}

/** One class per sample, as a column. */
function chosenIndex(
  { b }: Context,
  table: Value,
  classes: number,
  mode: TargetMode,
  column: Value,
): { index: Value; inputs: readonly ValueInfo[] } {
  if (mode === 'top') return { index: b.op('ArgMax', [table], { axis: 1, keepdims: 1 }, 'top'), inputs: [] }
  if (mode !== 'input') return { index: b.op('Expand', [b.ints([mode]), column], {}, 'fixed'), inputs: [] }
  const target = b.within('', () => b.fresh('target'))
  const asked = b.op('Expand', [b.op('Reshape', [target, b.ints([-1, 1])], {}, 'asked'), column], {}, 'asked')
  // −1 is the first place of the ranking. A class that does not exist fails in GatherElements instead of explaining nothing.
  const [, ranking] = b.ops('TopK', [table, b.ints([classes])], 2, { axis: 1 }, 'ranking') as [Value, Value]
  const isRank = b.op('Less', [asked, b.ints([0])], {}, 'is_rank')
  const place = b.op('Where', [isRank, b.op('Sub', [b.ints([-1]), asked], {}, 'place'), b.ints([0])], {}, 'place')
  const ranked = b.op('GatherElements', [ranking, place], { axis: 1 }, 'ranked')
  const index = b.op('Where', [isRank, ranked, asked], {}, 'index')
  return { index, inputs: [{ name: target, type: { dtype: 'int64', dims: ['targets'] } }] }
}

/** The most probable classes: int64 and float32 of samples × count. Without a head of its own, softmax is assumed. */
export function writePrediction(
  { b }: Context,
  table: Value,
  classes: number,
  head: Head,
  count: number,
): { classes: Value; scores: Value } {
  const isIndependent = head === 'sigmoid' || classes === 1
  const scores = isIndependent
    ? b.op('Sigmoid', [table], {}, 'scores')
    : b.op('Softmax', [table], { axis: 1 }, 'scores')
  const [best, where] = b.ops('TopK', [scores, b.ints([Math.min(count, classes)])], 2, { axis: 1 }, 'best')
  return { classes: where as Value, scores: best as Value }
}
