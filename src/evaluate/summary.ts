/** What an evaluation's single figures amount to: per method and measure a mean with its interval and a rank; mean curves. */

import type { Curve, Measure } from './measure.ts'
import type { MeanCurve, MeasuredValue, Summary } from './report.ts'
import { bootstrapIntervals, type Interval, mean, median, standardDeviation } from './statistics.ts'

/**
 * One row per method and measure, methods outermost, in the orders given. It does not matter in which order values arrive.
 *
 * A mean is over the inputs that have a value; what is no finite number counts as none. Ranks go by means.
 *
 * @param unranked methods that are no rivals of the others: they have no rank, and count in nobody's
 */
export function summarise(
  values: readonly MeasuredValue[],
  measures: readonly Pick<Measure, 'name' | 'direction'>[],
  methods: readonly string[],
  seed: number,
  unranked: readonly string[] = [],
): Summary[] {
  const groups = grouped(values, ({ method, measure }) => keyOf(method, measure))
  const found = methods.flatMap(method =>
    measures.map(({ name, direction }) => {
      const rows = byInput(groups.get(keyOf(method, name)) ?? [])
      const numbers = rows.flatMap(({ value }) => (value !== null && Number.isFinite(value) ? [value] : []))
      return { method, measure: name, direction, numbers, without: rows.length - numbers.length }
    }),
  )
  const intervals = intervalsOf(
    found.map(({ numbers }) => numbers),
    seed,
  )
  const rows = found.map(({ method, measure, direction, numbers, without }, i) => {
    const interval = intervals[i]
    return {
      method,
      measure,
      direction,
      count: numbers.length,
      without,
      mean: numbers.length > 0 ? mean(numbers) : null,
      median: numbers.length > 0 ? median(numbers) : null,
      standardDeviation: interval ? standardDeviation(numbers) : null,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
    }
  })
  const rivals = rows.filter(({ method }) => !unranked.includes(method))
  return rows.map(({ direction, ...row }) => ({
    ...row,
    rank: unranked.includes(row.method) ? null : rankOf(row, rivals, direction),
  }))
}

/** The intervals of several, undefined where there are fewer than two numbers. Those of equal length share their draws, which are the dear part. */
function intervalsOf(all: readonly (readonly number[])[], seed: number): readonly (Interval | undefined)[] {
  const intervals: (Interval | undefined)[] = all.map(() => undefined)
  for (const [length, indices] of grouped([...all.keys()], i => (all[i] as readonly number[]).length)) {
    if (length < 2) continue
    const columns = indices.map(i => all[i] as readonly number[])
    bootstrapIntervals(columns, seed).forEach((interval, i) => {
      intervals[indices[i] as number] = interval
    })
  }
  return intervals
}

/** 1 + how many methods have a better mean: those that are equal share a rank. */
function rankOf(
  { measure, mean: own }: Pick<Summary, 'measure' | 'mean'>,
  rows: readonly Pick<Summary, 'measure' | 'mean'>[],
  direction: Measure['direction'],
): number | null {
  if (own === null) return null
  const isBetter = (other: number) => (direction === 'higher' ? other > own : other < own)
  return 1 + rows.filter(row => row.measure === measure && row.mean !== null && isBetter(row.mean)).length
}

/** A curve's interval is drawn for each of its points, and is only looked at: fewer resamples do. */
const curveResamples = 1000

/**
 * The mean curve of each method, measure and curve, ordered by measure, curve and method, by name; its interval holds at each x by itself. Curves
 * whose x differ from input to input have no mean and are left out.
 */
export function meanCurves(
  values: readonly MeasuredValue[],
  { seed = 0, resamples = curveResamples }: { readonly seed?: number; readonly resamples?: number } = {},
): MeanCurve[] {
  const groups = grouped(
    byInput(values).flatMap(({ method, measure, curves = {} }) =>
      Object.entries(curves).map(([name, curve]) => ({ method, measure, name, curve })),
    ),
    ({ measure, name, method }) => keyOf(measure, name, method),
  )
  return [...groups.entries()]
    .sort(([a], [b]) => order(a, b))
    .flatMap(([, rows]) => {
      const { method, measure, name } = rows[0] as (typeof rows)[number]
      const mean = meanOf(
        rows.map(({ curve }) => curve),
        seed,
        resamples,
      )
      return mean ? [{ method, measure, curve: name, ...mean }] : []
    })
}

function meanOf(
  curves: readonly Curve[],
  seed: number,
  resamples: number,
): Omit<MeanCurve, 'method' | 'measure' | 'curve'> | undefined {
  const { x, xLabel, yLabel } = curves[0] as Curve
  if (!curves.every(curve => curve.x.length === x.length && curve.x.every((at, i) => at === x[i]))) return undefined
  const columns = x.map((_, i) => Float64Array.from(curves, ({ y }) => y[i] as number))
  const intervals = bootstrapIntervals(columns, seed, resamples)
  return {
    xLabel,
    yLabel,
    x: [...x],
    mean: columns.map(mean),
    low: intervals.map(({ low }) => low),
    high: intervals.map(({ high }) => high),
  }
}

/** Sums of floats depend on their order: it is fixed by the inputs' names. */
function byInput(rows: readonly MeasuredValue[]): readonly MeasuredValue[] {
  return [...rows].sort((a, b) => order(a.input, b.input) || (a.value ?? 0) - (b.value ?? 0))
}

/** By code units, which no locale changes. */
function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function keyOf(...names: readonly string[]): string {
  return names.join('\0')
}

/** Rows by a key, in their order. */
export function grouped<T, K extends string | number>(rows: readonly T[], key: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const row of rows) {
    const name = key(row)
    const group = groups.get(name)
    if (group) group.push(row)
    else groups.set(name, [row])
  }
  return groups
}
