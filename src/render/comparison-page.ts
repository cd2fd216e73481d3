/** A comparison as one page of HTML that needs nothing else: no network, no script; light or dark, wide or narrow. Pure. */

import { barOf, byRelevance, type Feature } from './bars.ts'
import {
  type Comparison,
  type ComparisonCell,
  type ComparisonRow,
  cellText,
  comparisonNotes,
  legendOf,
  rowText,
  shadingsOf,
} from './comparison.ts'
import { comparisonStyle } from './comparison-style.ts'
import { contourMarks, contoursOf } from './contours.ts'
import { escaped } from './escaped.ts'
import { colorBar, legendDepth } from './legend.ts'
import { plainLettering } from './lettering.ts'
import { sentences } from './notes.ts'
import type { Plane } from './plane.ts'
import { type Shading, shortNumber } from './shading.ts'
import { wordMarks, wordsNote } from './words.ts'

/** A row's pictures as data URLs of PNG, one pixel per place. */
export interface RowImages {
  readonly input: string | undefined
  /** By cell; undefined where a cell is no plane. */
  readonly cells: readonly ({ readonly heatmap: string; readonly transparent: string } | undefined)[]
}

/** Pixels of a page that a map's longer side comes near, by whole pixels a place. */
const wantedSide = 208
const thinnestSide = 24
/** Features of a table's row that are shown. */
const mostFeatures = 25

