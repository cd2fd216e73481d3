/** Which input and output of a model are explained, where the user does not say. */

import type { Graph, ValueInfo } from '../0-graph/graph.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import { companionOf } from './companions.ts'
import { embeddingOf } from './embedding.ts'
import { reach } from './reach.ts'

/**
 * The output that was asked for, or the first that is no label.
 *
 * @throws DeepTaylorError `option-invalid`
 */
export function chooseOutput(graph: Graph, wanted: string | undefined): string {
  const names = graph.outputs.map(output => output.name)
  // Classifiers of other libraries name their label first; relevance is that of a score.
  const isLabel = ({ type }: ValueInfo) => type?.dtype === 'int64' || type?.dtype === 'string'
  const scored = graph.outputs.find(output => !isLabel(output)) ?? graph.outputs[0]
  if (wanted === undefined || names.includes(wanted)) return wanted ?? (scored?.name as string)
  const reason = `the model has no such output; it has ${names.join(', ')}`
  throw new DeepTaylorError('option-invalid', { option: `output "${wanted}"`, reason })
}

/**
 * The input that was asked for, or the only one that `logits` depends on besides those that come along with tokens. It
 * holds float32, or tokens.
 *
 * @throws DeepTaylorError `option-invalid`, `no-path`, `unsupported-graph`
 */
export function chooseInput(graph: Graph, logits: string, wanted: string | undefined): ValueInfo {
  const names = graph.inputs.map(input => input.name).join(', ')
  const reaching = graph.inputs.filter(({ name }) => reach(graph, [name], logits).nodes.length > 0)
  const main = reaching.filter(({ name }) => companionOf(name) === undefined)
  const candidates = main.length > 0 ? main : reaching
  const chosen = wanted === undefined ? candidates[0] : graph.inputs.find(input => input.name === wanted)
  if (wanted !== undefined && !chosen) {
    const reason = `the model has no such input; it has ${names}`
    throw new DeepTaylorError('option-invalid', { option: `input "${wanted}"`, reason })
  }
  if (!chosen) throw new DeepTaylorError('no-path', { input: names, output: logits })
  if (wanted === undefined && candidates.length > 1) {
    const several = candidates.map(candidate => candidate.name).join(', ')
    const reason = `the output depends on several inputs (${several}): choose one with --input`
    throw new DeepTaylorError('option-invalid', { option: 'input', reason })
  }
  const dtype = chosen.type?.dtype
  if (dtype === 'float32') return chosen
  if ((dtype === 'int64' || dtype === 'int32') && embeddingOf(graph, chosen.name) !== undefined) return chosen
  throw new DeepTaylorError('unsupported-graph', {
    reason: `input "${chosen.name}" is of type ${chosen.type?.dtype ?? 'unknown'}`,
    remedy: 'relevance needs a float32 input, or tokens that choose rows of one constant table (Gather)',
  })
}

/** What besides the explained input a network reads. */
export interface OtherInputs {
  /** Values that relevance goes to as well: other inputs of numbers, and what embeddings make of other tokens. */
  readonly sources: readonly string[]
  /** The graph's inputs that the output depends on, and that are none that come along with tokens: they must be given. */
  readonly needed: readonly string[]
}

/** The other inputs that `logits` depends on. */
export function otherInputs(graph: Graph, logits: string, chosen: string): OtherInputs {
  const others = graph.inputs.filter(
    ({ name }) => name !== chosen && companionOf(name) === undefined && reach(graph, [name], logits).nodes.length > 0,
  )
  const sources = others.flatMap(({ name, type }) =>
    type?.dtype === 'float32' ? [name] : (embeddingOf(graph, name)?.value ?? []),
  )
  return { sources, needed: others.map(({ name }) => name) }
}
