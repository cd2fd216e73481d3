/** The model without its explanation: the classes' logits and probabilities, as tables. Measures ask for nothing else of perturbed inputs. */

import { GraphBuilder } from './0-graph/builder.ts'
import type { Model } from './0-graph/graph.ts'
import { dropDead } from './2-canonize/drop-dead.ts'
import { noClasses, writeProbabilities, writeTable } from './5-explain/target.ts'
import type { Analysis } from './analysis.ts'

/** A model of two outputs. */
export interface Scored {
  readonly model: Model
  /** The name of the input that the analysis explains. */
  readonly input: string
  /** float32 [samples, classes], before softmax or sigmoid. */
  readonly logits: string
  /** float32 [samples, classes], 0…1: the softmax of the logits, or the sigmoid where the model ends in one or has one output. */
  readonly probabilities: string
}

/**
 * Writes the tables of an analysed model.
 *
 * @throws DeepTaylorError `unsupported-graph` where the output is not one row of classes per sample
 */
export function emitScores({ model, facts, input, tokens, explained, classes }: Analysis): Scored {
  if (classes === 0) throw noClasses(facts, explained.logits, explained.output)
  const b = new GraphBuilder(model.graph)
  const context = { ...facts, b }
  const table = writeTable(context, explained.logits, classes)
  const logits = b.named('Identity', [table.table], 'logits_table')
  const scores = writeProbabilities(context, table, explained.head)
  const probabilities = b.named('Identity', [scores], 'probabilities_table')
  const dims = [(tokens ?? input).type?.dims?.[0] ?? '', classes]
  const outputs = [logits, probabilities].map(name => ({ name, type: { dtype: 'float32', dims } as const }))
  const graph = dropDead(b.appendTo({ ...model.graph, outputs: [] }, outputs))
  return { model: { ...model, graph }, input: (tokens ?? input).name, logits, probabilities }
}
