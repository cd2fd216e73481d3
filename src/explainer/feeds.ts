/** The explained input as a compiled model takes it: with its batch axis, in the type that it reads. */

import type { Dim, Model } from '../core/0-graph/graph.ts'
import { printDims } from '../core/0-graph/print.ts'
import type { TargetInputs } from '../core/5-explain/target.ts'
import { type Analysis, type AnalyzeOptions, explainedInput } from '../core/analysis.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import type { FloatTensor, Tensor } from '../runtime/session.ts'

/** Sizes for the free dimensions after the batch; undefined where there are none. */
export type Sizes = readonly (number | undefined)[] | undefined

/** An input as the model reads it. */
export interface ShapedInput {
  readonly batch: FloatTensor
  readonly sizes: Sizes
  /** How many samples the model takes at a time: its fixed batch, or 1. */
  readonly step: number
}

/**
 * An input with its batch axis.
 *
 * @throws DeepTaylorError `input-invalid` when it is of another shape
 */
export function shapedInput(
  model: Model,
  options: Pick<AnalyzeOptions, 'input' | 'output'>,
  tensor: FloatTensor,
  name: string,
): ShapedInput {
  const dims = inputDims(model, options, name)
  const batch = withBatchAxis(tensor, dims, name)
  const step = typeof dims[0] === 'number' ? dims[0] : 1
  checkBatch(batch, dims, name)
  return { batch, sizes: freeSizes(dims, batch.dims), step }
}

/**
 * The shape of the explained input; free dimensions by name.
 *
 * @throws DeepTaylorError `model-invalid` when it has none
 */
export function inputDims(
  model: Model,
  options: Pick<AnalyzeOptions, 'input' | 'output'>,
  source: string,
): readonly Dim[] {
  const input = explainedInput(model, options)
  if (input.type?.dims) return input.type.dims
  throw new DeepTaylorError('model-invalid', { source, reason: `its input "${input.name}" has no shape` })
}

/**
 * The input with its batch axis, if it had none.
 *
 * @throws DeepTaylorError `input-invalid`
 */
export function withBatchAxis(input: FloatTensor, wanted: readonly Dim[], name: string): FloatTensor {
  const dims = input.dims.length === wanted.length - 1 ? [1, ...input.dims] : input.dims
  const fits =
    dims.length === wanted.length && wanted.slice(1).every((dim, i) => typeof dim === 'string' || dim === dims[i + 1])
  if (fits && input.data.length > 0) return { dims, data: input.data }
  throw new DeepTaylorError('input-invalid', {
    input: name,
    reason: `it has shape ${printDims(input.dims)} and the model reads ${printDims(wanted)}`,
  })
}

/**
 * Refuses batches that a model with a fixed batch cannot take.
 *
 * @throws DeepTaylorError `input-invalid`
 */
export function checkBatch({ dims }: FloatTensor, wanted: readonly Dim[], name: string): void {
  const [fixed, count = 1] = [wanted[0], dims[0]]
  if (typeof fixed !== 'number' || count % fixed === 0) return
  throw new DeepTaylorError('input-invalid', {
    input: name,
    reason: `it holds ${count} samples and the model takes them by ${fixed}`,
  })
}

/** Sizes of the free dimensions after the batch. */
export function freeSizes(wanted: readonly Dim[], dims: readonly number[]): Sizes {
  if (wanted.slice(1).every(dim => typeof dim === 'number')) return undefined
  return wanted.map((dim, i) => (i > 0 && typeof dim === 'string' ? dims[i] : undefined))
}

/**
 * The input as the compiled model takes it: float32, or tokens as the integers that they are.
 *
 * @throws DeepTaylorError `input-invalid` for a token that is not whole, or has no row in the model's table
 */
export function inputFeed({ tokens }: Pick<Analysis, 'tokens'>, { dims, data }: FloatTensor, name: string): Tensor {
  if (!tokens) return { dtype: 'float32', dims, data }
  const invalid = (reason: string) => new DeepTaylorError('input-invalid', { input: name, reason })
  const wrong = data.find(value => !Number.isInteger(value))
  if (wrong !== undefined) throw invalid(`the model reads tokens, and ${wrong} is not whole`)
  const { rows = Number.POSITIVE_INFINITY } = tokens
  const strange = data.find(value => value < 0 || value >= rows)
  if (strange !== undefined) {
    const most = rows === Number.POSITIVE_INFINITY ? 'start at 0' : `go from 0 to ${rows - 1}`
    throw invalid(`token ${strange} is none of the model's, which ${most}: do vocabulary and model belong together?`)
  }
  return asType(tokens.type?.dtype, { dims, data })
}

/** Whole numbers as a tensor of the type that an input asks for. */
export function asType(dtype: string | undefined, { dims, data }: FloatTensor): Tensor {
  switch (dtype) {
    case 'int64':
      return { dtype, dims, data: BigInt64Array.from(data, BigInt) }
    case 'int32':
      return { dtype, dims, data: Int32Array.from(data) }
    case 'bool':
      return { dtype, dims, data: Uint8Array.from(data) }
    default:
      return { dtype: 'float32', dims, data }
  }
}

/** The inputs that a target is chosen by. */
export function targetInputs({ target, versus, functional }: TargetInputs): readonly (string | undefined)[] {
  return [target, versus, functional]
}
