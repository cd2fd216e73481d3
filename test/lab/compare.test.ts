/** The Compare view, used as a person would: the grid is what the library finds, scales are shared by whom they say, curves are the measure's. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import { faithfulness } from '../../src/evaluate/faithfulness/faithfulness.ts'
import { layoutOf } from '../../src/evaluate/layout.ts'
import type { Case, Found } from '../../src/evaluate/measure.ts'
import { Random } from '../../src/evaluate/random.ts'
import type { Explanation } from '../../src/explainer/explanation.ts'
import { loadModel } from '../../src/explainer/load-model.ts'
import { Scorer } from '../../src/explainer/scorer.ts'
import { diverging } from '../../src/render/colormap.ts'
import { type Plane, planeOf } from '../../src/render/plane.ts'
import { seriousFaults } from '../support/lab/axe.ts'
import { drop } from '../support/lab/numbers.ts'
import { type LabBrowser, openLab } from '../support/lab/open-lab.ts'
import { explainScene as explain, preparedScene } from '../support/lab/reference.ts'
import { toolsOf } from '../support/scene-cases.ts'
import { scenes } from '../support/scenes.ts'

/** Of the largest relevance, or of a score: what is asked. */
const agreement = 1e-3

let lab: LabBrowser
let page: Page
let faults: readonly string[]

/** Two methods, colours in proportion to relevance. */
const fragment = 'view=compare&methods=deep-taylor,epsilon&gamma=1'

beforeAll(async () => {
  lab = await openLab()
  ;({ page, faults } = await lab.open({ fragment }))
  await complete()
})
afterAll(() => lab?.close())

const complete = () => page.locator('table.grid[aria-busy="false"]').waitFor()
const cell = (row: number, column: number) => page.locator(`[data-cell="${row} ${column}"]`)

const planeFor = ({ relevance }: Explanation): Plane => planeOf({ dims: relevance.dims.slice(1), data: relevance.data })
const known = new Map<string, Promise<Explanation>>()
function once(key: string, make: () => Promise<Explanation>): Promise<Explanation> {
  const made = known.get(key) ?? make()
  known.set(key, made)
  return made
}
const explainScene = (name: string) => once(name, () => explain(name))
const epsilonScene = (name: string) => once(`${name} ε`, () => explain(name, 'top', { method: lrp('epsilon') }))

/** A number as the page writes it. */
const read = (text: string | null | undefined) =>
  Number(/[+−]?[\d.]+(e[−-]?\d+)?$/.exec(text ?? '')?.[0].replaceAll('−', '-'))

