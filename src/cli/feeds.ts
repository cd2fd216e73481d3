/** `--feed`: the inputs of a model besides the explained one, from files. */

import { readFile } from 'node:fs/promises'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import type { Model } from '../core/0-graph/graph.ts'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import type { FurtherInputs } from '../explainer/further-inputs.ts'
import { decodeNpy, floatsOf, tokensOf } from '../inputs/npy.ts'
import type { FloatTensor } from '../runtime/session.ts'

/** An input's name, and the file that holds it. */
export interface Feed {
  readonly name: string
  readonly file: string
}

/** The option. */
export function feedOption(): Option<'--feed <input=file>', undefined, undefined, readonly Feed[]> {
  return new Option(
    '--feed <input=file>',
    'a .npy array for another input of the model, like mask=mask.npy: one for all samples, or one per sample; may be repeated',
  ).argParser(parseFeed)
}

function parseFeed(text: string, before: readonly Feed[] | undefined): readonly Feed[] {
  const at = text.indexOf('=')
  if (at <= 0 || at === text.length - 1) throw new InvalidArgumentError('INPUT=FILE.npy was expected.')
  return [...(before ?? []), { name: text.slice(0, at), file: text.slice(at + 1) }]
}

/**
 * Reads what was given.
 *
 * @throws DeepTaylorError `option-invalid`, `input-invalid`
 */
export async function readFeeds(feeds: readonly Feed[] = [], model: Model): Promise<FurtherInputs> {
  if (feeds.length === 0) return {}
  const inputs: Record<string, FloatTensor> = Object.create(null)
  for (const { name, file } of feeds) {
    const input = model.graph.inputs.find(one => one.name === name)
    if (!input) {
      const reason = `the model has no such input; it has ${model.graph.inputs.map(one => one.name).join(', ')}`
      throw new DeepTaylorError('option-invalid', { option: `feed "${name}"`, reason })
    }
    const bytes = await readFile(file).catch(error => {
      throw new DeepTaylorError('input-invalid', { input: file, reason: reasonOf(error) }, error)
    })
    const array = decodeNpy(bytes, file)
    inputs[name] = input.type?.dtype === 'float32' ? floatsOf(array, file) : tokensOf(array, file)
  }
  return { inputs }
}
