/** Statistics of few numbers: averages, intervals by bootstrap, correlations, ranks. All sums are of float64. */

import { Random } from './random.ts'

/** The arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return sum / values.length
}

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: ArrayLike<number>): number {
  return quantile(Float64Array.from(values).sort(), 0.5)
}

/** Of a sample (n − 1 in the denominator): NaN of fewer than two. */
export function standardDeviation(values: ArrayLike<number>): number {
  const middle = mean(values)
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - middle) ** 2
  return Math.sqrt(squares / (values.length - 1))
}

/**
 * A quantile, between two values linear in the rank (Hyndman and Fan 1996, type 7: NumPy's default).
 *
 * @param sorted ascending
 * @param share 0…1
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1)
  const below = sorted[Math.floor(at)] as number
  const above = sorted[Math.ceil(at)] as number
  return below + (above - below) * (at - Math.floor(at))
}

/** An interval that a mean lies in. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** How many resamples are drawn unless told. */
export const defaultResamples = 2000

/** The interval's probability. */
const confidence = 0.95

/**
 * 95 % intervals of the means of several columns by the percentile bootstrap (Efron 1979, Efron and Tibshirani 1993, ch. 13): as many
 * values as a column has are drawn from it with replacement, and the interval holds the middle 95 % of the means.
 *
 * Columns share the draws, row by row: numbers of the same inputs stay paired, and one draw serves them all.
 *
 * @param columns of equal length, one value per input, inputs in the same order
 * @returns one interval per column; both ends are the value itself where a column has one
 */
export function bootstrapIntervals(
  columns: readonly ArrayLike<number>[],
  seed: number,
  resamples: number = defaultResamples,
): readonly Interval[] {
  const count = columns[0]?.length ?? 0
  const random = new Random(seed, `bootstrap ${count}`)
  const values = columns.map(column => Float64Array.from(column))
  const means = columns.map(() => new Float64Array(resamples))
  const times = new Float64Array(count)
  for (let resample = 0; resample < resamples; resample++) {
    times.fill(0)
    for (let i = 0; i < count; i++) {
      const drawn = random.below(count)
      times[drawn] = (times[drawn] as number) + 1
    }
    for (let column = 0; column < values.length; column++) {
      ;(means[column] as Float64Array)[resample] = weightedMean(values[column] as Float64Array, times)
    }
  }
  const tail = (1 - confidence) / 2
  return means.map(drawn => {
    drawn.sort()
    return { low: quantile(drawn, tail), high: quantile(drawn, 1 - tail) }
  })
}

/** Σ times · value / n, where Σ times = n. */
function weightedMean(values: Float64Array, times: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * (times[i] as number)
  return sum / values.length
}

/** The 95 % interval of one column's mean, as `bootstrapIntervals`. */
export function bootstrapInterval(values: ArrayLike<number>, seed: number, resamples?: number): Interval {
  return bootstrapIntervals([values], seed, resamples)[0] as Interval
}

/** Pearson's correlation, −1…1; null where a side is constant or shorter than two: there is none. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  if (a.length < 2 || isConstant(a) || isConstant(b)) return null
  const [meanA, meanB] = [mean(a), mean(b)]
  let both = 0
  let squaresA = 0
  let squaresB = 0
  for (let i = 0; i < a.length; i++) {
    const da = (a[i] as number) - meanA
    const db = (b[i] as number) - meanB
    both += da * db
    squaresA += da * da
    squaresB += db * db
  }
  const scale = Math.sqrt(squaresA) * Math.sqrt(squaresB)
  return scale > 0 ? Math.max(-1, Math.min(1, both / scale)) : null
}

/** Spearman's rank correlation, −1…1: Pearson's of the ranks, ties sharing their average; null as `pearson`. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  return pearson(averageRanks(a), averageRanks(b))
}

/** 1 for the smallest; equal values share the average of the ranks that they fill. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = ascending(values)
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length; ) {
    const to = endOfTies(values, order, from)
    const shared = (from + 1 + to) / 2
    for (let i = from; i < to; i++) ranks[order[i] as number] = shared
    from = to
  }
  return ranks
}

/** The indices of the values, smallest first; equal ones in their own order. */
export function ascending(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number) || a - b,
  )
}

/** Where the run of equal values that starts at `from` of the order ends. */
export function endOfTies(values: ArrayLike<number>, order: Uint32Array, from: number): number {
  let to = from + 1
  while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++
  return to
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false
  return true
}
