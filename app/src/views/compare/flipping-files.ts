/** Curves as files: a table of points, and a figure. */

import { domainOf, drawPanel, panelSize, paperLook } from './flipping-plot.ts'
import type { Found } from './flipping-state.ts'
import type { Series } from './series.ts'

/** One row per point: RFC 4180, a header, UTF-8. `order` says which regions were removed first. */
export function curvesCsv(found: readonly Found[], nameOf: (input: string) => string, score: string): string {
  const rows = found.flatMap(({ input, method, curves }) =>
    (['most', 'least'] as const).flatMap(order =>
      curves[order].x.map((x, i) => [nameOf(input), method, `${order} relevant first`, x, curves[order].y[i]]),
    ),
  )
  return [['input', 'method', 'order', 'share_removed', score], ...rows]
    .map(row => `${row.map(cell).join(',')}\r\n`)
    .join('')
}

/** A text that a spreadsheet would compute has ' before it. */
function cell(value: string | number | undefined): string {
  const text = typeof value === 'string' ? value.replace(/^[=+\-@]/, "'$&") : String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const gap = 16

/** All panels as one file, complete in itself. */
export function curvesSvg(all: readonly Series[], titleOf: (series: Series) => string, score: string): string {
  const columns = Math.min(3, all.length)
  const { width, height } = panelSize
  const [wide, high] = [columns * (width + gap) + gap, Math.ceil(all.length / columns) * (height + gap) + gap]
  const whole = document.createElementNS(namespace, 'svg')
  const set = (element: Element, values: Readonly<Record<string, string | number>>) => {
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, String(value))
  }
  set(whole, {
    viewBox: `0 0 ${wide} ${high}`,
    width: wide,
    height: high,
    'font-family': 'Helvetica, Arial, sans-serif',
  })
  const ground = document.createElementNS(namespace, 'rect')
  set(ground, { width: '100%', height: '100%', fill: '#fff' })
  whole.append(ground)
  for (const [i, series] of all.entries()) {
    const others = all.filter(other => other !== series)
    const panel = drawPanel({ title: titleOf(series), series, others, domain: domainOf(all), score, look: paperLook })
    set(panel, { x: gap + (i % columns) * (width + gap), y: gap + Math.floor(i / columns) * (height + gap) })
    whole.append(panel)
  }
  return new XMLSerializer().serializeToString(whole)
}

const namespace = 'http://www.w3.org/2000/svg'
