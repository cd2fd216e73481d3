import { lab, rgb } from 'd3-color'
import { describe, expect, it } from 'vitest'
import { diverging, type Rgb } from './colormap.ts'

const lightness = ([r, g, b]: Rgb) => lab(rgb(r, g, b)).l
const steps = Array.from({ length: 201 }, (_, i) => i / 200)

describe('diverging', () => {
  it("runs through ColorBrewer's published colours: blue, near-white, red", () => {
    expect(diverging(-1)).toEqual([0x05, 0x30, 0x61])
    expect(diverging(-0.2)).toEqual([0xd1, 0xe5, 0xf0].map(near))
    expect(diverging(0)).toEqual([0xf7, 0xf7, 0xf7])
    expect(diverging(0.2)).toEqual([0xfd, 0xdb, 0xc7].map(near))
    expect(diverging(1)).toEqual([0x67, 0x00, 0x1f])
  })

  it('grows darker away from zero on both sides, so that grey prints keep the order', () => {
    // A rounded colour may be half a grey level off.
    const slack = 0.3
    for (const sign of [1, -1]) {
      steps.slice(1).forEach((value, i) => {
        const before = lightness(diverging(sign * (steps[i] as number)))
        expect(lightness(diverging(sign * value))).toBeLessThan(before + slack)
      })
    }
  })

  it('tells for from against by blue, which red-green blindness leaves', () => {
    for (const value of steps.filter(step => step >= 0.1)) {
      expect(diverging(-value)[2] - diverging(-value)[0]).toBeGreaterThan(0)
      expect(diverging(value)[0] - diverging(value)[2]).toBeGreaterThan(0)
    }
  })

  it('bears anything', () => {
    expect(diverging(9)).toEqual(diverging(1))
    expect(diverging(Number.NEGATIVE_INFINITY)).toEqual(diverging(-1))
    expect(diverging(Number.NaN)).toEqual(diverging(0))
  })
})

/** The table has 256 steps a side, of which none falls on a fifth: one or two levels off. */
function near(level: number): unknown {
  return {
    asymmetricMatch: (value: number) => Math.abs(value - level) <= 2,
    toAsymmetricMatcher: () => `about ${level}`,
  }
}
