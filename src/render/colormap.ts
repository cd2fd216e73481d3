/** Relevance to colour. Maps come from d3-scale-chromatic (ColorBrewer's), are perceptually ordered and colour-blind safe. */

import { rgb } from 'd3-color'
import { interpolateRdBu } from 'd3-scale-chromatic'

/** Red, green, blue, 0…255. */
export type Rgb = readonly [number, number, number]

const steps = 256
// RdBu runs from red to blue; relevance runs from against (blue) to for (red).
const table: readonly Rgb[] = Array.from({ length: 2 * steps + 1 }, (_, i) => {
  const { r, g, b } = rgb(interpolateRdBu(1 - i / (2 * steps)))
  return [Math.round(r), Math.round(g), Math.round(b)]
})

/** The colour of a value in −1…1: blue against, white nothing, red for. Symmetric, so that white is always zero. */
export function diverging(value: number): Rgb {
  const clamped = Math.max(-1, Math.min(1, Number.isFinite(value) ? value : 0))
  return table[Math.round((clamped + 1) * steps)] as Rgb
}
