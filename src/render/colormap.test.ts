import { lab, rgb } from 'd3-color'
import { describe, expect, it } from 'vitest'
import { type Colormap, colormapNames, colormaps, diverging, type Rgb } from './colormap.ts'

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

/**
 * What the three kinds of colour blindness leave of a colour, in linear RGB (Machado, Oliveira and Fernandes 2009, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1).
 */
const deficiencies = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const

type Deficiency = (typeof deficiencies)[keyof typeof deficiencies]

const toLinear = (level: number) => (level <= 10.31475 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4)
const toLevel = (light: number) => {
  const share = Math.min(1, Math.max(0, light))
  return 255 * (share <= 0.0031308 ? 12.92 * share : 1.055 * share ** (1 / 2.4) - 0.055)
}

function seen(color: Rgb, deficiency: Deficiency): Rgb {
  const light = color.map(toLinear)
  const rows = deficiency.map(row => row.reduce((sum, weight, i) => sum + weight * (light[i] as number), 0))
  return rows.map(toLevel) as unknown as Rgb
}

/** CIE 1976 colour difference: 2.3 is just noticeable. */
function difference(a: Rgb, b: Rgb): number {
  const [one, other] = [lab(rgb(...a)), lab(rgb(...b))]
  return Math.hypot(one.l - other.l, one.a - other.a, one.b - other.b)
}

/** Several times what is just noticeable: for and against stay apart at a glance. */
const apart = 10
/** Strengths from which on signs must be told apart; below, both are nearly nothing, and drawn so. */
const notable = steps.filter(step => step >= 0.2)

/** How near for and against come, over all strengths that matter. */
function nearest(color: Colormap['color'], deficiency: Deficiency): number {
  return Math.min(
    ...notable.map(strength => difference(seen(color(strength), deficiency), seen(color(-strength), deficiency))),
  )
}

describe.each(Object.entries(deficiencies))('to eyes with %s', (_, deficiency) => {
  it.each(['blue-red', 'purple-orange', 'teal-brown'] as const)('%s tells for from against', name => {
    expect(nearest(colormaps[name].color, deficiency)).toBeGreaterThan(apart)
  })

  it.each(['viridis', 'cividis', 'magma', 'inferno', 'greys'] as const)('%s keeps the order by lightness', name => {
    const levels = steps.map(step => lightness(seen(colormaps[name].color(step), deficiency)))
    const direction = Math.sign((levels.at(-1) as number) - (levels[0] as number))
    // Neighbours may be equal to a rounded colour; twentieths must not.
    levels.slice(10).forEach((level, i) => {
      expect(direction * (level - (levels[i] as number))).toBeGreaterThan(0)
    })
  })
})

it('the check fails a map from green to red, which the colour-blind cannot read', () => {
  const greenRed = (strength: number): Rgb =>
    strength < 0 ? [247 + 160 * strength, 247, 247 + 160 * strength] : [247, 247 - 100 * strength, 247 - 160 * strength]
  expect(nearest(greenRed, deficiencies.deuteranopia)).toBeLessThan(apart)
})

describe('colormaps', () => {
  it('are all there by their names', () => {
    expect(Object.keys(colormaps)).toEqual([...colormapNames])
    for (const name of colormapNames) expect(colormaps[name].name).toBe(name)
  })

  it('have the colours that their words say', () => {
    const hues: readonly (readonly [keyof typeof colormaps, Rgb, Rgb])[] = [
      ['blue-red', [0x05, 0x30, 0x61], [0x67, 0x00, 0x1f]],
      ['purple-orange', [0x2d, 0x00, 0x4b], [0x7f, 0x3b, 0x08]],
      ['teal-brown', [0x00, 0x3c, 0x30], [0x54, 0x30, 0x05]],
    ]
    for (const [name, against, forIt] of hues) {
      expect([colormaps[name].color(-1), colormaps[name].color(1)]).toEqual([against, forIt])
    }
  })

  it('that are sequential show what is negative as nothing', () => {
    for (const { kind, color } of Object.values(colormaps)) {
      if (kind === 'sequential') expect(color(-0.7)).toEqual(color(0))
      else expect(color(-0.7)).not.toEqual(color(0))
    }
  })
})

/** The table has 256 steps a side, of which none falls on a fifth: one or two levels off. */
function near(level: number): unknown {
  return {
    asymmetricMatch: (value: number) => Math.abs(value - level) <= 2,
    toAsymmetricMatcher: () => `about ${level}`,
  }
}
