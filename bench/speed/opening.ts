/** How a model is opened: as its file says, by ONNX Runtime's defaults, or as `deeptaylor` opens it the second time. */

import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedRuntime } from '../../src/runtime/cached.ts'
import { nodeRuntime } from '../../src/runtime/node.ts'
import type { Session, SessionOptions } from '../../src/runtime/session.ts'

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
  const folder = await mkdtemp(join(cache, 'kept-'))
  try {
    const runtime = keeping(await nodeRuntime('native'), folder)
    await (await runtime.open(await readFile(file), { keeps })).close()
    const [entry] = await readdir(folder)
    // AlexNet and VGG16 are too large to be kept.
    return entry === undefined ? await use(file, false) : await use(join(folder, entry, 'graph.onnx'), true)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A benchmark of what could not be kept would measure something else. */
function keeping(runtime: Awaited<ReturnType<typeof nodeRuntime>>, folder: string) {
  return cachedRuntime(runtime, {
    folder,
    announce: message => {
      throw new Error(message)
    },
  })
}
