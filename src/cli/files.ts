/** Files that are there whole or not at all. */

import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a file of that name is in the way',
  EISDIR: 'a folder of that name is in the way',
  ENOENT: 'the folder does not exist',
  ENOSPC: 'no space is left',
}

function unwritable(path: string, error: unknown): DeepTaylorError {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return new DeepTaylorError('output-unwritable', { path, reason: reasons[code] ?? reasonOf(error) }, error)
}

/**
 * Makes a folder; the result takes it back if it is still empty and was not there before.
 *
 * @throws DeepTaylorError `output-unwritable`
 */
export async function makeFolder(path: string): Promise<() => Promise<void>> {
  try {
    const first = await mkdir(path, { recursive: true })
    return async () => {
      if (first === undefined) return
      // Only folders that were made here, and only while they are empty.
      for (let folder = path; ; folder = dirname(folder)) {
        const isGone = await rmdir(folder).then(
          () => true,
          () => false,
        )
        if (!isGone || folder === first) return
      }
    }
  } catch (error) {
    throw unwritable(path, error)
  }
}

/**
 * Writes a file under another name and then renames it, so that a reader never sees half of it.
 *
 * @throws DeepTaylorError `output-unwritable`
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await writeFile(draft, content)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw unwritable(path, error)
  }
}
