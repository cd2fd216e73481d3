/** The report as tables for other programs: CSV by RFC 4180 (commas, quotes where needed, CRLF), a header, UTF-8, one figure a row. */

import type { EvaluationReport } from '../report.ts'

type Cell = string | number | null | undefined

/**
 * One row per figure of one input, method and measure: first the value, then the measure's further figures.
 *
 * | column | what it is |
 * | --- | --- |
 * | `input` | as in the report |
 * | `label` | that the data give; empty where they give none |
 * | `target`, `predicted` | the explained class, and the most probable |
 * | `logit` | of the explained class |
 * | `method`, `measure` | their names |
 * | `figure` | `value`, or the name of a further figure |
 * | `value` | a number, `NaN`, `Infinity` or `-Infinity`; empty where the measure cannot be applied |
 * | `unit` | of a `value`; empty for further figures |
 * | `direction` | of a `value`: whether `higher` or `lower` is better |
 * | `why` | why there is no value |
 *
 * A text that a spreadsheet would compute (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return) has `'` before it.
 */
export function valuesCsv(report: EvaluationReport): string {
  const inputs = new Map(report.inputs.map(input => [input.id, input]))
  const measures = new Map(report.measures.map(measure => [measure.name, measure]))
  const rows = report.values.flatMap(({ input, method, measure, value, why, details = {} }) => {
    const of = inputs.get(input)
    const about = measures.get(measure)
    const start = [input, of?.label, of?.target.label, of?.predicted.label, of?.logit, method, measure]
    return [
      [...start, 'value', value, about?.unit, about?.direction, why],
      ...Object.entries(details).map(([name, figure]) => [...start, name, figure, null, null, null]),
    ]
  })
  const header = [
    ...['input', 'label', 'target', 'predicted', 'logit', 'method', 'measure'],
    ...['figure', 'value', 'unit', 'direction', 'why'],
  ]
  return table(header, rows)
}

/**
 * One row per method and measure.
 *
 * | column | what it is |
 * | --- | --- |
 * | `group`, `measure`, `method` | their names |
 * | `direction`, `unit` | whether `higher` or `lower` is better, and the unit of what follows |
 * | `count`, `without` | inputs with a value, and without one |
 * | `mean`, `low`, `high` | the mean and its 95 % bootstrap interval |
 * | `median`, `standard_deviation` | of the inputs' values |
 * | `rank` | 1 is best; ties share |
 */
export function summaryCsv(report: EvaluationReport): string {
  const measures = new Map(report.measures.map(measure => [measure.name, measure]))
  const rows = report.summary.map(of => {
    const about = measures.get(of.measure)
    return [
      ...[about?.group, of.measure, of.method, about?.direction, about?.unit, of.count, of.without],
      ...[of.mean, of.low, of.high, of.median, of.standardDeviation, of.rank],
    ]
  })
  const header = [
    ...['group', 'measure', 'method', 'direction', 'unit', 'count', 'without'],
    ...['mean', 'low', 'high', 'median', 'standard_deviation', 'rank'],
  ]
  return table(header, rows)
}

/**
 * One row per point of a mean curve.
 *
 * | column | what it is |
 * | --- | --- |
 * | `measure`, `curve`, `method` | their names |
 * | `x_label`, `y_label` | what the axes show |
 * | `x` | the point |
 * | `mean`, `low`, `high` | the mean over the inputs there, and its 95 % bootstrap interval |
 */
export function curvesCsv(report: EvaluationReport): string {
  const rows = report.curves.flatMap(({ measure, curve, method, xLabel, yLabel, x, mean, low, high }) =>
    x.map((at, i) => [measure, curve, method, xLabel, yLabel, at, mean[i], low[i], high[i]]),
  )
  return table(['measure', 'curve', 'method', 'x_label', 'y_label', 'x', 'mean', 'low', 'high'], rows)
}

function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: Cell): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  // A cell that begins or ends with a blank is quoted, too: some readers take it away otherwise.
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
