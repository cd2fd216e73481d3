/** Robustness, by hand: explanations that are formulas, whose changes can be written down. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caseOf, type Formula, foundOf, named, outcomeOf, toolsOf } from '../../../test/support/by-formula.ts'
import { Random } from '../random.ts'
import { robustness } from './robustness.ts'

const maxSensitivity = named(robustness({ samples: 20, radius: 0.1 }), 'max-sensitivity')
const localLipschitz = named(robustness({ samples: 20, radius: 0.1 }), 'local-lipschitz')
const continuity = named(robustness({ largestShift: 2 }), 'continuity')

/** Inputs and relevance are float32; differences of near numbers lose some of its 24 bits. */
const float32 = 1e-5

const weights = [1, -2, 3, 0.5]
const gradient: Formula = () => weights
const gradientTimesInput: Formula = x => x.map((value, i) => value * (weights[i] as number))
const x = [0.2, 1, -0.4, 0.6]

describe('noise', () => {
  for (const measure of [maxSensitivity, localLipschitz]) {
    it(`${measure.name} of a linear model's gradient is 0`, async () => {
      expect(await foundOf(measure, caseOf([1, 4], x, gradient), toolsOf(gradient))).toEqual({
        value: 0,
        details: { absolute: 0 },
      })
    })
  }

  it('max-sensitivity of gradient times input is max ‖w ⊙ δ‖ / ‖w ⊙ x‖ over the draws', async () => {
    const stream = new Random(1, 'max-sensitivity')
    // Without a box: of what the input holds, −0.4 to 1.
    const span = 1.4
    let largest = 0
    for (let sample = 0; sample < 20; sample++) {
      const moved = weights.map(w => w * (2 * stream.uniform() - 1) * 0.1 * span)
      largest = Math.max(largest, Math.hypot(...moved))
    }
    const found = await foundOf(maxSensitivity, caseOf([1, 4], x, gradientTimesInput), toolsOf(gradientTimesInput))
    const whole = Math.hypot(...x.map((value, i) => value * (weights[i] as number)))
    expect(found.value).toBeCloseTo(largest / whole, 5)
    expect(found.details?.absolute).toBeCloseTo(largest, 5)
  })

  it('the Lipschitz estimate of R = 3x is 3, and 3/‖R‖ relative to it', async () => {
    const triple: Formula = values => values.map(value => 3 * value)
    const found = await foundOf(localLipschitz, caseOf([1, 4], x, triple), toolsOf(triple))
    expect(found.details?.absolute).toBeCloseTo(3, 4)
    expect(found.value).toBeCloseTo(1 / Math.hypot(...x), 4)
  })

  it('the Lipschitz estimate of a linear map is at most its norm', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 }),
        async w => {
          fc.pre(Math.hypot(...w) > 0.1)
          const scaled: Formula = values => values.map((value, i) => value * (w[i] as number))
          const found = await foundOf(localLipschitz, caseOf([1, 4], x, scaled), toolsOf(scaled))
          expect(found.details?.absolute).toBeLessThanOrEqual(Math.max(...w.map(Math.abs)) * (1 + float32))
          expect(found.details?.absolute).toBeGreaterThanOrEqual(Math.min(...w.map(Math.abs)) * (1 - float32))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('moves values by a share of the box’s width, by channel, and never out of it', async () => {
    const seen: Float32Array[] = []
    const same: Formula = values => {
      seen.push(values.slice())
      return values
    }
    const of = caseOf([1, 2, 1, 3], [0, 0.5, 1, 10, 15, 20], same)
    seen.length = 0
    const box = { low: [0, 10], high: [1, 20] }
    await foundOf(named(robustness({ samples: 200, radius: 0.2 }), 'max-sensitivity'), of, toolsOf(same, { box }))
    expect(seen).toHaveLength(200)
    const reached = Array.from({ length: 6 }, (_, i) => seen.map(copy => copy[i] as number))
    const bounds = reached.map(values => [Math.min(...values), Math.max(...values)])
    // 200 draws come within a tenth of the cube's faces.
    const faces = [
      [0, 0.2],
      [0.3, 0.7],
      [0.8, 1],
      [10, 12],
      [13, 17],
      [18, 20],
    ]
    for (const [i, [low = 0, high = 0]] of faces.entries()) {
      const slack = i < 3 ? 0.02 : 0.2
      const [least = 0, most = 0] = bounds[i] ?? []
      expect(least).toBeGreaterThanOrEqual(low - float32 * 20)
      expect(least).toBeLessThan(low + slack)
      expect(most).toBeLessThanOrEqual(high + float32 * 20)
      expect(most).toBeGreaterThan(high - slack)
    }
  })

  it('an explanation that is random each time has about √2, whatever its size', async () => {
    const random = new Random(5, 'noise')
    const noise: Formula = values => values.map(() => random.normal())
    const values = Array.from({ length: 2000 }, (_, i) => i / 2000)
    const { value } = await foundOf(maxSensitivity, caseOf([1, 2000], values, noise), toolsOf(noise))
    // The largest of 20 quotients of lengths in 2000 dimensions: a few per cent from √2.
    expect(value).toBeGreaterThan(1.3)
    expect(value).toBeLessThan(1.6)
  })

  it('draws the same for every method and every batch size', async () => {
    const inputs: Float32Array[][] = [[], []]
    for (const [i, factor] of [1, 2].entries()) {
      const scaled: Formula = values => {
        inputs[i]?.push(values.slice())
        return values.map(value => factor * value)
      }
      await foundOf(maxSensitivity, caseOf([1, 4], x, scaled), toolsOf(scaled))
    }
    expect(inputs[0]).toEqual(inputs[1])
  })

  it('says why there is no value', async () => {
    const nothing: Formula = values => values.map(() => 0)
    expect(await outcomeOf(maxSensitivity, caseOf([1, 4], x, nothing), toolsOf(nothing))).toEqual({
      value: null,
      why: 'the explanation is 0 everywhere',
    })
    expect((await outcomeOf(maxSensitivity, caseOf([1, 4], [1, 1, 1, 1], gradient), toolsOf(gradient))).value).toBe(
      null,
    )
    let calls = 0
    const broken: Formula = values => values.map(() => (calls++ < 4 ? 1 : Number.POSITIVE_INFINITY))
    expect((await outcomeOf(localLipschitz, caseOf([1, 4], x, broken), toolsOf(broken))).value).toBe(null)
  })

  it('stops where it is told to', async () => {
    const signal = AbortSignal.abort(new Error('stopped'))
    await expect(maxSensitivity.evaluate([caseOf([1, 4], x, gradient)], toolsOf(gradient, { signal }))).rejects.toThrow(
      'stopped',
    )
  })
})

