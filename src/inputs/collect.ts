/** Paths, folders and globs to the files that they mean. */

import { stat } from 'node:fs/promises'
import { extname, isAbsolute, join, resolve } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import { DeepTaylorError } from '../core/diagnostics.ts'

/** File types that are understood. */
export const extensions: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp', '.npy', '.csv', '.txt']

const isText = (path: string): boolean => extname(path).toLowerCase() === '.txt'
const isSupported = (path: string): boolean => extensions.includes(extname(path).toLowerCase())

/**
 * The files that `inputs` name: files as given, folders and globs by their supported files, sorted; none twice.
 *
 * @throws DeepTaylorError `input-invalid` for what is missing, empty or of another type
 */
export async function collectInputs(inputs: readonly string[]): Promise<readonly string[]> {
  const files = new Map<string, string>()
  for (const input of inputs) {
    for (const file of await expand(input)) {
      const place = resolve(file)
      if (!files.has(place)) files.set(place, file)
    }
  }
  return [...files.values()]
}

async function expand(input: string): Promise<readonly string[]> {
  const fault = (reason: string) => new DeepTaylorError('input-invalid', { input, reason })
  const found = await stat(input).catch(() => undefined)
  if (found?.isDirectory()) {
    const all = (await glob('*', { cwd: input, onlyFiles: true, dot: false })).filter(isSupported).sort()
    // Notes beside pictures are no inputs; a folder of nothing but texts holds texts.
    const others = all.filter(file => !isText(file))
    const files = others.length > 0 ? others : all
    if (files.length === 0) throw fault(`the folder holds no ${extensions.join(', ')} files`)
    return files.map(file => join(input, file))
  }
  if (found) {
    if (isSupported(input)) return [input]
    const type = extname(input)
    const what = type === '' ? 'files without an extension' : `files of type "${type}"`
    throw fault(`${what} are not understood; ${extensions.join(', ')} are`)
  }
  if (!isDynamicPattern(input)) throw fault('there is no such file or folder')
  const matches = await glob(input, { onlyFiles: true, absolute: isAbsolute(input) })
  const files = matches.filter(isSupported).sort()
  if (files.length === 0) throw fault(`no ${extensions.join(', ')} file matches it`)
  return files
}
