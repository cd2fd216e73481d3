/** The measures on formulas whose answers are worked out by hand, and what they share and refuse. */

import { describe, expect, it } from 'vitest'
import { formulaCase, formulaTools, type Score } from '../../../test/support/formula-case.ts'
import { DeepTaylorError } from '../../core/diagnostics.ts'
import type { Case, Found, Outcome, Tools } from '../measure.ts'
import { onGrid } from './curves.ts'
import { type FaithfulnessOptions, faithfulness } from './faithfulness.ts'

/** Sums of float32 scores. */
const digits = 5

const weights = [3, -1, 2, 0.5]
const x = [1, 2, -1, 4]
const linear: Score = values => values.reduce((sum, value, i) => sum + value * (weights[i] as number), 0)
const contributions = x.map((value, i) => value * (weights[i] as number))

/** 3, −2, −2 and 2: two features tie. */
const exact = formulaCase([4], x, contributions, linear)
const zero: FaithfulnessOptions = { replacement: 'zero', deletionEnd: 'zero', insertionStart: 'zero' }

async function outcome(name: string, of: Case, tools: Tools, options: FaithfulnessOptions = zero): Promise<Outcome> {
  const measure = faithfulness(options).find(one => one.name === name)
  if (!measure) throw new Error(`no measure ${name}`)
  return (await measure.evaluate([of], tools))[0] as Outcome
}

async function found(name: string, of: Case, tools: Tools, options?: FaithfulnessOptions): Promise<Found> {
  const result = await outcome(name, of, tools, options)
  if (result.value === null) throw new Error(result.why)
  return result
}

describe('a linear score and its exact contributions', () => {
  const tools = formulaTools(linear)

  it('pixel flipping: AOPC of both orders and their difference', async () => {
    // Scores 1 → −2 → −4 → −2 → 0, so drops 0, 3, 5, 3, 1; in reverse 1 → 3 → 5 → 3 → 0: drops 0, −2, −4, −2, 1.
    const { value, details, curves } = await found('pixel-flipping', exact, tools)
    expect(value).toBeCloseTo(12 / 5, digits)
    expect(details?.['AOPC, least relevant first']).toBeCloseTo(-7 / 5, digits)
    expect(details?.['area between curves']).toBeCloseTo(19 / 5, digits)
    const morf = curves?.['most relevant first']
    expect(morf?.x).toHaveLength(101)
    expect([0, 25, 50, 75, 100].map(k => morf?.y[k])).toEqual([1, -2, -4, -2, 0])
    expect((await found('area-between-curves', exact, tools)).value).toBeCloseTo(19 / 5, digits)
  })

  it('insertion and deletion: areas by trapezoids', async () => {
    expect((await found('deletion', exact, tools)).value).toBeCloseTo((1 / 2 - 2 - 4 - 2 + 0) / 4, digits)
    // Put back the most relevant first: 0 → 3 → 5 → 3 → 1.
    const { value, curves } = await found('insertion', exact, tools)
    expect(value).toBeCloseTo((0 + 3 + 5 + 3 + 1 / 2) / 4, digits)
    expect([0, 25, 50, 75, 100].map(k => curves?.insertion?.y[k])).toEqual([0, 3, 5, 3, 1])
  })

  it('sensitivity-n and faithfulness correlation are 1, and −1 of the opposite', async () => {
    const opposite = formulaCase(
      [4],
      x,
      contributions.map(value => -2 * value),
      linear,
    )
    for (const name of ['sensitivity-n', 'faithfulness-correlation']) {
      expect((await found(name, exact, tools)).value).toBeCloseTo(1, digits)
      expect((await found(name, opposite, tools)).value).toBeCloseTo(-1, digits)
    }
  })

  it('infidelity is 0 of contributions, at any scale; of the gradient as slopes, whatever replaces', async () => {
    const scaled = formulaCase(
      [4],
      x,
      contributions.map(value => 4 * value),
      linear,
    )
    const one = await found('infidelity', exact, tools)
    expect([one.value, one.details?.['infidelity at scale 1'], one.details?.['best scale']]).toEqual([0, 0, 1])
    const four = await found('infidelity', scaled, tools)
    expect(four.value).toBeCloseTo(0, digits)
    expect(four.details?.['best scale']).toBeCloseTo(1 / 4, digits)
    expect(four.details?.['infidelity at scale 1']).toBeGreaterThan(1)
    const gradient = formulaCase([4], x, weights, linear)
    for (const replacement of ['uniform', 'mean', 'neighbours'] as const) {
      expect((await found('infidelity', gradient, tools, { replacement, relevanceAs: 'slope' })).value).toBeCloseTo(
        0,
        digits,
      )
    }
    expect((await found('infidelity', gradient, tools)).value).toBeGreaterThan(0.1)
  })
})

