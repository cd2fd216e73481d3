/** Graphs as ONNX Runtime optimises them for this machine. */

import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Model } from '../../src/core/0-graph/graph.ts'
import { decodeModel } from '../../src/core/1-codec/decode.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { inTemporary } from '../../src/runtime/cache-folder.ts'
import type { RuntimeFiles } from '../../src/runtime/session.ts'
import { runtime } from './models.ts'

/** What the native runtime does with files. */
export const files: RuntimeFiles = runtime.files as RuntimeFiles

/** Lends a folder that is gone afterwards. */
export function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  return inTemporary(join(tmpdir(), 'deeptaylor-'), use)
}

/** The model as the runtime would run it. Weights above 1 kB are left out. */
export function optimized(model: Model): Promise<Model> {
  return inFolder(async folder => {
    const path = join(folder, 'graph.onnx')
    await files.optimize(encodeModel(model), path, 'weights')
    return decodeModel(await readFile(path), { external: 'leave' })
  })
}
