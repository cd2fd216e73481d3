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
import { parseVocabulary, type Vocabulary } from './words.ts'

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

/**
 * Reads what lies beside a model's file, or, for a model in a folder named `onnx`, beside that folder: so Hugging Face's
 * repositories are laid out.
 *
 * @throws DeepTaylorError `config-unreadable` for a file that is there and broken
 */
export async function readSidecar(modelPath: string, wanted: SidecarWanted = {}): Promise<Sidecar> {
  const { preprocessing = true, labels = true } = wanted
  const folder = dirname(modelPath)
  const folders = basename(resolve(folder)) === 'onnx' ? [folder, join(folder, '..')] : [folder]
  const [preprocessor, config] = await Promise.all([
    preprocessing ? firstJson(folders, 'preprocessor_config.json') : undefined,
    preprocessing || labels ? firstJson(folders, 'config.json') : undefined,
  ])
  return {
    preprocessing: preprocessing ? preprocessingOf(preprocessor, config) : undefined,
    labels: labels && config ? labelsIn(config.value, config.file) : undefined,
  }
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
  for (const folder of folders) {
    const file = join(folder, name)
    const text = await readIfThere(file)
    if (text !== undefined) return { file, value: parseJson(text, file) }
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

/**
 * A vocabulary by its path, or `vocab.txt` beside the model; undefined where neither is.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export async function readVocabulary(path: string | undefined, modelPath: string): Promise<Vocabulary | undefined> {
  const file = path ?? join(dirname(modelPath), 'vocab.txt')
  const text = path === undefined ? await readIfThere(file) : await readConfig(file)
  return text === undefined ? undefined : parseVocabulary(text, file)
}

async function readIfThere(path: string): Promise<string | undefined> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  return isThere ? readConfig(path) : undefined
}

async function readConfig(path: string): Promise<string> {
  const fault = (reason: string, cause?: unknown) =>
    new DeepTaylorError('config-unreadable', { file: path, reason }, cause)
  try {
    const { size } = await stat(path)
    if (size > largestConfig) throw fault('it is larger than any configuration file')
    const text = await readFile(path, 'utf8')
    // Editors on Windows put a byte order mark first.
    return text.replace(/^\uFEFF/, '')
  } catch (error) {
    if (error instanceof DeepTaylorError) throw error
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw fault(isMissing ? 'there is no such file' : reasonOf(error), error)
  }
}
