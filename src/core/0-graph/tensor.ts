/** Constant tensors as bytes: how they are stored, and the few small ones (axes, sizes, pads) that the compiler reads. */

import type { DataType } from './graph.ts'

/**
 * A constant. Its elements are little-endian bytes as in ONNX's `raw_data`, perhaps unaligned: copy before viewing.
 * Strings, which have no raw form, are kept in `strings`.
 */
export interface Tensor {
  readonly dtype: DataType
  readonly dims: readonly number[]
  readonly bytes: Uint8Array
  readonly strings?: readonly Uint8Array[]
  /** Where the bytes lie when they were left there; `bytes` is empty then. */
  readonly elsewhere?: Elsewhere
}

/** A piece of a file beside the model. */
export interface Elsewhere {
  readonly location: string
  readonly offset: number
  readonly length: number
}

/** Bytes per element; strings have none. */
export const byteSize: Readonly<Record<DataType, number>> = {
  undefined: 0,
  float32: 4,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  int32: 4,
  int64: 8,
  string: 0,
  bool: 1,
  float16: 2,
  float64: 8,
  uint32: 4,
  uint64: 8,
  complex64: 8,
  complex128: 16,
  bfloat16: 2,
}

/** How many elements a shape has. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1)
}

/** A constant of 64-bit integers; a list is a vector, a number a scalar. */
export function int64Tensor(values: number | readonly number[]): Tensor {
  const list = typeof values === 'number' ? [values] : values
  return {
    dtype: 'int64',
    dims: typeof values === 'number' ? [] : [list.length],
    bytes: bytesOf(BigInt64Array.from(list, toInt64)),
  }
}

/** A constant of floats of the given width. */
export function floatTensor(values: readonly number[], dims: readonly number[], dtype: DataType = 'float32'): Tensor {
  if (dtype === 'float32') return { dtype, dims, bytes: bytesOf(Float32Array.from(values)) }
  if (dtype === 'float64') return { dtype, dims, bytes: bytesOf(Float64Array.from(values)) }
  throw new TypeError(`no float constants of type ${dtype}`)
}

/** The numbers in a small tensor of integers or floats. */
export function numbersOf(tensor: Tensor): readonly number[] {
  // A copy, aligned: Node's Buffer would slice to a view of a larger pool.
  const { buffer } = new Uint8Array(tensor.bytes)
  switch (tensor.dtype) {
    case 'float32':
      return Array.from(new Float32Array(buffer))
    case 'float64':
      return Array.from(new Float64Array(buffer))
    case 'int64':
      return Array.from(new BigInt64Array(buffer), Number)
    case 'uint64':
      return Array.from(new BigUint64Array(buffer), Number)
    case 'int32':
      return Array.from(new Int32Array(buffer))
    case 'uint32':
      return Array.from(new Uint32Array(buffer))
    case 'int16':
      return Array.from(new Int16Array(buffer))
    case 'uint16':
      return Array.from(new Uint16Array(buffer))
    case 'int8':
      return Array.from(new Int8Array(buffer))
    case 'uint8':
    case 'bool':
      return Array.from(tensor.bytes)
    default:
      throw new TypeError(`cannot read numbers of type ${tensor.dtype}`)
  }
}

/** The bytes under a typed array. */
export function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

const int64Max = 2n ** 63n - 1n
const int64Min = -(2n ** 63n)

/** To 64 bits, saturating: ONNX writes "to the end" as 2⁶³ − 1, which a double rounds up. */
export function toInt64(value: number): bigint {
  const wide = BigInt(value)
  return wide > int64Max ? int64Max : wide < int64Min ? int64Min : wide
}
