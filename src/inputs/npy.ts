/** NumPy's .npy format, read strictly and written plainly. The packages that read it trust its header; users' files differ. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import type { FloatTensor } from '../runtime/session.ts'

/** An array as the file holds it, little-endian, row-major. */
export interface NpyArray {
  /** NumPy's name of the element type, such as `float32` or `int64`. */
  readonly dtype: string
  readonly dims: readonly number[]
  /** The elements' bytes, in a buffer of their own. */
  readonly bytes: Uint8Array
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** Element types by the code in the header: their name and size in bytes. */
const types: Readonly<Record<string, readonly [name: string, size: number]>> = {
  f2: ['float16', 2],
  f4: ['float32', 4],
  f8: ['float64', 8],
  i1: ['int8', 1],
  i2: ['int16', 2],
  i4: ['int32', 4],
  i8: ['int64', 8],
  u1: ['uint8', 1],
  u2: ['uint16', 2],
  u4: ['uint32', 4],
  u8: ['uint64', 8],
  b1: ['bool', 1],
  c8: ['complex64', 8],
  c16: ['complex128', 16],
}

/**
 * Reads a .npy file, format versions 1 to 3.
 *
 * @throws DeepTaylorError `array-unreadable`
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const fault = (reason: string) => new DeepTaylorError('array-unreadable', { array: name, reason })
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) throw fault('it does not begin as one')
  const version = bytes[6] as number
  if (version < 1 || version > 3) throw fault(`its format version ${version} is unknown`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = version === 1 ? 10 : 12
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (start + length > bytes.length) throw fault('it ends within its header')
  const header = new TextDecoder().decode(bytes.subarray(start, start + length))
  const descr = /'descr'\s*:\s*'([<>|=]?)([A-Za-z])(\d*)'/.exec(header)
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1]
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1]
  if (!descr || !fortran || shape === undefined) throw fault('its header is not that of a plain array of numbers')
  const [, order, kind, width] = descr as unknown as [string, string, string, string]
  const type = types[kind + width]
  if (!type) throw fault(`its elements are of type "${kind}${width}": only numbers are understood`)
  const dims = [...shape.matchAll(/\d+/g)].map(([digits]) => Number(digits))
  const [dtype, size] = type
  const expected = dims.reduce((product, dim) => product * dim, size)
  const data = bytes.subarray(start + length)
  if (!Number.isSafeInteger(expected) || data.length !== expected) {
    throw fault(`its shape (${dims.join(', ')}) of ${dtype} asks for ${expected} bytes and it holds ${data.length}`)
  }
  if (fortran === 'True' && dims.filter(dim => dim > 1).length > 1) {
    throw fault('it is stored column by column: save numpy.ascontiguousarray(array) instead')
  }
  const copy = new Uint8Array(data)
  if (order === '>' && size > 1) reverseElements(copy, dtype.startsWith('complex') ? size / 2 : size)
  return { dtype, dims, bytes: copy }
}

function reverseElements(bytes: Uint8Array, size: number): void {
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse()
}

/**
 * The array as 32-bit floats. Wider and narrower floats are converted; anything else is refused, because a model that
 * reads floats was not meant to get it.
 *
 * @throws DeepTaylorError `input-invalid`
 */
export function floatsOf({ dtype, dims, bytes }: NpyArray, name: string): FloatTensor {
  switch (dtype) {
    case 'float32':
      return { dims, data: new Float32Array(bytes.buffer) }
    case 'float64':
      return { dims, data: Float32Array.from(new Float64Array(bytes.buffer)) }
    case 'float16':
      return { dims, data: Float32Array.from(new Uint16Array(bytes.buffer), halfToFloat) }
    default:
      throw new DeepTaylorError('input-invalid', {
        input: name,
        reason: `it is an array of ${dtype} and the model reads float32: convert it with .astype(numpy.float32)`,
      })
  }
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
