/** The Lab opens with the embedded example explained, keeps its policy, and asks no other host. */

import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LabBrowser, openLab } from '../support/lab/open-lab.ts'

let lab: LabBrowser

beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab?.close())

it('opens with a heatmap of the embedded example', async () => {
  const { page, faults } = await lab.open()
  await page.getByRole('img', { name: 'Heatmap' }).waitFor()
  expect(await page.getByRole('listitem').filter({ hasText: 'star' }).count()).toBeGreaterThan(0)
  expect(faults).toEqual([])
})
