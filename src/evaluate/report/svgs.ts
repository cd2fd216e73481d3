/** The report's plots as pictures of their own: SVG that needs nothing else, light and dark. */

import { escaped } from '../../render/escaped.ts'
import type { EvaluationReport } from '../report.ts'
import { type Figure, figuresOf } from './figures.ts'
import { lookUp } from './lookup.ts'
import { paletteCss } from './palette.ts'
import { fontSize, type PlotDocument } from './plot.ts'
import { shortened, visible } from './text.ts'

/**
 * Every plot of the report.
 *
 * @returns markup by name: `MEASURE` (the means), `MEASURE.CURVE`, `MEASURE.scatter`; names hold only letters, digits, `_`, `-` and `.`,
 *   do not begin with a point, and differ also where case is ignored
 */
export function reportSvgs(report: EvaluationReport, document: PlotDocument): ReadonlyMap<string, string> {
  const lookup = lookUp(report)
  const found = new Map<string, string>()
  const taken = new Set<string>()
  for (const measure of lookup.report.measures) {
    for (const figure of figuresOf(lookup, measure, document)) {
      const wanted =
        figure.name === 'interval' ? fileWord(measure.name) : `${fileWord(measure.name)}.${fileWord(figure.name)}`
      let name = wanted
      for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${wanted}-${i}`
      taken.add(name.toLowerCase())
      found.set(name, standalone(figure, `${report.model}, ${report.data}`))
    }
  }
  return found
}

const [padding, headHeight, panelHead, mostColumns] = [12, 44, 22, 3]

/** A figure with its heading, and all that its colours need. */
function standalone({ heading, panels, caption }: Figure, about: string): string {
  const { width: one = 0, height: tall = 0 } = panels[0]?.plot ?? {}
  const columns = Math.min(mostColumns, panels.length)
  const top = panels.some(panel => panel.heading !== undefined) ? panelHead : 0
  const width = columns * one + 2 * padding
  const height = headHeight + Math.ceil(panels.length / columns) * (tall + top) + 2 * padding
  const placed = panels.map((panel, i) => {
    const [x, y] = [padding + (i % columns) * one, headHeight + padding + Math.floor(i / columns) * (tall + top)]
    const name =
      panel.heading === undefined ? '' : `<text x="8" y="14" font-weight="600">${line(panel.heading, one)}</text>`
    return `<g transform="translate(${x},${y})">${name}<g transform="translate(0,${top})">${panel.plot.markup}</g></g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" color="#1c2127" fill="currentColor" font-family="system-ui, sans-serif" font-size="${fontSize}">
<title>${line(heading, 4000)}</title>
<desc>${escaped(visible(caption))}</desc>
<style>:root{${paletteCss('light')}color:var(--ink)}@media (prefers-color-scheme:dark){:root{${paletteCss('dark')}}}text{white-space:pre}</style>
<rect width="100%" height="100%" fill="var(--ground)"/>
<text x="${padding + 4}" y="26" font-size="15" font-weight="600">${line(heading, width / 1.3)}</text>
<text x="${padding + 4}" y="44" fill="var(--faint)">${line(about, width)}</text>
${placed.join('\n')}
</svg>
`
}

/** A text that fits. */
function line(text: string, width: number): string {
  return escaped(shortened(visible(text), Math.floor(width / (fontSize * 0.52))))
}

function fileWord(name: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N}_.-]+/gu, '_')
      .replace(/^\.+/, '')
      .slice(0, 60) || '_'
  )
}
