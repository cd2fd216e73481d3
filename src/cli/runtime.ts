/** The runtime that a command line asks for, and where it keeps graphs. */

import { resolve } from 'node:path'
import envPaths from 'env-paths'
import { cachedRuntime } from '../runtime/cached.ts'
import { nodeRuntime, type RuntimeChoice } from '../runtime/node.ts'
import type { Runtime } from '../runtime/session.ts'

/** What the options say of it. */
export interface RuntimeOptions {
  readonly runtime: RuntimeChoice
  /** A folder; true for the user's own, false for none. */
  readonly cache?: string | boolean | undefined
}

/**
 * Opens ONNX Runtime. `DEEPTAYLOR_CACHE` is a folder too, or `off`.
 *
 * @throws DeepTaylorError `runtime-missing`
 */
export async function runtimeFrom(
  { runtime, cache = true }: RuntimeOptions,
  announce: (message: string) => void,
): Promise<Runtime> {
  const opened = await nodeRuntime(runtime, announce)
  if (cache === false || cache === 'off') return opened
  const isGiven = typeof cache === 'string' && cache.trim() !== ''
  const folder = isGiven ? resolve(cache) : envPaths('deeptaylor', { suffix: '' }).cache
  return cachedRuntime(opened, { folder, announce })
}
