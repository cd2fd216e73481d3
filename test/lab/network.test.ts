/** The Network view, used as a person would: its sums are the library's, messages add up, scrubbing and keyboard work. */

import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { Explainer } from '../../src/explainer/explainer.ts'
import { modelFromBytes as loadModel } from '../../src/explainer/model-bytes.ts'
import { encodeNpy } from '../../src/inputs/npy.ts'
import { seriousFaults } from '../support/lab/accessibility.ts'
import { drop } from '../support/lab/numbers.ts'
import { type LabBrowser, openLab } from '../support/lab/open-lab.ts'
import { explainScene } from '../support/lab/reference.ts'
import { modelOf, node, Random } from '../support/models.ts'

/** Relative; the page writes four or five digits. */
const agreement = 1e-3

let lab: LabBrowser

beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab?.close())

async function openNetwork(context: BrowserContextOptions = {}) {
  const opened = await lab.open({ context: { reducedMotion: 'no-preference', ...context } })
  await opened.page.getByRole('button', { name: 'Network' }).click()
  await opened.page.getByRole('list', { name: 'Where relevance went, by layer' }).waitFor()
  return opened
}

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const layer = (page: Page, name: string) => page.getByRole('option', { name: new RegExp(`^${name} `) })
const slider = (page: Page) => page.getByRole('slider', { name: 'Layer' })
const coordinate = (page: Page, axis: string) => page.getByLabel(axis, { exact: true })
const number = (text: string | null | undefined) => Number(text?.replace(/−/g, '-'))
const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0)
const digits = '([−\\d.e]+)'
const numberIn = (words: string, before: string, after = '') =>
  number(new RegExp(before + digits + after).exec(words)?.[1])

/** Waits for the messages of a neuron, by the command line's name, and reads them. */
async function messagesOf(page: Page, name: RegExp) {
  const panel = region(page, 'Neuron')
  await panel.getByText(name).waitFor()
  const words = (await panel.locator('.sums').textContent()) ?? ''
  const tables = await panel.getByRole('table').all()
  const sums = await Promise.all(
    tables.map(async table => total((await table.locator('td:last-child').allTextContents()).map(number))),
  )
  return {
    sent: numberIn(words, 'Σ sent '),
    relevance: numberIn(words, 'Rj '),
    received: numberIn(words, 'Σ received '),
    sums,
  }
}

function close(ours: number, expected: number) {
  expect(Math.abs(ours - expected) / Math.abs(expected)).toBeLessThan(agreement)
}

