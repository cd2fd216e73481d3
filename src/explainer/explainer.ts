/** An explained model, opened once and run often. */

import type { Dim } from '../core/0-graph/graph.ts'
import { encodeModel } from '../core/1-codec/encode.ts'
import type { ExplanationNames } from '../core/5-explain/outputs.ts'
import type { TargetMode } from '../core/5-explain/target.ts'
import { type AnalyzeOptions, ownClasses } from '../core/analysis.ts'
import { compileModel } from '../core/compile.ts'
import type { DeepTaylorError, Warning } from '../core/diagnostics.ts'
import type { Compiled, CompileOptions } from '../core/emit.ts'
import { defaultRuntime } from '../runtime/default.ts'
import { oracleOf } from '../runtime/oracle.ts'
import type { FloatTensor, Runtime, Session, SessionOptions, Tensor } from '../runtime/session.ts'
import { checkFinite, warnOutsideBox } from './check-input.ts'
import { type Explanation, joined, readExplanation } from './explanation.ts'
import { checkBatch, freeSizes, inputDims, inputFeed, type Sizes, targetInputs, withBatchAxis } from './feeds.ts'
import { checkFurther, type FurtherInputs, furtherFeeds, furtherRows, rowsOf } from './further-inputs.ts'
import { countBiases, lint } from './lint.ts'
import type { LoadedModel } from './model-bytes.ts'
import { packingPays } from './packing.ts'
import { modeOf, readTarget, type Target, targetFeeds } from './target.ts'
import { type Checked as CheckedSamples, explainedTogether, isForAll, type NamedInput } from './together.ts'

/** How an explainer is opened. */
export interface ExplainerOptions
  extends Omit<AnalyzeOptions, 'shape'>,
    Pick<CompileOptions, 'layers' | 'factors' | 'through'>,
    Pick<SessionOptions, 'threads' | 'spins'> {
  /** Class labels by index, for `target` and for what comes back. Default: the model's own, else the indices. */
  readonly labels?: readonly string[]
  /** How many of the most probable classes to return. Default 5. */
  readonly top?: number
  /** Samples that go through the model at once. Default 16. */
  readonly batchSize?: number
  /** Where the graph runs. Default: ONNX Runtime for Node, or in a browser its WebAssembly build. */
  readonly runtime?: Runtime
  /** What will be asked for, so that opening compiles it. Default: one class. */
  readonly targets?: readonly Target[]
  readonly signal?: AbortSignal
}

/** How one input is explained. */
export interface ExplainOptions extends FurtherInputs {
  /** Default `top`. */
  readonly target?: Target
  /** What messages call the input. Default `input`. */
  readonly name?: string
  readonly signal?: AbortSignal
  /** Called after every batch with the number of samples done and in all. */
  readonly onProgress?: (done: number, total: number) => void
}

const cachedGraphs = 4

/** Samples that go through the model at once. */
interface Part {
  readonly input: FloatTensor
  readonly further: FurtherInputs
  readonly name: string
}

interface Ready {
  readonly compiled: Compiled
  readonly session: Session
}

/** An input that fits the model, and the graph that explains it. */
interface Checked extends CheckedSamples {
  readonly ready: Ready
  readonly targets: readonly Exclude<Target, string>[]
  readonly name: string
}

/** How a run is stopped and watched. */
type RunOptions = Pick<ExplainOptions, 'signal' | 'onProgress'>

/**
 * A model that explains itself, loaded into a runtime.
 *
 * Where the input's sizes are free besides the batch, one graph is compiled per size that comes along.
 */
export class Explainer {
  readonly #loaded: LoadedModel
  readonly #options: ExplainerOptions
  readonly #labels: readonly string[] | undefined
  readonly #runtime: Runtime
  readonly #ready = new Map<string, Promise<Ready>>()
  /** Graphs that fail on more than one sample: exporters fix a batch of 1 inside models whose input leaves it free. */
  readonly #alone = new WeakSet<object>()
  /** The shape that the explained input has in the file; free dimensions by name. */
  readonly inputDims: readonly Dim[]

  private constructor(loaded: LoadedModel, options: ExplainerOptions, runtime: Runtime) {
    this.#loaded = loaded
    this.#labels = options.labels ?? ownClasses(loaded.model, options).labels
    this.#options = options
    this.#runtime = runtime
    this.inputDims = inputDims(loaded.model, options, loaded.source)
  }

