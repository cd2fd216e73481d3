/** NumPy's .npy format, read strictly and written plainly. The packages that read it trust its header; users' files differ. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import type { FloatTensor } from '../runtime/session.ts'
import { type NpyHeader, parseNpyHeader } from './npy-header.ts'

/** An array, little-endian and row-major whatever its file was. */
export interface NpyArray {
  /** NumPy's name of the element type, such as `float32` or `int64`. */
  readonly dtype: string
  readonly dims: readonly number[]
  /** The elements' bytes, in a buffer of their own. */
  readonly bytes: Uint8Array
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** NumPy's own limit; a plain array's header has about 100 characters. */
const longestHeader = 10_000

/** How a file begins: its header, and where the elements start. */
export interface NpyStart extends NpyHeader {
  readonly start: number
}

/** No header ends behind as many bytes. */
export const longestStart: number = longestHeader + 12

/**
 * Reads the beginning of a .npy file, format versions 1 to 3.
 *
 * @throws DeepTaylorError `array-unreadable`
 */
export function readNpyStart(bytes: Uint8Array, name: string): NpyStart {
  const fault = (reason: string) => new DeepTaylorError('array-unreadable', { array: name, reason })
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) throw fault('it does not begin as one')
  const version = bytes[6] as number
  if (version < 1 || version > 3) throw fault(`its format version ${version} is unknown`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = version === 1 ? 10 : 12
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > longestHeader) throw fault(`its header has ${length} bytes; at most ${longestHeader} are read`)
  if (start + length > bytes.length) throw fault('it ends within its header')
  const header = parseNpyHeader(new TextDecoder().decode(bytes.subarray(start, start + length)))
  if (typeof header === 'string') throw fault(header)
  return { ...header, start: start + length }
}

/**
 * Refuses a shape that does not fit to the bytes behind the header: before anything is allocated, as a header of a few bytes can ask for
 * exabytes.
 *
 * @throws DeepTaylorError `array-unreadable`
 */
export function checkNpyLength({ dtype, size, dims }: NpyHeader, held: number, name: string): void {
  const expected = dims.reduce((product, dim) => product * dim, size)
  if (Number.isSafeInteger(expected) && held === expected) return
  const reason = `its shape (${dims.join(', ')}) of ${dtype} asks for ${expected} bytes and it holds ${held}`
  throw new DeepTaylorError('array-unreadable', { array: name, reason })
}

/**
 * Reads a .npy file, format versions 1 to 3. Big-endian and column-major arrays are turned.
 *
 * @throws DeepTaylorError `array-unreadable`
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const { start, ...header } = readNpyStart(bytes, name)
  const data = bytes.subarray(start)
  checkNpyLength(header, data.length, name)
  const { dtype, size, isBigEndian, isColumnMajor, dims } = header
  const copy = isColumnMajor ? rowMajor(data, dims, size) : new Uint8Array(data)
  if (isBigEndian) reverseElements(copy, size)
  return { dtype, dims, bytes: copy }
}

/** Numbers of any type as 64-bit floats, for labels and masks. */
export function numbersIn({ dtype, bytes }: NpyArray): Float64Array {
  const { buffer, byteOffset, byteLength } = bytes
  const count = (width: number) => byteLength / width
  switch (dtype) {
    case 'float64':
      return new Float64Array(buffer, byteOffset, count(8))
    case 'float32':
      return Float64Array.from(new Float32Array(buffer, byteOffset, count(4)))
    case 'float16':
      return Float64Array.from(new Uint16Array(buffer, byteOffset, count(2)), halfToFloat)
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, count(8)), Number)
    case 'uint64':
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, count(8)), Number)
    case 'int32':
      return Float64Array.from(new Int32Array(buffer, byteOffset, count(4)))
    case 'uint32':
      return Float64Array.from(new Uint32Array(buffer, byteOffset, count(4)))
    case 'int16':
      return Float64Array.from(new Int16Array(buffer, byteOffset, count(2)))
    case 'uint16':
      return Float64Array.from(new Uint16Array(buffer, byteOffset, count(2)))
    case 'int8':
      return Float64Array.from(new Int8Array(buffer, byteOffset, count(1)))
    default:
      return Float64Array.from(bytes)
  }
}

/** Fortran's order to C's: the first index of the source runs fastest. */
function rowMajor(data: Uint8Array, dims: readonly number[], size: number): Uint8Array {
  const out = new Uint8Array(data.length)
  let step = size
  const steps = dims.map(dim => {
    const own = step
    step *= dim
    return own
  })
  const at = dims.map(() => 0)
  let from = 0
  for (let to = 0; to < out.length; to += size) {
    for (let i = 0; i < size; i++) out[to + i] = data[from + i] as number
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const [next, dim, own] = [(at[axis] as number) + 1, dims[axis] as number, steps[axis] as number]
      from += own
      at[axis] = next
      if (next < dim) break
      from -= own * dim
      at[axis] = 0
    }
  }
  return out
}

/** The bytes of elements of the other order, turned in place. */
export function reverseElements(bytes: Uint8Array, size: number): void {
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse()
}

/**
 * The array as 32-bit floats. Wider and narrower floats are converted; anything else is refused, because a model that
 * reads floats was not meant to get it.
 *
 * @throws DeepTaylorError `input-invalid`
 */
export function floatsOf({ dtype, dims, bytes }: NpyArray, name: string): FloatTensor {
  const { buffer, byteOffset } = bytes
  switch (dtype) {
    case 'float32':
      return { dims, data: new Float32Array(buffer, byteOffset, bytes.length / 4) }
    case 'float64':
      return { dims, data: Float32Array.from(new Float64Array(buffer, byteOffset, bytes.length / 8)) }
    case 'float16':
      return { dims, data: Float32Array.from(new Uint16Array(buffer, byteOffset, bytes.length / 2), halfToFloat) }
    default:
      throw new DeepTaylorError('input-invalid', {
        input: name,
        reason: `it is an array of ${dtype} and the model reads float32: convert it with .astype(numpy.float32)`,
      })
  }
}

/**
 * An array of integers as tokens.
 *
 * @throws DeepTaylorError `input-invalid` for other types, and for integers that float32 does not hold
 */
export function tokensOf({ dtype, dims, bytes }: NpyArray, name: string): FloatTensor {
  const { buffer, byteOffset } = bytes
  const invalid = (reason: string) => new DeepTaylorError('input-invalid', { input: name, reason })
  if (dtype !== 'int64' && dtype !== 'int32') {
    throw invalid(`it is an array of ${dtype} and the model reads tokens: convert it with .astype(numpy.int64)`)
  }
  const data =
    dtype === 'int64'
      ? Float32Array.from(new BigInt64Array(buffer, byteOffset, bytes.length / 8), Number)
      : Float32Array.from(new Int32Array(buffer, byteOffset, bytes.length / 4))
  if (data.some(value => Math.abs(value) >= 2 ** 24)) throw invalid('a token is larger than any vocabulary')
  return { dims, data }
}

/** IEEE 754 binary16. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * 2 ** -24 * fraction
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * 2 ** (exponent - 25) * (1024 + fraction)
}

/** The bytes of a .npy file, format version 1, float32. */
export function encodeNpy({ dims, data }: FloatTensor): Uint8Array {
  const shape = dims.length === 1 ? `${dims[0]},` : dims.join(', ')
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10
  const bytes = new Uint8Array(10 + length + data.length * 4)
  bytes.set([...magic, 1, 0, length & 0xff, length >> 8])
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length)
  return bytes
}
