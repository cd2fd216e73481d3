/** Medians and slopes: what a column of timings comes down to. */

/** The middle of a list and its ends. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** Median (of an even count, the mean of the middle two), least and most of a list that is not empty. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('an empty list has no median')
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number) => sorted[index] as number
  const middle = (sorted.length - 1) / 2
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2
  return { median, least: at(0), most: at(sorted.length - 1) }
}

/** The spread of b/a, pair by pair: a machine whose speed drifts slows both of a pair. */
export function ratiosOf(a: readonly number[], b: readonly number[]): Spread {
  return spreadOf(b.map((value, i) => value / (a[i] as number)))
}

/** The exponent p of y ≈ c·xᵖ: the least-squares slope over logarithms. Needs two different x, all numbers > 0. */
export function logSlope(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]): [number, number] => [Math.log(x), Math.log(y)])
  const mean = (of: 0 | 1) => logs.reduce((sum, log) => sum + log[of], 0) / logs.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  return covariance / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
}
