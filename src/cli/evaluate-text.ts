/** An evaluation in words, for people: a table of means, and what could not be measured. */

import Table from 'cli-table3'
import colors from 'picocolors'
import type { EvaluationReport, MeasuredValue } from '../evaluate/report.ts'

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
  const totals = countedBy(asked, ({ measure }) => measure)
  const reasons = new Map<string, MeasuredValue[]>()
  for (const one of asked) {
    const { value, why = 'there is no value' } = one
    if (value === null) reasons.set(why, [...(reasons.get(why) ?? []), one])
  }
  return [...reasons].map(([why, without]) => {
    const shares = new Map<string, string[]>()
    for (const [measure, count] of countedBy(without, one => one.measure)) {
      const of = totals.get(measure) as number
      const share = count === of ? '' : ` (${count} of ${of} explanations)`
      shares.set(share, [...(shares.get(share) ?? []), measure])
    }
    const named = [...shares].map(
      ([share, measures]) => `${measures.length === all.length ? 'all measures' : measures.join(', ')}${share}`,
    )
    return `not applicable: ${named.join('; ')}: ${why}`
  })
}

function countedBy(
  values: readonly MeasuredValue[],
  keyOf: (one: MeasuredValue) => string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const one of values) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1)
  return counts
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)))
}