  /**
   * Compiles and loads a model.
   *
   * @throws DeepTaylorError `unsupported-*`, `no-path`, `option-invalid`, `runtime-*`
   */
  static async open(model: LoadedModel, options: ExplainerOptions = {}): Promise<Explainer> {
    const explainer = new Explainer(model, options, options.runtime ?? (await defaultRuntime()))
    options.signal?.throwIfAborted()
    if (explainer.inputDims.slice(1).every(dim => typeof dim === 'number')) {
      const targets = await explainer.#read(options.targets ?? ['top'], undefined)
      await explainer.#prepare(undefined, targets.map(modeOf))
    }
    return explainer
  }

  /** The name of the runtime and its provider. */
  get runtime(): string {
    return this.#runtime.name
  }

  /** What was compiled for inputs of the given shape; for one class where nothing was yet. */
  async compiled(dims: readonly number[] = []): Promise<Compiled> {
    return (await this.#anyFor(freeSizes(this.inputDims, dims))).compiled
  }

  /** What about the model breaks the assumptions of the method, in plain words. */
  async warnings(dims: readonly number[] = []): Promise<readonly Warning[]> {
    const { analysis } = await this.compiled(dims)
    return lint(analysis, await countBiases(analysis, this.#runtime))
  }

  /**
   * Explains one input or a batch of them.
   *
   * @param input float32; of the model's input shape, with or without the batch axis
   * @throws DeepTaylorError `input-invalid` (shape, NaN), `target-invalid`, `layer-unknown`, `runtime-failed`
   */
  async explain(input: FloatTensor, options: ExplainOptions = {}): Promise<Explanation> {
    const { target = 'top', ...rest } = options
    return (await this.explainAll(input, [target], rest))[0] as Explanation
  }

  /**
   * Explains one input or a batch of them for several targets at once: they share the forward pass and every
   * denominator, and each equals its own run.
   *
   * @param input float32; of the model's input shape, with or without the batch axis
   * @returns one explanation per target, in their order
   * @throws DeepTaylorError as `explain`
   */
  async explainAll(
    input: FloatTensor,
    targets: readonly Target[],
    options: Omit<ExplainOptions, 'target'> = {},
  ): Promise<readonly Explanation[]> {
    return this.#explain(await this.#check({ ...options, tensor: input }, targets), options)
  }

  /**
   * Explains several inputs in as few runs as their sizes allow. Each result equals the input's own run but for rounding: a batch
   * may be summed in another order.
   *
   * @returns per input, in their order, one explanation per target; or why there is none
   * @throws the signal's reason
   */
  async explainTogether(
    inputs: readonly NamedInput[],
    targets: readonly Target[],
    options: Pick<ExplainOptions, 'signal'> = {},
  ): Promise<readonly (readonly Explanation[] | DeepTaylorError)[]> {
    const { batchSize = 16, layers = [], factors = [] } = this.#options
    return explainedTogether(inputs, {
      rank: this.inputDims.length,
      mayJoin: layers.length + factors.length === 0 && isForAll(targets),
      alone: this.#alone,
      check: input => this.#check(input, targets),
      explain: (checked, most = 0) => this.#explain(checked, options, Math.max(batchSize, most)),
    })
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

  /** Checks an input, and prepares the graph for its size. */
  async #check({ tensor, name = 'input', ...given }: NamedInput, targets: readonly Target[]): Promise<Checked> {
    const batch = withBatchAxis(tensor, this.inputDims, name)
    checkBatch(batch, this.inputDims, name)
    checkFinite(batch, name)
    const sizes = freeSizes(this.inputDims, batch.dims)
    const read = await this.#read(targets, sizes)
    const ready = await this.#prepare(sizes, read.map(modeOf))
    const { analysis } = ready.compiled
    const further = checkFurther(given, analysis, batch, name)
    const warnings = analysis.tokens ? [] : warnOutsideBox(batch, analysis.box, name)
    return { ready, targets: read, batch, further, name, warnings }
  }

  /** Explains what was checked, in parts. */
  async #explain(
    { ready, targets, batch, further, name, warnings }: Checked,
    options: RunOptions,
    size: number = this.#options.batchSize ?? 16,
  ): Promise<readonly Explanation[]> {
    const { classes } = ready.compiled.analysis
    const [count = 1] = batch.dims
    const feeds = targets.map((target, i) => {
      const names = ready.compiled.names.explanations[i] as ExplanationNames
      return targetFeeds(target, names, { count, classes, labels: this.#labels })
    })
    const fixed = this.inputDims[0]
    const step = typeof fixed === 'number' ? fixed : size
    const parts: Explanation[][] = targets.map(() => [])
    for (let from = 0; from < count; from += step) {
      options.signal?.throwIfAborted()
      const to = Math.min(count, from + step)
      const part: Part = { input: rowsOf(batch, from, to), further: furtherRows(further, from, to, count), name }
      const results = await this.#run(ready, part, Object.assign({}, ...feeds.map(feed => feed(from, to))))
      for (const [i, result] of results.entries()) parts[i]?.push(result)
      options.onProgress?.(to, count)
    }
    return parts.map(joined).map(explanation => ({
      ...explanation,
      relevance: { dims: batch.dims, data: explanation.relevance.data },
      samples: explanation.samples.map(s => ({ ...s, warnings: [...warnings, ...s.warnings] })),
    }))
  }

  async #run(
    { compiled, session }: Ready,
    { input, further, name }: Part,
    targets: Readonly<Record<string, Tensor>>,
  ): Promise<readonly Explanation[]> {
    const { names } = compiled
    const used = [names.input, ...names.explanations.flatMap(targetInputs)]
    const feeds: Record<string, Tensor> = { ...furtherFeeds(compiled.model, used, input, further), ...targets }
    feeds[names.input] = inputFeed(compiled.analysis, input, name)
    const results = await session.run(feeds, fetchedBy(compiled))
    return names.explanations.map(one => readExplanation(compiled, one, results, this.#labels))
  }

  /** Targets as texts stand for what only the number of classes tells, where a label may be a negative class. */
  async #read(targets: readonly Target[], sizes: Sizes): Promise<readonly Exclude<Target, string>[]> {
    const labels = this.#labels
    const isAmbiguous = labels?.length === 2 && targets.some(target => labels.includes(String(target)))
    const classes = isAmbiguous ? (await this.#anyFor(sizes)).compiled.analysis.classes : 0
    return targets.map(target => readTarget(target, { classes, labels }))
  }

  /** Any graph for inputs of a size: what was found out about the model is the same in all of them. */
  #anyFor(sizes: Sizes): Promise<Ready> {
    const sized = [...this.#ready].find(([key]) => key.startsWith(keyOf(sizes)))
    return sized?.[1] ?? this.#prepare(sizes, ['input'])
  }

  #prepare(sizes: Sizes, targets: readonly TargetMode[]): Promise<Ready> {
    const key = `${keyOf(sizes)}${JSON.stringify(targets)}`
    const before = this.#ready.get(key)
    if (before) return before
    const oldest = [...this.#ready][0]
    if (this.#ready.size >= cachedGraphs && oldest) {
      this.#ready.delete(oldest[0])
      void oldest[1].then(ready => ready.session.close())
    }
    // Of inputs that come in many sizes one graph is kept, not one per size.
    const ready = this.#compile(sizes, targets, this.#ready.size === 0)
    this.#ready.set(key, ready)
    // A failure must not be remembered.
    ready.catch(() => this.#ready.delete(key))
    return ready
  }

  async #compile(sizes: Sizes, target: readonly TargetMode[], isFirst: boolean): Promise<Ready> {
    const {
      top = 5,
      threads,
      spins,
      signal,
      labels: _,
      batchSize: __,
      runtime: ___,
      targets: ____,
      ...rest
    } = this.#options
    const compiled = await compileModel(this.#loaded.model, oracleOf(this.#runtime), {
      ...rest,
      ...(sizes && { shape: sizes }),
      target,
      top,
    })
    signal?.throwIfAborted()
    const session = await this.#runtime.open(encodeModel(compiled.model), {
      ...(threads !== undefined && { threads }),
      ...(spins !== undefined && { spins }),
      packs: packingPays(compiled.analysis),
      keeps: isFirst && this.#loaded.isMade !== true,
    })
    return { compiled, session }
  }
}

/** What keys of graphs for inputs of a size begin with. */
function keyOf(sizes: Sizes): string {
  return `${JSON.stringify(sizes?.map(size => size ?? null) ?? null)} `
}

/** The outputs that explanations are read from; the model's own are not fetched. */
function fetchedBy({ names }: Compiled): readonly string[] {
  const fetched = names.explanations.flatMap(one => [
    one.relevance,
    one.explainedClass,
    one.explainedLogit,
    one.relevanceSum,
    one.expectedSum,
    one.elsewhereSum,
    one.versusClass,
    ...one.layers.values(),
    ...one.factors.values(),
  ])
  const all = [...fetched, names.topClasses, names.topScores]
  return [...new Set(all.flatMap(name => name ?? []))]
}
