import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from './random.ts'
import {
  averageRanks,
  bootstrapInterval,
  bootstrapIntervals,
  mean,
  median,
  pearson,
  quantile,
  spearman,
  standardDeviation,
} from './statistics.ts'

/** Rounding of a few float64 sums. */
const rounding = 1e-12

describe('averages', () => {
  it('by hand', () => {
    expect(mean([1, 2, 6])).toBe(3)
    expect(median([6, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 10])).toBe(3)
    expect(standardDeviation([1, 2, 6])).toBeCloseTo(Math.sqrt(14 / 2), 12)
    expect(standardDeviation([5])).toBeNaN()
    expect(mean([])).toBeNaN()
  })

  it('a quantile is linear between ranks', () => {
    expect(quantile([0, 10, 20, 30], 0.5)).toBe(15)
    expect(quantile([0, 10, 20, 30], 0.1)).toBeCloseTo(3, 12)
    expect(quantile([7], 0.3)).toBe(7)
  })
})

describe('the bootstrap', () => {
  it('is as wide as theory says: 1.96 standard errors to each side of a large sample', () => {
    const random = new Random(1, 'test')
    const values = Array.from({ length: 400 }, () => random.normal())
    const { low, high } = bootstrapInterval(values, 0)
    const halfWidth = 1.96 * (standardDeviation(values) / Math.sqrt(values.length))
    // 2000 resamples know an end to some 3 % of the width.
    expect((high - low) / 2 / halfWidth).toBeGreaterThan(0.92)
    expect((high - low) / 2 / halfWidth).toBeLessThan(1.08)
    expect((high + low) / 2).toBeCloseTo(mean(values), 1)
  })

  it('holds the true mean 95 times in 100', () => {
    const random = new Random(2, 'test')
    const runs = 400
    let held = 0
    for (let run = 0; run < runs; run++) {
      const { low, high } = bootstrapInterval(
        Array.from({ length: 50 }, () => random.uniform()),
        run,
        500,
      )
      if (low <= 0.5 && 0.5 <= high) held++
    }
    // Two standard errors of a share of 0.95 of 400 are 0.022; small samples hold a little less.
    expect(held / runs).toBeGreaterThan(0.91)
    expect(held / runs).toBeLessThan(0.98)
  })

  it('is the value where there is one, and the same for the same seed', () => {
    expect(bootstrapInterval([3], 0)).toEqual({ low: 3, high: 3 })
    expect(bootstrapInterval([1, 2, 5], 7)).toEqual(bootstrapInterval([1, 2, 5], 7))
    // Values whose sums are all different.
    const powers = Array.from({ length: 20 }, (_, i) => 2 ** i)
    expect(bootstrapInterval(powers, 7)).not.toEqual(bootstrapInterval(powers, 8))
    expect(bootstrapIntervals([], 0)).toEqual([])
  })

  it('gives a column what it gets alone', () => {
    const columns = [
      [1, 2, 5],
      [4, 4, 9],
    ]
    expect(bootstrapIntervals(columns, 3)).toEqual(columns.map(column => bootstrapInterval(column, 3)))
  })
})

describe('correlation', () => {
  it('by hand', () => {
    // Deviations (−1, 0, 1) and (−4/3, 5/3, −1/3): 1 / √(2 · 14/3).
    expect(pearson([1, 2, 3], [1, 4, 2])).toBeCloseTo(1 / Math.sqrt(2 * (14 / 3)), 12)
    expect(spearman([1, 2, 3], [1, 4, 2])).toBeCloseTo(0.5, 12)
    expect([...averageRanks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2])
    // Ranks (1, 2.5, 2.5, 4) and (1, 2, 3, 4): 4.5 / √(4.5 · 5).
    expect(spearman([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12)
  })

  it('is none where a side is constant', () => {
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNull()
    expect(spearman([1, 2], [5, 5])).toBeNull()
    expect(pearson([1], [1])).toBeNull()
  })

  it('of ranks sees only the order; of itself is 1, of the reverse −1', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 20 })
    fc.assert(
      fc.property(numbers, values => {
        const cubes = values.map(value => value ** 3)
        expect(spearman(values, cubes)).toBeCloseTo(1, 12)
        expect(
          spearman(
            values,
            cubes.map(value => -value),
          ),
        ).toBeCloseTo(-1, 12)
        expect(Math.abs((pearson(values, values) as number) - 1)).toBeLessThan(rounding)
      }),
    )
  })

  it('lies within −1…1', () => {
    const pair = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.double({ min: -5, max: 5, noNaN: true })))
    fc.assert(
      fc.property(pair, pairs => {
        for (const measured of [pearson, spearman]) {
          const found = measured(
            pairs.map(([a]) => a),
            pairs.map(([, b]) => b),
          )
          expect(found === null || (found >= -1 && found <= 1)).toBe(true)
        }
      }),
    )
  })
})
