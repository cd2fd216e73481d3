/** Class labels: from the files that they come in, and back from what a user types to an index. */

import { distance } from 'fastest-levenshtein'
import { DeepTaylorError } from '../core/diagnostics.ts'

/**
 * Labels by index, from Hugging Face's `config.json` (`id2label`), a JSON list, a JSON object by index, or one per line.
 * Gaps are filled with the index.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export function parseLabels(text: string, file: string): readonly string[] {
  if (!/^\s*[[{]/.test(text)) {
    const lines = text.split(/\r?\n/).map(line => line.trim())
    while (lines.at(-1) === '') lines.pop()
    if (lines.length > 0) return lines
    throw new DeepTaylorError('config-unreadable', { file, reason: 'it holds no labels' })
  }
  const labels = labelsIn(parseJson(text, file))
  if (labels) return labels
  throw new DeepTaylorError('config-unreadable', {
    file,
    reason: 'no labels are in it: a list, an object by index, or "id2label" was expected',
  })
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

/** The labels in a parsed file; undefined where there are none. */
export function labelsIn(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.length > 0 && value.every(isLabel) ? value.map(labelText) : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const { id2label } = value as { id2label?: unknown }
  const byIndex = Object.entries((typeof id2label === 'object' && id2label) || value)
  const indexed = byIndex.filter(([key, label]) => /^\d{1,6}$/.test(key) && isLabel(label))
  if (indexed.length === 0 || indexed.length < byIndex.length) return undefined
  const size = Math.max(...indexed.map(([key]) => Number(key))) + 1
  const labels = Array.from({ length: size }, (_, index) => String(index))
  for (const [key, label] of indexed) labels[Number(key)] = labelText(label)
  return labels
}

/** A text, or Keras's pair of WordNet id and text. */
function isLabel(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && typeof value.at(-1) === 'string')
}

function labelText(value: unknown): string {
  return Array.isArray(value) ? (value.at(-1) as string) : (value as string)
}

/**
 * The index of a label: exactly, without regard to case, or as one of its synonyms ("tench" of "tench, Tinca tinca").
 *
 * @throws DeepTaylorError `target-invalid`, with the nearest labels
 */
export function findClass(labels: readonly string[], query: string): number {
  const wanted = query.trim().toLowerCase()
  const tests: readonly ((label: string) => boolean)[] = [
    label => label === query,
    label => label.toLowerCase() === wanted,
    label =>
      label
        .toLowerCase()
        .split(',')
        .some(part => part.trim() === wanted),
  ]
  for (const test of tests) {
    const index = labels.findIndex(test)
    if (index >= 0) return index
  }
  const near = labels
    .map(label => ({
      label,
      cost: Math.min(...label.split(',').map(part => distance(part.trim().toLowerCase(), wanted))),
    }))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, 3)
    .map(({ label }) => `"${label}"`)
  throw new DeepTaylorError('target-invalid', {
    target: `"${query}"`,
    reason: `the model has no such label; near ones are ${near.join(', ')}`,
  })
}
