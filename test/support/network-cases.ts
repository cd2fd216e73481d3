/** The tiny networks of the families that people use, as files: what a case's folder holds. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeNpy, floatsOf } from '../../src/inputs/npy.ts'
import type { Tensor } from '../../src/runtime/session.ts'

/** Where they are. */
export const networkFolder: string = join(import.meta.dirname, '../networks/cases')

/** How a stored reference was made. */
export interface PeerSettings {
  readonly method: string
  readonly bias?: 'ignore' | 'absorb' | 'keep'
  readonly stabilizer?: number
  readonly pooling?: 'proportional' | 'winner'
  readonly epsilon?: number
}

/** A case's `case.json`. */
export interface CaseFacts {
  readonly family: string
  readonly exporter: string
  readonly opset: number
  /** The box that the input lies in. */
  readonly box: readonly [low: number, high: number] | null
  /** Whether all biases are ≤ 0, as the theory assumes, and pooling shares in proportion. */
  readonly biases: 'both' | 'nonpositive'
  /** References by file, without `.npy`. */
  readonly zennit?: Readonly<Record<string, PeerSettings>>
  /** How far a reference's own float32 run is from its float64 one. */
  readonly float32?: Readonly<Record<string, number>>
}

/** A case, read. */
export interface NetworkCase {
  readonly name: string
  readonly facts: CaseFacts
  readonly file: Uint8Array
  /** The input that is explained. */
  readonly input: Tensor
  /** Further inputs by name. */
  readonly others: Readonly<Record<string, Tensor>>
  /** What the framework that the network was written in predicts. */
  readonly output: Tensor
  /** The explained class; undefined for the largest output. */
  readonly target: number | undefined
  /** A stored relevance. */
  readonly reference: (file: string) => readonly number[]
}

/** The cases' names. */
export function networkNames(): readonly string[] {
  return existsSync(networkFolder) ? readdirSync(networkFolder).sort() : []
}

/** Reads a case. */
export function networkCase(name: string): NetworkCase {
  const folder = join(networkFolder, name)
  const read = (file: string) => tensorOf(readFileSync(join(folder, file)), file)
  const others = readdirSync(folder).flatMap(file => /^input\.(.+)\.npy$/.exec(file)?.[1] ?? [])
  return {
    name,
    facts: JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')),
    file: readFileSync(join(folder, 'model.onnx')),
    input: read('input.npy'),
    others: Object.fromEntries(others.map(other => [other, read(`input.${other}.npy`)])),
    output: read('output.npy'),
    target: existsSync(join(folder, 'target.npy')) ? Number(read('target.npy').data[0]) : undefined,
    reference: file => Array.from(read(`${file}.npy`).data, Number),
  }
}

function tensorOf(bytes: Uint8Array, file: string): Tensor {
  const array = decodeNpy(bytes, file)
  const { buffer } = array.bytes
  if (array.dtype === 'int64')
    return { dtype: 'int64', dims: array.dims, data: new BigInt64Array(buffer as ArrayBuffer) }
  if (array.dtype === 'int32') return { dtype: 'int32', dims: array.dims, data: new Int32Array(buffer as ArrayBuffer) }
  return { dtype: 'float32', ...floatsOf(array, file) }
}

/** Where the element of a number is, but for the sample's place. */
export function coordinates(dims: readonly number[], place: number): number[] {
  let rest = place
  return dims
    .slice(1)
    .reverse()
    .map(dim => {
      const at = rest % dim
      rest = (rest - at) / dim
      return at
    })
    .reverse()
}
