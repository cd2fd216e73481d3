/** The page as markup: nothing of a report's texts becomes markup, nothing is fetched, nothing missing looks like a number. */

import { parseHTML } from 'linkedom'
import { beforeAll, describe, expect, it } from 'vitest'
import { madeUpReport } from '../../../test/support/evaluation-report.ts'
import { hostileReport, hostileTexts } from '../../../test/support/hostile-report.ts'
import type { EvaluationReport } from '../report.ts'
import { headlessDocument } from './document.ts'
import { mostInputs } from './gallery.ts'
import { reportHtml } from './page.ts'

const pageOf = (report: EvaluationReport) => reportHtml(report, headlessDocument())

let report: EvaluationReport
beforeAll(async () => {
  report = await madeUpReport({ inputs: 5, shown: 2 })
})

describe('the page', () => {
  it('has a section for everything, and every link leads somewhere', () => {
    const { document } = parseHTML(pageOf(report))
    const ids = [...document.querySelectorAll('[id]')].map(element => element.getAttribute('id'))
    expect(new Set(ids).size).toBe(ids.length)
    const links = [...document.querySelectorAll('a')].map(link => link.getAttribute('href') ?? '')
    expect(links.length).toBeGreaterThan(20)
    for (const link of links) expect(ids).toContain(link.slice(1))
    expect([...document.querySelectorAll('h2')].map(heading => heading.textContent?.split(' ')[0])).toEqual(
      'Overview Assumptions Faithfulness Robustness Localisation Complexity Randomisation Axioms Inputs Skipped'.split(
        ' ',
      ),
    )
  })

  it('marks the best of each measure, and shows why a number is missing', () => {
    const { document } = parseHTML(pageOf(report))
    const rows = [...document.querySelectorAll('.overview tbody tr:not(.group)')]
    expect(rows).toHaveLength(report.measures.length)
    for (const row of rows) expect(row.querySelectorAll('.best').length).toBeGreaterThanOrEqual(1)
    const [missing] = document.querySelectorAll('.overview td.none')
    expect(missing?.textContent).toBe('– occlusion would take too long')
    expect(document.querySelector('.missing')?.textContent).toContain('occlusion 5: occlusion would take too long')
  })

  it('shows no number where there is none', () => {
    const summary = report.summary.map(row => ({ ...row, mean: Number.NaN, low: null, high: Number.POSITIVE_INFINITY }))
    const values = report.values.map(value => ({ ...value, value: Number.POSITIVE_INFINITY }))
    const { document } = parseHTML(pageOf({ ...report, summary, values }))
    const cells = [...document.querySelectorAll('.overview tbody tr:not(.group) td')]
    expect(new Set(cells.map(cell => cell.textContent))).toEqual(new Set(['– not a number']))
    expect([...document.querySelectorAll('.values td')].map(cell => cell.getAttribute('title'))).toContain('infinity')
    expect(document.documentElement.textContent).not.toMatch(/NaN|Infinity/)
  })

  it('draws a curve of an input that several measures tell once', () => {
    const twins = report.values
      .filter(({ curves }) => curves)
      .map(value => ({ ...value, measure: `${value.measure}-2` }))
    const measures = report.measures.flatMap(measure => [measure, { ...measure, name: `${measure.name}-2` }])
    const figures = (page: string) => parseHTML(page).document.querySelectorAll('details.pictured figure').length
    expect(figures(pageOf(report))).toBe(2 * 5)
    expect(figures(pageOf({ ...report, measures, values: [...report.values, ...twins] }))).toBe(2 * 5)
  })

  it('names the score that measures went by', () => {
    const measures = report.measures.map(measure => ({ ...measure, unit: 'score (logit or probability)' }))
    const curves = report.curves.map(curve => ({ ...curve, yLabel: 'score' }))
    const page = pageOf({ ...report, measures, curves, score: 'probability' })
    expect(page).toContain('>Pixel flipping (AOPC) (probability)<')
    expect(page).toContain('>↑ score, probability<')
    expect(page).not.toContain('logit or probability')
  })

  it('is the same bytes every time', () => {
    expect(pageOf(report)).toBe(pageOf(report))
  })

  it('says when nothing was skipped, and needs neither warnings, audits, pictures nor values', () => {
    const bare = { ...report, skipped: [], warnings: [], audits: [], values: [], summary: [], curves: [], inputs: [] }
    const { document } = parseHTML(pageOf(bare))
    expect(document.querySelector('#skipped')?.textContent).toContain('Nothing was skipped.')
    expect(document.querySelector('#assumptions')).toBeNull()
    expect(document.querySelector('.gallery')).toBeNull()
  })

  it('lists so many inputs without pictures, and counts the others', async () => {
    const many = await madeUpReport({ inputs: mostInputs + 7, measures: 1, methods: ['gradient'], shown: 0 })
    const { document } = parseHTML(pageOf(many))
    expect(document.querySelectorAll('details.input')).toHaveLength(mostInputs)
    expect(document.querySelector('#inputs')?.textContent).toContain('And 7 more')
  })

  it('of 100 inputs, 6 methods and 20 measures stays small', async () => {
    const many = await madeUpReport({ inputs: 100, measures: 20, shown: 3 })
    const pictures = /data:image\/png;base64,[^"]+/g
    // Measured: 1.9 MB.
    expect(pageOf(many).replace(pictures, '').length).toBeLessThan(5e6)
  })
})

describe('hostile texts', () => {
  it('stay texts, everywhere', async () => {
    const page = pageOf(await hostileReport())
    const { document } = parseHTML(page)
    expect(document.querySelectorAll('script, iframe, object, embed, base, form, input')).toHaveLength(0)
    const elements = [...document.querySelectorAll('*')]
    const attributes = elements.flatMap(element =>
      [...element.attributes].map(({ name, value }) => [name, value] as const),
    )
    expect(attributes.filter(([name]) => name.startsWith('on'))).toEqual([])
    const addresses = attributes.filter(([name]) => ['href', 'src', 'srcset', 'xlink:href', 'action'].includes(name))
    for (const [, value] of addresses) expect(value).toMatch(/^(#|data:image\/|data:,$)/)
    const styles = attributes.filter(([name]) => name === 'style')
    for (const [, value] of styles) expect(value).not.toMatch(/url|expression|position|@/i)
    expect(page).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u)
    for (const text of hostileTexts.slice(0, 3)) expect(document.documentElement.textContent).toContain(text)
  })

  it('of coloured words keep their colours and nothing else', async () => {
    const markup =
      '<p onclick="x()">so <mark class="joined evil" style="background:rgb(1, 2, 3);color:#fff;position:fixed" title="0.5">good</mark><script>x()</script><a href="https://example.org">film</a><img src="https://example.org/x"></p>'
    const [input] = report.inputs
    const inputs = [{ ...(input as NonNullable<typeof input>), shown: { input: { kind: 'html', markup } as const } }]
    const { document } = parseHTML(pageOf({ ...report, inputs }))
    expect(document.querySelector('.text')?.innerHTML).toBe(
      '<p>so <mark class="joined" style="background:rgb(1, 2, 3);color:#fff" title="0.5">good</mark>film</p>',
    )
  })
})
