/**
 * A runtime that keeps graphs on disk as it is about to run them: optimised for this machine, and in the blocked layout
 * throughout. Opening one again takes what the plain model takes, and it runs faster than one opened anew.
 */

import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeModel } from '../core/1-codec/decode.ts'
import { encodeModel } from '../core/1-codec/encode.ts'
import { inferShapes } from '../core/4-analyze/shapes.ts'
import { keepBlocked } from '../core/6-lower/keep-blocked.ts'
import { reasonOf } from '../core/diagnostics.ts'
import { version } from '../core/version.ts'
import { CacheFolder, inTemporary } from './cache-folder.ts'
import { layoutIn, layoutProbe } from './layout-probe.ts'
import { oracleOf } from './oracle.ts'
import type { Runtime, RuntimeFiles, Session, SessionOptions } from './session.ts'

/** Where and how graphs are kept. */
export interface CacheOptions {
  /** Made where it is missing. Whoever can write to it decides what is run. */
  readonly folder: string
  /** Bytes that the folder may hold; the least recently used graphs make room. Default 2 GiB. */
  readonly capacity?: number
  /** The largest model, in bytes, whose graph is kept: the graph is two to three times as large. Default 128 MiB: not VGG16 and its 1.1 GB. */
  readonly largest?: number
  /** Is told, in one line, why a graph could not be kept; it is opened without. */
  readonly announce?: (message: string) => void
}

/** The default of `largest`. */
export const largestKept: number = 128 * 2 ** 20

/** Counts the ways in which graphs were made here. */
const revision = 1

const graphFile = 'graph.onnx'
const weightsFile = 'weights'

/**
 * Keeps graphs that will be opened again (`keeps`), by the content of the model, the version of the runtime and the layout of
 * this machine. Relevance is the same to the last bit. A runtime without files (WebAssembly) is returned as it is.
 */
export function cachedRuntime(
  runtime: Runtime,
  { folder, capacity = 2 * 2 ** 30, largest = largestKept, announce }: CacheOptions,
): Runtime {
  const { files } = runtime
  if (!files) return runtime
  const cache = new CacheFolder(folder, capacity)
  let layout: Promise<string> | undefined
  const keyOf = async (model: Uint8Array): Promise<string> => {
    layout ??= layoutOf(files)
    const sources = `deeptaylor ${version}, revision ${revision}; ONNX Runtime ${files.version}; layout ${await layout}`
    return createHash('sha256').update(sources).update(model).digest('hex')
  }
  const open = async (model: Uint8Array, options: SessionOptions): Promise<Session> => {
    const key = await keyOf(model)
    const asWritten: SessionOptions = { ...options, optimize: 'none' }
    const found = await cache.find(key)
    if (found !== undefined) {
      try {
        return await files.open(join(found, graphFile), asWritten)
      } catch {
        // Damaged, or just removed to make room: it is made anew.
        await cache.forget(key)
      }
    }
    const made = await cache.keep(key, path => writeOptimized(runtime, files, model, path))
    return files.open(join(made, graphFile), asWritten)
  }
  return {
    ...runtime,
    open: async (model, options = {}) => {
      const isKept = options.keeps === true && options.optimize !== 'none' && model.length <= largest
      if (!isKept) return runtime.open(model, options)
      try {
        return await open(model, options)
      } catch (error) {
        const session = await runtime.open(model, options)
        announce?.(
          `the optimised graph is not kept in "${folder}" (${reasonOf(error)}): choose another folder, or none`,
        )
        return session
      }
    },
  }
}

/** What tells machines apart whose blocks differ: what the runtime makes of a small convolution. */
function layoutOf(files: RuntimeFiles): Promise<string> {
  return inTemporary(join(tmpdir(), 'deeptaylor-'), async folder => {
    const path = join(folder, graphFile)
    await files.optimize(encodeModel(layoutProbe), path, weightsFile)
    return layoutIn((await decodeModel(await readFile(path))).graph)
  })
}

async function writeOptimized(runtime: Runtime, files: RuntimeFiles, bytes: Uint8Array, folder: string): Promise<void> {
  const path = join(folder, graphFile)
  await files.optimize(bytes, path, weightsFile)
  const model = await decodeModel(await readFile(path), { external: 'leave' })
  // What lies in loops is written by the runtime alone.
  if (model.graph.nodes.some(({ attributes }) => Object.values(attributes).some(({ type }) => type === 'other'))) return
  const graph = keepBlocked(model.graph, await inferShapes(model, oracleOf(runtime)))
  await writeFile(path, encodeModel({ ...model, graph }))
}
