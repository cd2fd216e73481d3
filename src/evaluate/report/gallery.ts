/** Images × methods, and behind every row what was measured of it: no script, a browser's own `details` opens them. */

import type { EvaluatedInput } from '../report.ts'
import { inputFigures } from './figures.ts'
import { html, Markup, named } from './html.ts'
import type { Lookup } from './lookup.ts'
import { dash, formatFor, formatNumber, percent, whyMissing } from './numbers.ts'
import { arrow, capital } from './overview.ts'
import type { PlotDocument } from './plot.ts'
import { shownMarkup } from './shown.ts'

/** Of more inputs without pictures the values are only in the tables beside the report: the page stays quick. */
export const mostInputs = 100

/** All inputs: those with pictures first. */
export function gallerySection(lookup: Lookup, marks: ReadonlyMap<string, Markup>, document: PlotDocument): Markup {
  const { inputs, methods } = lookup.report
  const shown = inputs.filter(input => input.shown)
  const others = inputs.filter(input => !input.shown)
  const listed = others.slice(0, mostInputs)
  const columns = `--columns:${methods.length + 1}`
  return html`<section id="inputs"><h2>Inputs</h2>
${
  shown.length > 0 &&
  html`<p class="note">Open a row for its values and curves.</p>
<div class="gallery" style="${columns}">
<div class="names" aria-hidden="true"><span>Input</span>${methods.map(method => html`<span>${marks.get(method)}${named(method)}</span>`)}</div>
${shown.map(input => shownRow(lookup, input, marks, document))}</div>`
}
${
  listed.length > 0 &&
  html`<h3>${shown.length > 0 ? 'Inputs without pictures' : 'All inputs'}</h3>
${listed.map(
  input => html`<details class="input"><summary>${factsOf(input)}</summary>${valuesTable(lookup, input, marks)}</details>
`,
)}${listed.length < others.length && html`<p class="note">And ${others.length - listed.length} more: their values are in <code>values.csv</code> and <code>report.json</code>.</p>`}`
}
</section>
`
}

function shownRow(
  lookup: Lookup,
  input: EvaluatedInput,
  marks: ReadonlyMap<string, Markup>,
  document: PlotDocument,
): Markup {
  const { id, shown = {} } = input
  const curves = inputFigures(lookup, id, document)
  // Controls explain nothing, so there is nothing to look at.
  const explainers = lookup.report.methods.filter(method => !lookup.report.controls.includes(method))
  return html`<details class="input pictured"><summary>${factsOf(input)}
<span class="pictures"><span class="cell"><span class="of">input</span>${shownMarkup(shown.input, `the input ${id}`, document)}</span>${explainers.map(
    method =>
      html`<span class="cell"><span class="of">${marks.get(method)}${named(method)}</span>${shownMarkup(shown[method], `${id} explained by ${method}`, document)}</span>`,
  )}</span></summary>
<div class="drilled">${valuesTable(lookup, input, marks)}
${
  curves.length > 0 &&
  html`<div class="figures small">${curves.map(
    ({ heading, plot }) => html`<figure class="curves"><figcaption><strong>${heading}</strong></figcaption>
${new Markup(plot.markup)}</figure>
`,
  )}</div>`
}</div></details>
`
}

function factsOf({ id, label, target, predicted, logit }: EvaluatedInput): Markup {
  const isWrong = label !== null && predicted.label !== label
  return html`<span class="id">${named(id)}</span><span class="note">explained: ${named(target.label)}, f(x) = ${formatNumber(logit)}; ${isWrong && html`<strong>wrongly</strong> `}predicted: ${named(predicted.label)} ${percent(predicted.score)}${label !== null && label !== target.label && html`; label: ${named(label)}`}</span>`
}

function valuesTable(
  { report: { methods }, groups, foundOf }: Lookup,
  { id }: EvaluatedInput,
  marks: ReadonlyMap<string, Markup>,
): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Values of ${id}"><table class="plain values"><thead><tr><th scope="col">Measure</th>${methods.map(method => html`<th scope="col" class="number">${marks.get(method)}${named(method)}</th>`)}</tr></thead>${groups.map(
    ({ group, measures }) =>
      html`<tbody><tr class="group"><th scope="rowgroup" colspan="${methods.length + 1}">${capital(group)}</th></tr>${measures.map(
        ({ name, title, direction, unit }) => {
          const found = methods.map(method => foundOf(id, name, method))
          const format = formatFor(found.map(value => value?.value))
          return html`<tr><th scope="row">${title}&nbsp;${arrow(direction)} <span class="note">${unit}</span></th>${found.map(
            value => {
              const missing = whyMissing(value?.value, value?.why)
              return missing === undefined
                ? html`<td class="number">${format(value?.value)}</td>`
                : html`<td class="number none" title="${missing}">${dash}</td>`
            },
          )}</tr>`
        },
      )}</tbody>`,
  )}</table></div>`
}
