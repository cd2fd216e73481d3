/** The paper's own plot: the explained output against what its relevance sums to, a point per input (Montavon et al. 2017). */

import { axisX, axisY, dot, gridX, gridY, link, text } from '@observablehq/plot'
import { isNumber } from './numbers.ts'
import type { MethodStyle } from './palette.ts'
import { type DrawnPlot, domainOf, draw, type PlotDocument, tickFormatFor, xAxisLabel } from './plot.ts'
import { plural } from './text.ts'

/** What the plot shows: one method. */
export interface ScatterPlot {
  readonly style: MethodStyle
  /** The explained output, and ΣR. */
  readonly points: readonly { readonly logit: number; readonly relevanceSum: number }[]
  /** Of the horizontal axis, the same for all methods. */
  readonly domain: readonly [number, number]
}

const [width, height] = [260, 260]
const [marginTop, marginBottom, marginLeft, marginRight] = [30, 46, 56, 14]

/** More points than this hide each other: of more, every so-manieth is drawn. */
export const mostPoints = 1000

/** Draws it, with the line on which relevance is conserved. */
export function scatterPlot({ style, points, domain }: ScatterPlot, document: PlotDocument): DrawnPlot {
  const known = points.filter(({ logit, relevanceSum }) => isNumber(logit) && isNumber(relevanceSum))
  const step = Math.ceil(known.length / mostPoints)
  const shown = known.filter((_, i) => i % step === 0)
  const yDomain = domainOf([...domain, ...shown.map(({ relevanceSum }) => relevanceSum)])
  const [xTicks, yTicks] = [tickFormatFor(domain), tickFormatFor(yDomain)]
  const [from, to] = domain
  return draw(
    {
      ...{ width, height, marginTop, marginBottom, marginLeft, marginRight },
      x: { domain: [...domain] },
      y: { domain: [...yDomain] },
      marks: [
        gridX({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 4 }),
        gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 4 }),
        axisX({ label: null, ticks: 4, ...(xTicks && { tickFormat: xTicks }) }),
        xAxisLabel('explained output f(x), logit', { width, marginLeft, marginRight }),
        axisY({
          label: 'relevance ΣR, logit',
          labelAnchor: 'top',
          labelArrow: 'up',
          labelOffset: marginLeft - 4,
          ticks: 4,
          tickSize: 0,
          ...(yTicks && { tickFormat: yTicks }),
        }),
        link([0], {
          x1: from,
          y1: from,
          x2: to,
          y2: to,
          stroke: 'currentColor',
          strokeOpacity: 0.6,
          strokeDasharray: '4 3',
        }),
        text(['┄ ΣR = f(x)'], { frameAnchor: 'top-right', dy: -26, fill: 'var(--faint)' }),
        dot(shown, {
          x: 'logit',
          y: 'relevanceSum',
          r: 3,
          fill: style.colour,
          fillOpacity: 0.55,
          stroke: style.colour,
          strokeWidth: 0.75,
        }),
      ],
    },
    {
      title: `f(x) against ΣR by ${style.method}`,
      description: `${plural(known.length, 'input')}; on the dashed line relevance sums to the explained output.`,
    },
    document,
  )
}