describe('the grid', () => {
  it('has the sums of the library, for both methods', async () => {
    for (const [row, name] of ['star-1', 'circle-1', 'square-1'].entries()) {
      for (const [column, explained] of [await explainScene(name), await epsilonScene(name)].entries()) {
        const sum = explained.samples[0]?.relevanceSum as number
        const shown = /ΣR ([\d.]+)/.exec((await cell(row, column).textContent()) ?? '')?.[1]
        expect(Math.abs(Number(shown) - sum) / sum).toBeLessThan(agreement)
      }
    }
    const name = 'Deep Taylor, star-1: logit 15.61, ΣR 15.61 conserved'
    await page.getByRole('button', { name, exact: true }).waitFor()
  })

  it('reads out the relevance of the library where one points, in all cells of the row', async () => {
    const planes = [planeFor(await explainScene('star-1')), planeFor(await epsilonScene('star-1'))]
    await cell(0, 0).scrollIntoViewIfNeeded()
    const box = await page.locator('[data-cell="0 0"] .cell-picture').boundingBox()
    if (!box) throw new Error('the cell is nowhere')
    for (let i = 0; i < 16; i++) {
      const [x, y] = [8 + 3 * i, 58 - 3 * i]
      await page.mouse.move(box.x + (box.width * (x + 0.5)) / 64, box.y + (box.height * (y + 0.5)) / 64)
      for (const [column, plane] of planes.entries()) {
        const line = cell(0, column).locator('.cell-line')
        await expect.poll(() => line.locator('span').last().textContent()).toBe(`${x}, ${y}`)
        const shown = read(await line.locator('span').first().textContent())
        expect(Math.abs(shown - (plane.values[y * 64 + x] as number)) / plane.extent).toBeLessThan(agreement)
      }
    }
    await page.mouse.move(0, 0)
  })

  it.each([
    ['each its own', (own: number) => own],
    ['per input', (own: number, row: number) => Math.max(own, row)],
    ['one for all', (_own: number, _row: number, all: number) => all],
  ])('has colours by scale: %s', async (title, extentOf) => {
    await page.getByRole('button', { name: title }).click()
    const names = (await page.locator('.row-name').allTextContents()) ?? []
    const planes = await Promise.all(
      names.map(async name => [planeFor(await explainScene(name)), planeFor(await epsilonScene(name))] as const),
    )
    const all = Math.max(...planes.flat().map(({ extent }) => extent))
    for (const row of [0, 1, 6]) {
      const pair = planes[row] as readonly [Plane, Plane]
      const most = Math.max(...pair.map(({ extent }) => extent))
      for (const [column, { values, extent }] of pair.entries()) {
        const full = extentOf(extent, most, all)
        const pixels = await pixelsOf(row, column)
        const off = values.filter((value, i) => {
          const colour = diverging(Math.max(-1, Math.min(1, value / full)))
          return colour.some((channel, c) => Math.abs(channel - (pixels[i * 4 + c] as number)) > 3)
        })
        expect(off.length).toBe(0)
      }
    }
  })

  it('goes by arrow keys, and opens a cell in the Explain view', async () => {
    await cell(0, 0).focus()
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'Home', 'End'])
      await page.keyboard.press(key)
    expect(await page.evaluate("document.activeElement.getAttribute('data-cell')")).toBe('2 1')
    expect(await page.locator('.cell[tabindex="0"]').count()).toBe(1)
    await page.keyboard.press('Enter')
    await page.getByRole('img', { name: 'Heatmap for square in square-1.png' }).waitFor()
    expect(await page.getByRole('combobox', { name: 'Method', exact: true }).inputValue()).toBe('epsilon')
    await page.getByRole('button', { name: 'Compare' }).click()
    await complete()
  })

  it('keeps what was there when it is cancelled, and goes on', async () => {
    for (const name of ['SmoothGrad', 'Integrated gradients']) await page.getByLabel(name, { exact: true }).check()
    await page.locator('.running').getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Stopped; what was there stays.').waitFor()
    expect(await page.locator('table.grid').getAttribute('aria-busy')).toBe('true')
    expect(await cell(9, 0).textContent()).toContain('conserved')
    await page.getByRole('button', { name: 'Go on' }).click()
    await complete()
    expect(await cell(9, 3).textContent()).toContain('ΣR')
    for (const name of ['SmoothGrad', 'Integrated gradients']) await page.getByLabel(name, { exact: true }).uncheck()
  })
})