describe('translation', () => {
  /** A spot in the middle of a picture of 7 × 7. */
  const spot = Array.from({ length: 49 }, (_, i) => (i === 24 ? 2 : 0))
  const itself: Formula = values => values

  it('an explanation that moves with the picture is aligned, and changes as it does', async () => {
    const found = await foundOf(continuity, caseOf([1, 1, 7, 7], spot, itself), toolsOf(itself))
    // R = x: one place of 2 is gone and one is there, ‖·‖₁ = 4 over ‖·‖₂ = 2√2.
    expect(found.details?.absolute).toBeCloseTo(Math.SQRT2, 6)
    expect(found.value).toBeCloseTo(Math.SQRT2 / 2, 6)
    expect(found.details?.misaligned).toBe(0)
    expect(found.curves?.['by shift']?.x).toEqual([1, 2])
    expect(found.curves?.['by shift']?.y[1]).toBeCloseTo(Math.SQRT2 / 2, 6)
  })

  it('one that stays where it is does not change, and is not aligned', async () => {
    const stays: Formula = () => spot
    const found = await foundOf(continuity, caseOf([1, 1, 7, 7], spot, stays), toolsOf(stays))
    expect(found.value).toBe(0)
    expect(found.details?.misaligned).toBe(1)
  })

  it('moves in all four directions, the edge repeated', async () => {
    const seen: number[][] = []
    const record: Formula = values => {
      seen.push(Array.from(values))
      return values
    }
    const of = caseOf([1, 1, 2, 3], [1, 2, 3, 4, 5, 6], record)
    seen.length = 0
    await foundOf(named(robustness({ largestShift: 1 }), 'continuity'), of, toolsOf(record))
    expect(seen).toEqual([
      [1, 2, 3, 1, 2, 3],
      [4, 5, 6, 4, 5, 6],
      [1, 1, 2, 4, 4, 5],
      [2, 3, 3, 5, 6, 6],
    ])
  })

  it('of a picture of one colour there is nothing to tell', async () => {
    const flat = Array.from({ length: 49 }, () => 3)
    expect((await outcomeOf(continuity, caseOf([1, 1, 7, 7], flat, itself), toolsOf(itself))).value).toBe(null)
  })
})

it('options that make no sense are refused', () => {
  for (const options of [{ samples: 0 }, { samples: 1.5 }, { radius: 0 }, { radius: 2 }, { largestShift: -1 }]) {
    expect(() => robustness(options)).toThrow(/give a/)
  }
})
