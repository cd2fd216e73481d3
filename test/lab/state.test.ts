/** What can be taken along from the Lab, and how a view comes back: by link, by file, without a network. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeModel } from '../../src/core/1-codec/decode.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import { decodeNpy, floatsOf } from '../../src/inputs/npy.ts'
import { renderHeatmap } from '../../src/render/heatmap.ts'
import { planeOf } from '../../src/render/plane.ts'
import { drop, exported, openMenu, settled, shownRelevance } from '../support/lab/numbers.ts'
import { type LabBrowser, type LabPage, openLab } from '../support/lab/open-lab.ts'
import { differenceOf, explainScene } from '../support/lab/reference.ts'
import { runtime } from '../support/models.ts'

const agreement = 1e-3
const picture = readFileSync(join(import.meta.dirname, '../../examples/scenes/pictures/ring-1.png'))

let lab: LabBrowser
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab?.close())

describe('exports', () => {
  let page: Page
  beforeAll(async () => {
    ;({ page } = await lab.open({ fragment: 'example=cross-1' }))
    await page.getByRole('img', { name: 'Heatmap for cross in cross-1.png' }).waitFor()
  })

  it('pictures: heatmap and overlay as PNG, the figure as SVG that is complete in itself', async () => {
    for (const what of ['heatmap', 'overlay']) {
      const { name, bytes } = await exported(page, `${what === 'heatmap' ? 'Heatmap' : 'Overlay'} (PNG)`)
      expect(name).toBe(`cross-1.deep-taylor.top.${what}.png`)
      const { width, height, format } = await sharp(bytes).metadata()
      expect([width, height, format]).toEqual([384, 384, 'png'])
    }
    const scene = await explainScene('cross-1')
    const own = await renderHeatmap(planeOf({ dims: [3, 64, 64], data: scene.relevance.data }))
    const [ours, theirs] = await Promise.all(
      [own, (await exported(page, 'Heatmap (PNG)')).bytes].map(file => sharp(file).removeAlpha().raw().toBuffer()),
    )
    // The steps of the scale are finer than float32's rounding in two builds of the runtime.
    const differences = Array.from(ours ?? [], (value, i) => Math.abs(value - (theirs?.[i] ?? Number.NaN)))
    expect(differences.length).toBe(384 * 384 * 3)
    expect(differences.findIndex(difference => !(difference <= 4))).toBe(-1)
    const { name, bytes } = await exported(page, 'Figure (SVG)')
    expect(name).toBe('cross-1.deep-taylor.top.figure.svg')
    const svg = bytes.toString()
    expect(svg.match(/<image /g)).toHaveLength(4)
    expect(svg).toContain('cross-1.png: cross. deep-taylor, scenes.onnx. Logit')
    expect(svg.replace(/xmlns="[^"]*"/, '')).not.toMatch(/https?:/)
    expect((await sharp(bytes).metadata()).width).toBeGreaterThan(700)
  })

  it('relevance as an array, in the shape of the input', async () => {
    const { name, bytes } = await exported(page, 'Relevance (.npy)')
    expect(name).toBe('cross-1.deep-taylor.top.relevance.npy')
    expect(floatsOf(decodeNpy(bytes, name), name).dims).toEqual([1, 3, 64, 64])
  })

  it('the explained model, which returns what the page shows', async () => {
    const { name, bytes } = await exported(page, 'Explained model (.onnx)')
    expect(name).toBe('cross-1.deep-taylor.top.explained.onnx')
    const model = await decodeModel(bytes)
    expect(model.metadata.get('deeptaylor.method')).toContain('deep-taylor')
    const session = await runtime.open(bytes)
    expect([...session.outputs.keys()]).toContain('relevance')
    await session.close()
  })

  it('a link, without any data of the user', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await drop(page, [{ name: 'my-own.png', bytes: picture }])
    await page.getByRole('img', { name: 'Heatmap for ring in my-own.png' }).waitFor()
    await openMenu(page)
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText('Copy link: done').waitFor()
    const link = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(link).not.toContain('my-own')
    expect(link.length).toBeLessThan(200)
  })
})

describe('a view comes back', () => {
  let first: LabPage
  beforeAll(async () => {
    first = await lab.open()
    await first.page.getByRole('img', { name: 'Heatmap for star in star-1.png' }).waitFor()
  })

  it('from a link: picture, target, method, parameters, rules', async () => {
    await first.page.getByRole('button', { name: 'square-1.png' }).click()
    await first.page.getByRole('combobox', { name: 'Method', exact: true }).selectOption('γ')
    await first.page.getByLabel('γ', { exact: true }).fill('0.75')
    await first.page.getByLabel('γ', { exact: true }).press('Enter')
    await first.page.getByRole('combobox', { name: 'Explain', exact: true }).selectOption('star')
    await first.page.getByRole('img', { name: 'Heatmap for star in square-1.png' }).waitFor()
    await first.page.waitForURL(/target=/)
    const [, fragment] = first.page.url().split('#')
    const { page } = await lab.open({ fragment: fragment as string })
    await page.getByRole('img', { name: 'Heatmap for star in square-1.png' }).waitFor()
    expect(await page.getByLabel('γ', { exact: true }).inputValue()).toBe('0.75')
    const reference = await explainScene('square-1', 'star', { method: lrp('gamma', { gamma: 0.75 }) })
    expect(differenceOf(await shownRelevance(page), reference.relevance)).toBeLessThan(agreement)
  })

  it('from a link that is opened in the same tab', async () => {
    await first.page.goto(`${lab.address}#example=ring-1&colormap=magma`)
    await first.page.getByRole('img', { name: 'Heatmap for ring in ring-1.png' }).waitFor()
    expect(await first.page.getByRole('combobox', { name: 'Colours' }).inputValue()).toBe('magma')
  })

  it('from a file, with the picture where that was asked for', async () => {
    await drop(first.page, [{ name: 'my-own.png', bytes: picture, type: 'image/png' }])
    await first.page.getByRole('img', { name: 'Heatmap for ring in my-own.png' }).waitFor()
    await first.page.getByRole('combobox', { name: 'Explain', exact: true }).selectOption('most probable')
    await first.page.getByRole('combobox', { name: 'Method', exact: true }).selectOption('ε')
    await first.page.getByRole('img', { name: 'Heatmap for ring in my-own.png' }).waitFor()
    await settled(first.page)
    const without = await exported(first.page, 'State (.json)')
    expect(without.bytes.toString()).not.toContain('my-own')
    await first.page.getByLabel('the picture goes into the state file').check()
    const { name, bytes } = await exported(first.page, 'State (.json)')
    const relevance = await shownRelevance(first.page)
    const { page } = await lab.open()
    await page.getByRole('img', { name: 'Heatmap for star in star-1.png' }).waitFor()
    await drop(page, [{ name, bytes }])
    await page.getByText('The state that was saved with scenes.onnx is back.').waitFor()
    await page.getByRole('img', { name: 'Heatmap for ring in my-own.png' }).waitFor()
    await expect.poll(async () => differenceOf(await shownRelevance(page), relevance)).toBeLessThan(1e-6)
  })
})

it('opens and explains without a network once it was open', async () => {
  const { page, faults } = await lab.open()
  await page.getByRole('img', { name: 'Heatmap for star in star-1.png' }).waitFor()
  await page.evaluate('navigator.serviceWorker.ready.then(() => {})')
  await expect.poll(() => page.evaluate('navigator.serviceWorker.controller !== null')).toBe(true)
  await page.context().setOffline(true)
  await page.reload()
  await page.getByRole('img', { name: 'Heatmap for star in star-1.png' }).waitFor()
  await page.getByRole('button', { name: 'ring-1.png' }).click()
  await page.getByRole('img', { name: 'Heatmap for ring in ring-1.png' }).waitFor()
  expect(faults.filter(fault => !fault.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([])
})