/** The page. */
export function comparisonPage(comparison: Comparison, images: readonly RowImages[]): string {
  const { methods, rows, model, drawing } = comparison
  const shadings = shadingsOf(comparison)
  const title = `${methods.join(', ')} on ${rows.length === 1 ? (rows[0]?.name ?? '') : `${rows.length} inputs`}`
  const sections = rows.map((row, i) =>
    sectionOf(row, shadings[i] as readonly Shading[], images[i] as RowImages, comparison),
  )
  const toggle = images.some(({ input }) => input !== undefined)
    ? '<fieldset><legend>Show</legend><label><input type="radio" name="view" id="view-heatmap" checked> heatmaps</label><label><input type="radio" name="view" id="view-overlay"> over the input</label></fieldset>'
    : ''
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
${comparisonStyle(drawing.smooth === true)}
</style>
<header>
<h1>${escaped(`${methods.length === 1 ? 'One method' : `${methods.length} methods`} on ${rows.length === 1 ? 'one input' : `${rows.length} inputs`}`)}</h1>
<p>${escaped(model)}</p>
${toggle}
<div class="legend">${legend(comparison)}</div>
</header>
<main>
${sections.join('\n')}
</main>
<footer>${escaped(sentences(comparisonNotes(comparison)))}</footer>
</html>
`
}

function legend(comparison: Comparison): string {
  const { shading, label } = legendOf(comparison)
  const [width, height, size] = [340, 10, 12]
  const place = { x: 1, y: 1, width: width - 2, height, size, lettering: plainLettering, color: 'currentColor' }
  return `<span>${escaped(label)}</span><svg viewBox="0 0 ${width} ${height + legendDepth * size}" width="${width}" role="img" aria-label="colour bar">${colorBar(shading, place)}</svg>`
}

function sectionOf(
  row: ComparisonRow,
  shadings: readonly Shading[],
  images: RowImages,
  comparison: Comparison,
): string {
  const head = `<h2>${escaped(row.name)} <small>${escaped(rowText(row))}</small></h2>`
  const kind = row.cells[0]?.shown.kind
  if (kind === 'bars') return `<section>${head}${tableOf(row, shadings)}</section>`
  if (kind === 'words') return `<section>${head}${textsOf(row, shadings)}</section>`
  const [first] = row.cells.flatMap(({ shown }) => (shown.kind === 'plane' ? [shown.plane] : []))
  const under = images.input === undefined ? '' : ` style="--input:url(${images.input})"`
  const input =
    images.input === undefined || !first
      ? ''
      : `<figure${sizeOf(first)}><div class="map"><img src="${images.input}" alt="the input, ${escaped(row.name)}"></div><figcaption><b>input</b></figcaption></figure>`
  const cells = row.cells.map((cell, i) => mapOf(cell, shadings[i] as Shading, row, images.cells[i], comparison))
  return `<section${under}>${head}<div class="cells">${input}${cells.join('')}</div></section>`
}

function sizeOf({ width, height }: Plane): string {
  const scale = Math.max(1, Math.round(wantedSide / Math.max(width, height)))
  const tall = Math.max(thinnestSide, height * scale)
  return ` style="--w:${Math.max(thinnestSide, width * scale)};--h:${tall}"`
}

function mapOf(
  cell: ComparisonCell,
  shading: Shading,
  row: ComparisonRow,
  images: RowImages['cells'][number],
  { drawing }: Comparison,
): string {
  if (cell.shown.kind !== 'plane' || !images) return ''
  const { plane } = cell.shown
  const sides = shading.colormap.kind === 'diverging' ? 'both' : 'for'
  const marks = contourMarks(contoursOf(plane, drawing.contours ?? [], sides), { width: 4, height: 4 }, 1.5)
  const lines =
    marks === ''
      ? ''
      : `<svg class="lines" viewBox="0 0 ${plane.width * 4} ${plane.height * 4}" preserveAspectRatio="none" aria-hidden="true">${marks}</svg>`
  const said = `relevance by ${cell.method} for ${row.target}: it sums to ${shortNumber(cell.relevanceSum)}, and its colours go to ${shortNumber(shading.extent)}`
  return `<figure${sizeOf(plane)}><div class="map"><img class="heatmap" src="${images.heatmap}" alt="${escaped(said)}">${row.picture ? `<span class="under"></span><img class="over" src="${images.transparent}" alt="${escaped(`${said}, over the input`)}">` : ''}${lines}</div><figcaption><b>${escaped(cell.method)}</b><br>${escaped(cellText(cell, shading))}</figcaption></figure>`
}

/** A row of a table: features down, methods across; the features that matter most to any method. */
function tableOf({ cells }: ComparisonRow, shadings: readonly Shading[]): string {
  const columns = cells.map(({ shown }) => (shown.kind === 'bars' ? shown.features : []))
  const [first = []] = columns
  const weights = first.map((feature, i): Feature & { readonly place: number } => ({
    ...feature,
    place: i,
    relevance: Math.max(
      ...columns.map((features, k) => Math.abs(features[i]?.relevance ?? 0) / (shadings[k]?.extent ?? 1)),
    ),
  }))
  const shown = byRelevance(weights).slice(0, mostFeatures) as typeof weights
  const heads = cells.map(
    (cell, k) =>
      `<th scope="col">${escaped(cell.method)}<br><small>${escaped(cellText(cell, shadings[k] as Shading))}</small></th>`,
  )
  const lines = shown.map(({ name, value, place }) => {
    const bars = columns.map((features, k) => barCell(features[place]?.relevance ?? 0, shadings[k] as Shading))
    return `<tr><th scope="row">${escaped(name)}</th><td class="value">${shortNumber(value)}</td>${bars.join('')}</tr>`
  })
  const rest = first.length - shown.length
  const more = rest > 0 ? `<p class="more">and ${rest} features that matter less to every method</p>` : ''
  return `<div class="scroll"><table><thead><tr><th scope="col">feature</th><th scope="col">value</th>${heads.join('')}</tr></thead><tbody>${lines.join('')}</tbody></table></div>${more}`
}

function barCell(relevance: number, shading: Shading): string {
  const { share, color } = barOf(relevance, shading)
  const place = relevance < 0 ? `right:50%` : 'left:50%'
  return `<td><span class="bar"><i style="${place};width:${(share * 50).toFixed(1)}%;background:${color}"></i></span><span class="number">${shortNumber(relevance)}</span></td>`
}

function textsOf({ cells }: ComparisonRow, shadings: readonly Shading[]): string {
  const texts = cells.map((cell, k) => {
    if (cell.shown.kind !== 'words') return ''
    const { words, padding } = cell.shown
    const shading = shadings[k] as Shading
    return `<dt><b>${escaped(cell.method)}</b> ${escaped(noted(cellText(cell, shading), wordsNote(words, padding)))}</dt><dd>${wordMarks(words, shading)}</dd>`
  })
  return `<dl>${texts.join('')}</dl>`
}

/** A text and a note behind it, where there is one. */
function noted(text: string, note: string): string {
  return note === '' ? text : `${text}.${note}`
}
