/** Inputs and explanations as the cases that measures are given, and what measures may ask of the model about them. */

import type { InputBox } from '../core/4-analyze/input-domain.ts'
import type { Method } from '../core/5-explain/method.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import type { Explanation, SampleExplanation } from '../explainer/explanation.ts'
import { type FurtherInputs, rowsOf } from '../explainer/further-inputs.ts'
import { randomisedModel, weightedLayers } from '../explainer/randomised.ts'
import type { FloatTensor } from '../runtime/session.ts'
import type { Layout } from './layout.ts'
import type { Case, Tools } from './measure.ts'
import { Random } from './random.ts'
import type { EvaluatedInput } from './report.ts'
import { repeatedFor, type Subject } from './subject.ts'

/** An input that fits the model, with what the model says of it. */
export interface ReadInput<T> {
  readonly id: string
  /** As it was read. */
  readonly source: T
  /** With its batch axis of 1. */
  readonly tensor: FloatTensor
  readonly further: FurtherInputs
  readonly layout: Layout
  readonly truth: Uint8Array | undefined
  /** Of the model, a row of classes each. */
  readonly logits: Float32Array
  readonly probabilities: Float32Array
  readonly target: number
  readonly about: EvaluatedInput
}

/** What cases and tools of one run have in common. */
export interface CaseOptions {
  readonly score: 'logit' | 'probability'
  readonly seed: number
  readonly signal: AbortSignal | undefined
}

/** What a case says of its input, whoever explained it. */
export function aboutInput(
  { id, tensor, layout, truth, target, logits, probabilities }: ReadInput<unknown>,
  { score, seed }: Pick<CaseOptions, 'score' | 'seed'>,
): Omit<Case, 'relevance' | 'logit' | 'relevanceSum' | 'promised'> {
  return {
    id,
    input: tensor,
    layout,
    target,
    score: (score === 'logit' ? logits : probabilities)[target] as number,
    truth,
    random: purpose => new Random(seed, `${id} ${purpose}`),
  }
}

/** One input's explanation by a method as a case. */
export async function caseOf(
  input: ReadInput<unknown>,
  { relevance, samples }: Explanation,
  method: Method,
  subject: Subject,
  options: CaseOptions,
): Promise<Case> {
  const sample = samples[0] as SampleExplanation
  return {
    ...aboutInput(input, options),
    relevance,
    logit: sample.logit,
    relevanceSum: sample.relevanceSum,
    promised: await promisedBy(method, input, sample, subject),
  }
}

/** What ΣR should be: the logit, less what is promised elsewhere; along a path, the difference of the logits at its ends. */
async function promisedBy(
  { conserves, hasBaseline, sampling }: Method,
  { id, tensor, further, target }: ReadInput<unknown>,
  { logit, elsewhere = 0 }: SampleExplanation,
  subject: Subject,
): Promise<number | undefined> {
  if (sampling?.kind !== 'path') return conserves === false || hasBaseline ? undefined : logit - elsewhere
  // Of tokens, the path begins at no token.
  if (subject.readsTokens() || elsewhere !== 0) return undefined
  const zeros = { dims: tensor.dims, data: new Float32Array(tensor.data.length) }
  return logit - ((await subject.scores(zeros, further, id)).logits[target] as number)
}

/** The tools for one method's cases; `furtherOf` knows what is given beside the input of a case. */
export async function toolsFor(
  method: string,
  subject: Subject,
  furtherOf: (one: Case) => FurtherInputs,
  {
    score,
    seed,
    signal,
    dims,
    layout,
  }: CaseOptions & {
    /** Of an input. */
    readonly dims: readonly number[]
    readonly layout: Layout
  },
): Promise<Tools> {
  const { count } = await subject.classes(dims)
  const analysis = await subject.analysis(method, dims)
  return {
    box: channelBox(subject.options.box, layout.channels),
    classes: count,
    layers: weightedLayers(analysis),
    seed,
    signal,
    score: async (of, batch, target = of.target) => {
      const scores = await subject.scores(batch, furtherOf(of), of.id)
      const table = score === 'logit' ? scores.logits : scores.probabilities
      return Float32Array.from({ length: table.length / count }, (_, i) => table[i * count + target] as number)
    },
    explain: async (of, batch, target = of.target) => {
      const rows = Array.from({ length: batch.dims[0] ?? 1 }, (_, i) => ({
        tensor: rowsOf(batch, i, i + 1),
        name: of.id,
        further: repeatedFor(furtherOf(of), 1),
      }))
      return relevanceOf(await subject.explain(method, rows, target), batch.dims)
    },
    explainRandomised: async (cases, layers, drawn) => {
      const explainer = await subject.open(randomisedModel(subject.loaded, analysis, layers, drawn), method)
      try {
        const results: FloatTensor[] = []
        for (const one of cases) {
          const input = { tensor: one.input, name: one.id, further: furtherOf(one) }
          results.push(relevanceOf(await subject.explainBy(explainer, [input], one.target), one.input.dims))
        }
        return results
      } finally {
        await explainer.close()
      }
    },
  }
}

/** The relevance of samples as one batch. */
function relevanceOf(explanations: readonly (Explanation | DeepTaylorError)[], dims: readonly number[]): FloatTensor {
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1))
  const size = data.length / explanations.length
  for (const [i, one] of explanations.entries()) {
    if (one instanceof DeepTaylorError) throw one
    data.set(one.relevance.data, i * size)
  }
  return { dims, data }
}

/** Bounds by channel; undefined where some are not finite. */
function channelBox(box: InputBox | undefined, channels: number): Tools['box'] {
  if (!box) return undefined
  const [low, high] = [box.low, box.high].map(bound =>
    typeof bound === 'number' ? Array<number>(channels).fill(bound) : bound,
  ) as [readonly number[], readonly number[]]
  return [...low, ...high].every(Number.isFinite) ? { low, high } : undefined
}
