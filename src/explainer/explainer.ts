/** An explained model, opened once and run often. */

import type { Dim } from '../core/0-graph/graph.ts'
import { printDims } from '../core/0-graph/print.ts'
import { encodeModel } from '../core/1-codec/encode.ts'
import type { BiasPolicy } from '../core/5-explain/method.ts'
import { type AnalyzeOptions, type Compiled, compileModel, explainedInput } from '../core/compile.ts'
import { DeepTaylorError, type Warning } from '../core/diagnostics.ts'
import { nodeRuntime } from '../runtime/node.ts'
import { oracleOf } from '../runtime/oracle.ts'
import type { FloatTensor, Runtime, Session, SessionOptions, Tensor } from '../runtime/session.ts'
import { checkFinite, warnOutsideBox } from './check-input.ts'
import type { LoadedModel } from './load-model.ts'
import { readTarget, type Target } from './target.ts'

/** How an explainer is opened. */
export interface ExplainerOptions extends Omit<AnalyzeOptions, 'shape'>, Pick<SessionOptions, 'threads'> {
  /** Class labels by index, for `target` and for what comes back. Default: the indices. */
  readonly labels?: readonly string[]
  /** How many of the most probable classes to return. Default 5. */
  readonly top?: number
  /** Samples that go through the model at once. Default 16. */
  readonly batchSize?: number
  /** Where the graph runs. Default: ONNX Runtime for Node. */
  readonly runtime?: Runtime
  readonly signal?: AbortSignal
}

/** How one input is explained. */
export interface ExplainOptions {
  /** Default `top`. */
  readonly target?: Target
  /** What messages call the input. Default `input`. */
  readonly name?: string
  readonly signal?: AbortSignal
  /** Called after every batch with the number of samples done and in all. */
  readonly onProgress?: (done: number, total: number) => void
}

/** A class and how likely it is. */
export interface ClassScore {
  readonly index: number
  readonly label: string
  /** Probability 0…1: the softmax of the logits, or the sigmoid where the model ends in one or has a single output. */
  readonly score: number
}

/** The explanation of one sample. */
export interface SampleExplanation {
  readonly target: { readonly index: number; readonly label: string }
  /** The explained logit x_f, which the relevance started from. */
  readonly logit: number
  /** Σ_p R_p over the sample's input. */
  readonly relevanceSum: number
  /** |Σ_p R_p − x_f| / |x_f|; 0 when both are 0. */
  readonly conservationError: number
  /** The most probable classes, best first. */
  readonly prediction: readonly ClassScore[]
  readonly warnings: readonly Warning[]
}

/** The explanation of a batch. */
export interface Explanation {
  /** float32, of the input's shape with its batch axis: how much each element contributed to the logit, in its unit. */
  readonly relevance: FloatTensor
  readonly samples: readonly SampleExplanation[]
}

/** Losses above this share of the logit are said. */
const notableLoss = 1e-3
const cachedShapes = 4

interface Ready {
  readonly compiled: Compiled
  readonly session: Session
}

/**
 * A model that explains itself, loaded into a runtime.
 *
 * Where the input's sizes are free besides the batch, one graph is compiled per size that comes along.
 */
export class Explainer {
  readonly #loaded: LoadedModel
  readonly #options: ExplainerOptions
  readonly #runtime: Runtime
  readonly #ready = new Map<string, Promise<Ready>>()
  /** The shape that the explained input has in the file; free dimensions by name. */
  readonly inputDims: readonly Dim[]

  private constructor(loaded: LoadedModel, options: ExplainerOptions, runtime: Runtime) {
    this.#loaded = loaded
    this.#options = options
    this.#runtime = runtime
    const input = explainedInput(loaded.model, options)
    if (!input.type?.dims) {
      const reason = `its input "${input.name}" has no shape`
      throw new DeepTaylorError('model-invalid', { source: loaded.source, reason })
    }
    this.inputDims = input.type.dims
  }

