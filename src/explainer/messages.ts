/** What a neuron receives and sends in the reverse pass: the paper's figure 3 for any neuron, opened once per layer and asked often. */

import { encodeModel } from '../core/1-codec/encode.ts'
import { type AnalyzeOptions, ownClasses } from '../core/analysis.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { type CompiledMessages, compileMessages, type MessagesSide } from '../core/messages.ts'
import { defaultRuntime } from '../runtime/default.ts'
import { oracleOf } from '../runtime/oracle.ts'
import type { FloatTensor, Runtime, Session, Tensor } from '../runtime/session.ts'
import { checkFinite } from './check-input.ts'
import { inputFeed, shapedInput, targetInputs } from './feeds.ts'
import { checkFurther, type FurtherInputs, furtherFeeds } from './further-inputs.ts'
import type { LoadedModel } from './model-bytes.ts'
import { modeOf, readTarget, type Target, targetFeeds } from './target.ts'

/** Whose messages are asked for. */
export interface MessageOptions extends Omit<AnalyzeOptions, 'shape'> {
  /** The layer, by name; or the name of the explained input, whose neurons only receive. */
  readonly layer: string
  /** What is explained. Default `top`. */
  readonly target?: Target
  readonly labels?: readonly string[]
  readonly runtime?: Runtime
}

/** One neuron of one sample. */
export interface NeuronMessages {
  readonly layer: string
  /** Its coordinates without the sample's. */
  readonly neuron: readonly number[]
  /** x_j. */
  readonly activation: number
  /** R_j. */
  readonly relevance: number
  /** R_j←k, by the layer of k: float32 of that layer's shape where they can be told apart, and their sum. */
  readonly received: readonly (MessagesSide & { readonly messages: FloatTensor | undefined; readonly sum: number })[]
  /** R_i←j, by the layer of i: float32 of that layer's shape, and their sum. */
  readonly sent: readonly (MessagesSide & { readonly messages: FloatTensor; readonly sum: number })[]
  /** What of the input's relevance came through the neuron, float32 of the input's shape. */
  readonly arrived: FloatTensor
}

interface Ready {
  readonly compiled: CompiledMessages
  readonly session: Session
}

/** The messages of one layer's neurons, for one kind of target. */
export class Messages {
  readonly #model: LoadedModel
  readonly #options: MessageOptions
  readonly #runtime: Runtime
  readonly #ready = new Map<string, Promise<Ready>>()

  private constructor(model: LoadedModel, options: MessageOptions, runtime: Runtime) {
    this.#model = model
    this.#options = options
    this.#runtime = runtime
  }

  /** Compiles when the first neuron is asked for, whose input says the sizes. */
  static async open(model: LoadedModel, options: MessageOptions): Promise<Messages> {
    return new Messages(model, options, options.runtime ?? (await defaultRuntime()))
  }

  /**
   * The messages of one neuron.
   *
   * @param input float32; of the model's input shape, with or without the batch axis, one sample
   * @throws DeepTaylorError as `compileModel`; `input-invalid`, `layer-unknown`, `target-invalid`; `option-invalid` for methods
   *   that pass no relevance from layer to layer
   */
  async of(input: FloatTensor, neuron: readonly number[], given: FurtherInputs = {}): Promise<NeuronMessages> {
    const { batch, sizes } = shapedInput(this.#model.model, this.#options, input, 'input')
    checkFinite(batch, 'input')
    if (batch.dims[0] !== 1) {
      const reason = `it holds ${batch.dims[0]} samples: messages are those of one`
      throw new DeepTaylorError('input-invalid', { input: 'input', reason })
    }
    const { compiled, session } = await this.#prepared(sizes)
    const { names, analysis, dims } = compiled
    checkPlace(neuron, dims, this.#options.layer)
    const known = { classes: analysis.classes, labels: this.#labels() }
    const feed = targetFeeds(readTarget(this.#options.target ?? 'top', known), names, { ...known, count: 1 })
    const further = checkFurther(given, analysis, batch, 'input')
    const used = [names.input, names.neuron, ...targetInputs(names)]
    const place = BigInt64Array.from(neuron, BigInt)
    const outputs = await session.run({
      ...furtherFeeds(compiled.model, used, batch, further),
      ...feed(0, 1),
      [names.input]: inputFeed(analysis, batch, 'input'),
      [names.neuron]: { dtype: 'int64', dims: [place.length], data: place },
    })
    return read(compiled, this.#options.layer, neuron, outputs)
  }

  /** Frees the runtime's memory. */
  async close(): Promise<void> {
    for (const ready of this.#ready.values()) {
      await ready.then(
        ({ session }) => session.close(),
        () => {},
      )
    }
    this.#ready.clear()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #labels(): readonly string[] | undefined {
    return this.#options.labels ?? ownClasses(this.#model.model, this.#options).labels
  }

  #prepared(sizes: readonly (number | undefined)[] | undefined): Promise<Ready> {
    const key = JSON.stringify(sizes ?? null)
    const before = this.#ready.get(key)
    if (before) return before
    const ready = this.#compile(sizes)
    this.#ready.set(key, ready)
    // A failure must not be remembered.
    ready.catch(() => this.#ready.delete(key))
    return ready
  }

  async #compile(sizes: readonly (number | undefined)[] | undefined): Promise<Ready> {
    const { target = 'top', labels: _, runtime: __, ...rest } = this.#options
    const mode = modeOf(readTarget(target, { classes: 0, labels: this.#labels() }))
    const compiled = await compileMessages(this.#model.model, oracleOf(this.#runtime), {
      ...rest,
      ...(sizes && { shape: sizes }),
      target: mode,
    })
    return { compiled, session: await this.#runtime.open(encodeModel(compiled.model)) }
  }
}

function checkPlace(neuron: readonly number[], dims: readonly number[], layer: string): void {
  const fits = neuron.length === dims.length
  if (fits && neuron.every((at, i) => Number.isInteger(at) && at >= 0 && at < (dims[i] as number))) return
  throw new DeepTaylorError('target-invalid', {
    target: `${layer}:${neuron.join(',')}`,
    reason: `the layer has shape [${dims.join(',')}] without the sample: give one coordinate from 0 for each size`,
  })
}

function read(
  { names, received, sent }: CompiledMessages,
  layer: string,
  neuron: readonly number[],
  outputs: Readonly<Record<string, Tensor>>,
): NeuronMessages {
  const scalar = (name: string) => Number(outputs[name]?.data[0])
  const floats = (name: string): FloatTensor => {
    const { dims = [], data } = outputs[name] ?? {}
    return { dims, data: data as Float32Array }
  }
  const sumOf = ({ data }: FloatTensor) => data.reduce((sum, value) => sum + value, 0)
  return {
    layer,
    neuron,
    activation: scalar(names.activation),
    relevance: scalar(names.relevance),
    received: received.map(({ messages, sum, ...side }) => ({
      ...side,
      messages: messages === undefined ? undefined : floats(messages),
      sum: scalar(sum),
    })),
    sent: sent.map(({ messages, ...side }) => {
      const tensor = floats(messages)
      return { ...side, messages: tensor, sum: sumOf(tensor) }
    }),
    arrived: floats(names.arrived),
  }
}
