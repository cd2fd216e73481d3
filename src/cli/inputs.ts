/** Inputs of a run, by their paths: pictures, arrays and tables. */

import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { type Picture, readImage } from '../inputs/image.ts'
import { decodeNpy, floatsOf } from '../inputs/npy.ts'
import { parseTable } from '../inputs/table.ts'
import type { FloatTensor } from '../runtime/session.ts'
import type { ModelContext } from './context.ts'
import type { InputKind } from './explainers.ts'
import { interrupted } from './interrupt.ts'

/** One input, read. */
export interface Input {
  readonly tensor: FloatTensor
  readonly picture: Picture | undefined
  /** Of a table, the names of its columns. */
  readonly features?: readonly string[]
}

/** Reads one input as the model takes it. */
export async function readInput(path: string, { geometry, preprocessing, loaded }: ModelContext): Promise<Input> {
  if (isArray(path)) {
    const bytes = await readFile(path).catch(error => {
      throw new DeepTaylorError('input-invalid', { input: path, reason: reasonOf(error) }, error)
    })
    if (extensionOf(path) !== '.csv') return { tensor: floatsOf(decodeNpy(bytes, path), path), picture: undefined }
    const { tensor, features } = parseTable(new TextDecoder().decode(bytes), path)
    return { tensor, features, picture: undefined }
  }
  if (!geometry || !preprocessing) {
    const reason = `the input of ${loaded.source} is not a picture: give a .npy array of its shape, or a .csv table`
    throw new DeepTaylorError('input-invalid', { input: path, reason })
  }
  return readImage(path, { name: path, preprocessing, geometry, signal: interrupted })
}

/** Whether a path is that of an array or of a picture. */
export function kindOf(path: string): InputKind {
  return isArray(path) ? 'array' : 'picture'
}

/** Whether a path is that of an array, or of a table, which is one. */
export function isArray(path: string): boolean {
  return ['.npy', '.csv'].includes(extensionOf(path))
}

function extensionOf(path: string): string {
  return extname(path).toLowerCase()
}
