import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measuredBy, outcomeOf } from '../../../test/support/heatmap-cases.ts'
import { Random } from '../random.ts'
import { localisation } from './localisation.ts'

const measures = localisation()
const names = measures.map(({ name }) => name)
const measured = (name: string, relevance: readonly number[], truth: readonly number[]) =>
  measuredBy(measures, name, { spatial: [relevance.length], relevance, truth })

describe('by hand', () => {
  //                 in    in       in
  const relevance = [3, 2, 0, -1, 1, 1]
  const truth = [1, 0, 1, 0, 1, 0]

  it.each([
    ['pointing-game', 1],
    // (3 + 0 + 1) / (3 + 2 + 0 + 0 + 1 + 1)
    ['relevance-mass-accuracy', 4 / 7],
    ['mass-over-area', 8 / 7],
    // (3 + 0 + 1) / (3 + 2 + 0 + 1 + 1 + 1)
    ['attribution-localisation', 4 / 8],
    // First 3 (in), then 2 (out), then one of the two 1s, of which one is in.
    ['relevance-rank-accuracy', 1.5 / 3],
    // 3 beats all three outside; 0 beats −1; 1 beats −1 and half of 1: 3 + 1 + 1.5 of 9.
    ['localisation-auc', 5.5 / 9],
    // 2 % of six places is one.
    ['top-k-intersection', 1],
  ])('%s', async (name, expected) => {
    expect(await measured(name, relevance, truth)).toBeCloseTo(expected, 12)
  })

  it('channels are summed first', async () => {
    const found = await measuredBy(measures, 'relevance-mass-accuracy', {
      spatial: [2],
      relevance: [3, 2, -2, 1],
      truth: [1, 0],
    })
    // 3 − 2 inside, 2 + 1 outside.
    expect(found).toBe(1 / 4)
  })

  it('the weighted attribution localisation is beside it', async () => {
    const found = await outcomeOf(measures, 'attribution-localisation', { spatial: [6], relevance, truth })
    expect(found).toEqual({ value: 0.5, details: { weighted: 1 } })
  })

  it('the pointing game may miss by its tolerance, along straight lines', async () => {
    const at = (place: number) => Array.from({ length: 25 }, (_, i) => (i === place ? 1 : 0))
    const hit = (tolerance: number, place: number) =>
      measuredBy(localisation({ pointingTolerance: tolerance }), 'pointing-game', {
        spatial: [5, 5],
        relevance: at(place),
        // The middle.
        truth: at(12),
      })
    expect(await hit(0, 13)).toBe(0)
    expect(await hit(1, 13)).toBe(1)
    expect(await hit(1, 18)).toBe(0)
    expect(await hit(1.5, 18)).toBe(1)
    // From the end of one row to the start of the next is no step.
    expect(await hit(1, 14)).toBe(0)
  })

  it('the top k are as many as asked for, and no more than can be hit', async () => {
    const found = (topK: number) =>
      measuredBy(localisation({ topK }), 'top-k-intersection', { spatial: [6], relevance, truth })
    expect(await found(2)).toBe(0.5)
    expect(await found(6)).toBe(await measured('relevance-rank-accuracy', relevance, truth))
  })
})

describe('where there is no value', () => {
  it.each([
    ['an empty mask', [1, 2], [0, 0], 'the truth has no place'],
    ['a mask of all', [1, 2], [1, 1], 'the truth covers every place'],
    ['infinite relevance', [1, Number.POSITIVE_INFINITY], [1, 0], 'relevance is not finite'],
  ])('%s', async (_, relevance, truth, why) => {
    for (const name of names) {
      expect(await outcomeOf(measures, name, { spatial: [2], relevance, truth })).toEqual({ value: null, why })
    }
  })

  it('nothing to share out; what only ranks still has a value', async () => {
    const truth = [1, 0, 0, 0]
    const none = [0, 0, 0, 0]
    expect(await measured('relevance-mass-accuracy', none, truth)).toBeNull()
    expect(await measured('mass-over-area', [-1, -2, -3, 0], truth)).toBeNull()
    expect(await measured('attribution-localisation', none, truth)).toBeNull()
    expect(await measured('attribution-localisation', [-1, -2, -1, 0], truth)).toBe(0.25)
    expect(await measured('localisation-auc', none, truth)).toBe(0.5)
    expect(await measured('relevance-rank-accuracy', none, truth)).toBe(0.25)
  })
})

