/** Randomisation, by hand: explanations that ignore the weights or the class, that are noise, and what lies between. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caseOf, type Formula, foundOf, named, outcomeOf, toolsOf } from '../../../test/support/by-formula.ts'
import type { FloatTensor } from '../../runtime/session.ts'
import type { Case } from '../measure.ts'
import { Random } from '../random.ts'
import { randomisation } from './randomisation.ts'
import { rankCorrelation } from './rank-correlation.ts'

const cascade = named(randomisation(), 'model-randomisation')
const independent = named(randomisation(), 'layer-randomisation')
const logit = named(randomisation(), 'random-logit')

/** The deviation of ρ of independent lists is 1/√(n − 1); five of them. */
const chance = (n: number) => 5 / Math.sqrt(n - 1)

describe('rank correlation', () => {
  it('by hand, with ties', () => {
    expect(rankCorrelation([1, 2, 3, 4], [10, 20, 30, 40])).toBe(1)
    expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, -1])).toBe(-1)
    // Ranks 1 2.5 2.5 4 and 1 3 2 4: Σ = 2.25 + 0 + 0 + 2.25 = 4.5 over √(4.5 · 5).
    expect(rankCorrelation([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12)
    // 1 − 6 Σd²/(n(n² − 1)) without ties: d = 1, −1, 1, −1, 0.
    expect(rankCorrelation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(1 - (6 * 4) / (5 * 24), 12)
  })

  it('is not defined beside a constant or what is not finite', () => {
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeUndefined()
    expect(rankCorrelation([1, 2, 3], [0, 0, 0])).toBeUndefined()
    expect(rankCorrelation([1, Number.NaN, 3], [1, 2, 3])).toBeUndefined()
    expect(rankCorrelation([], [])).toBeUndefined()
  })

  it('depends on order alone', () => {
    const list = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 3, maxLength: 30 })
    fc.assert(
      fc.property(list, a => {
        const b = a.map(value => Math.exp(value / 10))
        fc.pre(new Set(a).size > 1)
        expect(rankCorrelation(a, b)).toBeCloseTo(1, 12)
        expect(
          rankCorrelation(
            a,
            b.map(value => -value),
          ),
        ).toBeCloseTo(-1, 12)
      }),
    )
  })
})

const size = 400
const picture = Array.from({ length: size }, (_, i) => Math.sin(i) * (i % 7))
/** Of the input alone, as an edge detector is. */
const edges: Formula = x => x.map((value, i) => Math.abs(value - (x[i - 1] ?? 0)))
const noise = (purpose: string): Formula => {
  const random = new Random(3, purpose)
  return x => x.map(() => random.normal())
}

/** Tools for a network of so many layers; relevance after some of them were randomised, by a formula. */
function randomised(count: number, formula: (layers: readonly string[]) => Formula) {
  const layers = Array.from({ length: count }, (_, i) => `layer ${i + 1}`)
  const asked: (readonly string[])[] = []
  const explainRandomised = async (
    cases: readonly Case[],
    some: readonly string[],
  ): Promise<readonly FloatTensor[]> => {
    asked.push(some)
    return cases.map(({ input, target }) => ({
      dims: input.dims,
      data: Float32Array.from(formula(some)(input.data, target)),
    }))
  }
  return { asked, tools: toolsOf(edges, { layers, explainRandomised }) }
}

