/** The conformance networks, for tests that need real ones. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../../src/core/0-graph/graph.ts'
import { decodeModel } from '../../src/core/1-codec/decode.ts'

/** Where they are. */
export const caseFolder: string = join(import.meta.dirname, '../conformance/cases')

/** A network by name. */
export function loadCase(name: string): Promise<Model> {
  return decodeModel(readFileSync(join(caseFolder, name, 'model.onnx')), { source: name })
}

/** The shape of one of its samples. */
export function sampleDims(model: Model): readonly number[] {
  return model.graph.inputs[0]?.type?.dims?.slice(1) as number[]
}
