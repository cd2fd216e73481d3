/** What a compiled model returns besides the model's own outputs: names, types, and the nodes that make them. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import type { DataType, Dim, ValueInfo } from '../0-graph/graph.ts'
import type { Context } from '../3-operators/operator.ts'
import type { Head } from '../4-analyze/explained-output.ts'
import { type LogitTable, type TargetInputs, type TargetValues, writePrediction } from './target.ts'

/** Names of one explanation's outputs, and of the inputs that choose its target. */
export interface ExplanationNames extends TargetInputs {
  /** float32, of the input's shape. */
  readonly relevance: string
  /** int64 [samples]: the class that was explained; of a hidden target, its channel. */
  readonly explainedClass: string
  /** float32 [samples]: f, its logit or functional, which the relevance started from. */
  readonly explainedLogit: string
  /** float32 [samples]: the sum of the relevance over one sample. */
  readonly relevanceSum: string
  /**
   * float32 [samples]: what the relevance of a conserving method sums to. undefined where it sums to nothing in particular:
   * with gradients, and where only a part is let through.
   */
  readonly expectedSum: string | undefined
  /** float32 [samples]: the sum of the relevance of the model's other inputs; undefined where relevance goes to none. */
  readonly elsewhereSum: string | undefined
  /** int64 [samples]: the class that the target is held against; only for contrasts. */
  readonly versusClass: string | undefined
  /** What the target is called, where it is no class. */
  readonly label: string | undefined
  /** The target is evidence against its class. */
  readonly isAgainst: boolean
  /** float32, of the layer's shape: the relevance of the hidden layers that were asked for, by layer. */
  readonly layers: ReadonlyMap<string, string>
  /** float32, of the layer's shape: the factors c of R = x·c that were asked for, by layer. */
  readonly factors: ReadonlyMap<string, string>
}

/** Names of the compiled model's further inputs and outputs. */
export interface CompiledNames {
  readonly input: string
  /** One per target, in the order in which they were asked for. */
  readonly explanations: readonly ExplanationNames[]
  /** int64 and float32 [samples × top]; only where `top` was asked for. */
  readonly topClasses: string | undefined
  readonly topScores: string | undefined
}

/** What one explanation's outputs are made of. */
export interface Explained {
  readonly relevance: Value
  readonly target: TargetValues
  /** What the relevance should sum to, one per sample: the target's f, or a value of its own. */
  readonly expected: Value | undefined
  /** The relevance of other inputs. */
  readonly elsewhere: readonly Value[]
  /** Relevance of hidden layers, by name. */
  readonly layers: ReadonlyMap<string, { readonly value: Value; readonly dims: readonly Dim[] }>
  /** Factors of hidden layers, by name. */
  readonly factors: Explained['layers']
}

/** Writes outputs; their names are taken from the model where it does not use them itself. */
export class OutputWriter {
  readonly #context: Context
  readonly #input: ValueInfo
  readonly outputs: ValueInfo[] = []

  constructor(context: Context, input: ValueInfo) {
    this.#context = context
    this.#input = input
  }

  /** The outputs of one explanation. */
  explanation({ relevance, target, expected, elsewhere, layers, factors }: Explained): ExplanationNames {
    const dims = this.#input.type?.dims ?? []
    // In the order in which a reader of the model meets them.
    const written = this.#output('relevance', relevance, 'float32', dims)
    const explainedClass = this.#output('explained_class', target.chosen, 'int64', [this.#batch])
    const explainedLogit = this.#output('explained_logit', target.logit, 'float32', [this.#batch])
    return {
      ...target.names,
      relevance: written,
      explainedClass,
      explainedLogit,
      expectedSum:
        expected === target.logit
          ? explainedLogit
          : expected && this.#output('expected_sum', expected, 'float32', [this.#batch]),
      elsewhereSum: this.#elsewhere(elsewhere),
      versusClass: target.against && this.#output('versus_class', target.against, 'int64', [this.#batch]),
      label: target.label,
      isAgainst: target.isAgainst,
      relevanceSum: this.#output('relevance_sum', sumPerSample(this.#context.b, relevance, dims.length), 'float32', [
        this.#batch,
      ]),
      layers: this.#hidden('relevance_of', layers),
      factors: this.#hidden('factor_of', factors),
    }
  }

  #elsewhere(relevances: readonly Value[]): string | undefined {
    const { b } = this.#context
    if (relevances.length === 0) return undefined
    const sums = relevances.map(relevance => {
      const rows = b.op('Reshape', [relevance, b.ints([0, -1])], {}, 'rows')
      return sumPerSample(b, rows, 2)
    })
    return this.#output('elsewhere_sum', b.op('Sum', sums, {}, 'elsewhere'), 'float32', [this.#batch])
  }

  /** The most probable classes and their scores; nothing where none are asked for. */
  prediction(table: LogitTable, head: Head, top: number): Pick<CompiledNames, 'topClasses' | 'topScores'> {
    if (top === 0) return { topClasses: undefined, topScores: undefined }
    const best = writePrediction(this.#context, table, head, top)
    const width = Math.min(top, table.classes)
    return {
      topClasses: this.#output('top_classes', best.classes, 'int64', [this.#batch, width]),
      topScores: this.#output('top_scores', best.scores, 'float32', [this.#batch, width]),
    }
  }

  #hidden(kind: string, layers: Explained['layers']): ReadonlyMap<string, string> {
    return new Map(
      [...layers].map(([layer, { value, dims }]) => [layer, this.#output(`${kind}/${layer}`, value, 'float32', dims)]),
    )
  }

  get #batch(): Dim {
    return this.#input.type?.dims?.[0] ?? ''
  }

  #output(name: string, value: Value, dtype: DataType, shape: readonly Dim[]): string {
    const written = this.#context.b.named('Identity', [value], name)
    this.outputs.push({ name: written, type: { dtype, dims: shape } })
    return written
  }
}

/** Σ over everything but the first axis; a vector is one sample. */
function sumPerSample(b: GraphBuilder, relevance: Value, rank: number): Value {
  const axes = rank > 1 ? Array.from({ length: rank - 1 }, (_, i) => i + 1) : [0]
  return b.op('ReduceSum', [relevance, b.ints(axes)], { keepdims: rank > 1 ? 0 : 1 }, 'sum')
}
