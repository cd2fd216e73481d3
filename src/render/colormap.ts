/** Relevance to colour: maps that the colour-blind can read and whose lightness keeps the order. Pure, for browsers too. */

import { lab, rgb } from 'd3-color'
import {
  interpolateCividis,
  interpolateGreys,
  interpolateInferno,
  interpolateMagma,
  interpolateViridis,
  schemeBrBG,
  schemePuOr,
  schemeRdBu,
} from 'd3-scale-chromatic'

/** Red, green, blue, 0…255. */
export type Rgb = readonly [number, number, number]

/** Maps by name: what is against, then what is for; or the name that the literature knows a sequential map by. */
export const colormapNames = [
  'blue-red',
  'purple-orange',
  'teal-brown',
  'viridis',
  'cividis',
  'magma',
  'inferno',
  'greys',
] as const

/** One of them. */
export type ColormapName = (typeof colormapNames)[number]

/** A map from strength to colour. */
export interface Colormap {
  readonly name: ColormapName
  /** A diverging map shows both signs, and nothing as near-white, always; a sequential one shows what is for, and the rest as nothing. */
  readonly kind: 'diverging' | 'sequential'
  /** The colours of against, where the map has such, and of for, in words. */
  readonly words: { readonly against?: string; readonly for: string; readonly nothing: string }
  /** The colour of a strength in −1…1 (beyond: of the nearer end; not a number: of 0). */
  readonly color: (strength: number) => Rgb
}

/** Entries on each side of zero. */
const steps = 256

/**
 * ColorBrewer's eleven colours, interpolated in Lab between the published ones: d3's own spline misses them, and tints zero.
 *
 * @param scheme from against to for
 */
function fromBrewer(scheme: readonly string[]): readonly Rgb[] {
  const knots = scheme.map(color => lab(color))
  return Array.from({ length: 2 * steps + 1 }, (_, i) => {
    const place = (i / (2 * steps)) * (knots.length - 1)
    const below = Math.min(knots.length - 2, Math.floor(place))
    const [from, to, t] = [knots[below] as Lab, knots[below + 1] as Lab, place - below]
    return bytesOf(rgb(lab(mix(from.l, to.l, t), mix(from.a, to.a, t), mix(from.b, to.b, t))))
  })
}

type Lab = ReturnType<typeof lab>

function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t
}

function bytesOf({ r, g, b }: { readonly r: number; readonly g: number; readonly b: number }): Rgb {
  return [byte(r), byte(g), byte(b)]
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)))
}

/** Eleven colours of a scheme with the warm end, which is for, last: ColorBrewer has it first, and d3 keeps to that in all but PuOr. */
function warmLast(scheme: readonly (readonly string[])[]): readonly string[] {
  const colors = scheme[11] as readonly string[]
  const warmth = (color: string | undefined) => rgb(color ?? '').r - rgb(color ?? '').b
  return warmth(colors[0]) > warmth(colors.at(-1)) ? [...colors].reverse() : colors
}

function divergingMap(
  name: ColormapName,
  scheme: readonly string[],
  words: { readonly against: string; readonly for: string },
): Colormap {
  const table = fromBrewer(scheme)
  const color = (strength: number) => table[Math.round((within(strength) + 1) * steps)] as Rgb
  return { name, kind: 'diverging', words: { ...words, nothing: 'near-white' }, color }
}

function sequentialMap(
  name: ColormapName,
  colorAt: (share: number) => string,
  words: { readonly for: string; readonly nothing: string },
): Colormap {
  const table = Array.from({ length: steps + 1 }, (_, i) => bytesOf(rgb(colorAt(i / steps))))
  const color = (strength: number) => table[Math.round(Math.max(0, within(strength)) * steps)] as Rgb
  return { name, kind: 'sequential', words, color }
}

function within(strength: number): number {
  return Math.max(-1, Math.min(1, Number.isNaN(strength) ? 0 : strength))
}

/**
 * The maps: ColorBrewer's RdBu, PuOr and BrBG (Harrower and Brewer 2003), matplotlib's viridis, magma and inferno (van der Walt
 * and Smith 2015), cividis (Nuñez, Anderton and Renslow 2018). Every one keeps its order under the three kinds of colour blindness.
 */
export const colormaps: { readonly [N in ColormapName]: Colormap } = {
  'blue-red': divergingMap('blue-red', warmLast(schemeRdBu), { against: 'blue', for: 'red' }),
  'purple-orange': divergingMap('purple-orange', warmLast(schemePuOr), { against: 'purple', for: 'orange' }),
  'teal-brown': divergingMap('teal-brown', warmLast(schemeBrBG), { against: 'teal', for: 'brown' }),
  viridis: sequentialMap('viridis', interpolateViridis, { for: 'yellow', nothing: 'dark violet' }),
  cividis: sequentialMap('cividis', interpolateCividis, { for: 'yellow', nothing: 'dark blue' }),
  magma: sequentialMap('magma', interpolateMagma, { for: 'pale yellow', nothing: 'black' }),
  inferno: sequentialMap('inferno', interpolateInferno, { for: 'pale yellow', nothing: 'black' }),
  greys: sequentialMap('greys', interpolateGreys, { for: 'black', nothing: 'white' }),
}

/** The colour of a value in −1…1 by the usual map: blue, near-white, red. Zero is `#f7f7f7`, always. */
export function diverging(value: number): Rgb {
  return colormaps['blue-red'].color(value)
}
