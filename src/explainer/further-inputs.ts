/** What a model reads besides the explained input: what comes along with tokens, inputs that must be given, and idle ones. */

import type { Dim, Model, ValueInfo } from '../core/0-graph/graph.ts'
import { printDims } from '../core/0-graph/print.ts'
import { type Companion, companionOf } from '../core/4-analyze/companions.ts'
import type { Analysis } from '../core/analysis.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import type { FloatTensor, Tensor } from '../runtime/session.ts'
import { asType, withBatchAxis } from './feeds.ts'

/** What the inputs that come along with tokens say, each of the tokens' shape. What is not given is the same everywhere. */
export type Companions = { readonly [C in Companion]?: FloatTensor }

/** What is fed besides the explained input. */
export interface FurtherInputs {
  /** Of tokens: what else a network of BERT's kind reads of them. Default: every place holds a token of one text, in order. */
  readonly companions?: Companions
  /** The other inputs that the explained output depends on, by name: one for all samples, or one per sample. */
  readonly inputs?: Readonly<Record<string, FloatTensor>>
}

/**
 * Refuses what does not fit to the samples, and what is missing; brings inputs to their batch axis.
 *
 * @throws DeepTaylorError `input-invalid`
 */
export function checkFurther(
  { companions = {}, inputs = {} }: FurtherInputs,
  { model, others }: Pick<Analysis, 'model' | 'others'>,
  batch: FloatTensor,
  name: string,
): FurtherInputs {
  const invalid = (reason: string) => new DeepTaylorError('input-invalid', { input: name, reason })
  const { dims } = batch
  for (const [kind, tensor] of Object.entries(companions)) {
    if (String(tensor.dims) === String(dims)) continue
    throw invalid(`its ${kind} has shape ${printDims(tensor.dims)} and its tokens ${printDims(dims)}`)
  }
  const shapeOf = (wanted: string) => model.graph.inputs.find(info => info.name === wanted)?.type?.dims ?? []
  const missing = others.needed.find(needed => inputs[needed] === undefined)
  if (missing !== undefined) {
    const shape = printDims(shapeOf(missing))
    throw invalid(`the explained output also depends on "${missing}" ${shape}: give it with --feed ${missing}=FILE.npy`)
  }
  const fitting = Object.entries(inputs).map(([wanted, tensor]): [string, FloatTensor] => {
    if (!others.needed.includes(wanted)) {
      throw invalid(`"${wanted}" is no further input that the explained output depends on`)
    }
    const whole = withBatchAxis(tensor, shapeOf(wanted), wanted)
    const count = whole.dims[0] ?? 1
    if (count === 1 || count === dims[0]) return [wanted, whole]
    throw invalid(`"${wanted}" holds ${count} samples and it holds ${dims[0]}`)
  })
  return { companions, inputs: Object.fromEntries(fitting) }
}

/** Samples `from` to `to` of what was checked, of `count` in all. */
export function furtherRows(
  { companions = {}, inputs = {} }: FurtherInputs,
  from: number,
  to: number,
  count: number,
): FurtherInputs {
  const slice = (given: Readonly<Record<string, FloatTensor>>) =>
    Object.fromEntries(
      Object.entries(given).map(([key, tensor]) => [
        key,
        tensor.dims[0] === count ? rowsOf(tensor, from, to) : repeated(tensor, to - from),
      ]),
    )
  return { companions: slice(companions), inputs: slice(inputs) }
}

/** Samples `from` to `to` of a batch. */
export function rowsOf({ dims, data }: FloatTensor, from: number, to: number): FloatTensor {
  const size = dims.slice(1).reduce((product, dim) => product * dim, 1)
  return { dims: [to - from, ...dims.slice(1)], data: data.subarray(from * size, to * size) }
}

/** One sample as many. */
function repeated({ dims, data }: FloatTensor, count: number): FloatTensor {
  const many = new Float32Array(data.length * count)
  for (let i = 0; i < count; i++) many.set(data, i * data.length)
  return { dims: [count, ...dims.slice(1)], data: many }
}

/**
 * What the inputs are fed that are not among `used`: those that were given, those that come along with tokens by what they
 * say, and zeros where the explained output depends on nothing.
 */
export function furtherFeeds(
  model: Model,
  used: readonly (string | undefined)[],
  input: FloatTensor,
  { companions = {}, inputs = {} }: FurtherInputs,
): Record<string, Tensor> {
  const others = model.graph.inputs.filter(({ name }) => !used.includes(name))
  return Object.fromEntries(
    others.map(({ name, type }): [string, Tensor] => {
      const kind = companionOf(name)
      const given = inputs[name]
      if (given) return [name, asType(type?.dtype, given)]
      if (kind && type?.dims?.length === input.dims.length) {
        return [name, asType(type.dtype, companions[kind] ?? sayNothing(kind, input))]
      }
      return [name, idle(type, input.dims[0] ?? 1)]
    }),
  )
}

function idle(type: ValueInfo['type'], count: number): Tensor {
  const size = (dim: Dim, axis: number) => (typeof dim === 'number' ? dim : axis === 0 ? count : 1)
  const dims = (type?.dims ?? []).map(size)
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1))
  return asType(type?.dtype === 'int64' ? 'int64' : 'float32', { dims, data })
}

/** Tokens in every place, all of one text, in their order. */
function sayNothing(kind: Companion, { dims, data }: FloatTensor): FloatTensor {
  const places = dims.at(-1) ?? 1
  const value = { mask: () => 1, type: () => 0, position: (i: number) => i % places }[kind]
  return { dims, data: Float32Array.from(data, (_, i) => value(i)) }
}
