/** Relevance to colour: ColorBrewer's red-blue scale, which the colour-blind can read and which is calm at zero. */

import { lab, rgb } from 'd3-color'
import { schemeRdBu } from 'd3-scale-chromatic'

/** Red, green, blue, 0…255. */
export type Rgb = readonly [number, number, number]

/** The eleven colours from blue (against) through near-white (nothing) to red (for). */
const knots = [...(schemeRdBu[11] as readonly string[])].reverse().map(color => lab(color))

/**
 * Entries on each side of zero. Interpolated in Lab between the published colours: d3's own spline misses them, and tints zero.
 */
const steps = 256
const table: readonly Rgb[] = Array.from({ length: 2 * steps + 1 }, (_, i) => {
  const place = (i / (2 * steps)) * (knots.length - 1)
  const below = Math.min(knots.length - 2, Math.floor(place))
  const [from, to, t] = [knots[below] as Lab, knots[below + 1] as Lab, place - below]
  const mixed = rgb(lab(mix(from.l, to.l, t), mix(from.a, to.a, t), mix(from.b, to.b, t)))
  return [byte(mixed.r), byte(mixed.g), byte(mixed.b)]
})

type Lab = ReturnType<typeof lab>

function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)))
}

/** The colour of a value in −1…1 (beyond: of the nearer end; not a number: of 0). Zero is `#f7f7f7`, always. */
export function diverging(value: number): Rgb {
  const clamped = Math.max(-1, Math.min(1, Number.isNaN(value) ? 0 : value))
  return table[Math.round((clamped + 1) * steps)] as Rgb
}
