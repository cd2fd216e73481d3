/** The Lab stays small: its scripts, the runtime's among them but not its WebAssembly, compressed as servers compress. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'

const site = join(import.meta.dirname, '../../dist/lab')

/** What is asked: 400 kB. */
const most = 400_000

it('needs less than 400 kB of JavaScript', () => {
  const scripts = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter(file => /\.m?js$/.test(file))
  const sizes = scripts.map(file => [file, gzipSync(readFileSync(join(site, file))).length] as const)
  const sum = sizes.reduce((total, [, size]) => total + size, 0)
  expect(sizes.length).toBeGreaterThan(4)
  expect(sum, JSON.stringify(Object.fromEntries(sizes))).toBeLessThan(most)
})
