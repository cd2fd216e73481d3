/** Tables of numbers: CSV with or without a header, one sample a row. */

import { type CsvError, parse } from 'csv-parse/sync'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import type { FloatTensor } from '../runtime/session.ts'

/** A table, read. */
export interface Table {
  /** float32, rows × columns. */
  readonly tensor: FloatTensor
  /** The columns' names; their numbers from 0 where the file has none. */
  readonly features: readonly string[]
}

/** Numbers are shorter. */
const longestCell = 10_000

/**
 * A CSV file (UTF-8, commas, RFC 4180 quotes). Its first row is a header if any of its cells is no number.
 *
 * @param file what messages call it
 * @throws DeepTaylorError `input-invalid`, with the line and column of the first fault
 */
export function parseTable(text: string, file: string): Table {
  const invalid = (reason: string, cause?: unknown) =>
    new DeepTaylorError('input-invalid', { input: file, reason }, cause)
  let rows: readonly (readonly string[])[]
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true, max_record_size: longestCell * 1000 })
  } catch (error) {
    const { lines } = error as CsvError & { lines?: number }
    throw invalid(`not readable as CSV${lines === undefined ? '' : ` at line ${lines}`}: ${reasonOf(error)}`, error)
  }
  const [first] = rows
  if (!first) throw invalid('it holds no rows')
  const hasHeader = first.some(cell => !isNumber(cell))
  const body = hasHeader ? rows.slice(1) : rows
  if (body.length === 0) throw invalid('it holds a header and no rows')
  const data = new Float32Array(body.length * first.length)
  for (const [r, row] of body.entries()) {
    for (const [c, cell] of row.entries()) {
      if (!isNumber(cell)) {
        const name = hasHeader ? `"${first[c]}"` : c + 1
        throw invalid(`row ${r + 1}, column ${name}: "${cell.slice(0, 40)}" is not a number`)
      }
      data[r * first.length + c] = Number(cell)
    }
  }
  return {
    tensor: { dims: [body.length, first.length], data },
    features: hasHeader ? first.map((name, i) => named(name) || String(i)) : first.map((_, i) => String(i)),
  }
}

function isNumber(cell: string): boolean {
  return cell !== '' && Number.isFinite(Number(cell))
}

/** On one line and without control characters: names are printed to terminals. */
function named(cell: string): string {
  return cell
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 200)
}
