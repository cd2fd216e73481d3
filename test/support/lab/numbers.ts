/** What the page shows, as numbers: downloads are read, and held against the library in Node. */

import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { decodeNpy, floatsOf } from '../../../src/inputs/npy.ts'
import type { FloatTensor } from '../../../src/runtime/session.ts'

/** The bytes of what a click on an item of the export menu saves, and the file's name. */
export async function exported(page: Page, title: string): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  await openMenu(page)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: title, exact: true }).click(),
  ])
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

/** Opens the export menu, if it is not. */
export async function openMenu(page: Page): Promise<void> {
  const menu = page.locator('details.menu')
  if ((await menu.getAttribute('open')) === null) await menu.locator('summary').click()
}

/** The relevance that is shown, as the page exports it. */
export async function shownRelevance(page: Page): Promise<FloatTensor> {
  const { name, bytes } = await exported(page, 'Relevance (.npy)')
  return floatsOf(decodeNpy(bytes, name), name)
}

/** Waits until nothing is asked for that is not shown. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.conservation[aria-busy="false"]').waitFor()
}

/** Drops files on the page, all at once, as a person would. */
export async function drop(
  page: Page,
  files: readonly { readonly name: string; readonly bytes: Uint8Array; readonly type?: string }[],
): Promise<void> {
  const parcels = files.map(({ name, bytes, type = '' }) => ({
    name,
    type,
    base64: Buffer.from(bytes).toString('base64'),
  }))
  // As text: what runs in the page is not typed here, where there is no page.
  const transfer = await page.evaluateHandle(`(given => {
    const data = new DataTransfer()
    for (const { name, type, base64 } of given) {
      const content = Uint8Array.from(atob(base64), char => char.charCodeAt(0))
      data.items.add(new File([content], name, { type }))
    }
    return data
  })(${JSON.stringify(parcels)})`)
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer })
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
}