describe('pixel flipping', () => {
  it('gives what the measure gives in Node', async () => {
    await page.getByLabel('On', { exact: true }).selectOption('square-1')
    await page.getByRole('button', { name: 'Compute curves' }).click()
    const rows = page.locator('.figures tbody tr')
    await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(2)
    for (const [i, explained] of [await explainScene('square-1'), await epsilonScene('square-1')].entries()) {
      const { value, details } = await flipped(explained)
      const shown = (await rows.nth(i).locator('td').allTextContents()).map(read)
      const wanted = [value, details?.['AOPC, least relevant first'], details?.['area between curves']] as number[]
      expect(shown).toHaveLength(3)
      for (const [k, figure] of wanted.entries())
        expect(Math.abs((shown[k] as number) - figure)).toBeLessThan(agreement)
    }
  })

  it('saves the curves, as points and as a figure', async () => {
    const csv = (await saved('Save CSV')).split('\r\n')
    expect(csv[0]).toBe('input,method,order,share_removed,probability')
    expect(csv).toHaveLength(1 + 2 * 2 * 101 + 1)
    const { curves } = await flipped(await explainScene('square-1'))
    const most = csv.filter(line => line.startsWith('square-1.png,deep-taylor,most relevant first'))
    for (const [k, line] of most.entries()) {
      expect(Math.abs(Number(line.split(',')[4]) - (curves?.['most relevant first']?.y[k] as number))).toBeLessThan(
        agreement,
      )
    }
    const svg = await saved('Save SVG')
    expect(svg).toMatch(/^<svg xmlns/)
    expect(svg.match(/<svg/g)).toHaveLength(3)
    expect(svg).toContain('share of regions removed')
    expect(svg).toContain('most relevant first')
    expect(svg).not.toContain('var(--')
  })

  it('draws while it computes; a cancellation keeps what was found', async () => {
    await page.getByLabel('On', { exact: true }).selectOption(`all 10 inputs (mean)`)
    await page.getByLabel('Steps').fill('256')
    await page.getByLabel('Steps').press('Enter')
    await page.getByRole('button', { name: /^Compute/ }).click()
    const panel = page.getByRole('img', { name: /^Deep Taylor: probability/ })
    await panel.waitFor()
    const labels = new Set<string | null>()
    await expect
      .poll(async () => labels.add(await panel.getAttribute('aria-label')).size, { interval: 20 })
      .toBeGreaterThan(2)
    await page.locator('.figures tbody tr').first().waitFor()
    await page.getByRole('button', { name: 'Cancel curves' }).click()
    await page.getByRole('button', { name: 'Compute the rest' }).waitFor()
    const [, , , count] = await page.locator('.figures tbody tr').first().locator('td').allTextContents()
    expect(count).toMatch(/^[1-9]\d* of 10$/)
  })
})

it.each(['light', 'dark'] as const)('has no serious fault of accessibility, %s', async colorScheme => {
  await page.emulateMedia({ colorScheme })
  expect(await seriousFaults(page)).toEqual([])
})

it('is made anew when pictures are prepared otherwise', async () => {
  const before = await cell(0, 0).textContent()
  const config = {
    image_mean: [0.4, 0.4, 0.4],
    image_std: [0.6, 0.6, 0.6],
    rescale_factor: 1 / 255,
    size: { height: 64, width: 64 },
  }
  await drop(page, [{ name: 'preprocessor_config.json', bytes: Buffer.from(JSON.stringify(config)) }])
  await expect.poll(() => cell(0, 0).textContent()).not.toBe(before)
  await complete()
  expect(await cell(9, 1).textContent()).toContain('ΣR')
})

it('fits a phone', async () => {
  const { page: phone } = await lab.open({ fragment, context: { viewport: { width: 390, height: 844 } } })
  await phone.locator('table.grid[aria-busy="false"]').waitFor()
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  await phone.close()
})

it('has raised no errors, asked no other host and kept the policy', () => {
  expect(faults).toEqual([])
})

async function pixelsOf(row: number, column: number): Promise<readonly number[]> {
  return page.evaluate<number[]>(`
    (canvas => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data])(
      document.querySelector('[data-cell="${row} ${column}"] canvas'),
    )`)
}

async function saved(button: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ])
  return readFileSync(await download.path(), 'utf8')
}

/** The measure in Node, of the third picture. */
async function flipped({ relevance, samples }: Explanation): Promise<Found> {
  await using scorer = await Scorer.open(await loadModel(join(scenes, 'scenes.onnx')))
  const input = await preparedScene('square-1')
  const [sample] = samples
  if (!sample) throw new Error('no sample')
  const scores = await scorer.score(input)
  const of: Case = {
    id: 'square-1.png',
    input,
    layout: layoutOf(input.dims),
    relevance,
    target: sample.target.index,
    score: scores.probabilities[sample.target.index] as number,
    logit: sample.logit,
    relevanceSum: sample.relevanceSum,
    promised: undefined,
    truth: undefined,
    random: purpose => new Random(0, `square-1.png ${purpose}`),
  }
  const measure = faithfulness({ steps: 100 }).find(({ name }) => name === 'pixel-flipping')
  const [outcome] = (await measure?.evaluate([of], toolsOf(scorer, 'probabilities'))) ?? []
  if (!outcome || outcome.value === null) throw new Error('no value')
  return outcome
}
