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
  /** Where a column of labels was named: one per row. */
  readonly labels?: readonly string[]
}

/** What a table's columns are. */
export interface TableOptions {
  /** The column, by its name, that holds labels and is no feature. */
  readonly labelColumn?: string | undefined
}

/** Numbers are shorter. */
const longestCell = 10_000

/**
 * A CSV file (UTF-8, commas, RFC 4180 quotes). Its first row is a header if any of its cells is no number, and where a column is named.
 *
 * @param file what messages call it
 * @throws DeepTaylorError `input-invalid`, with the line and column of the first fault
 */
export function parseTable(text: string, file: string, { labelColumn }: TableOptions = {}): Table {
  const invalid = (reason: string) => new DeepTaylorError('input-invalid', { input: file, reason })
  const { rows, labels } = labelColumn === undefined ? { rows: rowsOf(text, file) } : parted(text, file, labelColumn)
  const [first] = rows
  if (!first) throw invalid('it holds no rows')
  const hasHeader = labels !== undefined || first.some(cell => !isNumber(cell))
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
    ...(labels && { labels }),
  }
}

/** The column of labels, and the others. */
function parted(text: string, file: string, column: string) {
  const [header = [], ...body] = rowsOf(text, file)
  const at = header.indexOf(column)
  if (at < 0) {
    const reason = `it has no column "${column}"; it has ${header.slice(0, 10).map(named).join(', ')}${header.length > 10 ? ' …' : ''}`
    throw new DeepTaylorError('input-invalid', { input: file, reason })
  }
  const without = (row: readonly string[]) => row.filter((_, i) => i !== at)
  return { rows: [header, ...body].map(without), labels: body.map(row => row[at] as string) }
}

/**
 * A CSV file whose first row names its columns: the cells of some of them, row by row.
 *
 * @throws DeepTaylorError `input-invalid`
 */
export function parseColumns<C extends string>(
  text: string,
  file: string,
  columns: readonly C[],
): readonly Readonly<Record<C, string>>[] {
  const [header = [], ...body] = rowsOf(text, file)
  const places = columns.map(column => {
    const at = header.indexOf(column)
    if (at >= 0) return at
    const reason = `the columns ${columns.join(', ')} were expected, and its first row has no "${column}"`
    throw new DeepTaylorError('input-invalid', { input: file, reason })
  })
  return body.map(
    row =>
      Object.fromEntries(columns.map((column, i) => [column, row[places[i] as number] as string])) as Record<C, string>,
  )
}

function rowsOf(text: string, file: string): readonly (readonly string[])[] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, trim: true, max_record_size: longestCell * 1000 })
  } catch (error) {
    const { lines } = error as CsvError & { lines?: number }
    const reason = `not readable as CSV${lines === undefined ? '' : ` at line ${lines}`}: ${reasonOf(error)}`
    throw new DeepTaylorError('input-invalid', { input: file, reason }, error)
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
