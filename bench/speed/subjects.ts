/** What is measured: a network of the catalogue or a model file, and its explained form, which lives as long as a table row. */

import { mkdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type NetworkName, networkFile, networkNames } from '../networks/catalogue.ts'
import { type Answers, inProcess } from './jobs.ts'
import type { MethodName } from './methods.ts'

/** A model's file and what tables call it. */
export interface Subject {
  readonly name: string
  readonly file: string
}

/** An explained model's file, and what it took to write it. */
export interface ExplainedFile {
  readonly file: string
  readonly compiled: Answers['compile']
}

const folder = join(import.meta.dirname, '../../.cache/explained')

/** A network by name, built unless its file is there. */
export function networkSubject(name: NetworkName): Subject {
  return { name, file: networkFile(name) }
}

/** A model file of the user's. */
export function fileSubject(file: string): Subject {
  return { name: basename(file), file }
}

/** Whether the catalogue has a network of this name. */
export function isNetwork(name: string): name is NetworkName {
  return (networkNames as readonly string[]).includes(name)
}

/** Bytes of a file. */
export function sizeOfFile(file: string): number {
  return statSync(file).size
}

/** Compiles a subject, lets `work` use the file, and removes it again. */
export async function withExplained<T>(
  { name, file }: Subject,
  method: MethodName,
  targets: number,
  work: (explained: ExplainedFile) => Promise<T>,
): Promise<T> {
  mkdirSync(folder, { recursive: true })
  const output = join(folder, `${name}.${method}.${targets}.${process.pid}.onnx`)
  try {
    const compiled = await inProcess({ kind: 'compile', file, output, method, targets })
    return await work({ file: output, compiled })
  } finally {
    rmSync(output, { force: true })
  }
}
