/** How a model is opened: as its file says, by ONNX Runtime's defaults, or as `deeptaylor` opens it the second time. */

import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inTemporary } from '../../src/runtime/cache-folder.ts'
import { cachedRuntime } from '../../src/runtime/cached.ts'
import { nodeRuntime } from '../../src/runtime/node.ts'
import type { Runtime, Session, SessionOptions } from '../../src/runtime/session.ts'

/** A model's file; `keeps` opens the graph that was optimised and kept before. */
export interface Opening {
  readonly file: string
  readonly keeps?: boolean
}

const cache = join(import.meta.dirname, '../../.cache')

/** Opens models. What is kept lies in the project's own cache. */
export async function opener(): Promise<(opening: Opening, options: SessionOptions) => Promise<Session>> {
  const native = await nodeRuntime('native')
  const caching = keeping(native, join(cache, 'kept'))
  return async ({ file, keeps = false }, options) =>
    (keeps ? caching : native).open(await readFile(file), { ...options, keeps })
}

/** Lends the file that ONNX Runtime would run as it is, or optimise first. */
export async function withRunnable<T>(
  { file, keeps = false }: Opening,
  use: (path: string, isOptimized: boolean) => Promise<T>,
): Promise<T> {
  if (!keeps) return use(file, false)
  await mkdir(cache, { recursive: true })
  return inTemporary(join(cache, 'kept-'), async folder => {
    const runtime = keeping(await nodeRuntime('native'), folder)
    await (await runtime.open(await readFile(file), { keeps })).close()
    const [entry] = await readdir(folder)
    // AlexNet and VGG16 are too large to be kept.
    return entry === undefined ? use(file, false) : use(join(folder, entry, 'graph.onnx'), true)
  })
}

/** A runtime that keeps graphs, and fails where it cannot: a benchmark would measure something else. */
export function keeping(runtime: Runtime, folder: string): Runtime {
  return cachedRuntime(runtime, {
    folder,
    announce: message => {
      throw new Error(message)
    },
  })
}
