/** The Network view, used as a person would: its sums are the library's, messages add up, scrubbing and keyboard work. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaults } from '../support/lab/accessibility.ts'
import { drop } from '../support/lab/numbers.ts'
import { type LabBrowser, openLab } from '../support/lab/open-lab.ts'
import { explainScene } from '../support/lab/reference.ts'

/** Relative; the page writes four or five digits. */
const agreement = 1e-3

let lab: LabBrowser

beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab?.close())

async function openNetwork(context: BrowserContextOptions = {}) {
  const opened = await lab.open({ context })
  await opened.page.getByRole('button', { name: 'Network' }).click()
  await opened.page.getByRole('list', { name: 'Where relevance went, by layer' }).waitFor()
  return opened
}

const layer = (page: Page, name: string) => page.getByRole('option', { name: new RegExp(`^${name},`) })
const slider = (page: Page) => page.getByRole('slider', { name: 'Layer' })
const number = (text: string | null | undefined) => Number(text?.replace(/−/g, '-'))
const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0)

/** Waits for the messages of the neuron that was asked for, and reads them. */
async function messagesOf(page: Page) {
  const panel = page.getByRole('region', { name: 'Neuron' })
  const words =
    (await panel
      .getByText(/^Σ sent/)
      .locator('..')
      .textContent()) ?? ''
  const [sent, relevance, received] = [/Σ sent (\S+)/, /R_j (\S+?)=/, /Σ received (\S+)/].map(one =>
    number(one.exec(words.replace(/\s*=/g, '=').replace(/= /g, '= '))?.[1]),
  )
  const tables = await panel.getByRole('table').all()
  const sums = await Promise.all(
    tables.map(async table => total((await table.locator('td:last-child').allTextContents()).map(number))),
  )
  return { sent: sent as number, relevance: relevance as number, received: received as number, sums }
}

const close = (ours: number, expected: number) =>
  expect(Math.abs(ours - expected) / Math.abs(expected)).toBeLessThan(agreement)

