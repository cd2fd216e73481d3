/** The report as one page of HTML: no network, no script, opens from disk, prints. */

import type { EvaluationReport } from '../report.ts'
import { gallerySection } from './gallery.ts'
import { assumptionsSection, headSection, skippedSection } from './head.ts'
import { html, Markup } from './html.ts'
import { lookUp } from './lookup.ts'
import { measureSections } from './measure-cards.ts'
import { capital, overviewSection } from './overview.ts'
import { drawMark, type PlotDocument } from './plot.ts'
import { styleSheet } from './style.ts'

/** Nothing from anywhere: styles and pictures stand in the page itself, and there is no script. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/**
 * The page. Whatever of the report is text, a file's name or a label, stays text; pictures that could act are shown as pictures.
 *
 * @param document what plots are drawn with: the browser's, or `headlessDocument()`
 */
export function reportHtml(report: EvaluationReport, document: PlotDocument): string {
  const lookup = lookUp(report)
  const marks = new Map(report.methods.map(method => [method, new Markup(drawMark(lookup.styleOf(method), document))]))
  const assumptions = assumptionsSection(lookup)
  const links = [
    ['overview', 'Overview'],
    ...(assumptions ? [['assumptions', 'Assumptions']] : []),
    ...lookup.groups.map(({ group }) => [group, capital(group)]),
    ['inputs', 'Inputs'],
    ['skipped', 'Skipped'],
  ] as const
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="deeptaylor ${report.version}">
<title>Explanations of ${report.model}</title>
<link rel="icon" href="data:,">
<style>${new Markup(styleSheet)}</style>
</head>
<body>
<a class="skip" href="#overview">To the overview</a>
${headSection(lookup, marks)}<nav aria-label="Sections"><ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
${overviewSection(lookup, marks)}${assumptions}${measureSections(lookup, marks, document)}${gallerySection(lookup, marks, document)}${skippedSection(lookup)}</main>
<footer>Made by deeptaylor ${report.version}. The same figures are in <code>report.json</code>, <code>values.csv</code>, <code>summary.csv</code> and <code>curves.csv</code>, the plots in <code>plots/</code>. Colours: Okabe and Ito 2008.</footer>
</body>
</html>
`.text
}
