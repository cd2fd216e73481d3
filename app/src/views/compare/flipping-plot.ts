/** The curves of one method as SVG, through Observable Plot, which is loaded with this file when curves are first drawn. */

import { areaY, axisX, axisY, gridY, line, plot, text } from '@observablehq/plot'
import type { Points, Series } from './series.ts'

/** Colours: the page's variables, or fixed ones for files. */
export interface PlotLook {
  readonly ink: string
  readonly soft: string
  readonly line: string
  readonly faint: string
  readonly accent: string
  readonly ground: string
}

/** The page's own, which follow the theme. */
export const pageLook: PlotLook = {
  ink: 'var(--ink)',
  soft: 'var(--ink-soft)',
  line: 'var(--line)',
  faint: 'var(--line-strong)',
  accent: 'var(--accent)',
  ground: 'var(--raised)',
}

/** For files: the light theme's. */
export const paperLook: PlotLook = {
  ink: '#1c1d1f',
  soft: '#55575c',
  line: '#dcdcd8',
  faint: '#a3a39d',
  accent: '#1f5f5b',
  ground: '#ffffff',
}

/** What a panel shows. */
export interface PanelOptions {
  readonly title: string
  /** The panel's own. */
  readonly series: Series
  /** The other panels', faint, to hold it against. */
  readonly others: readonly Series[]
  /** The same in all panels. */
  readonly domain: readonly [number, number]
  readonly score: string
  readonly look: PlotLook
}

/** Size of a panel in its own pixels. */
export const panelSize = { width: 320, height: 240 } as const

const [marginTop, marginLeft] = [44, 36]

/** Draws one panel. */
export function drawPanel({ title, series, others, domain, score, look }: PanelOptions): SVGSVGElement {
  const { most, least } = series
  const rows = (points: Points) => points.x.map((x, i) => ({ x, y: points.y[i] as number }))
  const both = least.x.map((x, i) => ({ x, low: most.y[i] ?? Number.NaN, high: least.y[i] as number }))
  const frame = { frameAnchor: 'top-left', text: String, lineAnchor: 'top', dx: -marginLeft } as const
  const svg = plot({
    ...panelSize,
    ...{ marginTop, marginLeft, marginRight: 12, marginBottom: 38 },
    x: { domain: [0, 1] },
    y: { domain: [...domain] },
    marks: [
      gridY({ stroke: look.line, strokeOpacity: 1, ticks: 4 }),
      axisX({
        ...{ label: 'share of regions removed', labelAnchor: 'center', labelArrow: false, labelOffset: 34 },
        ...{ ticks: 4, tickFormat: '.0%', tickSize: 3, color: look.soft },
      }),
      axisY({ label: null, ticks: 4, tickSize: 0, color: look.soft }),
      areaY(both, { x: 'x', y1: 'low', y2: 'high', fill: look.accent, fillOpacity: 0.1 }),
      ...others.map(other => {
        return line(rows(other.most), { x: 'x', y: 'y', stroke: look.faint, strokeWidth: 0.75, strokeOpacity: 0.7 })
      }),
      line(rows(least), { x: 'x', y: 'y', stroke: look.accent, strokeWidth: 1.5, strokeDasharray: '4 3' }),
      line(rows(most), { x: 'x', y: 'y', stroke: look.accent, strokeWidth: 2 }),
      ...labelsOf(most, least, domain).map(({ name, x, y, anchor, dy }) =>
        text([name], {
          ...{ x, y, dy, text: String, textAnchor: anchor, fontSize: 11 },
          ...{ fill: look.ink, stroke: look.ground, strokeWidth: 3 },
        }),
      ),
      text([title], { ...frame, dy: -marginTop, fontSize: 13, fontWeight: 600, fill: look.ink }),
      text([score], { ...frame, dy: 20 - marginTop, fill: look.soft }),
    ],
  }) as unknown as SVGSVGElement
  // The library's own style sheet: the page's policy takes none but its own, and the page says the same.
  for (const style of svg.querySelectorAll('style')) style.remove()
  // One picture to readers of screens: its parts have no names of their own.
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', describe(title, series, score))
  return svg
}

interface Label {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'end' | 'middle'
  readonly dy: number
}

/** The curves' names, where the curves are farthest apart: above the upper one and below the lower one. */
function labelsOf(most: Points, least: Points, [low, high]: readonly [number, number]): readonly Label[] {
  if (least.x.length < 2) return []
  const gap = (i: number) => (least.y[i] as number) - (most.y[i] as number)
  const reach = Math.ceil(least.x.length / 12)
  let [at, widest] = [Math.floor(least.x.length / 2), -1]
  // A dip as narrow as a step has no room for a name: the gap is looked at over some steps.
  for (let i = reach; i < least.x.length - reach; i++) {
    let around = 0
    for (let near = i - reach; near <= i + reach; near++) around += Math.abs(gap(near)) || 0
    if (around > widest) [at, widest] = [i, around]
  }
  const x = Math.max(0.02, Math.min(0.98, least.x[at] as number))
  const anchor = x < 0.35 ? 'start' : x > 0.65 ? 'end' : 'middle'
  const isLeastAbove = gap(at) >= 0
  const label = (name: string, y: number, isAbove: boolean): Label => {
    // No room between the curve and the frame: the name goes to the other side.
    const room = (isAbove ? high - y : y - low) / (high - low)
    return { name, x, y, anchor, dy: (isAbove ? room > 0.1 : room <= 0.1) ? -12 : 14 }
  }
  return [
    label('most relevant first', (most.y[at] ?? Number.NaN) as number, !isLeastAbove),
    label('least relevant first', least.y[at] as number, isLeastAbove),
  ]
}

function describe(title: string, { most, least, figures }: Series, score: string): string {
  const ends = ({ y }: Points) => `from ${brief(y[0])} to ${brief(y.at(-1))}`
  const sums = figures ? ` AOPC ${brief(figures.most)}, area between the curves ${brief(figures.between)}.` : ''
  return `${title}: ${score} against share of regions removed; most relevant first ${ends(most)}, least relevant first ${ends(least)}.${sums}`
}

function brief(value: number | undefined): string {
  return value === undefined ? 'nothing' : String(Number(value.toPrecision(3)))
}

/** The least interval that holds all curves, a little wider. */
export function domainOf(all: readonly Series[]): readonly [number, number] {
  const values = all.flatMap(({ most, least }) => [...most.y, ...least.y])
  if (values.length === 0) return [0, 1]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const range = high - low || Math.abs(high) || 1
  // Below, the curves that fall lowest have their names.
  return [low - 0.14 * range, high + 0.06 * range]
}
