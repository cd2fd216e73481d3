/** Tables, as aligned text or as Markdown, and how figures are written in them. */

import type { Spread } from './statistics.ts'

/** A table: its columns' heads, and rows of cells. */
export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A table as text; the first column reads from the left, the others end flush. */
export function renderTable({ title, head, rows }: Table, markdown: boolean): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map(row => (row[column] ?? '').length)))
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
  if (!markdown) return [title, ...all.map(row => line(row).join('  '))].join('\n')
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(Math.max(1, width - 1))}:`))
  return [`**${title}**`, '', ...[line(head), rule, ...rows.map(line)].map(cells => `| ${cells.join(' | ')} |`)].join(
    '\n',
  )
}

/** Milliseconds to three digits. */
export function digits(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** `median [least … most]`. */
export function spread({ median, least, most }: Spread): string {
  return `${digits(median)} [${digits(least)} … ${digits(most)}]`
}

/** Bytes in megabytes. */
export function megabytes(bytes: number): string {
  return digits(bytes / 1e6)
}

/** A share with its sign, in percent. */
export function growth(from: number, to: number): string {
  return `+${((to / from - 1) * 100).toPrecision(2)} %`
}

/** A share in whole percent. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
