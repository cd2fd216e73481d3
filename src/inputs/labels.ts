/** Class labels: from the files that they come in, and back from what a user types to an index. */

import { distance } from 'fastest-levenshtein'
import { DeepTaylorError } from '../core/diagnostics.ts'

/**
 * Labels by index, from Hugging Face's `config.json` (`id2label`) or timm's (`label_names`), a JSON list, a JSON object by
 * index, or a text with one per line, perhaps after its index or WordNet id. Gaps are filled with the index.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export function parseLabels(text: string, file: string): readonly string[] {
  const fault = (reason: string) => new DeepTaylorError('config-unreadable', { file, reason })
  if (!/^\s*[[{]/.test(text)) {
    const labels = linesOf(text)
    if (labels.length > 0) return labels
    throw fault('it holds no labels')
  }
  const labels = labelsIn(parseJson(text, file), file)
  if (labels) return labels
  throw fault('no labels are in it: a list, an object by index, or "id2label" was expected')
}

/** "tench", "0: tench", "0 tench" or "n01440764 tench"; a number or id is a prefix only where every line has it. */
function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map(line => labelText(line))
  while (lines.at(-1) === '') lines.pop()
  const numbered = lines.map((line, index) =>
    line.match(/^(\d+)\s*[:,\s]\s*(?=\S)/)?.[1] === String(index) ? index : -1,
  )
  if (numbered.every(index => index >= 0)) return lines.map(line => line.replace(/^\d+\s*[:,\s]\s*/, ''))
  const wordNet = /^n\d{8}[\s,]+(?=\S)/
  return lines.every(line => wordNet.test(line)) ? lines.map(line => line.replace(wordNet, '')) : lines
}

/**
 * A JSON file's value.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DeepTaylorError('config-unreadable', { file, reason: 'it is not valid JSON' }, error)
  }
}

/**
 * The labels in a parsed file; undefined where it names none.
 *
 * @throws DeepTaylorError `config-unreadable` where it names some that are broken
 */
export function labelsIn(value: unknown, file: string): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return listed(value)
  const { id2label, label_names, label_descriptions } = value as Readonly<Record<string, unknown>>
  const broken = (key: string) =>
    new DeepTaylorError('config-unreadable', { file, reason: `"${key}" is not labels by index` })
  if (Array.isArray(label_names)) {
    const labels = listed(label_names)
    if (!labels) throw broken('label_names')
    return labels.map(label => describe(label, label_descriptions))
  }
  if ((id2label ?? undefined) === undefined) return byIndex(value)
  const labels = Array.isArray(id2label) ? listed(id2label) : byIndex(id2label)
  if (!labels) throw broken('id2label')
  return labels
}

function listed(list: readonly unknown[]): readonly string[] | undefined {
  return list.length > 0 && list.every(isLabel) ? list.map(labelText) : undefined
}

function byIndex(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const entries = Object.entries(value)
  const isFit = ([key, label]: [string, unknown]) => /^\d{1,6}$/.test(key) && isLabel(label)
  if (entries.length === 0 || !entries.every(isFit)) return undefined
  const size = entries.reduce((most, [key]) => Math.max(most, Number(key) + 1), 0)
  const labels = Array.from({ length: size }, (_, index) => String(index))
  for (const [key, label] of entries) labels[Number(key)] = labelText(label)
  return labels
}

/** timm names ImageNet's classes by WordNet id and says beside it what they are. */
function describe(name: string, descriptions: unknown): string {
  if (typeof descriptions !== 'object' || descriptions === null || !Object.hasOwn(descriptions, name)) return name
  const description = (descriptions as Readonly<Record<string, unknown>>)[name]
  return isLabel(description) ? labelText(description) : name
}

/** A text, or Keras's pair of WordNet id and text. */
function isLabel(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && typeof value.at(-1) === 'string')
}

/** On one line and without control characters: labels are printed to terminals. */
function labelText(value: unknown): string {
  const text = Array.isArray(value) ? (value.at(-1) as string) : (value as string)
  return text.replace(/\p{Cc}+/gu, ' ').trim()
}

/**
 * The index of a label: exactly, without regard to case, or by one of its synonyms ("tench" of "tench, Tinca tinca").
 *
 * @throws DeepTaylorError `target-invalid`: no class or several are called so
 */
export function findClass(labels: readonly string[], query: string): number {
  const wanted = query.trim().toLowerCase()
  const fault = (reason: string) => new DeepTaylorError('target-invalid', { target: `"${query}"`, reason })
  const tests: readonly ((label: string) => boolean)[] = [
    label => label === query,
    label => label.toLowerCase() === wanted,
    label => wanted !== '' && synonyms(label).includes(wanted),
  ]
  for (const test of tests) {
    const found = labels.flatMap((label, index) => (test(label) ? [index] : []))
    if (found.length === 1) return found[0] as number
    // ImageNet has two cranes: the bird and the machine.
    if (found.length > 1) throw fault(`classes ${found.slice(0, 5).join(', ')} are all called so: give the index`)
  }
  const near = suggestions(labels, wanted)
  const hint = near.length > 0 ? `; near ones are ${near.map(label => `"${label}"`).join(', ')}` : ''
  throw fault(`the model has no such label${hint}`)
}

const synonyms = (label: string): readonly string[] =>
  label
    .toLowerCase()
    .split(',')
    .map(part => part.trim())

/** Up to three labels that differ from the wanted one in a third of its letters at most, or contain it. */
function suggestions(labels: readonly string[], wanted: string): readonly string[] {
  const limit = Math.max(2, Math.ceil(wanted.length / 3))
  const cost = (part: string) => (wanted.length > 2 && part.includes(wanted) ? 1 : distance(part, wanted))
  return labels
    .map(label => ({ label, cost: Math.min(...synonyms(label).map(cost)) }))
    .filter(({ cost }) => cost <= limit)
    .sort((a, b) => a.cost - b.cost)
    .slice(0, 3)
    .map(({ label }) => label)
}
