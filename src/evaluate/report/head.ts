/** The top of the page: what was evaluated and how, and what speaks against trusting it. */

import type { EvaluationReport } from '../report.ts'
import { html, type Markup, named } from './html.ts'
import { groupBy, type Lookup } from './lookup.ts'
import { formatNumber } from './numbers.ts'
import { plural } from './text.ts'

/** Title and facts. */
export function headSection({ report }: Lookup, marks: ReadonlyMap<string, Markup>): Markup {
  const { model, data, methods, measures, inputs, skipped, seed, score, preprocessing, runtime, version } = report
  const facts: readonly (readonly [string, Markup])[] = [
    ['Model', named(model)],
    ['Data', named(data)],
    [
      'Inputs',
      html`${inputs.length} evaluated${truthOf(report)}${skipped.length > 0 && html`, <a href="#skipped">${skipped.length} skipped</a>`}`,
    ],
    [
      'Methods',
      html`${methods.map(method => html`<span class="method">${marks.get(method)}${named(method)}</span> `)}`,
    ],
    ['Score', html`${score} of the explained class`],
    ['Preprocessing', html`${preprocessing ?? 'none: arrays, as they are'}`],
    ['Seed', html`${seed}`],
    ['Made by', html`deeptaylor ${version}, ${runtime}`],
  ]
  return html`<header>
<p class="kicker">Which explanation is better?</p>
<h1>Explanations of ${named(model)}</h1>
<p class="lead">${plural(methods.length, 'method')}, ${plural(measures.length, 'measure')}, ${plural(inputs.length, 'input')}.</p>
<dl class="facts">${facts.map(([name, fact]) => html`<div><dt>${name}</dt><dd>${fact}</dd></div>`)}</dl>
</header>
`
}

function truthOf({ inputs }: EvaluationReport): string {
  const count = inputs.filter(({ hasTruth }) => hasTruth).length
  return count === 0 ? '' : count === inputs.length ? ', all with a mask' : `, ${count} with a mask`
}

/** The assumptions that the model breaks, and the books of the methods that keep some; nothing where there is neither. */
export function assumptionsSection({ report: { warnings, audits } }: Lookup): Markup | undefined {
  if (warnings.length === 0 && audits.length === 0) return undefined
  const byMessage = groupBy(warnings, ({ code, message }) => JSON.stringify([code, message]))
  return html`<section id="assumptions"><h2>Assumptions and audits</h2>
${
  warnings.length > 0 &&
  html`<h3>What about the model breaks a method’s assumptions</h3>
<ul class="warnings">${[...byMessage.values()].map(alike => html`<li>${alike[0]?.message} <span class="note"><code>${alike[0]?.code}</code> for ${alike.map(({ method }, i) => html`${i > 0 && ', '}${named(method)}`)}</span></li>`)}</ul>`
}
${
  audits.length > 0 &&
  html`<h3>Audits: where relevance went</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Audits"><table class="plain"><thead><tr><th scope="col">Method</th><th scope="col">Check</th><th scope="col">Verdict</th><th scope="col" class="number">Share</th><th scope="col">In words</th></tr></thead>
${audits.map(
  ({ method, samples, verdicts }) =>
    html`<tbody>${verdicts.map(
      ({ check, value, passes, words }, i) =>
        html`<tr>${i === 0 && html`<th scope="rowgroup" rowspan="${verdicts.length}">${named(method)}<span class="note"> ${plural(samples, 'input')}</span></th>`}<td>${check}</td><td class="${passes ? 'passes' : 'fails'}">${passes ? '✓ passes' : '✗ fails'}</td><td class="number">${formatNumber(value)}</td><td>${words}</td></tr>`,
    )}</tbody>`,
)}</table></div>`
}
</section>
`
}

/** What could not be evaluated, and why. */
export function skippedSection({ report: { skipped } }: Lookup): Markup {
  return html`<section id="skipped"><h2>Skipped</h2>
${
  skipped.length === 0
    ? html`<p>Nothing was skipped.</p>`
    : html`<p>${plural(skipped.length, 'input')} could not be evaluated and ${skipped.length === 1 ? 'is' : 'are'} in no figure.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Skipped inputs"><table class="plain"><thead><tr><th scope="col">Input</th><th scope="col">Reason</th><th scope="col">Code</th></tr></thead><tbody>${skipped.map(
        ({ input, code, message }) =>
          html`<tr><th scope="row">${named(input)}</th><td>${named(message)}</td><td><code>${code}</code></td></tr>`,
      )}</tbody></table></div>`
}
</section>
`
}
