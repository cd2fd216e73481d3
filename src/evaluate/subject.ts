/** The model under evaluation: a session for its scores, an explainer per method; batches go through in parts. */

import type { Analysis } from '../core/analysis.ts'
import { explainedInput, ownClasses } from '../core/analysis.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { Explainer, type ExplainerOptions } from '../explainer/explainer.ts'
import type { Explanation } from '../explainer/explanation.ts'
import { freeSizes, inputDims } from '../explainer/feeds.ts'
import { type FurtherInputs, furtherRows, rowsOf } from '../explainer/further-inputs.ts'
import type { LoadedModel } from '../explainer/model-bytes.ts'
import { Scorer, type Scores } from '../explainer/scorer.ts'
import { defaultRuntime } from '../runtime/default.ts'
import type { FloatTensor, Runtime } from '../runtime/session.ts'
import { Classes } from './classes.ts'
import type { EvaluatedMethod } from './options.ts'

/** What sessions are opened with. */
export type SubjectOptions = Pick<
  ExplainerOptions,
  'input' | 'output' | 'box' | 'labels' | 'threads' | 'spins' | 'runtime' | 'signal'
>

/** Samples that are explained at once. */
const batchSize = 16

/** Explainers stay open as long as their weights together are no more than this many bytes; one always may. */
const mostWeights = 1e9

/** Scorers for inputs of different free sizes that stay open. */
const mostScorers = 4

/** Opens what is needed when it is needed. Close it when done. */
export class Subject {
  readonly loaded: LoadedModel
  readonly runtime: Runtime
  readonly labels: readonly string[] | undefined
  readonly methods: readonly EvaluatedMethod[]
  readonly options: SubjectOptions
  /** The shape that the explained input has in the file. */
  readonly inputDims: ReturnType<typeof inputDims>
  readonly #scorers = new Map<string, Promise<Scorer>>()
  readonly #explainers = new Map<string, Promise<Explainer>>()
  readonly #mostExplainers: number
  /** The model takes one sample at a time, whatever its input's shape says. */
  #isAlone = false
  #classes: Classes | undefined

  private constructor(
    loaded: LoadedModel,
    methods: readonly EvaluatedMethod[],
    options: SubjectOptions,
    runtime: Runtime,
  ) {
    this.loaded = loaded
    this.methods = methods
    this.options = options
    this.runtime = runtime
    this.labels = options.labels ?? ownClasses(loaded.model, options).labels
    this.inputDims = inputDims(loaded.model, options, loaded.source)
    const weights = [...loaded.model.graph.initializers.values()].reduce((sum, { bytes }) => sum + bytes.length, 1)
    this.#mostExplainers = Math.max(1, Math.floor(mostWeights / weights))
  }

  /** Nothing is opened yet. */
  static async of(loaded: LoadedModel, methods: readonly EvaluatedMethod[], options: SubjectOptions): Promise<Subject> {
    return new Subject(loaded, methods, options, options.runtime ?? (await defaultRuntime()))
  }

  /** The model's classes; `dims` is the shape of an input, for models whose sizes are free. */
  async classes(dims: readonly number[] = []): Promise<Classes> {
    this.#classes ??= new Classes((await this.#scorer(dims)).classes, this.labels)
    return this.#classes
  }

  /** What measures go by where nothing is said: a model with one output that is no probability is a regression. */
  usualScore({ count }: Classes): 'logit' | 'probability' {
    return count === 1 && ownClasses(this.loaded.model, this.options).head === 'none' ? 'logit' : 'probability'
  }

  /** Whether inputs are tokens, which are no quantities. */
  readsTokens(): boolean {
    const { type } = explainedInput(this.loaded.model, this.options)
    return type !== undefined && type.dtype !== 'float32'
  }

  /**
   * Scores of a batch, a row of `classes` per sample.
   *
   * @throws DeepTaylorError `input-invalid`, `runtime-failed`; the signal's reason
   */
  async scores(batch: FloatTensor, further: FurtherInputs, name: string): Promise<Scores> {
    const scorer = await this.#scorer(batch.dims)
    const classes = await this.classes(batch.dims)
    const [count = 1] = batch.dims
    const { signal } = this.options
    const run = (part: FloatTensor, rows: number) =>
      scorer.score(part, { ...repeatedFor(further, rows), name, ...(signal && { signal }) })
    const whole = async (): Promise<readonly Scores[]> => {
      if (!this.#isAlone || count === 1) {
        try {
          return [await run(batch, count)]
        } catch (error) {
          // Exporters fix a batch of 1 inside models whose input leaves it free.
          if (count === 1 || !(error instanceof DeepTaylorError) || error.code !== 'runtime-failed') throw error
        }
      }
      const parts: Scores[] = []
      for (let i = 0; i < count; i++) parts.push(await run(rowsOf(batch, i, i + 1), 1))
      this.#isAlone = true
      return parts
    }
    return tableOf(await whole(), classes)
  }