describe('a heatmap without differences', () => {
  const tools = formulaTools(linear)
  const constant = formulaCase([4], x, [1, 1, 1, 1], linear)

  it('has one order, so no area between the curves', async () => {
    const { value, details, curves } = await found('pixel-flipping', constant, tools)
    expect(details?.['area between curves']).toBe(0)
    expect(curves?.['most relevant first']?.y).toEqual(curves?.['least relevant first']?.y)
    expect(value).not.toBe(0)
  })

  it('has no correlation, and the reason says why', async () => {
    for (const name of ['sensitivity-n', 'faithfulness-correlation']) {
      expect(await outcome(name, constant, tools)).toEqual({ value: null, why: 'all subsets have the same relevance' })
    }
  })

  it('of zeros has the infidelity of predicting nothing', async () => {
    const nothing = formulaCase([4], x, [0, 0, 0, 0], linear)
    const { value, details } = await found('infidelity', nothing, tools)
    expect(details).toEqual({ 'infidelity at scale 1': value, 'best scale': 0 })
    expect(value).toBeGreaterThan(0.1)
  })
})

it('a score that never changes has no correlation; a single region neither', async () => {
  const flat: Score = () => 2
  const same = { value: null, why: 'the score falls by the same whatever is removed' }
  expect(await outcome('sensitivity-n', formulaCase([4], x, contributions, flat), formulaTools(flat))).toEqual(same)
  const single = formulaCase([1], [3], [3], flat)
  expect(await outcome('faithfulness-correlation', single, formulaTools(flat))).toMatchObject({ value: null })
  expect((await found('pixel-flipping', single, formulaTools(flat))).value).toBe(0)
})

it('tokens become the token that stands for none, and nothing else', async () => {
  const tokens = [5, 9, 2, 7, 9]
  const seen = new Set<number>()
  const score: Score = values => {
    for (const value of values) seen.add(value)
    return values.filter(value => value === 9).length
  }
  const of = formulaCase([5], tokens, [0, 1, 0, 0, 1], score)
  const measures = faithfulness({ replacementToken: 1, replacement: 'uniform' })
  expect(measures.every(({ needs }) => needs.length === 0)).toBe(true)
  expect(faithfulness().every(({ needs }) => needs.includes('numbers'))).toBe(true)
  for (const measure of measures) await measure.evaluate([of], formulaTools(score))
  expect([...seen].sort()).toEqual([1, 2, 5, 7, 9])
  expect((await found('deletion', of, formulaTools(score), { replacementToken: 1 })).value).toBeCloseTo(
    (1 + 1 + 0) / 5,
    digits,
  )
})

