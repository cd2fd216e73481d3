/** What a compiled model returns besides the model's own outputs: names, types, and the nodes that make them. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import type { DataType, Dim, ValueInfo } from '../0-graph/graph.ts'
import type { Context } from '../3-operators/operator.ts'
import type { Head } from '../4-analyze/explained-output.ts'
import { type TargetValues, writePrediction } from './target.ts'

/** Names of the compiled model's further inputs and outputs. */
export interface CompiledNames {
  readonly input: string
  /** int64 [1 or samples]; only where the target is an input. */
  readonly target: string | undefined
  /** float32, of the input's shape. */
  readonly relevance: string
  /** int64 [samples]: the class that was explained. */
  readonly explainedClass: string
  /** float32 [samples]: its logit, which the relevance started from. */
  readonly explainedLogit: string
  /** float32 [samples]: the sum of the relevance over one sample. */
  readonly relevanceSum: string
  /** int64 and float32 [samples × top]; only where `top` was asked for. */
  readonly topClasses: string | undefined
  readonly topScores: string | undefined
}

/** What the outputs are made of. */
export interface Explained {
  readonly input: ValueInfo
  readonly relevance: Value
  readonly choice: TargetValues
  readonly classes: number
  readonly head: Head
  /** How many of the most probable classes are returned; 0 for none. */
  readonly top: number
}

/** Writes the outputs; their names are taken from the model where it does not use them itself. */
export function writeOutputs(
  context: Context,
  { input, relevance, choice, classes, head, top }: Explained,
): { names: CompiledNames; outputs: readonly ValueInfo[] } {
  const { b } = context
  const dims = input.type?.dims ?? []
  const batch: Dim = dims[0] ?? ''
  const outputs: ValueInfo[] = []
  const output = (name: string, value: Value, dtype: DataType, shape: readonly Dim[]): string => {
    const written = b.op('Identity', [value], {}, name)
    outputs.push({ name: written, type: { dtype, dims: shape } })
    return written
  }
  const names = {
    input: input.name,
    target: choice.inputs[0]?.name,
    relevance: output('relevance', relevance, 'float32', dims),
    explainedClass: output('explained_class', choice.chosen, 'int64', [batch]),
    explainedLogit: output('explained_logit', choice.logit, 'float32', [batch]),
    relevanceSum: output('relevance_sum', sumPerSample(b, relevance, dims.length), 'float32', [batch]),
  }
  if (top === 0) return { names: { ...names, topClasses: undefined, topScores: undefined }, outputs }
  const best = writePrediction(context, choice.table, classes, head, top)
  const width = Math.min(top, classes)
  const topClasses = output('top_classes', best.classes, 'int64', [batch, width])
  const topScores = output('top_scores', best.scores, 'float32', [batch, width])
  return { names: { ...names, topClasses, topScores }, outputs }
}

/** Σ over everything but the first axis; a vector is one sample. */
function sumPerSample(b: GraphBuilder, relevance: Value, rank: number): Value {
  const axes = rank > 1 ? Array.from({ length: rank - 1 }, (_, i) => i + 1) : [0]
  return b.op('ReduceSum', [relevance, b.ints(axes)], { keepdims: rank > 1 ? 0 : 1 }, 'sum')
}