describe('the embedded example', () => {
  let page: Page
  let faults: readonly string[]

  beforeAll(async () => {
    ;({ page, faults } = await openNetwork())
  })

  it('shows every layer with rule, domain and the library’s ΣR', async () => {
    const names = ['conv1', 'pool1', 'conv2', 'conv3', 'pool2', 'conv4', 'conv5', 'mean', 'linear']
    const { layers, relevance } = await explainScene('star-1', 'top', { layers: names })
    const boxes = page.locator('.box')
    expect(await boxes.count()).toBe(names.length + 1)
    for (const [i, name] of ['image', ...names].entries()) {
      const words = (await boxes.nth(i).textContent()) ?? ''
      expect(words.split(' ')[0]).toBe(name)
      close(numberIn(words, 'ΣR ', '$'), total((i === 0 ? relevance : layers.get(name))?.data ?? []))
    }
    expect(await layer(page, 'conv1').textContent()).toContain('Conv zᴮ input [-1, 1]')
    expect(await layer(page, 'conv4').textContent()).toContain('Conv z⁺ hidden ≥ 0')
  })

  it('shows channels by relevance, and more of them when asked', async () => {
    const { layers } = await explainScene('star-1', 'top', { layers: ['conv4'] })
    const { data = new Float32Array(), dims = [] } = layers.get('conv4') ?? {}
    const size = data.length / (dims[1] ?? 1)
    const sums = Array.from({ length: dims[1] ?? 0 }, (_, c) => total(data.subarray(c * size, (c + 1) * size)))
    const strongest = sums.indexOf(Math.max(...sums))
    await layer(page, 'conv4').click()
    const tiles = region(page, 'Channels').getByRole('button', { name: /^Channel/ })
    await page.getByRole('heading', { name: 'conv4 by channel' }).waitFor()
    await expect.poll(() => tiles.count()).toBe(24)
    const words = (await tiles.first().textContent()) ?? ''
    expect(words).toMatch(new RegExp(`^Channel ${strongest} `))
    close(numberIn(words, 'ΣR ', '$'), sums[strongest] as number)
    await page.getByRole('button', { name: 'More: 24 less relevant channels' }).click()
    await expect.poll(() => tiles.count()).toBe(48)
  })

  it('a neuron receives what it has and sends what it has', async () => {
    await layer(page, 'conv5').click()
    await page.getByRole('heading', { name: 'conv5 by channel' }).waitFor()
    const tiles = region(page, 'Channels').getByRole('button', { name: /^Channel/ })
    await tiles.first().press('Enter')
    const { sent, relevance, received, sums } = await messagesOf(page, /^conv5:/)
    const at = await Promise.all(
      ['Channel', 'Row', 'Column'].map(async axis => Number(await coordinate(page, axis).inputValue())),
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
    const tile = region(page, 'Channels')
      .getByRole('button', { name: /^Channel/ })
      .first()
    const map = await tile.locator('canvas').boundingBox()
    // The middle of 15 × 15 places.
    await tile.locator('canvas').click({ position: { x: (map?.width ?? 0) / 2, y: (map?.height ?? 0) / 2 } })
    await region(page, 'Neuron')
      .getByText(/^pool2:\d+,7,7$/)
      .waitFor()
    await coordinate(page, 'Row').fill('9')
    await coordinate(page, 'Row').press('Enter')
    await region(page, 'Neuron')
      .getByText(/^pool2:\d+,9,7$/)
      .waitFor()
  })

  it('goes back through the layers by slider and by itself, and the map follows', async () => {
    const shows = (name: string) => page.getByRole('img', { name: `Relevance of ${name}, channels summed` })
    const pixels = (name: string) =>
      shows(name).evaluate(canvas => (canvas as unknown as { toDataURL(): string }).toDataURL())
    await slider(page).focus()
    await slider(page).press('End')
    await expect.poll(() => slider(page).getAttribute('aria-valuetext')).toContain('linear, 0 of 9')
    await slider(page).press('ArrowLeft')
    await slider(page).press('ArrowLeft')
    const before = await pixels('conv5')
    await slider(page).press('ArrowLeft')
    expect(await pixels('conv4')).not.toBe(before)
    expect(await layer(page, 'conv4').getAttribute('aria-selected')).toBe('true')
    await page.getByRole('button', { name: 'Play' }).click()
    await shows('conv2').waitFor()
    await shows('image').waitFor()
    await page.getByRole('button', { name: 'Play' }).waitFor()
  })

  it('is used by keyboard', async () => {
    const list = page.getByRole('listbox', { name: /^Layers/ })
    await list.focus()
    const isActive = (name: RegExp) =>
      expect
        .poll(async () => page.locator(`#${await list.getAttribute('aria-activedescendant')}`).textContent())
        .toMatch(name)
    await list.press('End')
    await isActive(/^linear /)
    await list.press('ArrowLeft')
    await isActive(/^mean /)
    await page
      .getByRole('button', { name: /^Neuron / })
      .first()
      .press('Enter')
    const { sent, relevance, received } = await messagesOf(page, /^mean:/)
    close(sent, relevance)
    close(received, relevance)
    await list.press('Home')
    await isActive(/^image /)
  })

  it('says where relevance went, as bars, in words and as a table', async () => {
    await layer(page, 'conv3').click()
    const books = region(page, 'Backward pass')
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
  const { page, faults } = await openNetwork({
    reducedMotion: 'reduce',
    colorScheme: 'dark',
    viewport: { width: 390, height: 844 },
  })
  expect(await page.getByRole('button', { name: 'Play' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Back one layer' }).click()
  await expect.poll(() => layer(page, 'mean').getAttribute('aria-selected')).toBe('true')
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  expect(await seriousFaults(page)).toEqual([])
  expect(faults).toEqual([])
})

/** Residual blocks one after the other: three layers each, and a classifier. */
function residualNetwork(blocks: number): Uint8Array {
  const random = new Random(11)
  const nodes = Array.from({ length: blocks }, (_, i) => [
    node('Conv', [`x${i}`, 'w'], `a${i}`),
    node('Relu', [`a${i}`], `h${i}`),
    node('Add', [`x${i}`, `h${i}`], `x${i + 1}`),
  ]).flat()
  const head = [
    node('GlobalAveragePool', [`x${blocks}`], 'm'),
    node('Flatten', ['m'], 'f'),
    node('Gemm', ['f', 'v'], 'y'),
  ]
  return encodeModel(
    modelOf({
      nodes: [...nodes, ...head],
      inputs: { x0: ['n', 3, 8, 8] },
      outputs: ['y'],
      constants: { w: random.constant([3, 3, 1, 1], -0.1, 0.1), v: random.constant([3, 2], 0.1, 1) },
    }),
  )
}

it('a network of three hundred layers with branches stays usable: its sums are the library’s', async () => {
  const { page, faults } = await openNetwork()
  const bytes = residualNetwork(100)
  const array = { dims: [1, 3, 8, 8], data: Float32Array.from(new Random(5).numbers(192, 0, 1)) }
  await drop(page, [
    { name: 'deep.onnx', bytes },
    { name: 'deep.npy', bytes: encodeNpy(array) },
  ])
  await page.getByText(/^deep.onnx, 303 layers/).waitFor()
  await expect.poll(() => page.locator('.box-sum', { hasText: /ΣR [−0-9]/ }).count(), { timeout: 30_000 }).toBe(203)
  await using explainer = await Explainer.open(await loadModel(bytes), { layers: ['Add:x50'] })
  const { relevance, layers } = await explainer.explain(array)
  const sumOf = async (box: Locator) => numberIn((await box.locator('.box-sum').textContent()) ?? '', 'ΣR ')
  close(await sumOf(page.locator('.box').first()), total(relevance.data))
  close(await sumOf(layer(page, 'Add:x50')), total(layers.get('Add:x50')?.data ?? []))
  // The books of so many layers are kept when they are asked for.
  await page.getByRole('button', { name: 'Keep the books' }).waitFor()
  // The other end comes into sight.
  const list = page.getByRole('listbox', { name: /^Layers/ })
  await list.press('Home')
  const [box, frame] = [await page.locator('.box').first().boundingBox(), await list.boundingBox()]
  expect(box && frame && box.x >= frame.x && box.x + box.width <= frame.x + frame.width).toBe(true)
  expect(faults).toEqual([])
})
