/** What goes wrong is said in the page, in plain words, and what was open stays open. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { decodeModel } from '../../src/core/1-codec/decode.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { caseFolder } from '../support/cases.ts'
import { externalModel } from '../support/external-model.ts'
import { drop, settled } from '../support/lab/numbers.ts'
import { type LabBrowser, openLab } from '../support/lab/open-lab.ts'
import { blackPng } from '../support/png.ts'

const scenes = readFileSync(join(import.meta.dirname, '../../examples/scenes/scenes.onnx'))
const picture = readFileSync(join(import.meta.dirname, '../../examples/scenes/pictures/ring-1.png'))
const text = Buffer.from('These are notes,\nand no model.\n')

let lab: LabBrowser
let page: Page

beforeAll(async () => {
  lab = await openLab()
  ;({ page } = await lab.open())
})
afterAll(() => lab?.close())
beforeEach(async () => {
  const dismiss = page.getByRole('button', { name: 'Dismiss' })
  while ((await dismiss.count()) > 0) await dismiss.first().click()
  await page.getByRole('img', { name: 'Heatmap for star in star-1.png' }).waitFor()
})

/** What the page says went wrong. */
async function trouble(): Promise<string> {
  await page.locator('.trouble').waitFor()
  return (await page.getByRole('alert').textContent()) ?? ''
}

/** The heatmap, the model and the settings are as before. */
async function expectStateKept(): Promise<void> {
  await settled(page)
  expect(await page.getByRole('img', { name: 'Heatmap for star in star-1.png' }).count()).toBe(1)
  expect(await page.getByText('scenes.onnx').count()).toBeGreaterThan(0)
}

it('a corrupt model', async () => {
  await drop(page, [{ name: 'cut.onnx', bytes: scenes.subarray(0, 100_000) }])
  expect(await trouble()).toMatch(/^cut\.onnx: not a (valid|readable) ONNX model: .* What was open before still is\./)
  await expectStateKept()
})

it('a text file that is called a model', async () => {
  await drop(page, [{ name: 'notes.onnx', bytes: text }])
  expect(await trouble()).toMatch(/^notes\.onnx: not a (valid|readable) ONNX model/)
  await expectStateKept()
})

it('a text file that is no list of labels', async () => {
  await drop(page, [{ name: 'notes.txt', bytes: text }])
  expect(await trouble()).toContain('read as labels it has 2, and scenes.onnx has 6 classes. A model is an .onnx file')
  await expectStateKept()
})

it('an operator without a rule', async () => {
  const model = await decodeModel(scenes)
  const nodes = model.graph.nodes.map(node => (node.opType === 'Relu' ? { ...node, opType: 'Cosh' } : node))
  await drop(page, [{ name: 'cosh.onnx', bytes: encodeModel({ ...model, graph: { ...model.graph, nodes } }) }])
  expect(await trouble()).toMatch(/^Relevance cannot be sent through .*Cosh/)
  await expectStateKept()
})

it('weights that were left behind', async () => {
  await drop(page, [{ name: 'external.onnx', bytes: externalModel('weights.bin') }])
  expect(await trouble()).toContain('drop the file weights.bin together with the model')
  await expectStateKept()
})

it('a picture of 100 megapixels', async () => {
  const bytes = blackPng(10_000, 10_000)
  await drop(page, [{ name: 'huge.png', bytes, type: 'image/png' }])
  expect(await trouble()).toContain('it has 10000 × 10000 pixels, 100 million, and the limit here is 50 million')
  await expectStateKept()
})

it('a damaged picture', async () => {
  await drop(page, [{ name: 'broken.png', bytes: Buffer.from('no picture at all') }])
  expect(await trouble()).toContain('not a readable picture: it is damaged, or of another kind than its name says')
  await expectStateKept()
})

it('a file of another kind, and two models', async () => {
  await drop(page, [{ name: 'table.xlsx', bytes: text }])
  expect(await trouble()).toContain('table.xlsx: the Lab opens models (.onnx), pictures')
  await drop(page, [
    { name: 'a.onnx', bytes: scenes },
    { name: 'b.onnx', bytes: scenes },
  ])
  await page.getByText('a.onnx, b.onnx: these are 2 models').waitFor()
  await expectStateKept()
})

it('a target, a rule or a box that there is not', async () => {
  await page.goto(`${lab.address}#rules=${encodeURIComponent('["no-such-layer=flat"]')}&method=no-such-method`)
  await page.reload()
  expect(await trouble()).toContain('no layer that it applies to matches name no-such-layer')
  await page.getByText('The link asks for what there is not: method=no-such-method.').waitFor()
  await page.goto(lab.address)
})

it('a run that is cancelled', async () => {
  await page.getByRole('combobox', { name: 'Method', exact: true }).selectOption('SmoothGrad')
  const samples = page.getByLabel('Samples')
  await samples.fill('10000')
  await samples.press('Enter')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('Cancelled. Nothing else has changed.').waitFor()
  await page.getByRole('combobox', { name: 'Method', exact: true }).selectOption('Deep Taylor')
  await page.getByText('They agree').waitFor()
  await expectStateKept()
})

it('two drops at once: both are opened, one after the other', async () => {
  const folder = join(caseFolder, 'mobile')
  await Promise.all([
    drop(page, [
      { name: 'mobile.onnx', bytes: readFileSync(join(folder, 'model.onnx')) },
      { name: 'mobile.npy', bytes: readFileSync(join(folder, 'input.npy')) },
    ]),
    drop(page, [
      { name: 'scenes.onnx', bytes: scenes },
      { name: 'ring.png', bytes: picture },
    ]),
  ])
  await page.getByText('opened as soon as what came before is').waitFor()
  await page.getByRole('img', { name: /Heatmap for .* in (ring.png|mobile.npy)/ }).waitFor()
  await expect.poll(() => page.locator('.thumbnail').count()).toBe(2)
  await page.getByRole('button', { name: 'Embedded example' }).click()
})
