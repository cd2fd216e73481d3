/** All measures × all methods on one screen: means, intervals, ranks. */

import type { Direction } from '../measure.ts'
import { html, type Markup, named } from './html.ts'
import type { Lookup, ReportedMeasure } from './lookup.ts'
import { dash, formatFor, isNumber, whyMissing } from './numbers.ts'
import { oneLine, plural, visible } from './text.ts'

/** The table; a cell's ground is its rank among the methods, the best one says so. */
export function overviewSection(lookup: Lookup, marks: ReadonlyMap<string, Markup>): Markup {
  const { methods } = lookup.report
  return html`<section id="overview"><h2>Overview</h2>
<p class="note">Means over the inputs with 95 % bootstrap intervals. <span class="best">★</span>marks the best method of a measure, the ground its rank: the stronger, the better. ↑ higher is better, ↓ lower is better. Beside a group’s name stands the mean rank in it. Where intervals overlap, the order may be chance. Measures lead to their definitions.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Means by measure and method"><table class="overview" style="--methods:${methods.length}">
<thead><tr><th scope="col">Measure</th>${methods.map(method => html`<th scope="col">${marks.get(method)}${named(method)}</th>`)}</tr></thead>
${lookup.groups.map(
  ({ group, measures }) => html`<tbody>
<tr class="group"><th scope="rowgroup">${capital(group)}</th>${methods.map(method => html`<td>${meanRank(lookup, measures, method)}</td>`)}</tr>
${measures.map(measure => measureRow(lookup, measure))}</tbody>
`,
)}</table></div>
</section>
`
}

function measureRow({ report: { methods }, summaryOf, reasonsOf }: Lookup, measure: ReportedMeasure): Markup {
  const { name, title, direction, unit, definition, source, range } = measure
  const rows = methods.map(method => summaryOf(name, method))
  const format = formatFor(rows.flatMap(row => [row?.mean, row?.low, row?.high]))
  const worst = Math.max(...rows.map(row => row?.rank ?? 0))
  const about = `${oneLine(definition)} Range: ${range}. ${source}`
  return html`<tr><th scope="row" title="${about}"><a href="#${anchor(name)}">${title}</a>&nbsp;${arrow(direction)}<span class="note">${unit}</span></th>${rows.map(
    (row, i) => {
      const missing = whyMissing(row?.mean, reasonsOf(name, methods[i] as string)[0]?.why)
      if (!row || missing !== undefined)
        return html`<td class="none" title="${missing}">${dash}<span class="hidden"> ${missing}</span></td>`
      const { mean, low, high, rank, count, without } = row
      const strength = rank === null || worst < 2 ? 0 : (worst - rank) / (worst - 1)
      const words = `rank ${rank ?? dash} of ${worst}, ${plural(count, 'input')}${without > 0 ? `, ${without} without a value` : ''}`
      return html`<td style="--rank:${(strength * 0.34).toFixed(3)}" title="${words}"><span class="mean">${rank === 1 && html`<span class="best" role="img" aria-label="best">★</span>`}${format(mean)}</span><span class="interval">${isNumber(low) && isNumber(high) ? `${format(low)} … ${format(high)}` : 'no interval'}</span></td>`
    },
  )}</tr>
`
}

function meanRank({ summaryOf }: Lookup, measures: readonly ReportedMeasure[], method: string): Markup {
  const ranks = measures.flatMap(({ name }) => summaryOf(name, method)?.rank ?? [])
  if (ranks.length === 0) return html`<span class="none">${dash}</span>`
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length
  return html`<span title="mean rank over ${ranks.length} of ${measures.length} measures">rank ${mean.toFixed(1)}</span>`
}

/** Where better is, as a sign and for readers of screens in words. */
export function arrow(direction: Direction): Markup {
  return html`<span class="arrow" role="img" aria-label="${direction} is better" title="${direction} is better">${direction === 'higher' ? '↑' : '↓'}</span>`
}

/** The fragment of a measure's section. */
export function anchor(measure: string): string {
  return `measure-${encodeURIComponent(visible(measure))}`
}

/** With a capital letter, if it begins with a word. */
export function capital(text: string): string {
  return /^\p{Ll}{2}/u.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
}
