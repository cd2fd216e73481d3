/** An evaluation in words, for people: a table of means, and what could not be measured. */

import Table from 'cli-table3'
import colors from 'picocolors'
import type { EvaluationReport } from '../evaluate/report.ts'

/** A table of measures and methods, the best of each row marked. */
export function evaluationText(report: EvaluationReport, page: string): string {
  const { model, data, methods, measures, inputs, summary, skipped } = report
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
      return `${one.rank === 1 && methods.length > 1 ? colors.green(`* ${text}`) : text}${interval}`
    })
    table.push([name, direction, ...cells])
  }
  const left = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
  return [
    `${colors.bold(model)}  ${data}: ${inputs.length === 1 ? 'one input' : `${inputs.length} inputs`}${left}`,
    table.toString(),
    colors.dim(`means over inputs, and half of their 95 % intervals; * is the best mean of a row`),
    `report ${page}`,
    '',
  ].join('\n')
}

/** What could be measured of no explanation, or not of all: one line per reason. */
export function notApplicable({ values }: EvaluationReport): readonly string[] {
  const reasons = new Map<string, Map<string, { without: number; of: number }>>()
  const totals = new Map<string, number>()
  for (const { measure } of values) totals.set(measure, (totals.get(measure) ?? 0) + 1)
  for (const { measure, value, why = 'there is no value' } of values) {
    if (value !== null) continue
    const measures = reasons.get(why) ?? new Map<string, { without: number; of: number }>()
    const { without } = measures.get(measure) ?? { without: 0 }
    reasons.set(why, measures.set(measure, { without: without + 1, of: totals.get(measure) as number }))
  }
  return [...reasons].map(([why, measures]) => {
    const named = [...measures].map(([measure, { without, of }]) =>
      without === of ? measure : `${measure} (${without} of ${of} explanations)`,
    )
    return `not applicable: ${named.join(', ')}: ${why}`
  })
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)))
}
