/** Files that the user drops or picks: what each of them is, and in which order they are opened. */

import { batch } from '@preact/signals'
import { decodeNpy, floatsOf, parseLabels } from '../../../src/web.ts'
import { notice, report, trouble } from './activity.ts'
import { readConfig } from './config-file.ts'
import { shown } from './explanation.ts'
import { addInputs, type Input, newInputId } from './inputs.ts'
import { foundPreprocessing, model, openModel, relabel, type Sidecars, tokenSource } from './model.ts'
import { checkPicture } from './picture-size.ts'
import { isSavedState, restoreFile } from './saved-state.ts'
import { change } from './settings.ts'
import { rowsIn, takeTexts, takeTokenSource } from './texts-and-tables.ts'

/** What a drop holds, sorted. */
interface Sorted {
  readonly models: File[]
  readonly pictures: File[]
  readonly arrays: File[]
  readonly tables: File[]
  /** JSON and text: what they are is in them. */
  readonly texts: File[]
  /** Weights of a model, or nothing that is known here. */
  readonly others: File[]
}

const kinds: readonly (readonly [keyof Sorted, RegExp])[] = [
  ['models', /\.(onnx|ort)$/i],
  ['pictures', /\.(png|jpe?g|webp)$/i],
  ['arrays', /\.npy$/i],
  ['tables', /\.csv$/i],
  ['texts', /\.(json|txt)$/i],
]

/** What the page's file dialogues offer. */
export const accepted = '.onnx,.png,.jpg,.jpeg,.webp,.npy,.csv,.json,.txt,.data'

let before: Promise<void> = Promise.resolve()
let waiting = 0

/** Opens files, after those that are being opened: two drops at once are two drops one after the other. */
export function openFiles(files: readonly File[]): Promise<void> {
  if (files.length === 0) return before
  if (waiting > 0) notice.value = `${namesOf(files)}: opened as soon as what came before is.`
  return inTurn(() => openNow(files))
}

/** Opens something after what is being opened. What goes wrong is shown; nobody else has to. */
export function inTurn(work: () => Promise<void>): Promise<void> {
  waiting++
  before = before
    .then(work)
    .catch(report)
    .finally(() => waiting--)
  return before
}

/** Opens files at once: for whoever has waited for the turn. */
export async function openNow(files: readonly File[]): Promise<void> {
  trouble.value = undefined
  const sorted = sort(files)
  const saved = await savedAmong(sorted)
  const { models, pictures, arrays, tables, others } = sorted
  if (models.length > 1) {
    throw new Error(
      `${namesOf(models)}: these are ${models.length} models, and one is open at a time. Drop the one that is meant`,
    )
  }
  const [file] = models
  if (!file && others.length > 0) {
    throw new Error(
      `${namesOf(others)}: the Lab opens models (.onnx), pictures (PNG, JPEG, WebP), arrays (.npy), tables (.csv), texts and vocabularies (.txt), labels and preprocessing (.json, .txt)`,
    )
  }
  const tokens = await takeTokenSource(sorted.texts)
  const read = await takeTexts(sorted.texts, { hasModel: models.length > 0, hasTokens: tokens !== undefined })
  const sidecars = { ...(await sidecarsIn(sorted)), ...(tokens && { tokens }) }
  // Faults of inputs are found before a model takes another's place.
  const added = [...(await picturesIn(pictures)), ...(await arraysIn(arrays)), ...(await rowsIn(tables)), ...read]
  if (file) {
    const external = new Map(others.map(other => [other.name, other]))
    await openModel({ name: file.name, bytes: file }, { ...sidecars, external })
  } else await applySidecars(sidecars)
  addInputs(added)
  if (saved) await restoreFile(saved)
}

function sort(files: readonly File[]): Sorted {
  const sorted: Sorted = { models: [], pictures: [], arrays: [], tables: [], texts: [], others: [] }
  for (const file of files) sorted[kinds.find(([, pattern]) => pattern.test(file.name))?.[0] ?? 'others'].push(file)
  return sorted
}

/** The saved state in a drop; it is taken out of it. */
async function savedAmong({ texts }: Sorted): Promise<string | undefined> {
  for (const file of texts) {
    const text = await file.text()
    if (!isSavedState(text)) continue
    texts.splice(texts.indexOf(file), 1)
    return text
  }
  return undefined
}

async function sidecarsIn({ texts, models }: Sorted): Promise<Sidecars> {
  let found: Sidecars = {}
  for (const file of texts) {
    const text = await file.text()
    found = {
      ...found,
      ...(/\.txt$/i.test(file.name) ? { labels: parseLabels(text, file.name) } : readConfig(text, file.name)),
    }
  }
  const classes = shown.peek()?.result.classes
  const { labels } = found
  if (
    labels &&
    models.length === 0 &&
    classes &&
    labels.length !== classes &&
    !(classes === 1 && labels.length === 2)
  ) {
    throw new Error(
      `${namesOf(texts)}: read as labels it has ${labels.length}, and ${model.peek()?.facts.name} has ${classes} classes. A model is an .onnx file`,
    )
  }
  return found
}

async function applySidecars({ labels, preprocessing, tokens }: Sidecars): Promise<void> {
  if (!model.peek() && (labels || preprocessing || tokens))
    throw new Error('Labels and preprocessing belong to a model: open one first')
  if (preprocessing) {
    batch(() => {
      foundPreprocessing.value = preprocessing
      change({ preprocessing: null })
    })
  }
  if (tokens) tokenSource.value = tokens
  if (labels) await relabel(labels)
}

async function picturesIn(files: readonly File[]): Promise<readonly Input[]> {
  const inputs: Input[] = []
  for (const file of files) {
    await checkPicture(file)
    inputs.push({ kind: 'picture', id: newInputId(), name: file.name, bytes: file, isExample: false })
  }
  return inputs
}

async function arraysIn(files: readonly File[]): Promise<readonly Input[]> {
  const inputs: Input[] = []
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer())
    const tensor = floatsOf(decodeNpy(bytes, file.name), file.name)
    inputs.push({ kind: 'array', id: newInputId(), name: file.name, tensor })
  }
  return inputs
}

function namesOf(files: readonly { readonly name: string }[]): string {
  const names = files.map(({ name }) => name)
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}
