/** Chromium without a window, as the system has it: no browser is downloaded. */

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

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

/** The browser's program: `CHROMIUM` of the environment, or the first in the path; undefined where there is none. */
export function findChromium(): string | undefined {
  const { CHROMIUM, PATH = '' } = process.env
  const places = PATH.split(delimiter).flatMap(folder => names.map(name => join(folder, name)))
  return [...(CHROMIUM ? [CHROMIUM] : []), ...places].find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Starts the browser; close it when done. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    throw new Error('no Chromium found: install it (Debian: apt-get install chromium) or name its program in CHROMIUM')
  }
  return chromium.launch({ executablePath, args: flags })
}
