/** The colour bar that says which colour stands for which relevance. Pure, for browsers too. */

import { fixed, type Lettering } from './lettering.ts'
import { type Shading, shortNumber, strengthOf, ticksOf } from './shading.ts'

/** Where a bar stands, and how it is lettered. */
export interface LegendBox {
  readonly x: number
  readonly y: number
  readonly width: number
  /** Of the bar alone; ticks and numbers stand below it. */
  readonly height: number
  readonly lettering: Lettering
  /** Of the numbers, in pixels per em. */
  readonly size: number
  readonly color: string
}

/** Colours between which an SVG gradient is straight: enough to follow any map. */
const stops = 64

/** How far below the bar its numbers reach, in their size. */
export const legendDepth = 1.7

/**
 * The colour bar as SVG. It is even in strength of colour, so that all colours show; the numbers stand where their colours are, which
 * shows the exponent too. Numbers that would touch are left out; zero and the ends never are.
 */
export function colorBar(shading: Shading, { x, y, width, height, lettering, size, color }: LegendBox): string {
  const { colormap } = shading
  const low = colormap.kind === 'diverging' ? -1 : 0
  const id = `map-${colormap.name}`
  const gradient = Array.from({ length: stops + 1 }, (_, i) => {
    const [r, g, b] = colormap.color(low + ((1 - low) * i) / stops)
    return `<stop offset="${fixed(i / stops)}" stop-color="rgb(${r},${g},${b})"/>`
  })
  const at = (value: number) => x + (width * (strengthOf(value, shading) - low)) / (1 - low)
  const ticks = readable(ticksOf(shading), at, value => lettering.width(shortNumber(value), { size }) + size * 0.8)
  const [first, last] = [ticks[0], ticks.at(-1)]
  const marks = ticks.map(value => {
    const place = at(value)
    const anchor = value === first && first !== 0 ? 'start' : value === last && last !== 0 ? 'end' : 'middle'
    const side = low === 0 && value === 0 ? 'start' : anchor
    return `<path d="M${fixed(place)} ${fixed(y + height)}v${fixed(size * 0.35)}" stroke="${color}" stroke-width="${fixed(size / 12)}"/>${lettering.draw(shortNumber(value), place, y + height + size * 1.4, { size, color, anchor: side })}`
  })
  return `<defs><linearGradient id="${id}">${gradient.join('')}</linearGradient></defs><rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}" fill="url(#${id})" stroke="${color}" stroke-opacity="0.35" stroke-width="${fixed(size / 16)}"/>${marks.join('')}`
}

/** The values whose numbers have room; the ends and zero before those between. */
function readable(
  values: readonly number[],
  at: (value: number) => number,
  widthOf: (value: number) => number,
): readonly number[] {
  const [first, last] = [values[0] as number, values.at(-1) as number]
  const spanOf = (value: number): readonly [number, number] => {
    const [place, width] = [at(value), widthOf(value)]
    if (value === first) return [place, place + width]
    return value === last ? [place - width, place] : [place - width / 2, place + width / 2]
  }
  const kept: number[] = []
  for (const value of [...new Set([first, last, 0, ...values])].filter(value => values.includes(value))) {
    const [from, to] = spanOf(value)
    const isFree = kept.every(other => {
      const [start, end] = spanOf(other)
      return to <= start || end <= from
    })
    if (isFree) kept.push(value)
  }
  return kept.sort((a, b) => a - b)
}
