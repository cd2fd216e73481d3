/** Inputs of a run, by their paths: pictures, arrays and tables. */

import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import type { FurtherInputs } from '../explainer/further-inputs.ts'
import { type Picture, readImage } from '../inputs/image.ts'
import { decodeNpy, floatsOf, tokensOf } from '../inputs/npy.ts'
import { parseTable } from '../inputs/table.ts'
import type { Tokens } from '../inputs/tokens.ts'
import type { FloatTensor } from '../runtime/session.ts'
import type { InputKinds, ModelContext } from './context.ts'
import type { InputKind } from './explainers.ts'
import { interrupted } from './interrupt.ts'

/** One input, read. */
export interface Input {
  readonly tensor: FloatTensor
  readonly picture: Picture | undefined
  /** Of a table, the names of its columns. */
  readonly features?: readonly string[]
  /** Of a text, its tokens. */
  readonly text?: Tokens
  /** What its reader must know. */
  readonly warnings?: readonly string[]
}

/** Reads one input as the model takes it. */
export async function readInput(path: string, context: ModelContext): Promise<Input> {
  const { geometry, preprocessing, loaded, readsTokens } = context
  if (isArray(path)) {
    const bytes = await readFile(path).catch(error => {
      throw new DeepTaylorError('input-invalid', { input: path, reason: reasonOf(error) }, error)
    })
    if (extensionOf(path) === '.txt') return readText(new TextDecoder().decode(bytes), path, context)
    if (extensionOf(path) !== '.csv') {
      const array = decodeNpy(bytes, path)
      return { tensor: readsTokens ? tokensOf(array, path) : floatsOf(array, path), picture: undefined }
    }
    const { tensor, features } = parseTable(new TextDecoder().decode(bytes), path)
    return { tensor, features, picture: undefined }
  }
  if (!geometry || !preprocessing) {
    const reason = `the input of ${loaded.source} is not a picture: give a .npy array of its shape, or a .csv table`
    throw new DeepTaylorError('input-invalid', { input: path, reason })
  }
  return readImage(path, { name: path, preprocessing, geometry, signal: interrupted })
}

/** No model has places for as many; a tokenizer would take minutes. */
const longestText = 1_000_000

/** A text as tokens. */
async function readText(
  text: string,
  path: string,
  { loaded, readsTokens, readTokens, places }: ModelContext,
): Promise<Input> {
  const invalid = (reason: string) => new DeepTaylorError('input-invalid', { input: path, reason })
  if (text.length > longestText) throw invalid(`it has more than ${longestText} characters: split it`)
  if (!readsTokens) throw invalid(`${loaded.source} reads no tokens, and a text is nothing else`)
  if (!readTokens) {
    const beside = 'or put a tokenizer.json or vocab.txt beside the model'
    throw invalid(`its words have no numbers: give --vocab or --tokenizer, ${beside}`)
  }
  const tokens = await readTokens(text, places, path)
  return { tensor: tokens.tensor, text: tokens, picture: undefined, warnings: tokens.warnings }
}

/** What comes along with an input's tokens, as the library takes it. */
export function companionsOf({ text }: Input): Pick<FurtherInputs, 'companions'> {
  return text ? { companions: { ...text.companions } } : {}
}

/** What is among the inputs, by their paths. */
export function kindsOf(paths: readonly string[]): InputKinds {
  return { readsPictures: !paths.every(isArray), readsTexts: paths.some(path => extensionOf(path) === '.txt') }
}

/** Whether a path is that of an array or of a picture. */
export function kindOf(path: string): InputKind {
  return isArray(path) ? 'array' : 'picture'
}

/** Whether a path is that of an array, or of a table or text, which become one. */
export function isArray(path: string): boolean {
  return ['.npy', '.csv', '.txt'].includes(extensionOf(path))
}

function extensionOf(path: string): string {
  return extname(path).toLowerCase()
}
