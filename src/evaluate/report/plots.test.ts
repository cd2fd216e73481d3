/** The plots as markup: what is drawn, what is said, and that names are safe. */

import { describe, expect, it } from 'vitest'
import { madeUpReport } from '../../../test/support/evaluation-report.ts'
import { curvePlot } from './curve-plot.ts'
import { headlessDocument } from './document.ts'
import { intervalPlot } from './interval-plot.ts'
import { methodStyles } from './palette.ts'
import { mostPoints, scatterPlot } from './scatter-plot.ts'
import { reportSvgs } from './svgs.ts'

const document = headlessDocument()
const styles = [...methodStyles(['a', 'b<script>', 'c']).values()]
const [first, second, third] = styles as [(typeof styles)[0], (typeof styles)[0], (typeof styles)[0]]

describe('styles', () => {
  it('tell apart as many methods as there are', () => {
    const many = [...methodStyles(Array.from({ length: 21 }, (_, i) => `m${i}`)).values()]
    expect(new Set(many.map(({ colour, symbol, dash }) => [colour, symbol, dash].join())).size).toBe(21)
  })
})

describe('means', () => {
  const row = { median: 2, count: 3, why: undefined }
  const { markup } = intervalPlot(
    {
      ...{ title: 'Faith & hope', unit: 'logit', direction: 'lower' },
      rows: [
        { ...row, style: first, mean: 2, low: 1, high: 3 },
        { ...row, style: second, mean: null, low: null, high: null, median: null, why: 'no mask' },
        { ...row, style: third, mean: Number.NaN, low: Number.NaN, high: null },
      ],
    },
    document,
  )

  it('say title, unit, direction and every number', () => {
    expect(markup).toContain('<title>Faith &amp; hope by method</title>')
    expect(markup).toContain('>Faith &amp; hope (logit)<')
    expect(markup).toContain('>← better<')
    expect(markup).toContain('a: mean 2.00, 95 % interval 1.00 … 3.00, median 2.00, 3 inputs')
  })

  it('say why a method has none', () => {
    expect(markup).toContain('>– no mask<')
    expect(markup).toContain('>– not a number<')
    expect(markup.match(/aria-label="dot"/g)).toHaveLength(1)
  })

  it('escape names', () => {
    expect(markup).toContain('b&lt;script&gt;')
    expect(markup).not.toContain('<script')
  })

  it('of many orders of magnitude have a logarithmic axis', () => {
    const rows = [0.001, 5000].map((mean, i) => ({ ...row, style: styles[i] ?? first, mean, low: null, high: null }))
    const of = (given: typeof rows) =>
      intervalPlot({ title: 't', unit: 'u', direction: 'higher', rows: given }, document).markup
    expect(of(rows)).toContain('>t (u, logarithmic)<')
    expect(of(rows)).toContain('>1000<')
    expect(of(rows.map(line => ({ ...line, mean: line.mean - 1 })))).toContain('>t (u)<')
  })

  it('can be drawn where there is nothing, or all is the same', () => {
    const rows = [1, 1].map((mean, i) => ({ ...row, style: styles[i] ?? first, mean, low: 1, high: 1, median: 1 }))
    expect(intervalPlot({ title: 't', unit: 'u', direction: 'higher', rows }, document).markup).not.toMatch(
      /NaN|Infinity/,
    )
    const none = rows.map(line => ({ ...line, mean: null, low: null, high: null, median: null }))
    const empty = intervalPlot({ title: 't', unit: 'u', direction: 'higher', rows: none }, document).markup
    expect(empty).not.toMatch(/NaN|Infinity/)
    expect(empty).toContain('>– no value<')
  })
})

describe('curves', () => {
  const x = [0, 0.5, 1]
  const series = [
    { style: first, x, y: [2, 1, 0], low: [1.5, 0.5, 0], high: [2.5, 1.5, 0] },
    { style: second, x, y: [2, Number.NaN, 0] },
    { style: third, x, y: [2, 0.1, 0] },
  ]
  const { markup } = curvePlot({ title: 'T', xLabel: 'share of places', yLabel: 'score, logit', series }, document)
  const pathsOf = (label: string) =>
    [...markup.matchAll(new RegExp(`aria-label="${label}"[^>]*>(.*?)</g>`, 'g'))].map(([, inner]) => inner)

  it('have labelled axes, bands where there are intervals, and gaps where there is no number', () => {
    expect(markup).toContain('>share of places<')
    expect(markup).toContain('>↑ score, logit<')
    expect(pathsOf('area').filter(inner => inner?.includes('<path'))).toHaveLength(1)
    expect(pathsOf('line')).toHaveLength(3)
    expect(markup).not.toContain('NaN')
  })

  it('name each at its end, in the order of their means, none over another', () => {
    const names = [
      ...markup.matchAll(/<text transform="translate\([\d.]+,([\d.]+)\)"[^>]*>(a|b&lt;script&gt;|c)<\/text>/g),
    ]
    const places: Readonly<Record<string, number>> = Object.fromEntries(names.map(([, y, name]) => [name, Number(y)]))
    expect(Object.keys(places)).toHaveLength(3)
    expect(places.c as number).toBeGreaterThan(places.a as number)
    const sorted = Object.values(places).sort((a, b) => a - b)
    for (let i = 1; i < 3; i++) expect((sorted[i] as number) - (sorted[i - 1] as number)).toBeGreaterThan(12)
  })
})

describe('f(x) against ΣR', () => {
  it('draws the line of conservation, and not more points than can be seen', () => {
    const points = Array.from({ length: 2500 }, (_, i) => ({ logit: i, relevanceSum: i }))
    const { markup } = scatterPlot({ style: first, points, domain: [0, 2500] }, document)
    expect(markup.match(/<circle/g)?.length).toBeLessThanOrEqual(mostPoints)
    expect(markup).toContain('stroke-dasharray="4 3"')
    expect(markup).toContain('2500 inputs')
    expect(markup).toContain('>explained output f(x), logit<')
  })
})

describe('files', () => {
  it('hold every figure once, under names that every file system takes', async () => {
    const report = await madeUpReport({ inputs: 3, shown: 0 })
    const names = [...reportSvgs(report, document).keys()]
    expect(names).toContain('conservation.scatter')
    expect(names).toContain('pixel-flipping.most_relevant_first')
    expect(names).toHaveLength(10 + 5 + 1)
    const [measure] = report.measures
    const hostile = ['../../etc', '..', 'A b', 'a_b', ''].map(name => ({
      ...(measure as NonNullable<typeof measure>),
      name,
    }))
    const found = [...reportSvgs({ ...report, measures: hostile, curves: [] }, document).keys()]
    expect(new Set(found.map(name => name.toLowerCase())).size).toBe(5)
    for (const name of found) expect(name).toMatch(/^[\p{L}\p{N}_-][\p{L}\p{N}_.-]*$/u)
  })

  it('are the same bytes every time', async () => {
    const report = await madeUpReport({ inputs: 3, shown: 0 })
    expect([...reportSvgs(report, headlessDocument())]).toEqual([...reportSvgs(report, headlessDocument())])
  })
})
