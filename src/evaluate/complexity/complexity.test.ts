import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measuredBy, outcomeOf } from '../../../test/support/heatmap-cases.ts'
import { Random } from '../random.ts'
import { complexity } from './complexity.ts'

const measures = complexity()
const names = measures.map(({ name }) => name)
const measured = (name: string, relevance: readonly number[]) =>
  measuredBy(measures, name, { spatial: [relevance.length], relevance })

describe('by hand', () => {
  // |R| ascending 0, 1, 1, 2: weights −3, −1, 1, 3 give 6 over 4 · 4; shares ¼, ¼, ½.
  const relevance = [1, -2, 0, 1]

  it.each([
    ['sparseness', 6 / 16],
    ['entropy', 1.5 * Math.LN2],
    ['effective-complexity', 3],
  ])('%s', async (name, expected) => {
    expect(await measured(name, relevance)).toBeCloseTo(expected, 12)
  })

  it('channels are summed first', async () => {
    const parts = { spatial: [2], relevance: [1, 5, 1, -5] }
    expect(await measuredBy(measures, 'effective-complexity', parts)).toBe(1)
    expect(await measuredBy(measures, 'entropy', parts)).toBe(0)
  })

  it('the threshold is a share of the largest', async () => {
    const counted = (complexityThreshold: number) =>
      measuredBy(complexity({ complexityThreshold }), 'effective-complexity', { spatial: [4], relevance })
    expect(await counted(0.4)).toBe(3)
    expect(await counted(0.5)).toBe(1)
  })

  it.each([
    ['all relevance is 0', [0, 0, 0]],
    ['relevance is not finite', [0, Number.NaN, 1]],
  ])('no value where %s', async (why, values) => {
    for (const name of names) {
      const parts = { spatial: [3], relevance: values }
      expect(await outcomeOf(measures, name, parts)).toEqual({ value: null, why })
    }
  })
})

describe('what theory says', () => {
  const places = 20_000
  /** Standard errors of these figures at so many places are below 0.006. */
  const sampling = 0.03

  it('of one place', async () => {
    const one = [0, 0, 7, 0]
    expect(await measured('sparseness', one)).toBe(3 / 4)
    expect(await measured('entropy', one)).toBe(0)
    expect(await measured('effective-complexity', one)).toBe(1)
  })

  it('of a constant', async () => {
    const constant = Array.from({ length: 30 }, () => -0.1)
    expect(await measured('sparseness', constant)).toBeCloseTo(0, 12)
    expect(await measured('entropy', constant)).toBeCloseTo(Math.log(30), 12)
    expect(await measured('effective-complexity', constant)).toBe(30)
  })

  it.each([
    ['normal', (random: Random) => random.normal(), Math.SQRT2 - 1, 0.284],
    ['uniform', (random: Random) => random.uniform(), 1 / 3, 0.193],
  ] as const)('of %s noise', async (_, draw, gini, belowMost) => {
    const random = new Random(3, 'noise')
    const noise = Array.from({ length: places }, () => draw(random))
    expect(Math.abs(((await measured('sparseness', noise)) as number) - gini)).toBeLessThan(sampling)
    expect(Math.abs(((await measured('entropy', noise)) as number) - Math.log(places) + belowMost)).toBeLessThan(
      sampling,
    )
  })
})

describe.each(names)('%s', name => {
  const heatmap = fc
    .array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 })
    .filter(values => values.some(own => own !== 0))

  it('lies in its range and knows no unit, sign or order', async () => {
    await fc.assert(
      fc.asyncProperty(heatmap, async relevance => {
        const count = relevance.length
        const [least, most] = { sparseness: [0, 1 - 1 / count], entropy: [0, Math.log(count)] }[name] ?? [1, count]
        const found = (await measured(name, relevance)) as number
        expect(found).toBeGreaterThanOrEqual((least as number) - 1e-12)
        expect(found).toBeLessThanOrEqual((most as number) + 1e-12)
        const other = relevance.map(own => -4 * own).reverse()
        expect(await measured(name, other)).toBe(found)
      }),
    )
  })
})
