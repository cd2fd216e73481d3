/** What removed places become: each choice against what it says of itself. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formulaCase } from '../../../test/support/formula-case.ts'
import { gaussianBlur } from './blur.ts'
import { inpainter } from './neighbours.ts'
import { fillerFor, type Replacement } from './replacement.ts'

/** Sums of float32. */
const rounding = 1e-5

/** Two channels of 2 × 3 places, one after the other or side by side. */
const planes = [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]
const pairs = [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60]
const channelsFirst = formulaCase([2, 2, 3], planes, planes, () => 0)
const channelsLast = formulaCase([2, 3, 2], pairs, pairs, () => 0, { spatial: [2, 3], channels: 2, channelsLast: true })
const noBox = { box: undefined }
const box = { box: { low: [0, 0], high: [5, 30] } }

function filled(how: Replacement, of = channelsFirst, tools: Parameters<typeof fillerFor>[2] = noBox, places = [0, 4]) {
  const data = of.input.data.slice()
  fillerFor(how, of, tools).fill(data, Uint32Array.from(places), places)
  return Array.from(data)
}

describe('a replacement', () => {
  it('by the mean is the channel’s, wherever channels are', () => {
    expect(filled({ kind: 'mean' })).toEqual([3.5, 2, 3, 4, 3.5, 6, 35, 20, 30, 40, 35, 60])
    expect(filled({ kind: 'mean' }, channelsLast)).toEqual([3.5, 35, 2, 20, 3, 30, 4, 40, 3.5, 35, 6, 60])
  })

  it('by a value is that, in the box where there is one', () => {
    expect(filled({ kind: 'value', value: 7 })).toEqual([7, 2, 3, 4, 7, 6, 7, 20, 30, 40, 7, 60])
    expect(filled({ kind: 'value', value: 7 }, channelsFirst, box)).toEqual([5, 2, 3, 4, 5, 6, 7, 20, 30, 40, 7, 60])
  })

  it.each(['uniform', 'noise'] as const)(
    'by %s noise stays inside, is another at each place, and the same again',
    kind => {
      const all = [0, 1, 2, 3, 4, 5]
      const found = filled({ kind }, channelsFirst, box, all)
      expect(filled({ kind }, channelsFirst, box, all)).toEqual(found)
      expect(found.every((value, i) => value >= 0 && value <= (i < 6 ? 5 : 30))).toBe(true)
      expect(new Set(filled({ kind }, channelsFirst, noBox, all)).size).toBe(12)
    },
  )

  it('by uniform noise without a box is between the channel’s extremes', () => {
    const found = filled({ kind: 'uniform' }, channelsFirst, noBox, [0, 1, 2, 3, 4, 5])
    expect(found.every((value, i) => (i < 6 ? value >= 1 && value <= 6 : value >= 10 && value <= 60))).toBe(true)
  })

  it('leaves alone what is not removed', () => {
    const kinds: readonly Replacement[] = [
      { kind: 'mean' },
      { kind: 'blur' },
      { kind: 'noise' },
      { kind: 'uniform' },
      { kind: 'neighbours' },
      { kind: 'value', value: 0 },
    ]
    for (const how of kinds) {
      const found = filled(how, channelsFirst, noBox, [1])
      expect(found.map((value, i) => value === planes[i])).toEqual(planes.map((_, i) => i % 6 !== 1))
    }
  })
})

describe('a blur', () => {
  it('of a point is the bell curve along both axes, and sums to one inside', () => {
    const data = new Float32Array(25 * 25)
    data[12 * 25 + 12] = 1
    const found = gaussianBlur(data, { spatial: [25, 25], channels: 1, channelsLast: false }, 2)
    const at = (row: number, column: number) => found[row * 25 + column] as number
    expect(at(12, 14) / at(12, 12)).toBeCloseTo(Math.exp(-4 / 8), 5)
    expect(at(15, 14) / at(12, 12)).toBeCloseTo(Math.exp(-(9 + 4) / 8), 5)
    expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
  })

  it('keeps a constant, edges included', () => {
    const data = new Float32Array(24).fill(0.7)
    for (const channelsLast of [false, true]) {
      const found = gaussianBlur(data, { spatial: [3, 4], channels: 2, channelsLast }, 1.5)
      expect(found.every(value => Math.abs(value - 0.7) < rounding)).toBe(true)
    }
  })

  it('mixes no channels', () => {
    const found = gaussianBlur(Float32Array.from(pairs), channelsLast.layout, 1)
    const planar = gaussianBlur(Float32Array.from(planes), channelsFirst.layout, 1)
    for (let place = 0; place < 6; place++) {
      expect(found[2 * place]).toBeCloseTo(planar[place] as number, 5)
      expect(found[2 * place + 1]).toBeCloseTo(planar[6 + place] as number, 4)
    }
  })
})

describe('inpainting', () => {
  it('draws a straight line between two known numbers', () => {
    const data = Float32Array.of(0, 9, 9, 9, 4, 9)
    inpainter({ spatial: [6], channels: 1, channelsLast: false })(data, [1, 2, 3, 5], 4)
    for (const [i, value] of [0, 1, 2, 3, 4, 4].entries()) expect(data[i]).toBeCloseTo(value, 2)
  })

  it('continues a slope across a hole, and never leaves the range of what is known', () => {
    const side = 12
    const slope = Float32Array.from({ length: side * side }, (_, i) => Math.floor(i / side) + 2 * (i % side))
    const inside = fc.uniqueArray(fc.integer({ min: 0, max: side * side - 1 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(inside, removed => {
        const data = slope.slice()
        for (const place of removed) data[place] = 0
        inpainter({ spatial: [side, side], channels: 1, channelsLast: false })(data, removed, 33)
        const hole = removed.filter(place => {
          const [row, column] = [Math.floor(place / side), place % side]
          return row > 0 && row < side - 1 && column > 0 && column < side - 1
        })
        // A slope is harmonic, so where no edge of the picture takes part it is the answer.
        if (hole.length === removed.length) {
          for (const place of removed)
            expect(Math.abs((data[place] as number) - (slope[place] as number))).toBeLessThan(0.1)
        }
        expect(data.every(value => value > -0.1 && value < 33.1)).toBe(true)
      }),
    )
  })

  it('of everything gives the mean, of which nothing is known', () => {
    const found = filled({ kind: 'neighbours' }, channelsFirst, noBox, [0, 1, 2, 3, 4, 5])
    expect(found).toEqual([...Array(6).fill(3.5), ...Array(6).fill(35)])
  })

  it('does not see what it replaces', () => {
    const other = formulaCase(
      [2, 2, 3],
      planes.map((value, i) => (i === 1 ? 100 : value)),
      planes,
      () => 0,
    )
    const [a, b] = [
      filled({ kind: 'neighbours' }, channelsFirst, box, [1]),
      filled({ kind: 'neighbours' }, other, box, [1]),
    ]
    expect(a[1]).toBeCloseTo(b[1] as number, 2)
  })
})
