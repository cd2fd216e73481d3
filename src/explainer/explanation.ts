/** What comes back from an explanation, and how it is read off the outputs of the compiled model. */

import { givenByUser } from '../core/5-explain/layer-rules.ts'
import type { ExplanationNames } from '../core/5-explain/outputs.ts'
import type { Warning } from '../core/diagnostics.ts'
import type { Compiled } from '../core/emit.ts'
import type { FloatTensor, Tensor } from '../runtime/session.ts'
import { isBinary } from './target.ts'

/** A class and how likely it is. */
export interface ClassScore {
  /** Its place among the outputs; among the labels where one output speaks for two classes. */
  readonly index: number
  readonly label: string
  /** Probability 0…1: the softmax of the logits, or the sigmoid where the model ends in one or one output is of two classes. */
  readonly score: number
}

/** What was explained: a class, or a hidden channel or neuron, whose label names its layer. */
export interface ExplainedTarget {
  readonly index: number
  readonly label: string
  /** The class that it was held against. */
  readonly versus?: { readonly index: number; readonly label: string }
}

/** The explanation of one sample. */
export interface SampleExplanation {
  readonly target: ExplainedTarget
  /** The explained logit x_f (or functional, or hidden activation), which the relevance started from. */
  readonly logit: number
  /** Σ_p R_p over the sample's input. */
  readonly relevanceSum: number
  /**
   * |Σ_p R_p − e| / |e|, 0 when both are 0, where e is what the method's relevance sums to: the logit. `null` for
   * gradients, which sum to nothing in particular, for methods with a baseline, and where only a part of the relevance was let through.
   */
  readonly conservationError: number | null
  /** Of a method that knows one: what the logit is without any feature, in the logit's unit; relevance and it sum to it. */
  readonly baseline?: number
  /** Of a model with several inputs: the sum of the relevance of the others. It counts where conservation is measured. */
  readonly elsewhere?: number
  /** The most probable classes, best first; none where the output is a single number that is no logit. */
  readonly prediction: readonly ClassScore[]
  readonly warnings: readonly Warning[]
}

/** The explanation of a batch. */
export interface Explanation {
  /** float32, of the input's shape with its batch axis: how much each element contributed to the logit, in its unit. */
  readonly relevance: FloatTensor
  readonly samples: readonly SampleExplanation[]
  /** float32, of the layer's shape: the relevance of the hidden layers that were asked for, by layer. */
  readonly layers: ReadonlyMap<string, FloatTensor>
  /** float32, of the layer's shape: the factors c of R = x·c that were asked for, by layer. */
  readonly factors: ReadonlyMap<string, FloatTensor>
}

type Outputs = Readonly<Record<string, Tensor>>

/** Losses above this share of the logit are said. */
const notableLoss = 1e-3

/** Reads one explanation of one run. */
export function readExplanation(
  compiled: Compiled,
  names: ExplanationNames,
  outputs: Outputs,
  labels: readonly string[] | undefined,
): Explanation {
  const numbers = (name: string | undefined) =>
    name === undefined ? [] : Array.from(outputs[name]?.data ?? [], Number)
  const floats = (name: string): FloatTensor => {
    const { dims = [], data } = outputs[name] ?? {}
    return { dims, data: data as Float32Array }
  }
  const { topClasses, topScores } = compiled.names
  const [logits, sums, expected] = [names.explainedLogit, names.relevanceSum, names.expectedSum].map(numbers)
  const [chosen, versus, best, scores] = [names.explainedClass, names.versusClass, topClasses, topScores].map(numbers)
  const width = (best?.length ?? 0) / (chosen?.length ?? 1)
  const labelOf = classLabels(compiled, labels)
  const samples = (chosen ?? []).map((index, i): SampleExplanation => {
    const [logit, sum] = [logits?.[i] as number, sums?.[i] as number]
    const against = versus?.[i]
    const ranked = (best ?? []).slice(i * width, (i + 1) * width)
    const prediction = predictionOf(
      compiled,
      labels,
      ranked.map((c, j) => ({ index: c, label: labelOf(c), score: scores?.[i * width + j] as number })),
    )
    const goal = expected?.[i] ?? Number.NaN
    const { hasBaseline } = compiled.analysis.method
    const isWhole = names.expectedSum !== undefined
    const elsewhere = names.elsewhereSum === undefined ? undefined : (numbers(names.elsewhereSum)[i] as number)
    const whole = sum + (elsewhere ?? 0)
    const conservationError = hasBaseline || !isWhole ? null : errorOf(whole, goal)
    return {
      target: {
        index,
        label: names.label ?? (names.isAgainst ? negativeLabel(compiled, labels, labelOf(index)) : labelOf(index)),
        ...(against !== undefined && { versus: { index: against, label: labelOf(against) } }),
      },
      logit,
      relevanceSum: sum,
      conservationError,
      ...(hasBaseline && isWhole && { baseline: logit - whole }),
      ...(elsewhere !== undefined && { elsewhere }),
      prediction,
      warnings: warningsOf(compiled, { logit, sum: whole, expected: goal, conservationError }),
    }
  })
  return {
    relevance: floats(names.relevance),
    samples,
    layers: new Map([...names.layers].map(([layer, name]) => [layer, floats(name)])),
    factors: new Map([...names.factors].map(([layer, name]) => [layer, floats(name)])),
  }
}

