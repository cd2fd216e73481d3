/** The report in a browser: it opens from disk, fetches nothing, can be read at every width, and opens its rows by keyboard. */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { build } from 'tsdown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeEvaluation } from '../../src/cli/write-evaluation.ts'
import { headlessDocument } from '../../src/evaluate/report/document.ts'
import { reportHtml } from '../../src/evaluate/report/page.ts'
import { launchChromium } from '../support/browser/chromium.ts'
import { madeUpReport } from '../support/evaluation-report.ts'
import { hostileReport } from '../support/hostile-report.ts'

let browser: Browser
let folder: string
const files: Record<'likely' | 'hostile', readonly string[]> = { likely: [], hostile: [] }

beforeAll(async () => {
  browser = await launchChromium()
  folder = await mkdtemp(join(tmpdir(), 'deeptaylor-report-'))
  files.likely = await writeEvaluation(join(folder, 'likely'), await madeUpReport({ inputs: 6, shown: 1 }))
  files.hostile = await writeEvaluation(join(folder, 'hostile'), await hostileReport())
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

/** A page, and what went wrong or out while it was open. */
interface Opened extends AsyncDisposable {
  readonly page: Page
  /** Messages of the console and errors. */
  readonly said: readonly string[]
  /** Addresses beside the page's own and those of data in it. */
  readonly fetched: readonly string[]
}

async function open(file: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const [said, fetched]: [string[], string[]] = [[], []]
  const address = pathToFileURL(join(folder, file)).href
  page.on('console', message => said.push(message.text()))
  page.on('pageerror', error => said.push(String(error)))
  page.on('request', request => {
    if (request.url() !== address && !request.url().startsWith('data:')) fetched.push(request.url())
  })
  await page.goto(address)
  return { page, said, fetched, [Symbol.asyncDispose]: () => context.close() }
}

/** Runs in the page: code as text, because this program has no types of the browser's. */
const ask = <T>(page: Page, code: string): Promise<T> => page.evaluate(code) as Promise<T>

describe.each(['likely', 'hostile'] as const)('a %s report', kind => {
  it('opens from disk without an error or a request, light and dark', async () => {
    await using opened = await open(`${kind}/report.html`)
    for (const [colorScheme, ground] of [
      ['light', 'rgb(255, 255, 255)'],
      ['dark', 'rgb(20, 23, 27)'],
    ] as const) {
      await opened.page.emulateMedia({ colorScheme })
      await ask(opened.page, openAll)
      await opened.page.waitForTimeout(100)
      expect(await ask(opened.page, 'getComputedStyle(document.body).backgroundColor')).toBe(ground)
    }
    expect(opened.said).toEqual([])
    expect(opened.fetched).toEqual([])
    expect(await opened.page.title()).toMatch(/^Explanations of /)
  })

  it('is never wider than the window', async () => {
    await using opened = await open(`${kind}/report.html`)
    await ask(opened.page, openAll)
    for (const width of [320, 390, 820, 1280, 1920]) {
      await opened.page.setViewportSize({ width, height: 800 })
      expect(await ask<number>(opened.page, 'document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    }
  })

  it('has plots whose axes are labelled with units, and whose texts lie inside', async () => {
    await using opened = await open(`${kind}/report.html`, { viewport: { width: 1280, height: 800 } })
    await ask(opened.page, openAll)
    const plots = await ask<readonly PlotFacts[]>(opened.page, plotFacts)
    expect(plots.length).toBeGreaterThan(20)
    for (const { title, labels, kind: figure, outside } of plots) {
      expect(title).not.toBe('')
      expect(labels, title).toHaveLength(figure === 'means' ? 1 : 2)
      for (const label of labels) expect(label.length, title).toBeGreaterThan(2)
      expect(outside, title).toEqual([])
    }
    if (kind === 'hostile') return
    for (const { labels, kind: figure } of plots) {
      if (figure === 'means') expect(labels[0]).toMatch(/\(.+\)$/)
      else expect(labels.some(label => /, .+/.test(label))).toBe(true)
    }
  })

  it('has plots as files that are whole pictures', async () => {
    const svgs = files[kind].filter(file => file.endsWith('.svg'))
    expect(svgs.length).toBeGreaterThan(10)
    await using opened = await open(`${kind}/${svgs[0]}`)
    const facts = `[document.documentElement.nodeName, document.querySelectorAll('parsererror, script').length]`
    for (const file of svgs) {
      const address = pathToFileURL(join(folder, kind, file)).href
      await opened.page.goto(address)
      expect(await ask(opened.page, facts), file).toEqual(['svg', 0])
      expect(opened.said, file).toEqual([])
      expect(
        opened.fetched.filter(other => !other.endsWith('.svg')),
        file,
      ).toEqual([])
    }
  })
})

const openAll = `document.querySelectorAll('details').forEach(details => { details.open = true })`

interface PlotFacts {
  readonly title: string
  readonly kind: 'means' | 'curves' | 'wide'
  readonly labels: readonly string[]
  /** Texts that the plot's frame cuts. */
  readonly outside: readonly string[]
}

const plotFacts = `[...document.querySelectorAll('figure svg[role=img]')].map(svg => {
  const frame = svg.getBoundingClientRect()
  const texts = [...svg.querySelectorAll('text')]
  const isOutside = text => {
    const box = text.getBoundingClientRect()
    return box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2
  }
  return {
    title: svg.querySelector(':scope > title').textContent,
    kind: svg.closest('figure').className,
    labels: [...svg.querySelectorAll('[aria-label$="axis label"] text, .axis-label text')].map(text => text.textContent),
    outside: texts.filter(isOutside).map(text => text.textContent),
  }
})`

describe('reading by keyboard', () => {
  it('opens an input’s row', async () => {
    await using opened = await open('likely/report.html')
    const { page } = opened
    const row = page.locator('details.pictured').first()
    const isReached = `document.activeElement.matches('details.pictured > summary')`
    let steps = 0
    for (; steps < 300 && !(await ask<boolean>(page, isReached)); steps++) await page.keyboard.press('Tab')
    expect(steps).toBeLessThan(300)
    expect(await row.locator('table').isVisible()).toBe(false)
    await page.keyboard.press('Enter')
    expect(await row.locator('table').isVisible()).toBe(true)
    expect(await row.locator('figure svg').count()).toBe(5)
    expect(await row.locator('figure svg').first().isVisible()).toBe(true)
    await page.keyboard.press('Space')
    expect(await row.locator('table').isVisible()).toBe(false)
  })

  it('follows a measure to its definition', async () => {
    await using opened = await open('likely/report.html')
    await opened.page.locator('.overview a', { hasText: 'Sparseness' }).focus()
    await opened.page.keyboard.press('Enter')
    const top = `document.querySelector('#measure-sparseness').getBoundingClientRect().top`
    expect(await ask<number>(opened.page, top)).toBeLessThan(200)
  })
})

describe('made in the browser', () => {
  it('is the page that Node makes, with the browser’s own document', async () => {
    await build({
      ...{
        entry: { page: 'src/evaluate/report/page.ts' },
        format: 'iife',
        globalName: 'made',
        outDir: join(folder, 'built'),
      },
      ...{ config: false, dts: false, platform: 'browser', logLevel: 'silent', deps: { alwaysBundle: [/./] } },
    })
    const report = await madeUpReport({ inputs: 3, measures: 10, shown: 1 })
    await using opened = await open('likely/report.html')
    const page = await browser.newPage()
    await page.addScriptTag({ content: await readFile(join(folder, 'built/page.iife.js'), 'utf8') })
    const markup = await ask<string>(page, `made.reportHtml(${JSON.stringify(report)}, document)`)
    await page.close()
    const seen = async (text: string) => {
      await opened.page.setContent(text)
      return ask<string>(opened.page, 'document.body.textContent')
    }
    expect(await seen(markup)).toBe(await seen(reportHtml(report, headlessDocument())))
    expect(markup.match(/<svg/g)?.length).toBe(reportHtml(report, headlessDocument()).match(/<svg/g)?.length)
  })
})
