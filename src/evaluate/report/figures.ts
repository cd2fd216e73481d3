/** What of a report is drawn: the plots of each measure, for the page and as files. */

import type { EvaluationReport } from '../report.ts'
import { type CurvePlot, type CurveSeries, curvePlot } from './curve-plot.ts'
import { intervalPlot } from './interval-plot.ts'
import { groupBy, type Lookup, type ReportedMeasure, sumsOf } from './lookup.ts'
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
    caption: 'Mean, its 95 % interval (bar), and median (line).',
    panels: [{ heading: undefined, plot: intervalPlot({ title, unit, direction, rows }, document) }],
  }
}

function curveFigures(
  { report, styleOf, curvesOf }: Lookup,
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
      caption: 'Means over the inputs, 95 % intervals (bands).',
      panels: [
        {
          heading: undefined,
          plot: curvePlot({ title: heading, xLabel, yLabel: withUnit(yLabel, report), series }, document),
        },
      ],
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

/** A score says which: measures do not know. */
function withUnit(label: string, { score }: EvaluationReport): string {
  return label === 'score' ? `score, ${score}` : label
}

/** Of one input's curve no more points are drawn: it is small. */
const mostPoints = 50

/** The curves of one input, by all methods; one that several measures tell, once. */
export function inputFigures(
  lookup: Lookup,
  input: string,
  document: PlotDocument,
): readonly { readonly heading: string; readonly plot: DrawnPlot }[] {
  const plots = lookup.report.measures.flatMap(measure => inputCurves(lookup, input, measure))
  const alike = groupBy(plots, ({ name, series }) => JSON.stringify([name, series.map(({ x, y }) => [x, y])]))
  return [...alike.values()].flatMap(([plot]) =>
    plot ? [{ heading: plot.heading, plot: curvePlot(plot, document) }] : [],
  )
}

type InputCurves = CurvePlot & { readonly name: string; readonly heading: string }

function inputCurves(
  { report, styleOf, foundOf }: Lookup,
  input: string,
  { name: measure, title }: ReportedMeasure,
): readonly InputCurves[] {
  const found = report.methods.flatMap(method =>
    Object.entries(foundOf(input, measure, method)?.curves ?? {}).map(([name, curve]) => ({ name, method, ...curve })),
  )
  return [...groupBy(found, ({ name }) => name)].map(([name, curves]) => {
    const heading = `${title}: ${name}`
    const { xLabel = '', yLabel = '' } = curves[0] ?? {}
    const series = curves.map(({ method, x, y }) => {
      const step = Math.max(1, Math.ceil((x.length - 1) / mostPoints))
      const isKept = (_: number, i: number) => i % step === 0 || i === x.length - 1
      return { style: styleOf(method), x: x.filter(isKept), y: y.filter(isKept) }
    })
    return { name, heading, title: `${heading}, ${input}`, xLabel, yLabel: withUnit(yLabel, report), series }
  })
}
