/** One measure, all methods: the mean of each with its interval, and the median. */

import { axisX, axisY, dot, gridX, link, text, tickX } from '@observablehq/plot'
import type { Direction } from '../measure.ts'
import { formatFor, isNumber, whyMissing } from './numbers.ts'
import type { MethodStyle } from './palette.ts'
import {
  type DrawnPlot,
  domainOf,
  draw,
  fitting,
  type PlotDocument,
  tickFormatFor,
  widthOf,
  xAxisLabel,
} from './plot.ts'
import { plural, shortened, visible } from './text.ts'

/** A method's line of the plot. */
export interface IntervalRow {
  readonly style: MethodStyle
  readonly mean: number | null
  /** 95 % interval of the mean; null where there is none. */
  readonly low: number | null
  readonly high: number | null
  readonly median: number | null
  readonly count: number
  /** Why there is no mean. */
  readonly why: string | undefined
}

/** What the plot shows. */
export interface IntervalPlot {
  readonly title: string
  readonly unit: string
  readonly direction: Direction
  readonly rows: readonly IntervalRow[]
}

const width = 400
const rowHeight = 26
const [marginTop, marginBottom, marginRight] = [24, 46, 62]
const longestName = 25

/** Draws it: the axis below with unit, above it where better is. */
export function intervalPlot({ title, unit, direction, rows }: IntervalPlot, document: PlotDocument): DrawnPlot {
  const format = formatFor(rows.flatMap(({ mean, low, high }) => [mean, low, high]))
  const lines = rows.map(row => {
    const { style, mean, low, high, median, count } = row
    const interval = isNumber(low) && isNumber(high) ? `, 95 % interval ${format(low)} … ${format(high)}` : ''
    const missing = whyMissing(mean, row.why)
    const words = missing ?? `mean ${format(mean)}${interval}, median ${format(median)}, ${plural(count, 'input')}`
    return { ...row, missing, method: style.method, words: visible(`${style.method}: ${words}`) }
  })
  const drawn = lines.filter(({ missing }) => missing === undefined)
  const numbers = lines.flatMap(({ mean, low, high, median }) => [mean, low, high, median]).filter(isNumber)
  const isLog = isFarApart(numbers)
  const domain = isLog ? ([Math.min(...numbers) / 1.5, Math.max(...numbers) * 1.5] as const) : domainOf(numbers)
  const names = new Map(lines.map(({ method }) => [method, shortened(visible(method), longestName)]))
  const marginLeft = 18 + Math.max(...[...names.values()].map(widthOf), 40)
  const height = marginTop + rows.length * rowHeight + marginBottom
  const isHigher = direction === 'higher'
  const tickFormat = tickFormatFor(domain, isLog)
  const marks = [
    gridX({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
    axisY({ label: null, tickSize: 0, tickPadding: 10, tickFormat: (name: string) => names.get(name) ?? name }),
    axisX({ label: null, ticks: 5, ...(tickFormat && { tickFormat }) }),
    xAxisLabel(axisLabel(title, unit, isLog), { width, marginLeft, marginRight }),
    text([isHigher ? 'better →' : '← better'], {
      frameAnchor: isHigher ? 'top-right' : 'top-left',
      dy: -16,
      fill: 'var(--faint)',
    }),
    ...drawn.flatMap(line => [
      link(
        [line].filter(({ low, high }) => isNumber(low) && isNumber(high)),
        {
          ...{ y: 'method', x1: 'low', x2: 'high', title: 'words' },
          ...{ stroke: line.style.colour, strokeWidth: 5, strokeOpacity: 0.45, strokeLinecap: 'butt' },
        },
      ),
      tickX(
        [line].filter(({ median }) => isNumber(median)),
        {
          ...{ x: 'median', y: 'method', stroke: 'currentColor', strokeOpacity: 0.55, inset: 7 },
        },
      ),
      dot([line], {
        ...{ x: 'mean', y: 'method', title: 'words', r: 5.5 },
        ...{ symbol: line.style.symbol, fill: line.style.colour, stroke: 'var(--ground)' },
      }),
      text([line], {
        y: 'method',
        frameAnchor: 'right',
        textAnchor: 'end',
        dx: marginRight - 4,
        text: () => format(line.mean),
      }),
    ]),
    ...lines
      .filter(({ missing }) => missing !== undefined)
      .map(line =>
        text([line], {
          ...{ y: 'method', frameAnchor: 'left', textAnchor: 'start', dx: 4, fill: 'var(--faint)', title: 'words' },
          text: ({ missing }) => fitting(`– ${missing}`, width - marginLeft),
        }),
      ),
  ]
  const description = `${title} in ${unit}, ${direction} is better. ${lines.map(({ words }) => words).join('; ')}.`
  return draw(
    {
      ...{ width, height, marginLeft, marginRight, marginTop, marginBottom, marks },
      x: { domain: [...domain], ...(isLog && { type: 'log' }) },
      y: { domain: lines.map(({ method }) => method), type: 'band', padding: 0 },
    },
    { title: `${title} by method`, description },
    document,
  )
}

/** The title and its unit, or only the unit where both would not fit. */
function axisLabel(title: string, unit: string, isLog: boolean): string {
  const scale = isLog ? ', logarithmic' : ''
  const whole = `${title} (${unit}${scale})`
  return widthOf(visible(whole)) < width ? whole : `${unit}${scale}`
}

/** From here on the small ones could not be told apart on a linear axis. */
const farApart = 200

/** Whether numbers are better told apart by their ratios. */
function isFarApart(numbers: readonly number[]): boolean {
  return (
    numbers.length > 1 && numbers.every(number => number > 0) && Math.max(...numbers) / Math.min(...numbers) > farApart
  )
}
