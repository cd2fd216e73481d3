/** The Explain view, used as a person would: what it shows is what the command line finds, and everything that is chosen changes it. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import { decodeNpy, floatsOf } from '../../src/inputs/npy.ts'
import { caseFolder } from '../support/cases.ts'
import { drop, settled, shownRelevance } from '../support/lab/numbers.ts'
import { type LabBrowser, openLab } from '../support/lab/open-lab.ts'
import { differenceOf, explainFile, explainScene } from '../support/lab/reference.ts'

/** Of the largest relevance: what is asked. Measured: 3e-6 at most. */
const agreement = 1e-3

let lab: LabBrowser
let page: Page
let faults: readonly string[]

beforeAll(async () => {
  lab = await openLab()
  ;({ page, faults } = await lab.open())
  await page.getByRole('img', { name: 'Heatmap for star in star-1.png' }).waitFor()
})
afterAll(() => lab?.close())

/** Waits for the heatmap of a class in an input. */
const heatmapOf = (words: string) => page.getByRole('img', { name: `Heatmap for ${words}` }).waitFor()

const choice = (name: string) => page.getByRole('combobox', { name, exact: true })

describe('the embedded example', () => {
  it('shows the relevance that the command line finds', async () => {
    const { relevance } = await explainScene('star-1')
    expect(differenceOf(await shownRelevance(page), relevance)).toBeLessThan(agreement)
    expect(await page.getByText('They agree').textContent()).toContain('logit 15.605, ΣR 15.605')
  })

  it('explains another class when it is clicked, and one against another', async () => {
    await page.getByRole('button', { name: /^Explain ring/ }).click()
    await heatmapOf('ring in star-1.png')
    const ring = await explainScene('star-1', 'ring')
    expect(differenceOf(await shownRelevance(page), ring.relevance)).toBeLessThan(agreement)
    await choice('Explain').selectOption('most probable')
    await choice('Against').selectOption('ring')
    await page.getByText('rather than ring').waitFor()
    const contrast = await explainScene('star-1', { class: 'star', versus: 'ring' })
    expect(differenceOf(await shownRelevance(page), contrast.relevance)).toBeLessThan(agreement)
    await choice('Against').selectOption('nothing')
    await page.getByText('rather than ring').waitFor({ state: 'detached' })
  })

  it('follows method, bias, pooling and parameters without loading the model again', async () => {
    const loads: string[] = []
    page.on('request', request => loads.push(request.url()))
    await choice('Method').selectOption('γ')
    await page.getByLabel('γ', { exact: true }).fill('0.5')
    await page.getByLabel('γ', { exact: true }).press('Enter')
    await settled(page)
    const gamma = await explainScene('star-1', 'top', { method: lrp('gamma', { gamma: 0.5 }) })
    await expect.poll(async () => differenceOf(await shownRelevance(page), gamma.relevance)).toBeLessThan(agreement)
    await choice('Method').selectOption('Deep Taylor')
    await choice('Biases').selectOption('absorb')
    await choice('Pooling').selectOption('winner')
    const other = await explainScene('star-1', 'top', { method: deepTaylor({ bias: 'absorb', pooling: 'winner' }) })
    await expect.poll(async () => differenceOf(await shownRelevance(page), other.relevance)).toBeLessThan(agreement)
    await page.getByRole('button', { name: 'Reset' }).click()
    expect(loads.filter(url => /onnx|ort-/.test(url))).toEqual([])
  })

  it('takes a rule for one layer', async () => {
    await page.getByText('Rule by layer').click()
    const first = page.locator('.layers select').first()
    await first.selectOption('flat')
    const name = (await page.locator('.layer-name').first().textContent()) ?? ''
    const flat = await explainScene('star-1', 'top', { rules: [{ layers: { name }, rule: 'flat' }] })
    await expect.poll(async () => differenceOf(await shownRelevance(page), flat.relevance)).toBeLessThan(agreement)
    await page.getByRole('button', { name: 'All as the method decides' }).click()
  })

  it('explains another picture', async () => {
    await page.getByRole('button', { name: 'circle-2.png' }).click()
    await heatmapOf('circle in circle-2.png')
    const { relevance } = await explainScene('circle-2')
    await expect.poll(async () => differenceOf(await shownRelevance(page), relevance)).toBeLessThan(agreement)
  })

  it('changes colours, channels and the scale, and not the relevance', async () => {
    const pixels = () =>
      page.evaluate<string>(`document.querySelector('canvas[aria-label^="Heatmap for"]').toDataURL()`)
    const relevance = await shownRelevance(page)
    const seen = new Set([await pixels()])
    for (const [name, value] of [
      ['Colours', 'magma'],
      ['Channels', 'root of ΣR²'],
    ] as const) {
      await choice(name).selectOption(value)
      await expect.poll(async () => seen.has(await pixels())).toBe(false)
      seen.add(await pixels())
    }
    await page.getByLabel('Full colour at').fill('0.5')
    await page.getByLabel('Full colour at').press('Enter')
    await expect.poll(async () => seen.has(await pixels())).toBe(false)
    await page.getByRole('img', { name: 'Scale: black nothing, pale yellow most' }).waitFor()
    expect(differenceOf(await shownRelevance(page), relevance)).toBe(0)
    await page.getByLabel('Full colour at').fill('')
    await page.getByLabel('Full colour at').press('Enter')
    await choice('Colours').selectOption('blue-red')
    await choice('Channels').selectOption('sum')
  })

  it('says what preprocessing does to it, and follows another', async () => {
    await choice('Prepared').selectOption('0 … 1')
    await page.getByText(/values 0(\.\d+)? …/).waitFor()
    await settled(page)
    await choice('Prepared').selectOption('as preprocessor_config.json says')
    await page.getByText(/values −0/).waitFor()
  })
})

describe('files that are dropped', () => {
  it.each(['lenet', 'mobile'])('%s is explained as the command line explains it', async name => {
    const folder = join(caseFolder, name)
    const [model, input] = ['model.onnx', 'input.npy'].map(file => readFileSync(join(folder, file))) as [Buffer, Buffer]
    await drop(page, [
      { name: `${name}.onnx`, bytes: model },
      { name: `${name}.npy`, bytes: input },
    ])
    await page.getByRole('img', { name: new RegExp(`Heatmap for .* in ${name}.npy`) }).waitFor()
    const { relevance } = await explainFile(join(folder, 'model.onnx'), floatsOf(decodeNpy(input, name), name))
    await expect.poll(async () => differenceOf(await shownRelevance(page), relevance)).toBeLessThan(agreement)
  })
})

it('has raised no errors, asked no other host and kept the policy', () => {
  expect(faults).toEqual([])
})
