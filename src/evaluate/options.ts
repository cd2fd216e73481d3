/** What an evaluation is given: a model's inputs, read when their turn comes, the methods and measures, and how it is watched. */

import type { LayerRule } from '../core/5-explain/layer-rules.ts'
import type { Method } from '../core/5-explain/method.ts'
import type { ExplainerOptions } from '../explainer/explainer.ts'
import type { Explanation } from '../explainer/explanation.ts'
import type { FurtherInputs } from '../explainer/further-inputs.ts'
import type { FloatTensor } from '../runtime/session.ts'
import type { ControlName } from './controls.ts'
import type { Measure } from './measure.ts'
import type { EvaluatedInput, EvaluationReport, MeasuredValue, Shown } from './report.ts'

/** One input, read. */
export interface EvaluationInput extends FurtherInputs {
  /** One sample: float32, of the model's input shape, with or without the batch axis. */
  readonly tensor: FloatTensor
  /** Ground truth: 1 at places of what the class is, else 0; one per place of the input, row by row. */
  readonly truth?: Uint8Array | undefined
}

/** One input, not read yet. */
export interface EvaluationItem<T extends EvaluationInput = EvaluationInput> {
  /** Names it in the report, stable from run to run; random streams depend on it. No two have the same. */
  readonly id: string
  /** The class that the data give it, by label or index; null or undefined where they give none. */
  readonly label?: string | number | null | undefined
  /** Called when its turn comes. A `DeepTaylorError` that it throws skips the input; anything else ends the run. */
  readonly read: () => Promise<T> | T
}

/** A method, under the name that the report calls it by. */
export interface EvaluatedMethod {
  /** No two methods have the same. */
  readonly name: string
  readonly method: Method
  readonly rules?: readonly LayerRule[]
}

/** An input that could not be evaluated. */
export type SkippedInput = EvaluationReport['skipped'][number]

/** What was found of some consecutive inputs: what a run that was stopped need not do again. Plain data. */
export interface Chunk {
  /** 0 for the first `chunkSize` items. */
  readonly index: number
  readonly inputs: readonly EvaluatedInput[]
  readonly values: readonly MeasuredValue[]
  readonly skipped: readonly SkippedInput[]
}

/** Draws what the report shows of one of the first inputs: by `input` or a method's name. */
export type Show<T extends EvaluationInput> = (
  input: T,
  explanations: readonly { readonly method: string; readonly explanation: Explanation }[],
) => Promise<Readonly<Record<string, Shown>>>

/** How a model's explanations are evaluated. */
export interface EvaluateOptions<T extends EvaluationInput = EvaluationInput>
  extends Pick<ExplainerOptions, 'input' | 'output' | 'box' | 'labels' | 'threads' | 'spins' | 'runtime' | 'signal'> {
  /** At least one. */
  readonly methods: readonly EvaluatedMethod[]
  /** At least one. */
  readonly measures: readonly Measure[]
  /** Heatmaps that know everything or nothing, measured beside the methods. Default: none. */
  readonly controls?: readonly ControlName[]
  /**
   * Which class is explained: the `label` that the data give, the `top` one of the model, or one class for all, by label or index.
   * Default: the label where there is one, else the top class.
   */
  readonly target?: string | number
  /**
   * What measures go by. Default `probability`, as in the literature, so that figures of several models compare; `logit` of a model
   * with one output that is no probability.
   */
  readonly score?: 'logit' | 'probability'
  /** Of everything that is drawn at random: a whole number ≥ 0. Default 0. */
  readonly seed?: number
  /** The input's axis of channels, 1 for the first after the batch. Default: 1 of inputs with four axes and more. */
  readonly channelAxis?: number
  /** Inputs that are in memory at a time. Results do not depend on it but for rounding. Default 8. */
  readonly chunkSize?: number
  /** What the report calls the data. Default `data`. */
  readonly data?: string
  /** What the report says of preprocessing. Default null. */
  readonly preprocessing?: string | null
  /** How many of the first inputs methods that promise conservation are audited on. Default 8; 0 for no audits. */
  readonly audited?: number
  /** How many of the first items are shown. Default 8. */
  readonly shown?: number
  /** Default: nothing is shown. */
  readonly show?: Show<T>
  /** Chunks of an earlier run with the same options, which are taken as they are. */
  readonly finished?: ReadonlyMap<number, Chunk>
  /** Called with every chunk when it is done, before the next begins. */
  readonly onChunk?: (chunk: Chunk) => Promise<void> | void
  /** Called with the number of figures (inputs × methods × measures) that are there and in all, and what is under way. */
  readonly onProgress?: (done: number, total: number, what: string) => void
  /** Called as soon as an input is skipped. */
  readonly onSkipped?: (skipped: SkippedInput) => void
}
