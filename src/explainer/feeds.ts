/** What a compiled model is fed besides its target: the input with its batch axis, and zeros where nothing depends. */

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

/** The input as the compiled model takes it: float32, or tokens as the integers that they are. */
export function inputFeed({ tokens }: Pick<Analysis, 'tokens'>, { dims, data }: FloatTensor, name: string): Tensor {
  if (!tokens) return { dtype: 'float32', dims, data }
  const wrong = data.find(value => !Number.isInteger(value))
  if (wrong !== undefined) {
    throw new DeepTaylorError('input-invalid', {
      input: name,
      reason: `the model reads tokens, and ${wrong} is not whole`,
    })
  }
  return tokens.type?.dtype === 'int32'
    ? { dtype: 'int32', dims, data: Int32Array.from(data) }
    : { dtype: 'int64', dims, data: BigInt64Array.from(data, BigInt) }
}

/** Inputs that are not among `used`, which the explained output does not depend on, must be fed all the same: zeros. */
export function idleInputs(model: Model, used: readonly (string | undefined)[], count: number): Record<string, Tensor> {
  const idle = model.graph.inputs.filter(({ name }) => !used.includes(name))
  return Object.fromEntries(
    idle.map(({ name, type }): [string, Tensor] => {
      const dims = (type?.dims ?? []).map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? count : 1))
      const size = dims.reduce((product, dim) => product * dim, 1)
      if (type?.dtype === 'int64') return [name, { dtype: 'int64', dims, data: new BigInt64Array(size) }]
      return [name, { dtype: 'float32', dims, data: new Float32Array(size) }]
    }),
  )
}

/** The inputs that a target is chosen by. */
export function targetInputs({ target, versus, functional }: TargetInputs): readonly (string | undefined)[] {
  return [target, versus, functional]
}
