/** Scales: symmetric, monotone, and honest about themselves. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { colorBar } from './legend.ts'
import { plainLettering } from './lettering.ts'
import { shadingOf, shadingText, sharedExtent, shortNumber, strengthOf, strengthsOf, ticksOf } from './shading.ts'

describe('strengthOf', () => {
  const size = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
  const exponent = fc.double({ min: 0.1, max: 4, noNaN: true })

  it('is symmetric, within −1…1, and grows with the value', () => {
    fc.assert(
      fc.property(size, size, size, exponent, (a, b, extent, exponent) => {
        const of = (value: number) => strengthOf(value, { extent, exponent })
        expect(of(-a)).toBe(-of(a))
        expect(of(0)).toBe(0)
        expect(Math.abs(of(a))).toBeLessThanOrEqual(1)
        if (a <= b) expect(of(a)).toBeLessThanOrEqual(of(b))
        expect(of(extent)).toBe(1)
      }),
    )
  })

  it('of many values is that of each, by the square root too', () => {
    const values = Float32Array.of(-3, -0.3, 0, Number.NaN, 1e-9, 0.7, 1, Number.POSITIVE_INFINITY)
    for (const exponent of [0.5, 1, 0.3]) {
      const each = Array.from(values, value => Math.fround(strengthOf(value, { extent: 1, exponent })))
      expect(Array.from(strengthsOf(values, { extent: 1, exponent }))).toEqual(
        each.map(value => expect.closeTo(value, 6)),
      )
    }
  })

  it('of anything on a scale of nothing is nothing', () => {
    expect(strengthOf(3, { extent: 0, exponent: 1 })).toBe(0)
    expect(strengthOf(Number.NaN, { extent: 2, exponent: 1 })).toBe(0)
  })
})

describe('a scale', () => {
  it('marks its ends, zero and a round number near half strength', () => {
    expect(ticksOf(shadingOf(0.135))).toEqual([-0.135, -0.05, 0, 0.05, 0.135])
    expect(ticksOf(shadingOf(4, { exponent: 1, colormap: 'viridis' }))).toEqual([0, 2, 4])
    expect(ticksOf(shadingOf(0))).toEqual([0])
  })

  it('says what it is', () => {
    expect(shadingText(shadingOf(0.43217))).toBe(
      'red for, blue against, near-white nothing; −0.432 … 0.432 (its own largest |R|), colour by the square root of |R|',
    )
    expect(shadingText(shadingOf(3, { extent: 2, exponent: 1, colormap: 'magma' }))).toBe(
      'black nothing, pale yellow most; what is negative is drawn as nothing; 0 … 2 (a fixed scale), colour linear in R',
    )
    expect(shortNumber(-1234.5)).toBe('−1230')
    expect(sharedExtent([1, 4, 2])).toBe(4)
  })

  it('has a colour bar whose numbers stand where their colours are', () => {
    const place = { x: 10, y: 0, width: 200, height: 10, lettering: plainLettering, size: 10, color: '#000' }
    const bar = colorBar(shadingOf(4), place)
    const ticks = [...bar.matchAll(/<path d="M([\d.]+) 10v/g)].map(match => Number(match[1]))
    // ±1 is a quarter of 4: half strength.
    expect(ticks).toEqual([10, 60, 110, 160, 210])
    expect([...bar.matchAll(/>([^<]+)<\/text>/g)].map(match => match[1])).toEqual(['−4', '−1', '0', '1', '4'])
    expect(bar).toContain('stop-color="rgb(247,247,247)"')
  })

  it('leaves out numbers that would touch, but never the ends', () => {
    const place = { x: 0, y: 0, width: 60, height: 10, lettering: plainLettering, size: 10, color: '#000' }
    const shown = [...colorBar(shadingOf(0.135), place).matchAll(/>([^<]+)<\/text>/g)].map(match => match[1])
    expect(shown).toContain('−0.135')
    expect(shown).not.toContain('0.05')
  })
})
