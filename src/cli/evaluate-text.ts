/** An evaluation in words, for people: a table of means, and what could not be measured. */

import { join } from 'node:path'
import Table from 'cli-table3'
import colors from 'picocolors'
import type { EvaluationReport } from '../evaluate/report.ts'

/** A table of measures and methods, the best of each row marked. */
export function evaluationText(report: EvaluationReport, folder: string): string {
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
    `report ${join(folder, 'report.json')}`,
    '',
  ].join('\n')
}

/** What could be measured of no input, or not of all: a line per measure and reason. */
export function notApplicable({ values, methods }: EvaluationReport): readonly string[] {
  const counts = new Map<string, number>()
  for (const { measure, value, why } of values) {
    if (value !== null) continue
    const key = `${measure}: ${why}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const all = (measure: string) => values.filter(one => one.measure === measure).length
  return [...counts].map(([key, count]) => {
    const of = all(key.slice(0, key.indexOf(': ')))
    return `${key} (${count === of ? 'all' : `${count} of ${of}`} explanations${methods.length > 1 ? ', all methods together' : ''})`
  })
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)))
}
