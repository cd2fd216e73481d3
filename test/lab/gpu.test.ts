/** The Lab on WebGPU (a GPU in software): the same relevance, and when the GPU is lost in the middle, WebAssembly goes on. */

import { afterAll, beforeAll, expect, it } from 'vitest'
import { gradients } from '../../src/core/5-explain/gradients.ts'
import { shownRelevance } from '../support/lab/numbers.ts'
import { type LabBrowser, openLab } from '../support/lab/open-lab.ts'
import { differenceOf, explainScene } from '../support/lab/reference.ts'

/** Of the largest relevance: what is asked. */
const agreement = 1e-3

let lab: LabBrowser

beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab?.close())

it('explains on WebGPU, and goes on without it when it is lost', async () => {
  const { page } = await lab.open({ fragment: 'runtime=webgpu' })
  await page.getByRole('img', { name: 'Heatmap for star in star-1.png' }).waitFor()
  await page.getByRole('definition').filter({ hasText: 'WebGPU' }).waitFor()
  const { relevance } = await explainScene('star-1')
  expect(differenceOf(await shownRelevance(page), relevance)).toBeLessThan(agreement)

  const cdp = await lab.browser.newBrowserCDPSession()
  await page.getByRole('combobox', { name: 'Method', exact: true }).selectOption('Integrated gradients')
  await page.getByRole('button', { name: 'Cancel' }).waitFor()
  // The browser answers this with an error of its own where the process is gone before it could answer.
  await cdp.send('Browser.crashGpuProcess').catch(() => {})
  await page.getByText(/The graphics processor failed .* goes on with WebAssembly/).waitFor()
  await page.getByRole('definition').filter({ hasText: 'WebAssembly' }).waitFor()
  const lost = await explainScene('star-1', 'top', { method: gradients('integrated-gradients') })
  expect(differenceOf(await shownRelevance(page), lost.relevance)).toBeLessThan(agreement)
  expect(await page.getByRole('alert').textContent()).toBe('')
})
