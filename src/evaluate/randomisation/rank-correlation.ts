/** Spearman's rank correlation: how alike two explanations order places. */

/**
 * Spearman's ρ of two lists of equal length: Pearson's correlation of their ranks, ties sharing the mean of theirs. −1…1; undefined where
 * one of the lists is constant, or holds what is no finite number.
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  const [left, right] = [ranksOf(a), ranksOf(b)]
  if (!left || !right) return undefined
  // Ranks 1…n have this mean, tied or not.
  const mean = (left.length + 1) / 2
  let [products, squaresLeft, squaresRight] = [0, 0, 0]
  for (let i = 0; i < left.length; i++) {
    const [x, y] = [(left[i] as number) - mean, (right[i] as number) - mean]
    products += x * y
    squaresLeft += x * x
    squaresRight += y * y
  }
  if (squaresLeft === 0 || squaresRight === 0) return undefined
  return products / Math.sqrt(squaresLeft * squaresRight)
}

/** Ranks from 1; undefined where the numbers have no order. */
function ranksOf(values: ArrayLike<number>): Float64Array | undefined {
  const n = values.length
  for (let i = 0; i < n; i++) if (!Number.isFinite(values[i])) return undefined
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => (values[i] as number) - (values[j] as number),
  )
  const ranks = new Float64Array(n)
  for (let from = 0; from < n; ) {
    let to = from + 1
    while (to < n && values[order[to] as number] === values[order[from] as number]) to++
    for (let k = from; k < to; k++) ranks[order[k] as number] = (from + 1 + to) / 2
    from = to
  }
  return ranks
}