describe('weights', () => {
  for (const measure of [cascade, independent]) {
    it(`${measure.name}: an edge detector has 1, and noise about 0`, async () => {
      const of = caseOf([1, size], picture, edges)
      const same = await foundOf(measure, of, randomised(4, () => edges).tools)
      expect(same.value).toBe(1)
      expect(same.details).toEqual({ signed: 1, last: 1 })
      const random = await foundOf(measure, of, randomised(4, layers => noise(layers.join())).tools)
      expect(Math.abs(random.value)).toBeLessThan(chance(size))
    })
  }

  it('magnitudes count: a flipped sign is seen in the detail alone', async () => {
    const flipped: Formula = x => x.map(value => -value)
    const { tools } = randomised(2, () => flipped)
    const found = await foundOf(
      cascade,
      caseOf([1, size], picture, x => x),
      tools,
    )
    expect(found.value).toBe(1)
    expect(found.details?.signed).toBe(-1)
  })

  it('the cascade goes from the output to the input and ends with all layers', async () => {
    const { asked, tools } = randomised(3, () => edges)
    const found = await foundOf(cascade, caseOf([1, size], picture, edges), tools)
    expect(asked).toEqual([['layer 1'], ['layer 1', 'layer 2'], ['layer 1', 'layer 2', 'layer 3']])
    expect(found.curves?.magnitudes?.x).toEqual([0, 1, 2, 3])
    expect(found.curves?.magnitudes?.y).toEqual([1, 1, 1, 1])
  })

  it('layer by layer, each alone', async () => {
    const { asked, tools } = randomised(3, () => edges)
    const found = await foundOf(independent, caseOf([1, size], picture, edges), tools)
    expect(asked).toEqual([['layer 1'], ['layer 2'], ['layer 3']])
    expect(found.curves?.magnitudes?.x).toEqual([1, 2, 3])
  })

  it('of a deep network, steps are spread and the last is everything', async () => {
    const { asked, tools } = randomised(50, () => edges)
    await foundOf(
      named(randomisation({ mostLayers: 4 }), 'model-randomisation'),
      caseOf([1, size], picture, edges),
      tools,
    )
    expect(asked.map(layers => layers.length)).toEqual([13, 25, 38, 50])
  })

  it('opens each network once for all cases, and each case’s result is its own', async () => {
    const { asked, tools } = randomised(2, layers => (layers.length === 2 ? noise('all') : edges))
    const cases = [caseOf([1, size], picture, edges), caseOf([1, size], picture.toReversed(), edges)]
    const outcomes = await cascade.evaluate(cases, tools)
    expect(asked).toHaveLength(2)
    const alone = await foundOf(cascade, cases[0] as Case, tools)
    expect(outcomes[0]).toEqual(alone)
  })

  it('beside a constant explanation the similarity is 0; of one there is none', async () => {
    const flat: Formula = x => x.map(() => 2)
    const found = await foundOf(cascade, caseOf([1, size], picture, edges), randomised(2, () => flat).tools)
    expect(found.value).toBe(0)
    const none = await outcomeOf(cascade, caseOf([1, size], picture, flat), randomised(2, () => flat).tools)
    expect(none).toEqual({ value: null, why: 'the explanation is the same at every place' })
  })

  it('without weights there is nothing to do', async () => {
    const outcome = await outcomeOf(cascade, caseOf([1, size], picture, edges), randomised(0, () => edges).tools)
    expect(outcome.value).toBe(null)
  })
})

describe('random logit', () => {
  it('is 1 for an explanation of no class in particular, and for one that only turns round, about 0 for noise', async () => {
    const of = (formula: Formula) => caseOf([1, size], picture, formula)
    expect((await foundOf(logit, of(edges), toolsOf(edges))).value).toBe(1)
    const opposed: Formula = (x, target) => x.map(value => (target === 0 ? value : -value))
    expect(await foundOf(logit, of(opposed), toolsOf(opposed))).toEqual({
      value: 1,
      details: { signed: -1 },
    })
    const random = noise('logit')
    expect(Math.abs((await foundOf(logit, of(random), toolsOf(random))).value)).toBeLessThan(chance(size))
  })

  it('never draws the target, and every other class', async () => {
    const drawn = new Set<number>()
    for (let seed = 0; seed < 100; seed++) {
      const of = caseOf([1, size], picture, edges, { target: 2, random: purpose => new Random(seed, purpose) })
      const record: Formula = (x, target) => {
        drawn.add(target)
        return edges(x, target)
      }
      await foundOf(logit, of, toolsOf(record, { classes: 5 }))
    }
    expect([...drawn].sort()).toEqual([0, 1, 3, 4])
  })

  it('needs another class', async () => {
    const outcome = await outcomeOf(logit, caseOf([1, size], picture, edges), toolsOf(edges, { classes: 1 }))
    expect(outcome.value).toBe(null)
  })
})

it('options that make no sense are refused', () => {
  expect(() => randomisation({ mostLayers: 0 })).toThrow('most layers 0: give a whole number above 0')
})
