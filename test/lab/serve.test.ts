/** `deeptaylor lab MODEL`, as it is typed: its address opens the model with what lies beside it; Ctrl-C ends it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../support/browser/chromium.ts'
import { drop } from '../support/lab/numbers.ts'

const root = join(import.meta.dirname, '../..')
const scenes = join(root, 'examples/scenes')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deeptaylor-lab-'))
  for (const name of ['config.json', 'preprocessor_config.json']) await copyFile(join(scenes, name), join(folder, name))
  await copyFile(join(scenes, 'scenes.onnx'), join(folder, 'my net.onnx'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Starts the built command line; resolves with its first line. */
function start(
  ...args: string[]
): Promise<{ readonly child: ChildProcess; readonly line: string; readonly stderr: () => string }> {
  const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'lab', ...args])
  let [out, said] = ['', '']
  child.stderr.on('data', data => {
    said += data
  })
  return new Promise(resolve => {
    const done = () => resolve({ child, line: out.trim(), stderr: () => said })
    child.stdout.on('data', data => {
      out += data
      if (out.includes('\n')) done()
    })
    child.once('close', done)
  })
}

it('opens the model', async () => {
  const { child, line } = await start(join(folder, 'my net.onnx'))
  expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#model=my\+net\.onnx$/)
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    await page.goto(line)
    await page.getByText('my net.onnx is open. Drop a picture').waitFor()
    expect(await page.evaluate('crossOriginIsolated')).toBe(true)
    await drop(page, [{ name: 'ring.png', bytes: readFileSync(join(scenes, 'pictures/ring-1.png')) }])
    await page.getByRole('img', { name: 'Heatmap for ring in ring.png' }).waitFor()
    await page.getByText('as preprocessor_config.json says').waitFor({ state: 'attached' })
  } finally {
    await browser.close()
  }
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  child.kill('SIGINT')
  expect(await ended).toBe(0)
})

it('says in one line what is wrong', async () => {
  const missing = await start(join(folder, 'no.onnx'))
  expect(missing.stderr()).toMatch(/^deeptaylor: .*no\.onnx: not a readable ONNX model: there is no such file\n$/)
  expect(missing.child.exitCode).toBe(1)
  const usage = await start('--port', 'eighty')
  expect(usage.child.exitCode).toBe(2)
  const first = await start()
  const port = new URL(first.line).port
  const second = await start('--port', port)
  expect(second.stderr()).toContain(`--port ${port}: another program listens on it`)
  first.child.kill('SIGINT')
})
