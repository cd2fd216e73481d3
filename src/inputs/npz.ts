/** NumPy's .npz archives: some arrays by name, out of a zip file that is not trusted. */

import { type UnzipFileInfo, unzipSync } from 'fflate'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { decodeNpy, type NpyArray } from './npy.ts'

/** What is unpacked of one archive; larger sets come as .npy, which is read sample by sample. */
const mostBytes = 2 ** 30

/** DEFLATE makes no more of a byte. */
const mostPerByte = 1032

/**
 * The arrays of an archive that are wanted and there. Nothing else in it is unpacked, and nothing beyond 1 GiB.
 *
 * @throws DeepTaylorError `array-unreadable`
 */
export function decodeNpz(bytes: Uint8Array, name: string, wanted: readonly string[]): ReadonlyMap<string, NpyArray> {
  const fault = (reason: string, cause?: unknown) =>
    new DeepTaylorError('array-unreadable', { array: name, reason }, cause)
  const files = new Set(wanted.map(one => `${one}.npy`))
  let whole = 0
  const filter = ({ name: file, size, originalSize }: UnzipFileInfo): boolean => {
    if (!files.has(file)) return false
    if (originalSize > size * mostPerByte) throw fault(`the sizes of ${file} in it contradict each other`)
    whole += originalSize
    if (whole > mostBytes) throw fault('its arrays are larger than 1 GiB: save the inputs as .npy')
    return true
  }
  let unpacked: Readonly<Record<string, Uint8Array>>
  try {
    unpacked = unzipSync(bytes, { filter })
  } catch (error) {
    if (error instanceof DeepTaylorError) throw error
    throw fault(`it is no zip file, or a damaged one (${reasonOf(error)})`, error)
  }
  return new Map(
    wanted.flatMap(one => {
      const content = unpacked[`${one}.npy`]
      return content ? [[one, decodeNpy(content, `${name}: ${one}`)] as const] : []
    }),
  )
}
