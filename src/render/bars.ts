/** Relevance of named features as bars: in a terminal, and as SVG. */

import { diverging } from './colormap.ts'
import { escaped } from './words.ts'

/** A feature and what it contributed. */
export interface Feature {
  readonly name: string
  /** Its value, as the model was given it. */
  readonly value: number
  readonly relevance: number
}

/** What stands around the bars. */
export interface BarsOptions {
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

/**
 * The bars as an SVG picture: relevance for to the right, against to the left, the largest in full colour; below them what
 * they add up to.
 */
export function renderBars(features: readonly Feature[], { title, baseline, total }: BarsOptions): string {
  const shown = byRelevance(features).slice(0, mostBars)
  const extent = Math.max(...shown.map(({ relevance }) => Math.abs(relevance)), Number.MIN_VALUE)
  const [zero, width] = [nameWidth + barWidth + margin, nameWidth + 2 * barWidth + numberWidth + 2 * margin]
  const top = 48
  const end = top + shown.length * (barHeight + gap)
  const sums = [
    ...(baseline === undefined ? [] : [['baseline', baseline] as const]),
    ...(total === undefined ? [] : [['logit', total] as const]),
  ]
  const height = end + sums.length * (barHeight + gap) + margin
  const rows = shown.map(({ name, value, relevance }, i) => {
    const y = top + i * (barHeight + gap)
    const length = (Math.abs(relevance) / extent) * barWidth
    const x = relevance < 0 ? zero - length : zero
    const [r, g, b] = diverging(Math.sign(relevance) * Math.sqrt(Math.abs(relevance) / extent))
    const middle = y + barHeight / 2
    return [
      `<text x="${margin}" y="${middle}" class="name">${escaped(shortened(name, 24))}</text>`,
      `<text x="${nameWidth + margin - 6}" y="${middle}" class="value">${short(value)}</text>`,
      `<rect x="${fixed(x)}" y="${y}" width="${fixed(length)}" height="${barHeight}" fill="rgb(${r},${g},${b})" rx="1.5"/>`,
      `<text x="${width - margin}" y="${middle}" class="number">${short(relevance)}</text>`,
    ].join('')
  })
  const below = sums.map(([name, value], i) => {
    const y = end + i * (barHeight + gap) + barHeight / 2
    return `<text x="${margin}" y="${y}" class="sum">${name}</text><text x="${width - margin}" y="${y}" class="number">${short(value)}</text>`
  })
  const rest = features.length - shown.length
  const heading = rest > 0 ? `${title}, ${shown.length} of ${features.length} features` : title
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(heading)}">
<style>text{font:12px system-ui,sans-serif;dominant-baseline:central;fill:#222}.sum{fill:#666}.value,.number{text-anchor:end;fill:#666;font-variant-numeric:tabular-nums}.title{font-size:14px;font-weight:600}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${margin}" y="24" class="title">${escaped(heading)}</text>
<line x1="${zero}" x2="${zero}" y1="${top - 6}" y2="${end}" stroke="#999" stroke-width="1"/>
${[...rows, ...below].join('\n')}
</svg>
`
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function fixed(value: number): string {
  return value.toFixed(2)
}

function shortened(name: string, most: number): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`
}