  /**
   * Explains inputs of one sample each for one class, some at a time.
   *
   * @returns in their order; what an input is at fault for in its place
   */
  async explain(
    method: string,
    inputs: readonly { readonly tensor: FloatTensor; readonly name: string; readonly further: FurtherInputs }[],
    target: number,
  ): Promise<readonly (Explanation | DeepTaylorError)[]> {
    const explainer = await this.explainer(method)
    return this.explainBy(explainer, inputs, target)
  }

  /** As `explain`, by an explainer of a model with the same inputs and classes. */
  async explainBy(
    explainer: Explainer,
    inputs: readonly { readonly tensor: FloatTensor; readonly name: string; readonly further: FurtherInputs }[],
    target: number,
  ): Promise<readonly (Explanation | DeepTaylorError)[]> {
    const { signal } = this.options
    const asked = (await this.classes(inputs[0]?.tensor.dims)).targetOf(target)
    const results: (Explanation | DeepTaylorError)[] = []
    for (let from = 0; from < inputs.length; from += batchSize) {
      signal?.throwIfAborted()
      const some = inputs.slice(from, from + batchSize).map(({ further, ...named }) => ({ ...named, ...further }))
      const outcomes = await explainer.explainTogether(some, [asked], signal && { signal })
      results.push(...outcomes.map(one => (one instanceof DeepTaylorError ? one : (one[0] as Explanation))))
    }
    return results
  }

  /** The explainer of a method. Those used longest ago are closed where the model is large. */
  async explainer(name: string): Promise<Explainer> {
    const before = this.#explainers.get(name)
    if (before) {
      this.#explainers.delete(name)
      this.#explainers.set(name, before)
      return before
    }
    while (this.#explainers.size >= this.#mostExplainers) {
      const [oldest, opened] = [...this.#explainers][0] as [string, Promise<Explainer>]
      this.#explainers.delete(oldest)
      await (await opened).close()
    }
    const opened = this.open(this.loaded, name)
    this.#explainers.set(name, opened)
    return opened
  }

  /** An explainer of another model by one of the methods; whoever asks closes it. */
  open(loaded: LoadedModel, name: string): Promise<Explainer> {
    const { method, rules } = this.methods.find(one => one.name === name) as EvaluatedMethod
    return Explainer.open(loaded, { ...this.#shared(), method, batchSize, ...(rules && { rules }) })
  }

  /** What was found out about the model, for inputs of a shape. */
  async analysis(method: string, dims: readonly number[]): Promise<Analysis> {
    return (await (await this.explainer(method)).compiled(dims)).analysis
  }

  /** Frees the runtime's memory. */
  async close(): Promise<void> {
    const opened = [...this.#explainers.values(), ...this.#scorers.values()]
    this.#explainers.clear()
    this.#scorers.clear()
    for (const result of await Promise.allSettled(opened)) {
      if (result.status === 'fulfilled') await result.value.close()
    }
  }

  #scorer(dims: readonly number[]): Promise<Scorer> {
    const sizes = dims.length > 0 ? freeSizes(this.inputDims, dims) : undefined
    const key = JSON.stringify(sizes ?? null)
    const before = this.#scorers.get(key)
    if (before) return before
    const oldest = [...this.#scorers][0]
    if (this.#scorers.size >= mostScorers && oldest) {
      this.#scorers.delete(oldest[0])
      void oldest[1].then(scorer => scorer.close())
    }
    const { labels: _, signal: __, ...shared } = this.#shared()
    const opened = Scorer.open(this.loaded, { ...shared, ...(sizes && { shape: sizes }) })
    this.#scorers.set(key, opened)
    return opened
  }

  #shared(): SubjectOptions {
    return { ...this.options, runtime: this.runtime, ...(this.labels && { labels: this.labels }) }
  }
}

/** What is given beside one sample, for as many copies of it. */
export function repeatedFor(further: FurtherInputs, rows: number): FurtherInputs {
  if (!further.companions || rows === 1) return further
  const { companions = {} } = furtherRows({ companions: further.companions }, 0, rows, rows)
  return { ...further, companions }
}

/** Rows of all parts as one table; where one output speaks for two classes, with a column for each. */
function tableOf(parts: readonly Scores[], { count, areTwoOfOne }: Classes): Scores {
  const [first] = parts
  if (first && parts.length === 1 && !areTwoOfOne) return first
  const joined = (of: (part: Scores) => Float32Array, other: (value: number) => number): Float32Array => {
    const values = parts.flatMap(part => Array.from(of(part)))
    return Float32Array.from(areTwoOfOne ? values.flatMap(value => [other(value), value]) : values)
  }
  return {
    classes: count,
    logits: joined(
      ({ logits }) => logits,
      value => -value,
    ),
    probabilities: joined(
      ({ probabilities }) => probabilities,
      value => 1 - value,
    ),
  }
}
