/** The browser as tests and benchmarks drive it: pages, each with a runtime of its own. */

import type { Browser, Page } from 'playwright-core'
import type { Tensor } from '../../../src/runtime/session.ts'
import type { WebRuntimeOptions } from '../../../src/runtime/web.ts'
import { launchChromium } from './chromium.ts'
import type { PageFace, Parcel } from './page.ts'
import { servePage } from './serve.ts'

/** A page that is open. */
export interface OpenPage {
  /** What the page says of its runtime: its name, or the code and message of what it threw. */
  readonly opened: string
  /** What the page wrote to its console since it was last asked. */
  lines(): readonly string[]
  /** Does in the page what its face offers. */
  call<K extends keyof PageFace>(name: K, ...args: Parameters<PageFace[K]>): Promise<Awaited<ReturnType<PageFace[K]>>>
}

/** A browser with a server behind it. */
export interface BrowserPages {
  /** Opens a page; `isolated` pages may use threads. */
  open(options: WebRuntimeOptions, isolated?: boolean): Promise<OpenPage>
  /** Puts a file where pages find it. */
  put(name: string, bytes: Uint8Array): void
  close(): Promise<void>
}

/** Starts a browser. */
export async function openBrowser(): Promise<BrowserPages> {
  const [browser, server] = await Promise.all([launchChromium(), servePage()])
  return {
    open: (options, isolated = true) => openPage(browser, isolated ? server.url : server.openUrl, options),
    put: (name, bytes) => void server.files.set(name, bytes),
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}

async function openPage(browser: Browser, url: string, options: WebRuntimeOptions): Promise<OpenPage> {
  const page: Page = await browser.newPage()
  const written: string[] = []
  page.on('console', message => written.push(...message.text().split('\n')))
  page.on('pageerror', error => written.push(String(error)))
  await page.goto(url)
  await page.waitForFunction('globalThis.face')
  const call = (name: string, ...args: readonly unknown[]) =>
    page
      .evaluate(([method, given]) => (globalThis as unknown as Faced).face[method]?.(...given), [name, args] as const)
      .catch(error => {
        throw new Error([`${error}`, ...written.slice(-3)].join('\n'))
      })
  const opened = (await call('open', options)) as string
  return { opened, lines: () => written.splice(0), call: call as OpenPage['call'] }
}

interface Faced {
  readonly face: Readonly<Record<string, (...args: readonly unknown[]) => unknown>>
}

/** A tensor as it travels to a page. */
export function parcel({ dtype, dims, data }: Tensor): Parcel {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return { dtype: dtype as Parcel['dtype'], dims, data: bytes.toString('base64') }
}

/** The floats that came back from a page. */
export function floatsIn({ data }: Parcel): number[] {
  return Array.from(new Float32Array(new Uint8Array(Buffer.from(data, 'base64')).buffer))
}