/** Whole numbers, so that scaling and turning signs round nothing; with ties. */
const place = fc.record({ relevance: fc.integer({ min: -20, max: 20 }), inside: fc.constantFrom(0, 1) })
const heatmap = fc
  .array(place, { minLength: 2, maxLength: 60 })
  .filter(places => new Set(places.map(({ inside }) => inside)).size === 2)
type Places = readonly { readonly relevance: number; readonly inside: number }[]
const of = (name: string, places: Places) =>
  measured(
    name,
    places.map(({ relevance }) => relevance),
    places.map(({ inside }) => inside),
  )

describe.each(names)('%s', name => {
  const [best, isScaled] = name === 'mass-over-area' ? [Number.POSITIVE_INFINITY, true] : [1, false]

  it('lies in its range, and no heatmap beats the mask', async () => {
    await fc.assert(
      fc.asyncProperty(heatmap, async places => {
        const found = await of(name, places)
        const oracle = await of(
          name,
          places.map(({ inside }) => ({ relevance: inside, inside })),
        )
        if (!isScaled) expect(oracle).toBe(1)
        if (found === null) return
        expect(found).toBeGreaterThanOrEqual(0)
        expect(found).toBeLessThanOrEqual(best)
        expect(found).toBeLessThanOrEqual((oracle as number) + 1e-12)
      }),
    )
  })

  it('knows no unit, and no place from another', async () => {
    await fc.assert(
      fc.asyncProperty(heatmap, fc.integer(), async (places, seed) => {
        const found = await of(name, places)
        const scaled = places.map(({ relevance, inside }) => ({ relevance: relevance * 8, inside }))
        expect(await of(name, scaled)).toBe(found)
        const order = new Random(seed, 'test').permutation(places.length)
        expect(
          await of(
            name,
            Array.from(order, i => places[i] as Places[number]),
          ),
        ).toBe(found)
      }),
    )
  })

  it('gives a constant heatmap what chance gives', async () => {
    await fc.assert(
      fc.asyncProperty(heatmap, fc.constantFrom(0.1, 3), async (places, relevance) => {
        const area = places.filter(({ inside }) => inside).length / places.length
        const theory = name === 'localisation-auc' ? 0.5 : isScaled ? 1 : area
        const found = await of(
          name,
          places.map(({ inside }) => ({ relevance, inside })),
        )
        expect(found).toBeCloseTo(theory, 12)
      }),
    )
  })

  it('gives noise, on average, what chance gives', async () => {
    const random = new Random(5, name)
    const truth = Array.from({ length: 200 }, (_, i) => (i < 30 ? 1 : 0))
    const runs = 400
    let sum = 0
    for (let run = 0; run < runs; run++) {
      sum += (await measured(
        name,
        truth.map(() => random.uniform()),
        truth,
      )) as number
    }
    const theory = name === 'localisation-auc' ? 0.5 : isScaled ? 1 : 0.15
    // The pointing game is the widest: √(0.15 · 0.85 / 400) = 0.018; three of that, of values around 1 three of 0.005.
    expect(Math.abs(sum / runs - theory)).toBeLessThan(0.054)
  })
})

it('a heatmap with its sign turned has 1 − AUC', async () => {
  await fc.assert(
    fc.asyncProperty(heatmap, async places => {
      const turned = places.map(({ relevance, inside }) => ({ relevance: -relevance, inside }))
      const [found, other] = [await of('localisation-auc', places), await of('localisation-auc', turned)]
      expect((found as number) + (other as number)).toBeCloseTo(1, 12)
    }),
  )
})

it('the expected rank accuracy is the mean over orders of what ties', async () => {
  await fc.assert(
    fc.asyncProperty(heatmap, async places => {
      const name = 'relevance-rank-accuracy'
      const expected = (await of(name, places)) as number
      const random = new Random(9, 'ties')
      const runs = 300
      let sum = 0
      for (let run = 0; run < runs; run++) {
        const broken = places.map(({ relevance, inside }) => ({ relevance: relevance + random.uniform() / 2, inside }))
        sum += (await of(name, broken)) as number
      }
      // A value in 0…1 has a standard deviation of at most 1/2: five standard errors of 300.
      expect(Math.abs(sum / runs - expected)).toBeLessThan((5 * 0.5) / Math.sqrt(runs))
    }),
    { numRuns: 20 },
  )
})
