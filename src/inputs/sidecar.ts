/** What lies beside a model: Hugging Face's `preprocessor_config.json` and `config.json`, or timm's `config.json`. */

import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { LayerRule } from '../core/5-explain/layer-rules.ts'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { labelsIn, parseJson, parseLabels } from './labels.ts'
import { parseLayerRules } from './layer-rules.ts'
import {
  isPictureConfig,
  type Preprocessing,
  parsePreprocessorConfig,
  preprocessingFrom,
  presets,
} from './preprocessing.ts'
import { parseTimmConfig } from './timm-config.ts'
import { openTokenizer } from './tokenizer.ts'
import type { ReadTokens } from './tokens.ts'
import { parseVocabulary, wordsOf } from './words.ts'

/** What was found beside a model. */
export interface Sidecar {
  readonly preprocessing: Preprocessing | undefined
  readonly labels: readonly string[] | undefined
}

/** What to read; all of it by default. What is not wanted may be broken. */
export interface SidecarWanted {
  readonly preprocessing?: boolean
  readonly labels?: boolean
}

/** Configuration files are small; anything larger is something else. */
const largestConfig = 16 * 1024 * 1024

/** The largest tokenizers that are in use hold 250,000 words and take 35 MB. */
const largestTokenizer = 64 * 1024 * 1024

/**
 * Reads what lies beside a model's file, or, for a model in a folder named `onnx`, beside that folder: so Hugging Face's
 * repositories are laid out.
 *
 * @throws DeepTaylorError `config-unreadable` for a file that is there and broken
 */
export async function readSidecar(modelPath: string, wanted: SidecarWanted = {}): Promise<Sidecar> {
  const { preprocessing = true, labels = true } = wanted
  const folders = foldersOf(modelPath)
  const [preprocessor, config] = await Promise.all([
    preprocessing ? firstJson(folders, 'preprocessor_config.json') : undefined,
    preprocessing || labels ? firstJson(folders, 'config.json') : undefined,
  ])
  return {
    preprocessing: preprocessing ? preprocessingOf(preprocessor, config) : undefined,
    labels: labels && config ? labelsIn(config.value, config.file) : undefined,
  }
}

function foldersOf(modelPath: string): readonly string[] {
  const folder = dirname(modelPath)
  return basename(resolve(folder)) === 'onnx' ? [folder, join(folder, '..')] : [folder]
}

interface JsonFile {
  readonly file: string
  readonly value: unknown
}

function preprocessingOf(preprocessor: JsonFile | undefined, config: JsonFile | undefined): Preprocessing | undefined {
  if (preprocessor && isPictureConfig(preprocessor.value)) {
    return parsePreprocessorConfig(preprocessor.value, preprocessor.file)
  }
  return config && parseTimmConfig(config.value, config.file)
}

async function firstJson(folders: readonly string[], name: string): Promise<JsonFile | undefined> {
  const file = await firstFile(folders, name)
  return file === undefined ? undefined : { file, value: parseJson(await readConfig(file), file) }
}

async function firstFile(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const file = join(folder, name)
    const isThere = await stat(file).then(
      () => true,
      () => false,
    )
    if (isThere) return file
  }
  return undefined
}

/**
 * A preset by name, or a `preprocessor_config.json` (or timm's `config.json`) by path.
 *
 * @throws DeepTaylorError `option-invalid`, `config-unreadable`
 */
export async function readPreprocessing(nameOrPath: string): Promise<Preprocessing> {
  if (Object.hasOwn(presets, nameOrPath) || !nameOrPath.endsWith('.json')) return preprocessingFrom(nameOrPath)
  const config = parseJson(await readConfig(nameOrPath), nameOrPath)
  return parseTimmConfig(config, nameOrPath) ?? parsePreprocessorConfig(config, nameOrPath)
}

/**
 * A file of labels.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export async function readLabels(path: string): Promise<readonly string[]> {
  return parseLabels(await readConfig(path), path)
}

/**
 * A file of rules per layer.
 *
 * @throws DeepTaylorError `config-unreadable`, `rule-invalid`
 */
export async function readLayerRules(path: string): Promise<readonly LayerRule[]> {
  return parseLayerRules(await readConfig(path), path)
}

/** What cuts texts, by its path: one of both. */
export interface TokensFrom {
  /** A vocabulary of one word a line. */
  readonly vocab?: string | undefined
  /** A `tokenizer.json`; a `tokenizer_config.json` beside it is read too. */
  readonly tokenizer?: string | undefined
}

/**
 * What cuts texts into tokens: as stated, else `tokenizer.json` or `vocab.txt` beside the model; undefined where none is.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export async function readTokenizer(
  { vocab, tokenizer }: TokensFrom,
  modelPath: string,
): Promise<ReadTokens | undefined> {
  const folders = foldersOf(modelPath)
  const file = vocab === undefined ? (tokenizer ?? (await firstFile(folders, 'tokenizer.json'))) : undefined
  if (file !== undefined) return readTokenizerFile(file)
  const list = vocab ?? (await firstFile(folders, 'vocab.txt'))
  if (list === undefined) return undefined
  const vocabulary = parseVocabulary(await readConfig(list), list)
  return async (text, places, name) => wordsOf(text, vocabulary, places, name)
}

async function readTokenizerFile(file: string): Promise<ReadTokens> {
  const value = parseJson(await readConfig(file, largestTokenizer), file)
  const config = await firstJson([dirname(file)], 'tokenizer_config.json')
  return openTokenizer({ file, value, config: config ?? { file, value: {} } })
}

async function readConfig(path: string, largest: number = largestConfig): Promise<string> {
  const fault = (reason: string, cause?: unknown) =>
    new DeepTaylorError('config-unreadable', { file: path, reason }, cause)
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw fault('it is a folder, and a file was expected')
    if (found.size > largest) throw fault('it is larger than any configuration file')
    const text = await readFile(path, 'utf8')
    // Editors on Windows put a byte order mark first.
    return text.replace(/^\uFEFF/, '')
  } catch (error) {
    if (error instanceof DeepTaylorError) throw error
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw fault(isMissing ? 'there is no such file' : reasonOf(error), error)
  }
}
