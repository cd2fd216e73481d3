/** What of a report is drawn: the plots of each measure, for the page and as files. */

import { type CurvePlot, type CurveSeries, curvePlot } from './curve-plot.ts'
import { intervalPlot } from './interval-plot.ts'
import { type Lookup, type ReportedMeasure, sumsOf } from './lookup.ts'
import { type DrawnPlot, domainOf, type PlotDocument } from './plot.ts'
import { scatterPlot } from './scatter-plot.ts'

/** A plot, or several that belong side by side. */
export interface Figure {
  /** Tells it from the measure's other figures: `interval`, `scatter`, or a curve's name. */
  readonly name: string
  readonly heading: string
  /** What is drawn, in a sentence. */
  readonly caption: string
  readonly panels: readonly Panel[]
}

/** One of them. */
export interface Panel {
  /** Undefined where there is only one. */
  readonly heading: string | undefined
  readonly plot: DrawnPlot
}

/** All figures of a measure: the means, its curves, and the sums of relevance. */
export function figuresOf(lookup: Lookup, measure: ReportedMeasure, document: PlotDocument): readonly Figure[] {
  return [
    intervalFigure(lookup, measure, document),
    ...curveFigures(lookup, measure, document),
    ...scatterFigure(lookup, measure, document),
  ]
}

function intervalFigure(
  { report, styleOf, summaryOf, reasonsOf }: Lookup,
  { name, title, unit, direction }: ReportedMeasure,
  document: PlotDocument,
): Figure {
  const rows = report.methods.map(method => {
    const { mean = null, low = null, high = null, median = null, count = 0 } = summaryOf(name, method) ?? {}
    return { style: styleOf(method), mean, low, high, median, count, why: reasonsOf(name, method)[0]?.why }
  })
  return {
    name: 'interval',
    heading: title,
    caption: 'Mean over the inputs, its 95 % bootstrap interval (bar) and the median (line).',
    panels: [{ heading: undefined, plot: intervalPlot({ title, unit, direction, rows }, document) }],
  }
}

function curveFigures(
  { styleOf, curvesOf }: Lookup,
  { name, title }: ReportedMeasure,
  document: PlotDocument,
): readonly Figure[] {
  return curvesOf(name).map(family => {
    const series = family.curves.map(
      ({ method, x, mean, low, high }): CurveSeries => ({ style: styleOf(method), x, y: mean, low, high }),
    )
    const { xLabel = '', yLabel = '' } = family.curves[0] ?? {}
    const heading = `${title}: ${family.name}`
    return {
      name: family.name,
      heading,
      caption: 'Mean curves over the inputs and their 95 % bootstrap intervals (bands).',
      panels: [{ heading: undefined, plot: curvePlot({ title: heading, xLabel, yLabel, series }, document) }],
    }
  })
}

function scatterFigure(lookup: Lookup, { name, title }: ReportedMeasure, document: PlotDocument): readonly Figure[] {
  const methods = lookup.report.methods
    .map(method => ({ style: lookup.styleOf(method), points: sumsOf(lookup, name, method) }))
    .filter(({ points }) => points.length > 0)
  if (methods.length === 0) return []
  const domain = domainOf(methods.flatMap(({ points }) => points.map(({ logit }) => logit)))
  return [
    {
      name: 'scatter',
      heading: `${title}: f(x) against ΣR`,
      caption:
        'One point per input: the explained output f(x) and what its relevance sums to. A method that conserves relevance lies on the dashed line. The vertical axes differ.',
      panels: methods.map(({ style, points }) => ({
        heading: style.method,
        plot: scatterPlot({ style, points, domain }, document),
      })),
    },
  ]
}

/** Of one input's curve no more points are drawn: it is small. */
const mostPoints = 50

/** The curves of one input, by all methods. */
export function inputFigures(
  { report, styleOf, foundOf }: Lookup,
  input: string,
  { name, title }: ReportedMeasure,
  document: PlotDocument,
): readonly { readonly heading: string; readonly plot: DrawnPlot }[] {
  const found = new Map<string, { plot: CurvePlot; series: CurveSeries[] }>()
  for (const method of report.methods) {
    for (const [curve, { x, y, xLabel, yLabel }] of Object.entries(foundOf(input, name, method)?.curves ?? {})) {
      const heading = `${title}: ${curve}`
      const series = found.get(curve)?.series ?? []
      found.set(curve, { plot: { title: `${heading}, ${input}`, xLabel, yLabel, series }, series })
      const step = Math.max(1, Math.ceil((x.length - 1) / mostPoints))
      const isKept = (_: number, i: number) => i % step === 0 || i === x.length - 1
      series.push({ style: styleOf(method), x: x.filter(isKept), y: y.filter(isKept) })
    }
  }
  return [...found].map(([curve, { plot }]) => ({ heading: `${title}: ${curve}`, plot: curvePlot(plot, document) }))
}
