/** Folders by key in one folder: whole or not at all, whoever else works there; the least recently used make room. */

import { mkdir, mkdtemp, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

/** Unfinished work of processes that were killed is removed after this many milliseconds. */
const abandonedAfter = 24 * 60 * 60 * 1000

const unfinished = 'deeptaylor-unfinished-'

/** Keys are SHA-256, in hexadecimal. Whatever else lies in the folder is somebody else's, and is never touched. */
const isKey = (name: string): boolean => /^[0-9a-f]{64}$/.test(name)

/** A cache of folders. Several processes may use it at once. */
export class CacheFolder {
  readonly #folder: string
  readonly #capacity: number

  /** `capacity` is in bytes. */
  constructor(folder: string, capacity: number) {
    this.#folder = folder
    this.#capacity = capacity
  }

  /** The path of what is kept under a key, which counts as used now; undefined where nothing is. */
  async find(key: string): Promise<string | undefined> {
    const path = join(this.#folder, key)
    if (!(await exists(path))) return undefined
    const now = new Date()
    // A folder that was filled beforehand may be there for reading only.
    await utimes(path, now, now).catch(() => {})
    return path
  }

  /**
   * Keeps under a key what `write` puts into an empty folder, and returns its path. Where another process was faster, its
   * work counts.
   *
   * @throws what `write` throws, and why the folder cannot be written; nothing stays behind
   */
  async keep(key: string, write: (folder: string) => Promise<void>): Promise<string> {
    const path = join(this.#folder, key)
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await inTemporary(join(this.#folder, unfinished), async folder => {
      await write(folder)
      // A crash of the machine must not leave a whole name with half of the bytes.
      for (const file of await readdir(folder)) await synced(join(folder, file))
      try {
        await rename(folder, path)
      } catch (error) {
        if (!(await exists(path))) throw error
      }
    })
    await this.#makeRoom(key)
    return path
  }

  /** Removes what is kept under a key. */
  async forget(key: string): Promise<void> {
    await rm(join(this.#folder, key), { recursive: true, force: true })
  }

  async #makeRoom(newest: string): Promise<void> {
    const names = (await readdir(this.#folder)).filter(name => isKey(name) || name.startsWith(unfinished))
    const entries = await Promise.all(
      names.map(async name => ({ name, ...(await sizeAndUse(join(this.#folder, name))) })),
    )
    const abandoned = ({ name, used }: (typeof entries)[number]) =>
      name.startsWith(unfinished) && used < Date.now() - abandonedAfter
    for (const { name } of entries.filter(abandoned)) await this.forget(name)
    const kept = entries.filter(({ name }) => isKey(name)).sort((a, b) => b.used - a.used)
    let total = 0
    for (const { name, bytes } of kept) {
      total += bytes
      if (total > this.#capacity && name !== newest) await this.forget(name)
    }
  }
}

/** Lends an empty folder whose path begins so; it is gone afterwards. */
export async function inTemporary<T>(prefix: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(prefix)
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Bytes of a folder's files, and when it was used last; nothing where another process just removed it. */
async function sizeAndUse(folder: string): Promise<{ readonly bytes: number; readonly used: number }> {
  try {
    const files = await readdir(folder)
    const sizes = await Promise.all(files.map(async file => (await stat(join(folder, file))).size))
    return { bytes: sizes.reduce((sum, size) => sum + size, 0), used: (await stat(folder)).mtimeMs }
  } catch {
    return { bytes: 0, used: Number.POSITIVE_INFINITY }
  }
}

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}
