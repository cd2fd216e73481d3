/** Curves of several methods over one axis, each with the interval of its mean and with its name at its end. */

import { areaY, axisX, axisY, dot, gridY, line, link, text } from '@observablehq/plot'
import { isNumber } from './numbers.ts'
import type { MethodStyle } from './palette.ts'
import {
  type DrawnPlot,
  domainOf,
  draw,
  fitting,
  fontSize,
  type PlotDocument,
  tickFormatFor,
  widthOf,
  xAxisLabel,
} from './plot.ts'
import { shortened, visible } from './text.ts'

/** A method's curve. */
export interface CurveSeries {
  readonly style: MethodStyle
  readonly x: readonly number[]
  readonly y: readonly number[]
  /** Of the mean's interval; drawn as a band. */
  readonly low?: readonly number[]
  readonly high?: readonly number[]
}

/** What the plot shows. */
export interface CurvePlot {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly CurveSeries[]
}

const width = 400
const height = 250
const [marginTop, marginBottom, marginLeft] = [30, 46, 56]
const [longestName, gap] = [25, fontSize + 4]
/** From the frame to the symbols of the names. */
const away = 22

interface Point {
  readonly x: number
  readonly y: number
  readonly low: number | undefined
  readonly high: number | undefined
}

/** Draws it. Points that are no numbers are gaps. */
export function curvePlot({ title, xLabel, yLabel, series }: CurvePlot, document: PlotDocument): DrawnPlot {
  const curves = series
    .map(({ style, x, y, low, high }) => ({
      style,
      points: x.map((at, i): Point => ({ x: at, y: y[i] ?? Number.NaN, low: low?.[i], high: high?.[i] })),
    }))
    .filter(({ points }) => points.some(({ x, y }) => isNumber(x) && isNumber(y)))
  const points = curves.flatMap(curve => curve.points)
  const xDomain = domainOf(
    points.map(({ x }) => x),
    0,
  )
  const yDomain = domainOf(points.flatMap(({ y, low, high }) => [y, low, high]))
  const names = curves.map(({ style }) => shortened(visible(style.method), longestName))
  const marginRight = away + 16 + Math.max(40, ...names.map(widthOf))
  const [inner, tall] = [width - marginLeft - marginRight, height - marginTop - marginBottom]
  const toY = (pixel: number) => yDomain[1] - (pixel / tall) * (yDomain[1] - yDomain[0])
  const beyond = (pixels: number) => xDomain[1] + (pixels / inner) * (xDomain[1] - xDomain[0])
  const ends = curves.map(curve => {
    const known = curve.points.filter(({ x, y }) => isNumber(x) && isNumber(y))
    const mean = known.reduce((sum, { y }) => sum + y, 0) / known.length
    const pixel = (y: number) => ((yDomain[1] - y) / (yDomain[1] - yDomain[0])) * tall
    const end = known.at(-1) as Point
    return { x: end.x, y: end.y, end: pixel(end.y), mean: pixel(mean) }
  })
  const places = spread(ends, tall)
  const labels = curves.map(({ style }, i) => ({
    style,
    name: names[i] as string,
    end: ends[i] as End,
    at: toY(places[i] as number),
  }))
  const [xTicks, yTicks] = [tickFormatFor(xDomain), tickFormatFor(yDomain)]
  const marks = [
    gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
    axisX({ label: null, ticks: 5, ...(xTicks && { tickFormat: xTicks }) }),
    xAxisLabel(xLabel, { width, marginLeft, marginRight }),
    axisY({
      label: fitting(yLabel, width - 2 * fontSize),
      labelAnchor: 'top',
      labelArrow: 'up',
      labelOffset: marginLeft - 4,
      ticks: 5,
      tickSize: 0,
      ...(yTicks && { tickFormat: yTicks }),
    }),
    ...curves.map(({ style, points }) =>
      areaY(
        points.filter(({ low, high }) => isNumber(low) && isNumber(high)),
        {
          ...{ x: 'x', y1: 'low', y2: 'high', fill: style.colour, fillOpacity: 0.17 },
        },
      ),
    ),
    ...curves.map(({ style, points }) =>
      line(points, {
        ...{ x: 'x', y: 'y', stroke: style.colour, strokeWidth: 1.75 },
        ...(style.dash !== undefined && { strokeDasharray: style.dash }),
      }),
    ),
    ...labels.flatMap(({ style, name, end, at }) => [
      link([end], { x1: 'x', y1: 'y', x2: beyond(away - 7), y2: at, stroke: style.colour, strokeOpacity: 0.6 }),
      dot([end], { x: beyond(away), y: at, symbol: style.symbol, fill: style.colour, r: 4 }),
      text([name], { x: beyond(away + 10), y: at, text: String, textAnchor: 'start' }),
    ]),
  ]
  const described = curves.map(
    ({ style, points }) => `${style.method} from ${brief(points[0])} to ${brief(points.at(-1))}`,
  )
  return draw(
    {
      ...{ width, height, marginLeft, marginRight, marginTop, marginBottom, marks },
      x: { domain: [...xDomain] },
      y: { domain: [...yDomain] },
    },
    { title, description: `${yLabel} against ${xLabel}. ${described.join('; ')}.` },
    document,
  )
}

interface End {
  readonly x: number
  readonly y: number
  readonly end: number
  readonly mean: number
}

/**
 * Places for the names, in pixels from the top, none nearer to another than a line. Where the ends lie close, as those of curves
 * that all end at the same empty picture, the order is that of the curves' means.
 */
function spread(ends: readonly End[], tall: number): readonly number[] {
  const byEnd = ends.map(({ end }) => end)
  const isWide = Math.max(...byEnd) - Math.min(...byEnd) > gap * (ends.length - 1)
  const order = ends.map((_, i) => i)
  order.sort((a, b) => {
    const [one, other] = [ends[a] as End, ends[b] as End]
    return isWide ? one.end - other.end : one.mean - other.mean
  })
  const middle = byEnd.reduce((sum, end) => sum + end, 0) / ends.length
  const top = Math.max(0, Math.min(middle - (gap * (ends.length - 1)) / 2, tall - gap * (ends.length - 1)))
  const places: number[] = []
  let [next, left] = [isWide ? 0 : top, ends.length]
  for (const i of order) {
    const room = tall - gap * --left
    const at = isWide ? Math.max(next, Math.min((ends[i] as End).end, room)) : next
    places[i] = at
    next = at + gap
  }
  return places
}

function brief(point: Point | undefined): string {
  return point && isNumber(point.y) ? String(Number(point.y.toPrecision(3))) : '–'
}
