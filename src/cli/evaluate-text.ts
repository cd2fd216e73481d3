/** An evaluation in words, for people: a table of means, and what could not be measured. */

import Table from 'cli-table3'
import colors from 'picocolors'
import type { EvaluationReport, MeasuredValue } from '../evaluate/report.ts'
import { grouped } from '../evaluate/summary.ts'

/** Tables of measures and methods, the best of each row marked: as many methods side by side as the terminal is wide. */
export function evaluationText(report: EvaluationReport, page: string, columns = defaultColumns): string {
  const { model, data, methods, inputs, skipped } = report
  const perTable = Math.max(1, Math.floor((columns - besideMethods) / perMethod))
  const left = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
  const blocks = Array.from({ length: Math.ceil(methods.length / perTable) }, (_, i) =>
    tableOf(report, methods.slice(i * perTable, (i + 1) * perTable)),
  )
  return [
    `${colors.bold(model)}  ${data}: ${inputs.length === 1 ? 'one input' : `${inputs.length} inputs`}${left}`,
    ...blocks,
    colors.dim(`means over inputs, and half of their 95 % intervals; * is the best mean of a measure`),
    `report ${page}`,
    '',
  ].join('\n')
}

/** Of a terminal that does not say, and of files. */
const defaultColumns = 160
/** What the measures' names and their direction take, and a method's column at most. */
const [besideMethods, perMethod] = [40, 24]

function tableOf({ methods: all, measures, summary }: EvaluationReport, methods: readonly string[]): string {
  const table = new Table({
    head: ['measure', 'better', ...methods],
    colAligns: ['left', 'left', ...methods.map(() => 'right' as const)],
    style: {
      head: colors.isColorSupported ? ['bold'] : [],
      border: colors.isColorSupported ? ['dim'] : [],
      compact: true,
    },
  })
  for (const { name, direction } of measures) {
    if (summary.every(row => row.measure !== name || row.mean === null)) continue
    const cells = methods.map(method => {
      const one = summary.find(row => row.method === method && row.measure === name)
      if (!one || one.mean === null) return colors.dim('—')
      const text = number(one.mean)
      const interval =
        one.low === null || one.high === null ? '' : ` ${colors.dim(`±${number((one.high - one.low) / 2)}`)}`
      return `${one.rank === 1 && all.length > 1 ? colors.green(`* ${text}`) : text}${interval}`
    })
    table.push([name, direction, ...cells])
  }
  return table.toString()
}

/** What could be measured of no explanation, or not of all: one line per reason. Controls are not asked everything, so they do not count. */
export function notApplicable({ values, controls, measures: all }: EvaluationReport): readonly string[] {
  const asked = values.filter(({ method }) => !controls.includes(method))
  const totals = grouped(asked, ({ measure }) => measure)
  const without = asked.filter(({ value }) => value === null)
  const reasons = grouped(without, ({ why = 'there is no value' }) => why)
  return [...reasons].map(([why, values]) => {
    const shareOf = ([measure, { length: count }]: readonly [string, readonly MeasuredValue[]]) => {
      const of = totals.get(measure)?.length
      return count === of ? '' : ` (${count} of ${of} explanations)`
    }
    const shares = grouped([...grouped(values, one => one.measure)], shareOf)
    const named = [...shares].map(
      ([share, measures]) =>
        `${measures.length === all.length ? 'all measures' : measures.map(([measure]) => measure).join(', ')}${share}`,
    )
    return `not applicable: ${named.join('; ')}: ${why}`
  })
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)))
}
