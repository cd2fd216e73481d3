/** A section per group of measures and a card per measure: what it is, its plots, and the numbers behind them. */

import { type Figure, figuresOf } from './figures.ts'
import { html, Markup, named } from './html.ts'
import type { Lookup, ReportedMeasure } from './lookup.ts'
import { dash, formatFor, isNumber, whyMissing } from './numbers.ts'
import { anchor, arrow, capital } from './overview.ts'
import type { PlotDocument } from './plot.ts'
import { oneLine, plural } from './text.ts'

/** All groups. */
export function measureSections(
  lookup: Lookup,
  marks: ReadonlyMap<string, Markup>,
  document: PlotDocument,
): readonly Markup[] {
  return lookup.groups.map(
    ({
      group,
      measures,
    }) => html`<section id="${group}"><h2>${capital(group)} <span class="note">${questions[group]}</span></h2>
${measures.map(measure => card(lookup, measure, marks, document))}</section>
`,
  )
}

const questions: Readonly<Record<Lookup['groups'][number]['group'], string>> = {
  faithfulness: 'Does the model’s score depend on what the explanation calls relevant?',
  robustness: 'Do inputs that are alike get explanations that are alike?',
  localisation: 'Is the relevance where the class is?',
  complexity: 'Is the explanation short?',
  randomisation: 'Does the explanation depend on what the model has learnt?',
  axioms: 'Does the explanation keep what its method promises?',
}

function card(
  lookup: Lookup,
  measure: ReportedMeasure,
  marks: ReadonlyMap<string, Markup>,
  document: PlotDocument,
): Markup {
  const { name, title, direction, unit, range, definition, source, parameters } = measure
  const given = Object.entries(parameters)
  const figures = figuresOf(lookup, measure, document)
  // Beside the words stand two figures in a row.
  const rows = Math.ceil(figures.filter(({ panels }) => panels.length === 1).length / 2)
  return html`<article class="card" id="${anchor(name)}"><div class="figures">
<div class="words" style="--rows:${rows}"><h3>${title}&nbsp;${arrow(direction)}</h3>
<p>${oneLine(definition)}</p>
<dl class="about"><div><dt>Better</dt><dd>${direction}</dd></div><div><dt>Unit</dt><dd>${unit}</dd></div><div><dt>Range</dt><dd>${oneLine(range)}</dd></div>${given.length > 0 && html`<div><dt>Parameters</dt><dd>${given.map(([parameter, value], i) => html`${i > 0 && ', '}${parameter}&nbsp;${String(value)}`)}</dd></div>`}<div><dt>Source</dt><dd>${oneLine(source)}</dd></div></dl>
${missingInputs(lookup, measure)}</div>
${figures.map(figure => figureMarkup(figure, title))}</div>
${numbersTable(lookup, measure, marks)}
</article>
`
}

function figureMarkup({ name, heading, caption, panels }: Figure, title: string): Markup {
  const isWide = panels.length > 1
  const shownHeading = heading === title ? 'Means by method' : heading.replace(`${title}: `, '')
  return html`<figure class="${isWide ? 'wide' : name === 'interval' ? 'means' : 'curves'}"><figcaption><strong>${capital(shownHeading)}</strong> <span class="note">${caption}</span></figcaption>
${
  isWide
    ? html`<div class="panels">${panels.map(panel => html`<div><p>${panel.heading !== undefined && named(panel.heading)}</p>${new Markup(panel.plot.markup)}</div>`)}</div>`
    : panels.map(({ plot }) => new Markup(plot.markup))
}</figure>
`
}

/** Which inputs have no value, and why. */
function missingInputs({ report, reasonsOf }: Lookup, { name }: ReportedMeasure): Markup | undefined {
  const byReason = new Map<string, { readonly method: string; readonly count: number }[]>()
  for (const method of report.methods) {
    for (const { why, count } of reasonsOf(name, method))
      byReason.set(why, [...(byReason.get(why) ?? []), { method, count }])
  }
  if (byReason.size === 0) return undefined
  return html`<ul class="missing">${[...byReason].map(([why, found]) => {
    const counts = new Set(found.map(({ count }) => count))
    const everywhere = found.length === report.methods.length && counts.size === 1
    const where = everywhere
      ? html`${plural(found[0]?.count ?? 0, 'input')} without a value for every method`
      : html`without a value: ${found.map(({ method, count }, i) => html`${i > 0 && ', '}${named(method)} ${count}`)}`
    return html`<li>${where}: ${why}</li>`
  })}</ul>
`
}

function numbersTable(
  { report, summaryOf, reasonsOf }: Lookup,
  { name, unit }: ReportedMeasure,
  marks: ReadonlyMap<string, Markup>,
): Markup {
  const rows = report.methods.map(method => ({ method, row: summaryOf(name, method) }))
  const format = formatFor(
    rows.flatMap(({ row }) => [row?.mean, row?.low, row?.high, row?.median, row?.standardDeviation]),
  )
  return html`<details class="numbers"><summary>The numbers</summary><div class="scroll" tabindex="0" role="region" aria-label="The numbers"><table class="plain"><thead><tr><th scope="col">Method</th><th scope="col" class="number">Rank</th><th scope="col" class="number">Mean (${unit})</th><th scope="col" class="number">95 % interval</th><th scope="col" class="number">Median</th><th scope="col" class="number">Standard deviation</th><th scope="col" class="number">Inputs</th><th scope="col" class="number">Without</th></tr></thead><tbody>${rows.map(
    ({ method, row }) => {
      const missing = whyMissing(row?.mean, reasonsOf(name, method)[0]?.why)
      const interval = isNumber(row?.low) && isNumber(row?.high) ? `${format(row?.low)} … ${format(row?.high)}` : dash
      return html`<tr><th scope="row">${marks.get(method)}${named(method)}</th><td class="number">${row?.rank ?? dash}</td><td class="number">${format(row?.mean)}${missing !== undefined && html`<span class="note"> ${missing}</span>`}</td><td class="number">${interval}</td><td class="number">${format(row?.median)}</td><td class="number">${format(row?.standardDeviation)}</td><td class="number">${row?.count ?? 0}</td><td class="number">${row?.without ?? 0}</td></tr>`
    },
  )}</tbody></table></div></details>`
}
