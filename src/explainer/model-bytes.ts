/** Models from bytes: all that a browser has. */

import type { Model } from '../core/0-graph/graph.ts'
import { decodeModel, type ExternalDataLoader } from '../core/1-codec/decode.ts'

/** A model, and where it came from. */
export interface LoadedModel {
  readonly model: Model
  /** What messages and reports call it: its file name, or `model`. */
  readonly source: string
  /** Its file; undefined for a model that was given as bytes. */
  readonly path: string | undefined
  /** Size of the file in bytes, without external data. */
  readonly byteLength: number
  /** Made here from another model, for one use: no runtime keeps its graph. */
  readonly isMade?: boolean
}

/** How a model is loaded. */
export interface LoadOptions {
  /** Only for models given as bytes: fetches what lies in other files. */
  readonly external?: ExternalDataLoader
  readonly signal?: AbortSignal
}

/**
 * Reads an ONNX model.
 *
 * @throws DeepTaylorError `model-unreadable`, `model-invalid`, `external-data`, `unsupported-graph`
 */
export async function modelFromBytes(bytes: Uint8Array, { external }: LoadOptions = {}): Promise<LoadedModel> {
  const model = await decodeModel(bytes, { source: 'model', ...(external && { external }) })
  return { model, source: 'model', path: undefined, byteLength: bytes.length }
}