  /**
   * Compiles and loads a model.
   *
   * @throws DeepTaylorError `unsupported-*`, `no-path`, `option-invalid`, `runtime-*`
   */
  static async open(model: LoadedModel, options: ExplainerOptions = {}): Promise<Explainer> {
    const explainer = new Explainer(model, options, options.runtime ?? (await nodeRuntime()))
    options.signal?.throwIfAborted()
    if (explainer.inputDims.slice(1).every(dim => typeof dim === 'number')) await explainer.#prepare(undefined)
    return explainer
  }

  /** The name of the runtime and its provider. */
  get runtime(): string {
    return this.#runtime.name
  }

  /** What was compiled for inputs of the given shape. */
  async compiled(dims: readonly number[] = []): Promise<Compiled> {
    return (await this.#prepare(this.#freeSizes(dims))).compiled
  }

  /**
   * Explains one input or a batch of them.
   *
   * @param input float32; of the model's input shape, with or without the batch axis
   * @throws DeepTaylorError `input-invalid` (shape, NaN), `target-invalid`, `runtime-failed`
   */
  async explain(input: FloatTensor, options: ExplainOptions = {}): Promise<Explanation> {
    const name = options.name ?? 'input'
    const batch = this.#withBatchAxis(input, name)
    checkFinite(batch, name)
    const ready = await this.#prepare(this.#freeSizes(batch.dims))
    const { classes } = ready.compiled.analysis
    const [count = 1, ...sample] = batch.dims
    const size = sample.reduce((product, dim) => product * dim, 1)
    const targets = readTarget(options.target ?? 'top', { count, classes, labels: this.#options.labels })
    const warnings = warnOutsideBox(batch, ready.compiled.analysis.box, name)
    const fixed = this.inputDims[0]
    const step = typeof fixed === 'number' ? fixed : (this.#options.batchSize ?? 16)
    if (count % step !== 0 && typeof fixed === 'number') {
      throw new DeepTaylorError('input-invalid', {
        input: name,
        reason: `it holds ${count} samples and the model takes them by ${step}`,
      })
    }
    const relevance = new Float32Array(batch.data.length)
    const samples: SampleExplanation[] = []
    for (let from = 0; from < count; from += step) {
      options.signal?.throwIfAborted()
      const to = Math.min(count, from + step)
      const part = { dims: [to - from, ...sample], data: batch.data.subarray(from * size, to * size) }
      const result = await this.#run(ready, part, targets.slice(from, to))
      relevance.set(result.relevance, from * size)
      samples.push(...result.samples.map(s => ({ ...s, warnings: [...warnings, ...s.warnings] })))
      options.onProgress?.(to, count)
    }
    return { relevance: { dims: batch.dims, data: relevance }, samples }
  }

  /** Frees the runtime's memory. */
  async close(): Promise<void> {
    const all = [...this.#ready.values()]
    this.#ready.clear()
    for (const ready of all) await (await ready).session.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #run(
    { compiled, session }: Ready,
    input: FloatTensor,
    targets: readonly number[],
  ): Promise<{ relevance: Float32Array; samples: readonly SampleExplanation[] }> {
    const { names } = compiled
    const feeds: Record<string, Tensor> = { ...idleInputs(compiled, input.dims[0] ?? 1) }
    feeds[names.input] = { dtype: 'float32', ...input }
    if (names.target) {
      feeds[names.target] = { dtype: 'int64', dims: [targets.length], data: BigInt64Array.from(targets, BigInt) }
    }
    const { relevance, explainedClass, explainedLogit, relevanceSum, topClasses = '', topScores = '' } = names
    const fetch = [relevance, explainedClass, explainedLogit, relevanceSum, topClasses, topScores].filter(n => n !== '')
    const results = await session.run(feeds, fetch)
    const numbers = (name: string) => Array.from(results[name]?.data ?? [], Number)
    const [classes, logits, sums] = [numbers(explainedClass), numbers(explainedLogit), numbers(relevanceSum)]
    const [best, scores] = [numbers(topClasses), numbers(topScores)]
    const width = best.length / classes.length
    const samples = classes.map((index, i): SampleExplanation => {
      const [logit, sum] = [logits[i] as number, sums[i] as number]
      const rows = best.slice(i * width, (i + 1) * width)
      const prediction = rows.map((c, j) => ({
        index: c,
        label: this.#label(c),
        score: scores[i * width + j] as number,
      }))
      const conservationError = logit === sum ? 0 : Math.abs(sum - logit) / Math.abs(logit)
      return {
        target: { index, label: this.#label(index) },
        logit,
        relevanceSum: sum,
        conservationError,
        prediction,
        warnings: warningsOf(logit, sum, conservationError, compiled.analysis.method.bias),
      }
    })
    return { relevance: results[relevance]?.data as Float32Array, samples }
  }

  #label(index: number): string {
    return this.#options.labels?.[index] ?? String(index)
  }

  #withBatchAxis(input: FloatTensor, name: string): FloatTensor {
    const wanted = this.inputDims
    const dims = input.dims.length === wanted.length - 1 ? [1, ...input.dims] : input.dims
    const fits =
      dims.length === wanted.length && wanted.slice(1).every((dim, i) => typeof dim === 'string' || dim === dims[i + 1])
    if (fits && input.data.length > 0) return { dims, data: input.data }
    throw new DeepTaylorError('input-invalid', {
      input: name,
      reason: `it has shape ${printDims(input.dims)} and the model reads ${printDims(wanted)}`,
    })
  }

  /** Sizes of the free dimensions after the batch; undefined where there are none. */
  #freeSizes(dims: readonly number[]): readonly (number | undefined)[] | undefined {
    const wanted = this.inputDims
    if (wanted.slice(1).every(dim => typeof dim === 'number')) return undefined
    return wanted.map((dim, i) => (i > 0 && typeof dim === 'string' ? dims[i] : undefined))
  }

  #prepare(shape: readonly (number | undefined)[] | undefined): Promise<Ready> {
    const key = String(shape)
    const before = this.#ready.get(key)
    if (before) return before
    const oldest = [...this.#ready][0]
    if (this.#ready.size >= cachedShapes && oldest) {
      this.#ready.delete(oldest[0])
      void oldest[1].then(ready => ready.session.close())
    }
    const ready = this.#compile(shape)
    this.#ready.set(key, ready)
    // A failure must not be remembered.
    ready.catch(() => this.#ready.delete(key))
    return ready
  }

  async #compile(shape: readonly (number | undefined)[] | undefined): Promise<Ready> {
    const { threads, top = 5, signal, labels, batchSize, runtime, ...analyze } = this.#options
    const compiled = await compileModel(this.#loaded.model, oracleOf(this.#runtime), {
      ...analyze,
      ...(shape && { shape }),
      target: 'input',
      top,
    })
    signal?.throwIfAborted()
    const session = await this.#runtime.open(encodeModel(compiled.model), threads === undefined ? {} : { threads })
    return { compiled, session }
  }
}

/** Inputs that the explained output does not depend on must be fed all the same: zeros. */
function idleInputs({ model, names }: Compiled, count: number): Record<string, Tensor> {
  const idle = model.graph.inputs.filter(({ name }) => name !== names.input && name !== names.target)
  return Object.fromEntries(
    idle.map(({ name, type }): [string, Tensor] => {
      const dims = (type?.dims ?? []).map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? count : 1))
      const size = dims.reduce((product, dim) => product * dim, 1)
      if (type?.dtype === 'int64') return [name, { dtype: 'int64', dims, data: new BigInt64Array(size) }]
      return [name, { dtype: 'float32', dims, data: new Float32Array(size) }]
    }),
  )
}

function warningsOf(logit: number, sum: number, conservationError: number, bias: BiasPolicy): readonly Warning[] {
  const warnings: Warning[] = []
  if (logit < 0) {
    const message = `the explained logit is negative (${logit.toPrecision(3)}): its relevance is evidence against the class`
    warnings.push({ code: 'negative-logit', message })
  }
  if (conservationError > notableLoss) {
    const share = `${(conservationError * 100).toPrecision(2)} % ${Math.abs(sum) < Math.abs(logit) ? 'less' : 'more'}`
    const why = bias === 'ignore' ? 'some ended at neurons without a helping input' : 'biases keep their share'
    warnings.push({ code: 'not-conserved', message: `the relevance sums to ${share} than the logit: ${why}` })
  }
  return warnings
}
