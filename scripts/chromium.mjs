/** Makes sure that there is a browser for the tests: no package of npm brings one, and none is downloaded. */

import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The browser's program: `CHROMIUM` of the environment, or the first in the path; undefined where there is none. */
export function findChromium() {
  const { CHROMIUM, PATH = '' } = process.env
  if (CHROMIUM) return isProgram(CHROMIUM) ? CHROMIUM : undefined
  return PATH.split(delimiter)
    .flatMap(folder => names.map(name => join(folder, name)))
    .find(isProgram)
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Installs Debian's package where that is possible and needed; ends this process where there is no browser then. */
export function ensureChromium() {
  if (findChromium() !== undefined) return
  if (process.env.CHROMIUM === undefined && process.getuid?.() === 0 && runs('apt-get', ['--version'])) {
    process.stderr.write('installing Chromium for the tests in a browser …\n')
    runs('apt-get', ['update'])
    runs('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'])
    if (findChromium() !== undefined) return
  }
  process.stderr.write(
    'no Chromium found for the tests in a browser: install it (Debian: apt-get install chromium) or set CHROMIUM to its program\n',
  )
  process.exit(1)
}

function runs(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(command, args, { stdio: 'ignore', env }).status === 0
}