describe('the embedded example', () => {
  let page: Page
  let faults: readonly string[]

  beforeAll(async () => {
    ;({ page, faults } = await openNetwork())
  })

  it('shows every layer with rule, domain and the library’s ΣR', async () => {
    const names = ['conv1', 'pool1', 'conv2', 'conv3', 'pool2', 'conv4', 'conv5', 'mean', 'linear']
    const { layers, relevance } = await explainScene('star-1', 'top', { layers: names })
    const words = await page.getByRole('option').and(page.locator('.box')).all()
    expect(words).toHaveLength(names.length + 1)
    for (const [i, name] of ['image', ...names].entries()) {
      const label = await words[i]?.getAttribute('aria-label')
      const [said, sum] = /^(\S+),.*ΣR (\S+)$/.exec(label ?? '')?.slice(1) ?? []
      expect(said).toBe(name)
      close(number(sum), total((i === 0 ? relevance : layers.get(name))?.data ?? []))
    }
    await expect.poll(() => layer(page, 'conv1').getAttribute('aria-label')).toContain('rule zᴮ, domain input [-1, 1]')
    expect(await layer(page, 'conv4').getAttribute('aria-label')).toContain('rule z⁺, domain hidden ≥ 0')
  })

  it('shows channels by relevance, and more of them when asked', async () => {
    const { layers } = await explainScene('star-1', 'top', { layers: ['conv4'] })
    const { data = new Float32Array(), dims = [] } = layers.get('conv4') ?? {}
    const size = data.length / (dims[1] ?? 1)
    const sums = Array.from({ length: dims[1] ?? 0 }, (_, c) => total(data.subarray(c * size, (c + 1) * size)))
    const strongest = sums.indexOf(Math.max(...sums))
    await layer(page, 'conv4').click()
    const channels = page.getByRole('region', { name: 'Channels' })
    const tiles = channels.getByRole('listitem')
    await expect.poll(() => tiles.count()).toBe(24)
    const label = await tiles.first().getByRole('button').getAttribute('aria-label')
    expect(label).toMatch(new RegExp(`^Channel ${strongest}: `))
    close(number(/ΣR (\S+),/.exec(label ?? '')?.[1]), sums[strongest] as number)
    await channels.getByRole('button', { name: 'More: 24 less relevant channels' }).click()
    await expect.poll(() => tiles.count()).toBe(48)
  })

  it('a neuron receives what it has and sends what it has', async () => {
    await layer(page, 'conv5').click()
    const channels = page.getByRole('region', { name: 'Channels' })
    await page.getByRole('heading', { name: 'conv5 by channel' }).waitFor()
    await channels
      .getByRole('button', { name: /^Channel/ })
      .first()
      .press('Enter')
    const { sent, relevance, received, sums } = await messagesOf(page)
    const at = await Promise.all(
      ['Channel', 'Row', 'Column'].map(async axis => Number(await page.getByLabel(axis, { exact: true }).inputValue())),
    )
    const { layers } = await explainScene('star-1', 'top', { layers: ['conv5'] })
    const { data = new Float32Array(), dims = [] } = layers.get('conv5') ?? {}
    const [, , height = 1, width = 1] = dims
    const [c = 0, y = 0, x = 0] = at
    close(relevance, data[(c * height + y) * width + x] as number)
    close(sent, relevance)
    close(received, relevance)
    expect(sums).toHaveLength(2)
    for (const sum of sums) close(sum, relevance)
  })

  it('a place that is clicked is the neuron, and coordinates can be typed', async () => {
    await layer(page, 'pool2').click()
    await page.getByRole('heading', { name: 'pool2 by channel' }).waitFor()
    const tile = page
      .getByRole('region', { name: 'Channels' })
      .getByRole('button', { name: /^Channel/ })
      .first()
    const map = await tile.locator('canvas').boundingBox()
    // The middle of 15 × 15 places.
    await tile.locator('canvas').click({ position: { x: (map?.width ?? 0) / 2, y: (map?.height ?? 0) / 2 } })
    await expect.poll(() => page.getByLabel('Row', { exact: true }).inputValue()).toBe('7')
    expect(await page.getByLabel('Column', { exact: true }).inputValue()).toBe('7')
    await page.getByLabel('Row', { exact: true }).fill('9')
    await page.getByLabel('Row', { exact: true }).press('Enter')
    await page
      .getByRole('region', { name: 'Neuron' })
      .getByText(/9, 7\)/)
      .first()
      .waitFor()
  })

  it('goes back through the layers by slider and by itself, and the map follows', async () => {
    const map = () =>
      page
        .getByRole('region', { name: 'Layer' })
        .getByRole('img')
        .evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL())
    await slider(page).focus()
    await slider(page).press('End')
    await expect.poll(() => slider(page).getAttribute('aria-valuetext')).toContain('linear, 0 of 9')
    await slider(page).press('ArrowLeft')
    await slider(page).press('ArrowLeft')
    await page.getByRole('img', { name: 'Relevance of conv5, channels summed' }).waitFor()
    const before = await map()
    await slider(page).press('ArrowLeft')
    await page.getByRole('img', { name: 'Relevance of conv4, channels summed' }).waitFor()
    expect(await map()).not.toBe(before)
    expect(await layer(page, 'conv4').getAttribute('aria-selected')).toBe('true')
    await page.getByRole('button', { name: 'Play' }).click()
    await page.getByRole('img', { name: 'Relevance of image, channels summed' }).waitFor()
    await page.getByRole('button', { name: 'Play' }).waitFor()
  })

  it('is used by keyboard', async () => {
    const list = page.getByRole('listbox', { name: /^Layers/ })
    await list.focus()
    const active = async () => {
      const id = await list.getAttribute('aria-activedescendant')
      return page.locator(`#${id}`).getAttribute('aria-label')
    }
    await list.press('End')
    await expect.poll(active).toMatch(/^linear,/)
    await list.press('ArrowLeft')
    await expect.poll(active).toMatch(/^mean,/)
    await page
      .getByRole('button', { name: /^Neuron / })
      .first()
      .press('Enter')
    const { sent, relevance, received } = await messagesOf(page)
    close(sent, relevance)
    close(received, relevance)
    await list.press('Home')
    await expect.poll(active).toMatch(/^image,/)
  })

  it('says where relevance went, as bars, in words and as a table', async () => {
    await layer(page, 'conv3').click()
    const books = page.getByRole('region', { name: 'Backward pass' })
    await books.getByText('received 15.605').waitFor()
    await books.getByText('The books as a table').click()
    const row = books.getByRole('row', { name: /^conv3/ })
    expect(await row.getByRole('cell').allTextContents()).toEqual(['15.605', '15.605', '0', '0', '0', '0', '0', '0 %'])
    expect(await books.getByRole('list', { name: 'Verdicts' }).getByRole('listitem').count()).toBe(3)
  })

  it('is accessible', async () => {
    expect(await seriousFaults(page)).toEqual([])
    expect(faults).toEqual([])
  })
})

it('nothing moves by itself for whoever asked for that; dark and on a phone it is accessible', async () => {
  const context: BrowserContextOptions = {
    reducedMotion: 'reduce',
    colorScheme: 'dark',
    viewport: { width: 390, height: 844 },
  }
  const { page, faults } = await openNetwork(context)
  expect(await page.getByRole('button', { name: 'Play' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Back one layer' }).click()
  await expect.poll(() => layer(page, 'mean').getAttribute('aria-selected')).toBe('true')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  expect(await seriousFaults(page)).toEqual([])
  expect(faults).toEqual([])
})

it('a network of many layers with branches is laid out, and its sums are the logit', async () => {
  const { page, faults } = await lab.open()
  await page.getByRole('button', { name: 'Network' }).click()
  await page.locator('#box-0').waitFor()
  const folder = join(import.meta.dirname, '../networks/cases/swin')
  await drop(page, [{ name: 'model.onnx', bytes: readFileSync(join(folder, 'model.onnx')) }])
  await expect.poll(() => page.locator('.box').count(), { timeout: 40_000 }).toBeGreaterThan(80)
  expect(faults).toEqual([])
})
