/** The files of an evaluation's data: which there are, what each is called, and the label that its place gives it. */

import { stat } from 'node:fs/promises'
import { basename, extname, isAbsolute, join, resolve } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import { DeepTaylorError } from '../core/diagnostics.ts'

/** What files hold, by their type. Of a folder with several kinds, the first of these is the data. */
const kinds = {
  picture: ['.png', '.jpg', '.jpeg', '.webp'],
  array: ['.npy', '.npz'],
  table: ['.csv'],
  text: ['.txt'],
} as const

/** One of them. */
export type DataKind = keyof typeof kinds

/** A file of the data. */
export interface DataFile {
  readonly path: string
  /** Its path in the folder that was given, or as it was given. */
  readonly id: string
  /** The sub-folder that it lies in; null where it lies in none. */
  readonly label: string | null
  /** Size and time of the last change: another file of the same name has others. */
  readonly stamp: string
}

/** The files of a run, all of one kind. */
export interface DataFiles {
  readonly kind: DataKind
  readonly files: readonly DataFile[]
}

const kindOf = (path: string): DataKind | undefined => {
  const extension = extname(path).toLowerCase()
  return (Object.keys(kinds) as DataKind[]).find(kind => (kinds[kind] as readonly string[]).includes(extension))
}

const understood = Object.values(kinds).flat().join(', ')

/**
 * The files that `paths` name: a folder's own, or where it has none those of its sub-folders, which name their labels; files and globs as they
 * are. Sorted, none twice.
 *
 * @throws DeepTaylorError `input-invalid` for what is missing, empty or of several kinds
 */
export async function collectData(paths: readonly string[]): Promise<DataFiles> {
  const found = new Map<string, Omit<DataFile, 'stamp'>>()
  for (const path of paths) {
    for (const file of await expand(path)) {
      const place = resolve(file.path)
      if (!found.has(place)) found.set(place, file)
    }
  }
  const listed = [...found.values()]
  const present = new Set(listed.map(({ path }) => kindOf(path) as DataKind))
  const [kind] = present
  if (present.size > 1 || !kind) {
    const reason = `there are ${[...present].join('s and ')}s among them: evaluate them in runs of their own`
    throw new DeepTaylorError('input-invalid', { input: paths.join(', '), reason })
  }
  return { kind, files: await Promise.all(unique(listed).map(stamped)) }
}

async function stamped(file: Omit<DataFile, 'stamp'>): Promise<DataFile> {
  const { size, mtimeMs } = await stat(file.path)
  return { ...file, stamp: `${size} ${Math.round(mtimeMs)}` }
}

async function expand(path: string): Promise<readonly Omit<DataFile, 'stamp'>[]> {
  const fault = (reason: string) => new DeepTaylorError('input-invalid', { input: path, reason })
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return folderFiles(path, fault)
  if (found) {
    if (kindOf(path)) return [{ path, id: path, label: null }]
    throw fault(`files of type "${extname(path)}" are not understood; ${understood} are`)
  }
  if (!isDynamicPattern(path)) throw fault('there is no such file or folder')
  const matches = ofFirstKind((await glob(path, { onlyFiles: true, absolute: isAbsolute(path) })).sort())
  if (matches.length === 0) throw fault(`no ${understood} file matches it`)
  return matches.map(match => ({ path: match, id: match, label: null }))
}

async function folderFiles(
  folder: string,
  fault: (reason: string) => DeepTaylorError,
): Promise<readonly Omit<DataFile, 'stamp'>[]> {
  const list = async (pattern: string) =>
    ofFirstKind((await glob(pattern, { cwd: folder, onlyFiles: true, dot: false })).sort())
  const own = await list('*')
  if (own.length > 0) return own.map(id => ({ path: join(folder, id), id, label: null }))
  const below = await list('*/**')
  if (below.length === 0) throw fault(`the folder holds no ${understood} files`)
  return below.map(id => ({ path: join(folder, id), id, label: id.split('/')[0] as string }))
}

/** Lists and notes beside the data are none of it. */
function ofFirstKind(paths: readonly string[]): readonly string[] {
  const first = (Object.keys(kinds) as DataKind[]).find(kind => paths.some(path => kindOf(path) === kind))
  return first ? paths.filter(path => kindOf(path) === first) : []
}

/** Files of one name in several folders are called by their paths. */
function unique(files: readonly Omit<DataFile, 'stamp'>[]): readonly Omit<DataFile, 'stamp'>[] {
  const ids = files.map(({ id }) => id)
  return new Set(ids).size === ids.length ? files : files.map(file => ({ ...file, id: file.path }))
}

/** What a file is called without its folders. */
export function nameOf({ id }: Pick<DataFile, 'id'>): string {
  return basename(id)
}
