import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Measure } from './measure.ts'
import type { MeasuredValue } from './report.ts'
import { meanCurves, summarise } from './summary.ts'

const measures: readonly Pick<Measure, 'name' | 'direction'>[] = [
  { name: 'up', direction: 'higher' },
  { name: 'down', direction: 'lower' },
]

function measured(method: string, measure: string, input: string, value: number | null): MeasuredValue {
  return { method, measure, input, value, ...(value === null && { why: 'none' }) }
}

const values = [
  measured('a', 'up', '1', 1),
  measured('a', 'up', '2', 3),
  measured('b', 'up', '1', 2),
  measured('b', 'up', '2', 2),
  measured('c', 'up', '1', 5),
  measured('c', 'up', '2', null),
  measured('a', 'down', '1', 0.5),
  measured('b', 'down', '1', 0.1),
  measured('c', 'down', '1', null),
]

describe('a summary', () => {
  const rows = summarise(values, measures, ['a', 'b', 'c'], 0)
  const row = (method: string, measure: string) => rows.find(r => r.method === method && r.measure === measure)

  it('has a row per method and measure, in their order', () => {
    expect(rows.map(({ method, measure }) => `${method} ${measure}`)).toEqual([
      'a up',
      'a down',
      'b up',
      'b down',
      'c up',
      'c down',
    ])
  })

  it('counts inputs without a value and leaves them out of the mean', () => {
    expect(row('a', 'up')).toMatchObject({ count: 2, without: 0, mean: 2, median: 2, standardDeviation: Math.SQRT2 })
    expect(row('c', 'up')).toMatchObject({ count: 1, without: 1, mean: 5, standardDeviation: null, low: null })
    expect(row('c', 'down')).toEqual({
      method: 'c',
      measure: 'down',
      count: 0,
      without: 1,
      mean: null,
      median: null,
      standardDeviation: null,
      low: null,
      high: null,
      rank: null,
    })
  })

  it('ranks by direction, ties share', () => {
    expect(['a', 'b', 'c'].map(method => row(method, 'up')?.rank)).toEqual([2, 2, 1])
    expect(['a', 'b', 'c'].map(method => row(method, 'down')?.rank)).toEqual([2, 1, null])
  })

  it('takes what is no number for no value', () => {
    const [only] = summarise([measured('a', 'up', '1', Number.NaN)], measures, ['a'], 0)
    expect(only).toMatchObject({ count: 0, without: 1, mean: null })
  })
})

describe('mean curves', () => {
  const curveOf = (x: readonly number[], y: readonly number[]) => ({ x, y, xLabel: 'share', yLabel: 'logit' })
  const withCurve = (input: string, name: string, x: readonly number[], y: readonly number[]): MeasuredValue => ({
    ...measured('a', 'up', input, 0),
    curves: { [name]: curveOf(x, y) },
  })

  it('are pointwise', () => {
    const [only] = meanCurves([withCurve('1', 'first', [0, 1], [4, 2]), withCurve('2', 'first', [0, 1], [6, 2])])
    expect(only).toEqual({
      method: 'a',
      measure: 'up',
      curve: 'first',
      xLabel: 'share',
      yLabel: 'logit',
      x: [0, 1],
      mean: [5, 2],
      low: [4, 2],
      high: [6, 2],
    })
  })

  it('are of equal x only', () => {
    const differing = [withCurve('1', 'first', [0, 1], [4, 2]), withCurve('2', 'first', [0, 2], [6, 2])]
    expect(meanCurves([...differing, withCurve('1', 'last', [0], [1])]).map(({ curve }) => curve)).toEqual(['last'])
  })
})

it('the order of arrival changes no bit', () => {
  const row = fc.record({
    method: fc.constantFrom('a', 'b'),
    measure: fc.constantFrom('up', 'down'),
    input: fc.string({ maxLength: 3 }),
    value: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  })
  const unique = fc.uniqueArray(row, {
    selector: ({ method, measure, input }) => `${method} ${measure} ${input}`,
    maxLength: 30,
  })
  fc.assert(
    fc.property(unique, drawn => {
      const rows = drawn.map(one => ({
        ...one,
        curves: { only: { x: [0, 1], y: [one.value, 2 * one.value], xLabel: '', yLabel: '' } },
      }))
      const turned = [...rows].reverse()
      expect(summarise(turned, measures, ['a', 'b'], 1)).toEqual(summarise(rows, measures, ['a', 'b'], 1))
      const few = { seed: 1, resamples: 50 }
      expect(meanCurves(turned, few)).toEqual(meanCurves(rows, few))
    }),
    { numRuns: 20 },
  )
})
