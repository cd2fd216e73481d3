/** From relevance to strength of colour: the scale that a picture states and that makes pictures comparable. Pure. */

import { type Colormap, type ColormapName, colormaps } from './colormap.ts'

/** How values become colours. */
export interface ShadingOptions {
  /** Default `blue-red`. */
  readonly colormap?: ColormapName
  /** The |value| of the full colour; one for several pictures makes them comparable. Default: each one's own largest. */
  readonly extent?: number
  /** Exponent from |value| / extent to strength of colour; 1 is linear, lower shows more of what is faint. Default ½. */
  readonly exponent?: number
}

/** A scale, settled. Diverging maps run from −extent to extent with zero in the middle, always. */
export interface Shading {
  readonly colormap: Colormap
  readonly extent: number
  readonly exponent: number
  /** Whether the extent was given: it may then be less than the largest value, which has the full colour too. */
  readonly isShared: boolean
}

/** Most relevance is far below the largest and would be invisible, hence the square root: the order stays, and so does zero. */
export const usualExponent = 0.5

/** The scale of values whose largest size is `own`. */
export function shadingOf(own: number, options: ShadingOptions = {}): Shading {
  return {
    colormap: colormaps[options.colormap ?? 'blue-red'],
    extent: options.extent ?? own,
    exponent: options.exponent ?? usualExponent,
    isShared: options.extent !== undefined,
  }
}

/** The strength of colour of a value, −1…1. */
export function strengthOf(value: number, { extent, exponent }: Pick<Shading, 'extent' | 'exponent'>): number {
  if (!(extent > 0)) return 0
  const share = Math.min(1, Math.abs(value) / extent)
  return Number.isNaN(share) ? 0 : Math.sign(value) * share ** exponent
}

/** The strengths of many values; the usual square root is taken as one, which is several times faster than a power. */
export function strengthsOf(values: Float32Array, shading: Pick<Shading, 'extent' | 'exponent'>): Float32Array {
  const { extent, exponent } = shading
  if (exponent !== usualExponent || !(extent > 0)) return values.map(value => strengthOf(value, shading))
  const strengths = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    const strength = Math.sqrt(Math.min(1, Math.abs(value) / extent))
    strengths[i] = Number.isNaN(strength) ? 0 : value < 0 ? -strength : strength
  }
  return strengths
}

/** The extent that several pictures have in common. */
export function sharedExtent(extents: readonly number[]): number {
  return extents.reduce((most, extent) => Math.max(most, extent), 0)
}

/** Values that a colour bar marks: the ends, zero, and a round number near half strength on each side that is shown. */
export function ticksOf(shading: Shading): readonly number[] {
  const { extent, exponent, colormap } = shading
  if (!(extent > 0)) return [0]
  const middle = rounded(extent * 0.5 ** (1 / exponent))
  const positive = middle > 0 && middle < extent ? [middle, extent] : [extent]
  const negative = colormap.kind === 'diverging' ? positive.map(value => -value).reverse() : []
  return [...negative, 0, ...positive]
}

/** 1, 2 or 5 times a power of ten, the nearest on a logarithmic scale. */
function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const candidates = [1, 2, 5, 10].map(n => n * power)
  const distance = (candidate: number) => Math.abs(Math.log(candidate / value))
  return candidates.reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best))
}

/** A number as pictures show it: three digits, a true minus. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−')
}

/** The scale in words, for whoever looks at the picture. */
export function shadingText(shading: Shading): string {
  return `${coloursText(shading)}; ${rangeText(shading)}, ${exponentText(shading)}`
}

/** What the colours stand for, in words. */
export function coloursText({ colormap }: Pick<Shading, 'colormap'>): string {
  const { words, kind } = colormap
  return kind === 'diverging'
    ? `${words.for} for, ${words.against} against, ${words.nothing} nothing`
    : `${words.nothing} nothing, ${words.for} most; what is negative is drawn as nothing`
}

/** From where to where colours go, in words. */
export function rangeText({ colormap, extent, isShared }: Shading): string {
  const whose = isShared ? 'a fixed scale' : 'its own largest |R|'
  const end = shortNumber(extent)
  return `${colormap.kind === 'diverging' ? `−${end}` : '0'} … ${end} (${whose})`
}

/** The exponent in words. */
export function exponentText({ exponent }: Pick<Shading, 'exponent'>): string {
  if (exponent === 1) return 'colour linear in R'
  if (exponent === 0.5) return 'colour by the square root of |R|'
  return `colour by |R| to the power of ${shortNumber(exponent)}`
}
