/** The model's scores of many inputs, without an explanation: one session, through which perturbed copies run as batches. */

import { encodeModel } from '../core/1-codec/encode.ts'
import { type Analysis, type AnalyzeOptions, analyze } from '../core/analysis.ts'
import { emitScores, type Scored } from '../core/scores.ts'
import { defaultRuntime } from '../runtime/default.ts'
import { oracleOf } from '../runtime/oracle.ts'
import type { FloatTensor, Runtime, Session, SessionOptions, Tensor } from '../runtime/session.ts'
import { inputFeed } from './feeds.ts'
import { checkFurther, type FurtherInputs, furtherFeeds, furtherRows, rowsOf } from './further-inputs.ts'
import type { LoadedModel } from './model-bytes.ts'

/** How a scorer is opened. */
export interface ScorerOptions extends AnalyzeOptions, Pick<SessionOptions, 'threads' | 'spins'> {
  /** Samples that go through the model at once. Default 16. */
  readonly batchSize?: number
  readonly runtime?: Runtime
}

/** Scores of samples, row-major tables of samples × classes. */
export interface Scores {
  readonly classes: number
  readonly logits: Float32Array
  /** 0…1. */
  readonly probabilities: Float32Array
}

/** Opens the model that `analyze` finds for the options, and runs it. Close it when done. */
export class Scorer {
  readonly #analysis: Analysis
  readonly #scored: Scored
  readonly #session: Session
  readonly #batchSize: number

  private constructor(analysis: Analysis, scored: Scored, session: Session, batchSize: number) {
    this.#analysis = analysis
    this.#scored = scored
    this.#session = session
    this.#batchSize = batchSize
  }

  /** @throws DeepTaylorError as `analyze`; `unsupported-graph` where the output is not one row of classes; `runtime-failed` */
  static async open({ model }: LoadedModel, options: ScorerOptions = {}): Promise<Scorer> {
    const { batchSize = 16, runtime = await defaultRuntime(), threads, spins, ...rest } = options
    const analysis = await analyze(model, oracleOf(runtime), rest)
    const scored = emitScores(analysis)
    const session = await runtime.open(encodeModel(scored.model), {
      ...(threads !== undefined && { threads }),
      ...(spins !== undefined && { spins }),
    })
    const fixed = analysis.model.graph.inputs.find(({ name }) => name === scored.input)?.type?.dims?.[0]
    return new Scorer(analysis, scored, session, typeof fixed === 'number' ? fixed : batchSize)
  }

  /** How many classes a row has. */
  get classes(): number {
    return this.#analysis.classes
  }

  /**
   * The scores of a batch of any length, in parts.
   *
   * @param batch float32, of the model's input shape with its batch axis
   * @throws DeepTaylorError `input-invalid`, `runtime-failed`; the signal's reason
   */
  async score(
    batch: FloatTensor,
    {
      name = 'input',
      signal,
      ...given
    }: FurtherInputs & { readonly name?: string; readonly signal?: AbortSignal } = {},
  ): Promise<Scores> {
    const { logits, probabilities, input } = this.#scored
    const [count = 1] = batch.dims
    const further = checkFurther(given, this.#analysis, batch, name)
    const scores = {
      logits: new Float32Array(count * this.classes),
      probabilities: new Float32Array(count * this.classes),
    }
    for (let from = 0; from < count; from += this.#batchSize) {
      signal?.throwIfAborted()
      const to = Math.min(count, from + this.#batchSize)
      const rows = rowsOf(batch, from, to)
      const others = furtherFeeds(this.#scored.model, [input], rows, furtherRows(further, from, to, count))
      const feeds: Record<string, Tensor> = { ...others, [input]: inputFeed(this.#analysis, rows, name) }
      const results = await this.#session.run(feeds)
      scores.logits.set(results[logits]?.data as Float32Array, from * this.classes)
      scores.probabilities.set(results[probabilities]?.data as Float32Array, from * this.classes)
    }
    return { classes: this.classes, ...scores }
  }

  /** Frees the runtime's memory. */
  close(): Promise<void> {
    return this.#session.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
