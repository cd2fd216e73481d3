/** Files of the user's, or of the Lab's own, as bytes. */

import { DeepTaylorError, reasonOf } from '../../../src/core/diagnostics.ts'
import type { Bytes } from './protocol.ts'

/**
 * Reads a file.
 *
 * @throws DeepTaylorError `model-unreadable`, with what the browser says
 */
export async function bytesOf(source: Bytes, name: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await (await blobOf(source)).arrayBuffer())
  } catch (error) {
    throw new DeepTaylorError('model-unreadable', { source: name, reason: reasonOf(error) }, error)
  }
}

/** A file as the browser's own kind. */
export async function blobOf(source: Bytes): Promise<Blob> {
  if (typeof source !== 'string') return source
  const response = await fetch(source)
  if (!response.ok) throw new Error(`the Lab's server answers ${response.status}`)
  return response.blob()
}
