/** Models from files, with their external data, which may lie nowhere but in the model's own folder. */

import { open, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeModel, type ExternalDataLoader } from '../core/1-codec/decode.ts'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { type LoadedModel, type LoadOptions, modelFromBytes } from './model-bytes.ts'

export type { LoadedModel, LoadOptions }

/**
 * Loads an ONNX model from a path, a file URL, or bytes.
 *
 * External data is read from the model's folder only: absolute paths, `..` and links that lead out are refused.
 *
 * @throws DeepTaylorError `model-unreadable`, `model-invalid`, `external-data`, `unsupported-graph`
 */
export async function loadModel(source: string | URL | Uint8Array, options: LoadOptions = {}): Promise<LoadedModel> {
  if (source instanceof Uint8Array) return modelFromBytes(source, options)
  const path = source instanceof URL ? fileURLToPath(source) : source
  const name = basename(path)
  const bytes = await readWhole(path, options.signal)
  const model = await decodeModel(bytes, { source: name, external: folderLoader(dirname(resolve(path))) })
  return { model, source: name, path, byteLength: bytes.length }
}

async function readWhole(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    return await readFile(path, signal && { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw new DeepTaylorError('model-unreadable', { source: path, reason: plainReason(error) }, error)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB: save it with external data',
}

/** What went wrong with a file, without the system's own words for the frequent cases. */
export function plainReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return (code && reasons[code]) ?? reasonOf(error)
}

function folderLoader(folder: string): ExternalDataLoader {
  return async ({ tensor, location, offset, length }) => {
    const refused = (reason: string, cause?: unknown) =>
      new DeepTaylorError('external-data', { tensor, location, reason }, cause)
    if (isAbsolute(location) || /^[a-z]:|\\|\0/i.test(location) || location.split('/').includes('..')) {
      throw refused("it must be a path inside the model's folder")
    }
    const root = await realpath(folder)
    const path = await realpath(resolve(root, location)).catch(error => {
      throw refused(plainReason(error), error)
    })
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) throw refused("it leads out of the model's folder")
    const file = await open(path, 'r')
    try {
      const stat = await file.stat()
      if (!stat.isFile()) throw refused('it is not a file')
      const wanted = length ?? stat.size - offset
      if (offset + wanted > stat.size) {
        throw refused(`the file has ${stat.size} bytes and the tensor asks for ${wanted} from ${offset}`)
      }
      const bytes = new Uint8Array(wanted)
      for (let read = 0; read < wanted; ) {
        const { bytesRead } = await file.read(bytes, read, wanted - read, offset + read)
        if (bytesRead === 0) throw refused('the file ended while it was read')
        read += bytesRead
      }
      return bytes
    } finally {
      await file.close()
    }
  }
}
