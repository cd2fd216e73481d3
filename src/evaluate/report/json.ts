/** The report as the text of a JSON file: the same report, the same bytes. */

import type { EvaluationReport } from '../report.ts'

/** To this depth every entry has a line of its own. */
const openLevels = 2

/**
 * Canonical JSON: keys in the order of their code units (as RFC 8785), whatever order they were made in; one line per input, value,
 * summary and curve, so that two reports can be compared line by line; a newline at the end. What JSON has no number for is
 * written as text: `"NaN"`, `"Infinity"`, `"-Infinity"`.
 */
export function reportJson(report: EvaluationReport): string {
  return `${written(report, 0)}\n`
}

function written(value: unknown, level: number): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const isList = Array.isArray(value)
  const entries = isList
    ? value.map(entry => written(entry ?? null, level + 1))
    : Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, entry]) => `${JSON.stringify(key)}: ${written(entry, level + 1)}`)
  const [open, close] = isList ? '[]' : '{}'
  if (level >= openLevels || entries.length === 0) return `${open}${entries.join(', ')}${close}`
  const indent = '  '.repeat(level + 1)
  return `${open}\n${entries.map(entry => indent + entry).join(',\n')}\n${indent.slice(2)}${close}`
}