describe('copies', () => {
  const side = 20
  const shape = [1, side, side]
  const mean: Score = values => values.reduce((sum, value) => sum + value, 0) / values.length
  const pixels = Array.from({ length: side * side }, (_, i) => Math.sin(i))
  const picture = formulaCase(shape, pixels, pixels, mean)

  it('run at most 32 at once, and each curve once, whoever asks', async () => {
    const batches: number[] = []
    const tools = formulaTools(mean, { onBatch: samples => batches.push(samples) })
    const measures = faithfulness({ steps: 40 })
    const ran = async (name: string) => {
      batches.length = 0
      await measures.find(one => one.name === name)?.evaluate([picture], tools)
      return [...batches]
    }
    expect(await ran('pixel-flipping')).toEqual([32, 8, 32, 8])
    expect(await ran('area-between-curves')).toEqual([])
    expect(await ran('deletion')).toEqual([])
    expect(await ran('insertion')).toEqual([32, 8])
  })

  it('with random removals run once for all methods of an input', async () => {
    let samples = 0
    const tools = formulaTools(mean, { onBatch: more => (samples += more) })
    const other = {
      ...picture,
      relevance: { ...picture.relevance, data: picture.relevance.data.map(value => value ** 2) },
    }
    const measures = faithfulness({ samples: 10 }).slice(4)
    for (const measure of measures) await measure.evaluate([picture], tools)
    expect(samples).toBe(5 * 10 + 10 + 10)
    const again = await Promise.all(measures.map(measure => measure.evaluate([other], tools)))
    expect(samples).toBe(70)
    const alone = await Promise.all(
      faithfulness({ samples: 10 })
        .slice(4)
        .map(one => one.evaluate([other], tools)),
    )
    expect(again).toEqual(alone)
  })

  it('stop when the signal says so, and what failed is tried again', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    const [measure] = faithfulness({ steps: 5 })
    await expect(measure?.evaluate([picture], formulaTools(mean, { signal: stop.signal }))).rejects.toThrow('enough')
    expect((await measure?.evaluate([picture], formulaTools(mean)))?.[0]?.value).toBeTypeOf('number')
  })

  it('of a case do not depend on its neighbours', async () => {
    const other = formulaCase(
      shape,
      pixels.map(value => -value),
      pixels,
      mean,
    )
    for (const name of ['pixel-flipping', 'sensitivity-n', 'infidelity']) {
      const options: FaithfulnessOptions = { steps: 7, samples: 5, replacement: 'noise' }
      const measure = faithfulness(options).find(one => one.name === name)
      const both = await measure?.evaluate([other, picture], formulaTools(mean))
      expect(both?.[1]).toEqual(await outcome(name, picture, formulaTools(mean), options))
    }
  })
})

it('a curve on a grid goes through its own points, and straight between them', () => {
  const { x: at, y } = onGrid({ shares: [0, 0.5, 1], scores: [4, 2, 8] }, 4, 'share')
  expect(at).toEqual([0, 0.25, 0.5, 0.75, 1])
  expect(y).toEqual([4, 3, 2, 5, 8])
})

it.each([
  [{ steps: 0 }, 'steps'],
  [{ patch: 1.5 }, 'patch'],
  [{ samples: 1 }, 'samples'],
  [{ replacement: 'black' as never }, 'replacement'],
  [{ deletionEnd: { kind: 'value', value: Number.NaN } }, 'end of deletion'],
  [{ insertionStart: { kind: 'blur', sigma: 0 } }, 'start of insertion'],
  [{ replacement: { kind: 'noise', size: -1 } }, 'replacement'],
  [{ replacementToken: -1 }, 'replacement token'],
  [{ subsetShare: 1 }, 'subset share'],
  [{ subsetShares: [] }, 'subset shares'],
  [{ subsetShares: [0.2, 0.1] }, 'subset shares'],
  [{ relevanceAs: 'heat' as never }, 'relevance as'],
] satisfies [FaithfulnessOptions, string][])('%j is refused', (options, option) => {
  expect(() => faithfulness(options)).toThrow(
    expect.objectContaining({ code: 'option-invalid', details: expect.objectContaining({ option }) }),
  )
  expect(() => faithfulness(options)).toThrow(DeepTaylorError)
})

it('every measure says what it is', () => {
  for (const measure of faithfulness()) {
    expect(measure.group).toBe('faithfulness')
    expect(measure.name).toMatch(/^[a-z-]+$/)
    for (const text of [measure.title, measure.unit, measure.range, measure.definition]) expect(text).not.toBe('')
    expect(measure.source).toMatch(/ 20\d\d, /)
    expect(Object.keys(measure.parameters).length).toBeGreaterThan(0)
  }
})