/** What one logit says of two classes, as both; of a number that is no logit, nothing. */
function predictionOf(
  { analysis }: Compiled,
  labels: readonly string[] | undefined,
  ranked: readonly ClassScore[],
): readonly ClassScore[] {
  const { classes, explained } = analysis
  const [only] = ranked
  if (classes !== 1 || !only) return ranked
  if (!isBinary({ classes, labels })) return explained.head === 'none' ? [] : ranked
  const both = [
    { ...only, index: 1 },
    { index: 0, label: labels?.[0] as string, score: 1 - only.score },
  ]
  return both.sort((a, b) => b.score - a.score)
}

/** A class's label, or its index. Of a model with one output and two labels, the second is the one that it speaks for. */
function classLabels(compiled: Compiled, labels: readonly string[] | undefined): (index: number) => string {
  const { classes } = compiled.analysis
  const shift = isBinary({ classes, labels }) ? 1 : 0
  return index => labels?.[index + shift] ?? String(index)
}

/** What evidence against a class speaks for: the other of two, or just not it. */
function negativeLabel({ analysis }: Compiled, labels: readonly string[] | undefined, label: string): string {
  return isBinary({ classes: analysis.classes, labels }) && labels?.[0] !== undefined ? labels[0] : `not ${label}`
}

function errorOf(sum: number, expected: number): number {
  return sum === expected ? 0 : Math.abs(sum - expected) / Math.abs(expected)
}

/** Where relevance goes under a method; where layers have conventions of their own, only the books tell. */
function whyLost({ method, steps }: Compiled['analysis']): string {
  const isOwn = steps.some(
    ({ decision }) =>
      decision.kind === 'rule' && decision.why === givenByUser && (decision.bias ?? decision.stabilizer) !== undefined,
  )
  if (isOwn || (method.bias === 'ignore' && method.stabilizer > 0)) return 'audit says where it went'
  return method.bias === 'ignore' ? 'some ended at neurons without a helping input' : 'biases keep their share'
}

/** One sample's numbers. */
interface Sums {
  readonly logit: number
  readonly sum: number
  readonly expected: number
  readonly conservationError: number | null
}

function warningsOf({ analysis }: Compiled, { logit, sum, expected, conservationError }: Sums): readonly Warning[] {
  const warnings: Warning[] = []
  const { method } = analysis
  if (logit < 0 && method.conserves !== false && !method.hasBaseline) {
    const message = `the explained logit is negative (${logit.toPrecision(3)}): its relevance is evidence against the class`
    warnings.push({ code: 'negative-logit', message })
  }
  if (conservationError !== null && conservationError > notableLoss) {
    const share = `${(conservationError * 100).toPrecision(2)} % ${Math.abs(sum) < Math.abs(expected) ? 'less' : 'more'}`
    const isPath = method.sampling?.kind === 'path'
    const whole = isPath ? 'the difference to the output of zeros' : 'the logit'
    const why = isPath ? 'more --steps come closer' : whyLost(analysis)
    const message = `the relevance sums to ${share} than ${whole}: ${why}`
    warnings.push({ code: 'not-conserved', message })
  }
  return warnings
}

/** The explanations of consecutive parts of a batch as one. */
export function joined(parts: readonly Explanation[]): Explanation {
  const [first] = parts
  if (!first || parts.length === 1) return first as Explanation
  const join = (tensors: readonly FloatTensor[]): FloatTensor => {
    const data = new Float32Array(tensors.reduce((size, tensor) => size + tensor.data.length, 0))
    let at = 0
    for (const tensor of tensors) {
      data.set(tensor.data, at)
      at += tensor.data.length
    }
    const rows = tensors.reduce((count, tensor) => count + (tensor.dims[0] ?? 0), 0)
    return { dims: [rows, ...(tensors[0]?.dims.slice(1) ?? [])], data }
  }
  const joinAll = (mapOf: (part: Explanation) => ReadonlyMap<string, FloatTensor>) =>
    new Map(
      [...mapOf(first).keys()].map(layer => [layer, join(parts.map(part => mapOf(part).get(layer) as FloatTensor))]),
    )
  return {
    relevance: join(parts.map(part => part.relevance)),
    samples: parts.flatMap(part => part.samples),
    layers: joinAll(part => part.layers),
    factors: joinAll(part => part.factors),
  }
}
