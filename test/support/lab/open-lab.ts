/** The built Lab in a browser, served as `deeptaylor lab` serves it, for tests that use it as a person would. */

import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { labServer } from '../../../src/cli/lab-server.ts'
import { launchChromium } from '../browser/chromium.ts'

const site = join(import.meta.dirname, '../../../dist/lab')

/** A browser, and a server with the Lab. */
export interface LabBrowser {
  readonly address: string
  readonly browser: Browser
  /** Opens the Lab in a page of its own; `fragment` is what follows `#`. */
  open(options?: { readonly fragment?: string; readonly context?: BrowserContextOptions }): Promise<LabPage>
  close(): Promise<void>
}

/** A page with the Lab, and what must stay empty. */
export interface LabPage {
  readonly page: Page
  /** Errors of scripts, lines of the console's errors (violations of the policy among them), requests to other hosts. */
  readonly faults: string[]
}

/** Starts both. `model` are files served beside the site, by name. */
export async function openLab(model: ReadonlyMap<string, string> = new Map()): Promise<LabBrowser> {
  const server = labServer({ site, model })
  const [browser] = await Promise.all([
    launchChromium(),
    new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)),
  ])
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    address,
    browser,
    open: async ({ fragment = '', context = {} } = {}) => {
      const page = await (
        await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...context })
      ).newPage()
      const faults: string[] = []
      page.on('pageerror', error => faults.push(String(error)))
      page.on('console', message => {
        if (message.type() === 'error') faults.push(message.text())
      })
      page.on('request', request => {
        if (!request.url().startsWith(address) && !/^(blob|data):/.test(request.url())) faults.push(request.url())
      })
      await page.goto(address + (fragment && `#${fragment}`))
      return { page, faults }
    },
    close: async () => {
      await browser.close()
      await new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
