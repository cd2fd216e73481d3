/** Regions: every place in one, patches where they should be, orders that theory knows. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from '../random.ts'
import { partitionOf, placesIn, rankRegions, regionSums } from './regions.ts'

const layoutFrom = (spatial: readonly number[]) => ({ spatial, channels: 1, channelsLast: false })

describe('a partition', () => {
  it('has every place once, whatever the sizes', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(sizes, fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }), (spatial, patch) => {
        const partition = partitionOf(layoutFrom(spatial), patch)
        const all = Array.from({ length: partition.count }, (_, r) => Array.from(placesIn(partition, r)))
        expect(all.every(places => places.length > 0)).toBe(true)
        expect(all.flat().sort((a, b) => a - b)).toEqual(
          Array.from({ length: spatial.reduce((product, n) => product * n, 1) }, (_, place) => place),
        )
      }),
    )
  })

  it('is of patches row by row, cut off at the far edges', () => {
    const partition = partitionOf(layoutFrom([3, 5]), 2)
    const all = Array.from({ length: partition.count }, (_, r) => Array.from(placesIn(partition, r)))
    expect(all).toEqual([[0, 1, 5, 6], [2, 3, 7, 8], [4, 9], [10, 11], [12, 13], [14]])
  })

  it.each([
    [[30], 30],
    [[64, 64], 256],
    [[224, 224], 256],
    [[65, 10], 13 * 10],
    [[20, 20, 20], 5 ** 3],
  ])('of %j places has %i regions by default', (spatial, count) => {
    expect(partitionOf(layoutFrom(spatial)).count).toBe(count)
  })
})

describe('the order of regions', () => {
  it('is by sums, most or least relevant first', () => {
    const sums = regionSums(Float64Array.of(1, 2, -5, 0, 3, 3), partitionOf(layoutFrom([6]), 2))
    expect(Array.from(sums)).toEqual([3, -5, 6])
    expect(Array.from(rankRegions(sums, 'MoRF', new Random(1, 'ties')))).toEqual([2, 0, 1])
    expect(Array.from(rankRegions(sums, 'LeRF', new Random(1, 'ties')))).toEqual([1, 0, 2])
  })

  it('is one random order both ways where all are equal, and another for another seed', () => {
    const sums = new Float64Array(50).fill(0.1)
    const order = (which: 'MoRF' | 'LeRF', seed: number) =>
      Array.from(rankRegions(sums, which, new Random(seed, 'ties')))
    expect(order('LeRF', 1)).toEqual(order('MoRF', 1))
    expect(order('MoRF', 2)).not.toEqual(order('MoRF', 1))
    expect(order('MoRF', 1)).not.toEqual(Array.from(sums, (_, region) => region))
  })

  it('takes infinite relevance, and refuses what is no number', () => {
    const sums = Float64Array.of(Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
    expect(Array.from(rankRegions(sums, 'LeRF', new Random(1, 'ties'))).slice(0, 2)).toEqual([3, 1])
    expect(() => rankRegions(Float64Array.of(1, Number.NaN), 'MoRF', new Random(1, 'ties'))).toThrow(/NaN/)
  })
})
