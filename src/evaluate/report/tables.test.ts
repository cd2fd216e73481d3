/** JSON and CSV: what other programs read. */

import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { madeUpReport } from '../../../test/support/evaluation-report.ts'
import { curvesCsv, summaryCsv, valuesCsv } from './csv.ts'
import { reportJson } from './json.ts'

const report = await madeUpReport({ inputs: 4, shown: 1 })
const rows = (text: string): readonly Record<string, string>[] => parse(text, { columns: true })

/** The same data in objects whose keys were made in the other order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, entry]) => [key, reversed(entry)]),
  )
}

describe('JSON', () => {
  it('is the report', () => {
    expect(JSON.parse(reportJson(report))).toEqual(report)
    expect(reportJson(report).endsWith('}\n')).toBe(true)
  })

  it('is the same bytes whatever the order of keys', () => {
    expect(JSON.stringify(reversed(report))).not.toBe(JSON.stringify(report))
    expect(reportJson(reversed(report) as typeof report)).toBe(reportJson(report))
  })

  it('has a line per value', () => {
    const lines = reportJson(report).split('\n')
    expect(lines.filter(line => line.includes('"input": "circle-1.png"'))).toHaveLength(6 * 10)
  })

  it('writes what JSON has no number for, and leaves out what is undefined', () => {
    const odd = { ...report, values: [{ input: 'a', method: 'm', measure: 'x', value: Number.NaN, why: undefined }] }
    expect(reportJson(odd as never)).toContain('{"input": "a", "measure": "x", "method": "m", "value": "NaN"}')
  })
})

describe('CSV', () => {
  it('has a row per figure, and after it the further figures', () => {
    const found = rows(valuesCsv(report))
    expect(found).toHaveLength(report.values.length + 2 * 6 * 4)
    const first = report.values[0]
    expect(found[0]).toEqual({
      ...{ input: 'circle-1.png', label: 'circle', target: 'circle', predicted: report.inputs[0]?.predicted.label },
      ...{ logit: String(report.inputs[0]?.logit), method: 'deep-taylor', measure: 'pixel-flipping', figure: 'value' },
      ...{ value: String(first?.value), unit: 'logit', direction: 'higher', why: '' },
    })
    const sums = found.filter(({ figure }) => figure === 'relevanceSum')
    expect(sums.map(({ value }) => Number(value))).toEqual(
      report.values.flatMap(({ details }) => details?.relevanceSum ?? []),
    )
    const missing = found.filter(({ value }) => value === '')
    expect(missing.length).toBe(report.values.filter(({ value }) => value === null).length)
    expect(missing.every(({ why }) => why !== '')).toBe(true)
  })

  it('has the summary and the mean curves', () => {
    const summary = rows(summaryCsv(report))
    expect(summary).toHaveLength(report.summary.length)
    expect(summary.map(({ mean }) => (mean === '' ? null : Number(mean)))).toEqual(
      report.summary.map(({ mean }) => mean),
    )
    expect(Object.keys(summary[0] ?? {})).toEqual(
      'group,measure,method,direction,unit,count,without,mean,low,high,median,standard_deviation,rank'.split(','),
    )
    const curves = rows(curvesCsv(report))
    expect(curves.map(({ mean }) => Number(mean))).toEqual(report.curves.flatMap(({ mean }) => mean))
  })

  it('ends every line as RFC 4180 does', () => {
    expect(summaryCsv(report).split('\r\n')).toHaveLength(report.summary.length + 2)
    expect(summaryCsv(report).replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  })

  it('gives any text back, and computes none', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[=+\-@\t\r\n",' a]{0,8}$/))
    fc.assert(
      fc.property(text, text, (input, why) => {
        const value = { input, method: 'm', measure: 'x', value: null, why }
        const [row] = rows(valuesCsv({ ...report, values: [value] }))
        const expected = (cell: string) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)
        expect([row?.input, row?.why]).toEqual([expected(input), expected(why)])
      }),
    )
  })

  it('says NaN and infinity', () => {
    const values = [Number.NaN, Number.NEGATIVE_INFINITY].map(value => ({
      input: 'a',
      method: 'm',
      measure: 'x',
      value,
    }))
    expect(rows(valuesCsv({ ...report, values })).map(({ value }) => value)).toEqual(['NaN', '-Infinity'])
  })
})
