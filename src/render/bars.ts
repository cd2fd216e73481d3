/** Relevance of named features as bars: in a terminal, and as SVG. */

import { escaped } from './escaped.ts'
import { fixed } from './lettering.ts'
import { exponentText, type Shading, type ShadingOptions, shadingOf, shortNumber, strengthOf } from './shading.ts'

/** A feature and what it contributed. */
export interface Feature {
  readonly name: string
  /** Its value, as the model was given it. */
  readonly value: number
  readonly relevance: number
}

/** What stands around the bars, and how they are drawn. */
export interface BarsOptions extends ShadingOptions {
  readonly title: string
  /** What the explained output is without any feature; shown below the bars where it is known. */
  readonly baseline?: number | undefined
  /** The explained output, which the bars and the baseline sum to; shown below them where it is known. */
  readonly total?: number | undefined
}

/** Features that matter most first. */
export function byRelevance(features: readonly Feature[]): readonly Feature[] {
  return [...features].sort((a, b) => Math.abs(b.relevance) - Math.abs(a.relevance))
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of blocks; its length is a share of `columns`, to an eighth. */
export function blockBar(share: number, columns: number): string {
  const units = Math.round(Math.min(1, Math.max(0, share)) * columns * 8)
  return '█'.repeat(Math.floor(units / 8)) + eighths[units % 8]
}

const barHeight = 18
const gap = 6
const nameWidth = 190
const barWidth = 200
const numberWidth = 90
const margin = 16
/** More bars than this cannot be read. */
const mostBars = 40

/** The scale of bars: the largest has the full length and colour. */
export function barsShading(features: readonly Feature[], options: ShadingOptions = {}): Shading {
  return shadingOf(Math.max(...features.map(({ relevance }) => Math.abs(relevance)), Number.MIN_VALUE), options)
}

/** How long a bar is, as a share of the longest, and in which colour. Lengths are linear, whatever the exponent of colours is. */
export function barOf(relevance: number, shading: Shading): { readonly share: number; readonly color: string } {
  const [r, g, b] = shading.colormap.color(strengthOf(relevance, shading))
  const share = Math.min(1, Math.abs(relevance) / shading.extent)
  return { share: Number.isNaN(share) ? 0 : share, color: `rgb(${r},${g},${b})` }
}

/** The scale of bars in words. */
export function barsText(shading: Shading): string {
  const { for: right, against, nothing } = shading.colormap.words
  const sides =
    against === undefined ? `from ${nothing} to ${right} the more is for` : `${right} for, ${against} against`
  const whose = shading.isShared ? 'a fixed scale' : 'the largest |R|'
  return `lengths linear in R, to ${shortNumber(shading.extent)} (${whose}); ${sides}, ${exponentText(shading)}`
}

/**
 * The bars as an SVG picture: relevance for to the right, against to the left, the largest in full colour; below them a scale, what
 * they add up to, and how to read them.
 */
export function renderBars(features: readonly Feature[], options: BarsOptions): string {
  const { title, baseline, total, ...drawing } = options
  const shown = byRelevance(features).slice(0, mostBars)
  const shading = barsShading(shown, drawing)
  const [zero, width] = [nameWidth + barWidth + margin, nameWidth + 2 * barWidth + numberWidth + 2 * margin]
  const top = 48
  const end = top + shown.length * (barHeight + gap)
  const sums = [
    ...(baseline === undefined ? [] : [['baseline', baseline] as const]),
    ...(total === undefined ? [] : [['logit', total] as const]),
  ]
  const rows = shown.map(({ name, value, relevance }, i) => {
    const y = top + i * (barHeight + gap)
    const { share, color } = barOf(relevance, shading)
    const length = share * barWidth
    const x = relevance < 0 ? zero - length : zero
    const middle = y + barHeight / 2
    return [
      `<text x="${margin}" y="${middle}" class="name">${escaped(shortened(name, 24))}</text>`,
      `<text x="${nameWidth + margin - 6}" y="${middle}" class="value">${short(value)}</text>`,
      `<rect x="${fixed(x)}" y="${y}" width="${length.toFixed(2)}" height="${barHeight}" fill="${color}" stroke="#000" stroke-opacity="0.25" stroke-width="0.5" rx="1.5"/>`,
      `<text x="${width - margin}" y="${middle}" class="number">${short(relevance)}</text>`,
    ].join('')
  })
  const axis = [-1, 0, 1].map(side => {
    const label = shortNumber(side * shading.extent)
    return `<path d="M${zero + side * barWidth} ${end - 2}v5" stroke="#999"/><text x="${zero + side * barWidth}" y="${end + 12}" class="tick">${side === 0 ? 0 : label}</text>`
  })
  const belowAxis = end + 26
  const below = sums.map(([name, value], i) => {
    const y = belowAxis + i * (barHeight + gap) + barHeight / 2
    return `<text x="${margin}" y="${y}" class="sum">${name}</text><text x="${width - margin}" y="${y}" class="number">${short(value)}</text>`
  })
  const noteAt = belowAxis + sums.length * (barHeight + gap) + 12
  const note = `Relevance R: ${barsText(shading)}`
  const height = noteAt + margin
  const rest = features.length - shown.length
  const heading = rest > 0 ? `${title}, ${shown.length} of ${features.length} features` : title
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(heading)}">
<style>text{font:12px system-ui,sans-serif;dominant-baseline:central;fill:#222}.sum{fill:#666}.value,.number{text-anchor:end;fill:#666;font-variant-numeric:tabular-nums}.tick{text-anchor:middle;fill:#666;font-size:11px}.note{fill:#666;font-size:11px}.title{font-size:14px;font-weight:600}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${margin}" y="24" class="title">${escaped(heading)}</text>
<path d="M${zero} ${top - 6}V${end}M${zero - barWidth} ${end}H${zero + barWidth}" stroke="#999" fill="none"/>
${[...rows, ...axis, ...below].join('\n')}
<text x="${margin}" y="${noteAt}" class="note">${escaped(note)}</text>
</svg>
`
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function shortened(name: string, most: number): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`
}
