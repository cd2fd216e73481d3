/** Chromium without a window, as the system has it: no browser is downloaded. */

import { type Browser, chromium } from 'playwright-core'
import { findChromium } from '../../../scripts/chromium.mjs'

/** WebGPU computes in software (SwiftShader), so that machines without a GPU run the same shaders. */
const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
]

/** Starts the browser; close it when done. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    throw new Error('no Chromium found: install it (Debian: apt-get install chromium) or name its program in CHROMIUM')
  }
  return chromium.launch({ executablePath, args: flags })
}
