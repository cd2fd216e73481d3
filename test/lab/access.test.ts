/** The Lab for everybody: by keys alone, with a screen reader's eyes (axe), light and dark, on a phone. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settled } from '../support/lab/numbers.ts'
import { type LabBrowser, type LabPage, openLab } from '../support/lab/open-lab.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let lab: LabBrowser
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab?.close())

/** What axe finds, in words. It is run by the debugger: the page's policy lets no script in. */
async function violations(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page)
  const run = async (expression: string) =>
    (await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })).result.value
  await run(axe)
  const found = (await run('axe.run()')) as AxeResults
  return found.violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(node => node.html).join(' ')}`)
}

describe('axe finds nothing', () => {
  let page: Page
  beforeAll(async () => {
    ;({ page } = await lab.open())
    await page.getByRole('img', { name: 'Heatmap' }).first().waitFor()
    await page.getByText('Rule by layer').click()
    await page.locator('.layers select').first().waitFor()
    await page.getByText('Exactly').click()
    await page.locator('details.menu summary').click()
  })

  it.each([
    ['light', 1440],
    ['light', 390],
    ['dark', 390],
    ['dark', 1440],
  ] as const)('%s, %d pixels wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 900 })
    expect(await violations(page)).toEqual([])
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBeLessThanOrEqual(0)
  })
})

let opened: LabPage

it('is used by keys alone', async () => {
  opened = await lab.open()
  const { page, faults } = opened
  await page.getByRole('img', { name: 'Heatmap for star in star-1.png' }).waitFor()
  const to = async (name: RegExp) => {
    for (let presses = 0; presses < 80; presses++) {
      await page.keyboard.press('Tab')
      const label = await page.evaluate(
        `(({ activeElement: one }) => (one?.getAttribute('aria-label') ?? one?.labels?.[0]?.textContent ?? one?.textContent ?? '').trim())(document)`,
      )
      if (name.test(String(label))) return
    }
    throw new Error(`no key leads to ${name}`)
  }
  await to(/^circle-1/).catch(() => to(/circle/))
  await to(/^Heatmap: arrow keys/)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  await expect
    .poll(() => page.getByRole('status', { name: 'Readout' }).textContent())
    .toMatch(/x 33, y 33 {3}R [+−0].* % of ΣR\) {3}input/)
  await page.keyboard.press('+')
  expect(await page.locator('.pane-frame').first().getAttribute('data-zoomed')).toBe('true')
  await page.keyboard.press('0')
  expect(await page.locator('.pane-frame').first().getAttribute('data-zoomed')).toBe('false')
  await to(/^Explain ring/)
  await page.keyboard.press('Enter')
  await page.getByRole('img', { name: 'Heatmap for ring in' }).waitFor()
  await to(/^Method/)
  await page.keyboard.press('ArrowDown')
  await settled(page)
  expect(await page.getByRole('combobox', { name: 'Method', exact: true }).inputValue()).not.toBe('deep-taylor')
  expect(faults).toEqual([])
})

it('reads the place under the pointer, magnifies by the wheel, and all pictures move together', async () => {
  const { page } = opened
  const frame = page.locator('.pane-frame').first()
  const { x, y, width, height } = (await frame.boundingBox()) as { x: number; y: number; width: number; height: number }
  await page.mouse.move(x + width * 0.25, y + height * 0.75)
  await expect.poll(() => page.getByRole('status', { name: 'Readout' }).textContent()).toMatch(/^x 1[56], y 4[78]/)
  await page.mouse.wheel(0, -500)
  const transforms = () =>
    page.evaluate<string[]>("[...document.querySelectorAll('.pane-moved')].map(one => getComputedStyle(one).transform)")
  await expect.poll(async () => new Set(await transforms()).size).toBe(1)
  expect((await transforms())[0]).not.toMatch(/^matrix\(1, /)
  const before = (await transforms())[0]
  await page.mouse.down()
  await page.mouse.move(x + width * 0.4, y + height * 0.6)
  await page.mouse.up()
  expect((await transforms())[0]).not.toBe(before)
})

it('keeps the theme that was chosen', async () => {
  const { page } = opened
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
  const light = await ground()
  await page.getByLabel('Theme').selectOption('dark')
  expect(await ground()).not.toBe(light)
  await page.reload()
  expect(await ground()).not.toBe(light)
})
