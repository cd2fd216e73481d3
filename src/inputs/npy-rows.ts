/** Samples of a .npy file one by one, for files that are larger than what should be in memory. */

import { open } from 'node:fs/promises'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { checkNpyLength, decodeNpy, longestStart, type NpyArray, readNpyStart, reverseElements } from './npy.ts'

/** A file of samples along the first axis. */
export interface NpyRows {
  readonly dims: readonly number[]
  /** Sample `index`, with an axis of 1 before its own. */
  readonly read: (index: number) => Promise<NpyArray>
}

/**
 * Looks at a file's header; samples are read when they are asked for. A column-major file, whose samples lie scattered, is read whole
 * each time.
 *
 * @throws DeepTaylorError `array-unreadable`
 */
export async function openNpyRows(path: string): Promise<NpyRows> {
  const { head, length } = await reading(path, async file => {
    const { size } = await file.stat()
    const bytes = new Uint8Array(Math.min(size, longestStart))
    await file.read(bytes, 0, bytes.length, 0)
    return { head: bytes, length: size }
  })
  const { start, ...header } = readNpyStart(head, path)
  checkNpyLength(header, length - start, path)
  const { dims, dtype, size, isBigEndian, isColumnMajor } = header
  const [count = 1, ...sample] = dims
  const width = sample.reduce((product, dim) => product * dim, size)
  const read = async (index: number): Promise<NpyArray> => {
    const bytes = await reading(path, async file => {
      if (isColumnMajor) return rowOf(decodeNpy(await file.readFile(), path).bytes, index, width)
      const row = new Uint8Array(width)
      const { bytesRead } = await file.read(row, 0, width, start + index * width)
      if (bytesRead < width) throw new DeepTaylorError('array-unreadable', { array: path, reason: 'it was cut short' })
      if (isBigEndian) reverseElements(row, size)
      return row
    })
    return { dtype, dims: [1, ...sample], bytes }
  }
  return { dims: [count, ...sample], read }
}

function rowOf(bytes: Uint8Array, index: number, width: number): Uint8Array {
  return bytes.slice(index * width, (index + 1) * width)
}

async function reading<T>(path: string, use: (file: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> {
  try {
    const file = await open(path, 'r')
    try {
      return await use(file)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof DeepTaylorError) throw error
    throw new DeepTaylorError('array-unreadable', { array: path, reason: reasonOf(error) }, error)
  }
}
