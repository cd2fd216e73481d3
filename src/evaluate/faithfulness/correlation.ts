/** Pearson's correlation, and when there is none. */

/** So little spread, as a share of the largest value, is rounding (values come from float32 scores). */
const rounding = 1e-9

/** Pearson's correlation; undefined where one side is constant. Two lists of one length. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  const [da, db] = [deviations(a), deviations(b)]
  if (!da || !db) return undefined
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < da.length; i++) {
    const [x, y] = [da[i] as number, db[i] as number]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)))
}

/** Differences from the mean; undefined where all are the same. */
function deviations(values: ArrayLike<number>): Float64Array | undefined {
  const list = Float64Array.from(values)
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length
  const largest = list.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const differences = list.map(value => value - mean)
  return differences.some(difference => Math.abs(difference) > rounding * largest) ? differences : undefined
}
