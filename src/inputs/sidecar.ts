/** What lies beside a model: Hugging Face's `preprocessor_config.json` and `config.json`. */

import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { labelsIn, parseJson, parseLabels } from './labels.ts'
import { type Preprocessing, parsePreprocessorConfig, preprocessingFrom, presets } from './preprocessing.ts'

/** What was found beside a model. */
export interface Sidecar {
  readonly preprocessing: Preprocessing | undefined
  readonly labels: readonly string[] | undefined
}

/** Configuration files are small; anything larger is something else. */
const largestConfig = 16 * 1024 * 1024

/**
 * Reads what lies beside a model's file.
 *
 * @throws DeepTaylorError `config-unreadable` for a file that is there and broken
 */
export async function readSidecar(modelPath: string): Promise<Sidecar> {
  const folder = dirname(modelPath)
  const preprocessor = join(folder, 'preprocessor_config.json')
  const config = join(folder, 'config.json')
  const [preprocessorText, configText] = await Promise.all([readIfThere(preprocessor), readIfThere(config)])
  return {
    preprocessing:
      preprocessorText === undefined
        ? undefined
        : parsePreprocessorConfig(parseJson(preprocessorText, preprocessor), preprocessor),
    labels: configText === undefined ? undefined : labelsIn(parseJson(configText, config)),
  }
}

/**
 * A preset by name, or a `preprocessor_config.json` by path.
 *
 * @throws DeepTaylorError `option-invalid`, `config-unreadable`
 */
export async function readPreprocessing(nameOrPath: string): Promise<Preprocessing> {
  if (Object.hasOwn(presets, nameOrPath) || !nameOrPath.endsWith('.json')) return preprocessingFrom(nameOrPath)
  return parsePreprocessorConfig(parseJson(await readConfig(nameOrPath), nameOrPath), nameOrPath)
}

/**
 * A file of labels.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export async function readLabels(path: string): Promise<readonly string[]> {
  return parseLabels(await readConfig(path), path)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    await stat(path)
  } catch {
    return undefined
  }
  return readConfig(path)
}

async function readConfig(path: string): Promise<string> {
  const fault = (reason: string, cause?: unknown) =>
    new DeepTaylorError('config-unreadable', { file: path, reason }, cause)
  try {
    const { size } = await stat(path)
    if (size > largestConfig) throw fault('it is larger than any configuration file')
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof DeepTaylorError) throw error
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw fault(isMissing ? 'there is no such file' : reasonOf(error), error)
  }
}
