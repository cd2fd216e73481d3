/** Texts, what gives their words numbers, and tables, out of what the user drops. */

import { DeepTaylorError } from '../../../src/core/diagnostics.ts'
import { parseVocabulary } from '../../../src/inputs/words.ts'
import type { TokenSource } from '../worker/protocol.ts'
import { notice } from './activity.ts'
import { type Input, newInputId } from './inputs.ts'
import { model } from './model.ts'

/**
 * The vocabulary or tokenizer among files, which are taken out of them.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export async function takeTokenSource(files: File[]): Promise<TokenSource | undefined> {
  const tokenizer = take(files, /^tokenizer\.json$/i)
  const config = take(files, /^tokenizer_config\.json$/i)
  const vocabulary = take(files, /vocab\w*\.txt$/i)
  if (tokenizer) {
    const beside = config && { file: config.name, text: await config.text() }
    const text = await tokenizer.text()
    return { kind: 'tokenizer', file: tokenizer.name, text, ...(beside && { config: beside }) }
  }
  if (config) {
    const reason = 'it says nothing by itself: drop it together with the tokenizer.json'
    throw new DeepTaylorError('config-unreadable', { file: config.name, reason })
  }
  if (!vocabulary) return undefined
  const text = await vocabulary.text()
  parseVocabulary(text, vocabulary.name)
  return { kind: 'vocabulary', file: vocabulary.name, text }
}

function take(files: File[], pattern: RegExp): File | undefined {
  const place = files.findIndex(({ name }) => pattern.test(name))
  return place < 0 ? undefined : files.splice(place, 1)[0]
}

/** The texts to explain among files, which are taken out of them: .txt, where the model reads texts; else those are labels. */
export async function takeTexts(
  files: File[],
  { hasModel, hasTokens }: { readonly hasModel: boolean; readonly hasTokens: boolean },
): Promise<readonly Input[]> {
  const readsTexts = hasTokens || (!hasModel && model.peek()?.facts.readsTokens === true)
  const inputs: Input[] = []
  for (const file of readsTexts ? [...files] : []) {
    if (!/\.txt$/i.test(file.name) || /label|class/i.test(file.name)) continue
    files.splice(files.indexOf(file), 1)
    const text = (await file.text()).trim()
    inputs.push({ kind: 'text', id: newInputId(), name: file.name, text, isExample: false })
  }
  return inputs
}

/** A page with more would be slow, and nobody picks from more by eye. */
const mostRows = 200

/**
 * Rows of tables.
 *
 * @throws DeepTaylorError `input-invalid`
 */
export async function rowsIn(files: readonly File[]): Promise<readonly Input[]> {
  const inputs: Input[] = []
  if (files.length === 0) return inputs
  const { parseTable } = await import('../../../src/inputs/table.ts')
  for (const file of files) {
    const { tensor, features } = parseTable(await file.text(), file.name)
    const [rows = 0, columns = 0] = tensor.dims
    if (rows > mostRows) notice.value = `${file.name} has ${rows} rows: the first ${mostRows} are here to pick from.`
    for (let row = 0; row < Math.min(rows, mostRows); row++) {
      const data = tensor.data.slice(row * columns, (row + 1) * columns)
      const name = rows > 1 ? `${file.name}, row ${row + 1}` : file.name
      inputs.push({ kind: 'row', id: newInputId(), name, tensor: { dims: [1, columns], data }, features })
    }
  }
  return inputs
}

/** Texts that were typed, counted. */
let typed = 0

/** A text that was typed as an input. */
export function typedText(text: string): Input {
  return { kind: 'text', id: newInputId(), name: `text ${++typed}`, text, isExample: false }
}
