/** Root points: where the first-order Taylor expansion of a neuron stands, and whether it may stand there. */

import { encodeModel } from '../core/1-codec/encode.ts'
import type { AnalyzeOptions } from '../core/analysis.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { type CompiledRoots, compileRoots } from '../core/roots.ts'
import { defaultRuntime } from '../runtime/default.ts'
import { oracleOf } from '../runtime/oracle.ts'
import type { FloatTensor, Runtime, Tensor } from '../runtime/session.ts'
import { checkFinite } from './check-input.ts'
import { inputFeed, shapedInput } from './feeds.ts'
import { checkFurther, type FurtherInputs, furtherFeeds } from './further-inputs.ts'
import type { LoadedModel } from './model-bytes.ts'

/** Whose root points are asked for. */
export interface RootOptions extends Omit<AnalyzeOptions, 'shape'>, FurtherInputs {
  /** A layer of neurons, by its own name or that of its activation function. */
  readonly layer: string
  /** Their coordinates without the sample's. Default: none, only t of the whole layer. */
  readonly neurons?: readonly (readonly number[])[]
  readonly runtime?: Runtime
}

/** The root point of one neuron, x̃ = x − t·v. */
export interface RootPoint {
  readonly neuron: readonly number[]
  /** Σ x·w + b. */
  readonly preactivation: number
  /** Not finite where the direction never meets the hinge (Σ v·w = 0). */
  readonly t: number
  /** float32, of the layer's input with its batch axis. */
  readonly point: FloatTensor
  readonly direction: FloatTensor
  readonly root: FloatTensor
  readonly checks: {
    /** |Σ x̃·w + b| relative to Σ |x̃·w| + |b|. */
    readonly hinge: number
    /** Whether that is below 1e-6. */
    readonly isOnHinge: boolean
    /** How many elements of x̃ lie outside the domain of the layer's input: ℝ, ℝ₊ or the box. */
    readonly outside: number
    readonly isInDomain: boolean
    /** 0 ≤ t ≤ 1: between the point and what the direction points to. With w² the direction points to nothing. */
    readonly isOnSegment: boolean
    /** How many ReLUs and pooling windows of the network switch between x and x̃, of `switches`. */
    readonly switched: number
    readonly switches: number
    /** Whether x̃ lies in the linear region of x: the expansion is then exact for the whole network. */
    readonly isInRegion: boolean
  }
}

/** The root points of a layer. */
export interface LayerRoots {
  readonly layer: string
  /** The rule whose search direction it is. */
  readonly rule: string
  /** float32, of the layer's output: t of every neuron, not finite where the direction never meets the hinge. */
  readonly t: FloatTensor
  readonly neurons: readonly RootPoint[]
}

const hingeTolerance = 1e-6
/** Rounding of t. */
const rounding = 1e-5

/**
 * The root points of one layer for one sample.
 *
 * @param input float32; of the model's input shape, with or without the batch axis, one sample
 * @throws DeepTaylorError as `compileModel`; `input-invalid`, `layer-unknown`, `target-invalid`; `option-invalid` for a layer
 *   whose rule has no search direction of its own
 */
export async function rootPoints(model: LoadedModel, input: FloatTensor, options: RootOptions): Promise<LayerRoots> {
  const { runtime = await defaultRuntime(), layer, neurons = [], companions, inputs, ...rest } = options
  const { batch, sizes } = shapedInput(model.model, rest, input, 'input')
  checkFinite(batch, 'input')
  if (batch.dims[0] !== 1) {
    const reason = `it holds ${batch.dims[0]} samples: root points are those of one`
    throw new DeepTaylorError('input-invalid', { input: 'input', reason })
  }
  const compiled = await compileRoots(model.model, oracleOf(runtime), {
    ...rest,
    layer,
    ...(sizes && { shape: sizes }),
  })
  const given = { ...(companions && { companions }), ...(inputs && { inputs }) }
  const further = checkFurther(given, compiled.analysis, batch, 'input')
  for (const neuron of neurons) checkNeuron(neuron, compiled.dims, layer)
  const session = await runtime.open(encodeModel(compiled.model))
  try {
    const run = async (neuron: readonly number[]) => {
      const place = BigInt64Array.from(neuron, BigInt)
      return session.run({
        ...furtherFeeds(compiled.model, [compiled.input, compiled.neuron], batch, further),
        [compiled.input]: inputFeed(compiled.analysis, batch, 'input'),
        [compiled.neuron]: { dtype: 'int64', dims: [place.length], data: place },
      })
    }
    const points: RootPoint[] = []
    for (const neuron of neurons) points.push(readRoot(neuron, compiled.root, await run(neuron)))
    const { t } = compiled
    return { layer, rule: compiled.rule, t: floats(await run(compiled.dims.map(() => 0)), t), neurons: points }
  } finally {
    await session.close()
  }
}

function checkNeuron(neuron: readonly number[], dims: readonly number[], layer: string): void {
  const invalid = (reason: string) =>
    new DeepTaylorError('target-invalid', { target: `${layer}:${neuron.join(',')}`, reason })
  const shown = `the layer's output has shape [${dims.join(',')}] without the sample`
  if (neuron.length !== dims.length) {
    throw invalid(`a root point belongs to one neuron: give all ${dims.length} coordinates; ${shown}`)
  }
  const wrong = neuron.findIndex((at, i) => !(Number.isInteger(at) && at >= 0 && at < (dims[i] as number)))
  if (wrong >= 0) throw invalid(`${shown}: coordinate ${wrong + 1} goes from 0 to ${(dims[wrong] as number) - 1}`)
}

function floats(outputs: Readonly<Record<string, Tensor>>, name: string): FloatTensor {
  const { dims = [], data } = outputs[name] ?? {}
  return { dims, data: data as Float32Array }
}

/** What a run of the graph says of one neuron. */
export function readRoot(
  neuron: readonly number[],
  names: CompiledRoots['root'],
  outputs: Readonly<Record<string, Tensor>>,
): RootPoint {
  const scalar = (name: string) => Number(outputs[name]?.data[0])
  const [t, hinge] = [scalar(names.t), scalar(names.hinge)]
  const [outside, switched, switches] = [scalar(names.outside), scalar(names.switched), scalar(names.switches)]
  return {
    neuron,
    preactivation: scalar(names.preactivation),
    t,
    point: floats(outputs, names.point),
    direction: floats(outputs, names.direction),
    root: floats(outputs, names.root),
    checks: {
      hinge,
      isOnHinge: hinge < hingeTolerance,
      outside,
      isInDomain: Number.isFinite(t) && outside === 0,
      isOnSegment: t >= -rounding && t <= 1 + rounding,
      switched,
      switches,
      isInRegion: Number.isFinite(t) && switched === 0,
    },
  }
}
