/** What all plots share: SVG through Observable Plot, in a browser's document or one without a browser, with a name and a description. */

import { dot, type Markish, plot as observablePlot, type PlotOptions, text } from '@observablehq/plot'
import { formatFor, isNumber, type NumberFormat, raised } from './numbers.ts'
import type { MethodStyle } from './palette.ts'
import { shortened, visible } from './text.ts'

/** A document to draw with: the browser's, or another library's where there is no browser. */
export interface PlotDocument {
  createElement(name: string): unknown
  createElementNS(namespace: string, name: string): unknown
}

/** A plot, drawn. */
export interface DrawnPlot {
  /** One `<svg>` element; its colours are the palette's variables and `currentColor`. */
  readonly markup: string
  readonly width: number
  readonly height: number
}

/** What a plot says to those who cannot see it. */
export interface PlotWords {
  readonly title: string
  readonly description: string
}

/** The size of letters, in the plot's own pixels. */
export const fontSize = 12

/** Roughly how wide a text is drawn. */
export function widthOf(words: string): number {
  return [...words].length * fontSize * 0.6
}

interface SvgElement {
  readonly outerHTML: string
  readonly firstChild: unknown
  readonly childNodes: Iterable<{ readonly nodeName: string; remove(): void }>
  setAttribute(name: string, value: string): void
  insertBefore(child: unknown, before: unknown): void
}

/**
 * Draws by the options, which need not speak of the document, the name, or letters.
 *
 * @param words undefined for what only adorns: readers of screens pass over it
 */
export function draw(options: PlotOptions, words: PlotWords | undefined, document: PlotDocument): DrawnPlot {
  const svg = observablePlot({ ...options, document: document as never }) as unknown as SvgElement
  // Plot's own style sheet, the same in every plot: the page has one for all of them.
  for (const child of [...svg.childNodes]) if (child.nodeName.toLowerCase() === 'style') child.remove()
  svg.setAttribute('xmlns', namespace)
  svg.setAttribute('class', 'plot')
  svg.setAttribute('font-size', String(fontSize))
  if (words) {
    svg.setAttribute('role', 'img')
    for (const name of ['description', 'title'] as const) {
      const element = document.createElementNS(namespace, elements[name]) as { textContent: string }
      element.textContent = visible(words[name])
      svg.insertBefore(element, svg.firstChild)
    }
  } else {
    svg.setAttribute('aria-hidden', 'true')
  }
  return { markup: svg.outerHTML, width: options.width as number, height: options.height as number }
}

const namespace = 'http://www.w3.org/2000/svg'
const elements = { title: 'title', description: 'desc' } as const

/** A method's symbol by itself, for legends; only adorns. */
export function drawMark({ colour, symbol }: MethodStyle, document: PlotDocument): string {
  const unit = { domain: [0, 1] }
  const mark = dot([{ x: 0.5, y: 0.5 }], { x: 'x', y: 'y', symbol, fill: colour, r: 5 })
  return draw({ width: 14, height: 14, margin: 0, axis: null, x: unit, y: unit, marks: [mark] }, undefined, document)
    .markup
}

/** Where the frame of a plot lies in it. */
export interface Frame {
  readonly width: number
  readonly marginLeft: number
  readonly marginRight: number
}

/** The name of the horizontal axis: below the middle of the frame, or beside it where it would not fit into the plot. */
export function xAxisLabel(label: string, { width, marginLeft, marginRight }: Frame): Markish {
  const shown = fitting(label, width)
  const [middle, half] = [(marginLeft + width - marginRight) / 2, widthOf(shown) / 2]
  const at = Math.max(half, Math.min(middle, width - half))
  const place = { frameAnchor: 'bottom', textAnchor: 'middle', lineAnchor: 'bottom', dx: at - middle, dy: 42 } as const
  return text([shown], { ...place, text: String, className: 'axis-label' })
}

/** As much of a text as a plot is wide. */
export function fitting(label: string, width: number): string {
  return shortened(visible(label), Math.floor((width - 8) / widthOf('x')))
}

/** How the marks of an axis are written; undefined where the library's own way is as good. */
export function tickFormatFor([low, high]: readonly [number, number], isLog = false): NumberFormat | undefined {
  if (isLog) return powerOfTen
  const largest = Math.max(Math.abs(low), Math.abs(high))
  return largest >= 1e5 || largest < 1e-3 ? formatFor([largest]) : undefined
}

/** Of a logarithmic axis only powers of ten are written. */
function powerOfTen(value: number | null | undefined): string {
  const power = Math.log10(value ?? Number.NaN)
  const whole = Math.round(power)
  if (!(Math.abs(power - whole) < 1e-9)) return ''
  return Math.abs(whole) <= 3 ? String(Number((10 ** whole).toPrecision(1))) : `10${raised(whole)}`
}

/** The least interval that holds the numbers, a little wider; around a single number, or none, one that can be drawn. */
export function domainOf(numbers: readonly (number | null | undefined)[], margin = 0.04): readonly [number, number] {
  const known = numbers.filter(isNumber)
  if (known.length === 0) return [0, 1]
  const low = known.reduce((a, b) => Math.min(a, b))
  const high = known.reduce((a, b) => Math.max(a, b))
  const size = Math.max(Math.abs(low), Math.abs(high))
  const pad = high - low > size * 1e-6 ? (high - low) * margin : size * 0.05 || 1
  return [low - pad, high + pad]
}
