/** Many files through the command line: one process or several, and what is left when a run is cut short. Runs the built program. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../src/cli/report.ts'
import { program, programIn } from './support/program.ts'

const scenes = join(import.meta.dirname, '../examples/scenes')
const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-stream-'))
const model = join(scenes, 'scenes.onnx')
const count = 60

beforeAll(() => {
  mkdirSync(join(folder, 'pictures'))
  const from = readdirSync(join(scenes, 'pictures'))
  for (let i = 0; i < count; i++) {
    const name = `${String(i).padStart(3, '0')}.png`
    cpSync(join(scenes, 'pictures', from[i % from.length] as string), join(folder, 'pictures', name))
  }
  writeFileSync(join(folder, 'pictures/025.png'), 'no picture')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const explain = programIn(folder, 'explain')

/** Runs until some files are there, then is cut short. */
async function cutShort(out: string, cut: (child: ChildProcess) => void, ...args: string[]): Promise<number | null> {
  const child = spawn('node', [program, 'explain', model, 'pictures', '--out', out, ...args], {
    cwd: folder,
    stdio: 'ignore',
  })
  const exit = once(child, 'exit')
  const path = join(folder, out)
  while (!existsSync(path) || readdirSync(path).length < 12) await setTimeout(5)
  cut(child)
  const [code] = await exit
  return code
}

describe('explain, of many files', () => {
  it.each([
    ['batches of 1', ['--batch', '1']],
    ['batches of 32', ['--batch', '32']],
    ['two processes', ['--jobs', '2']],
    ['more processes than batches', ['--jobs', '50', '--batch', '40']],
  ])('%s: the same files, report and messages, in the order of the files', async (name, args) => {
    const plain = await explain(model, 'pictures', '--out', 'plain', '--batch', '7', '--json')
    const other = await explain(model, 'pictures', '--out', name, ...args, '--json')
    expect(plain.code).toBe(1)
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('025.png: not a readable picture') })
    const [a, b] = [plain, other].map(({ stdout }) => JSON.parse(stdout) as Report) as [Report, Report]
    expect(b.items.map(({ input }) => input)).toEqual(a.items.map(({ input }) => input))
    expect(b.items).toHaveLength(count - 1)
    expect({ ...b, items: [] }).toEqual({ ...a, items: [] })
    for (const [i, item] of b.items.entries()) {
      const same = a.items[i] as (typeof a.items)[number]
      expect(item).toMatchObject({ target: same.target, files: same.files, warnings: same.warnings })
      expect(item.milliseconds).toBeGreaterThan(0)
      expect(Math.abs(item.logit - same.logit)).toBeLessThanOrEqual(1e-6 * Math.abs(same.logit))
    }
    expect(readdirSync(join(folder, name)).sort()).toEqual(readdirSync(join(folder, 'plain')).sort())
    const text = await explain(model, 'pictures', '--out', name, ...args)
    expect(text.stdout.match(/^pictures\/\d+\.png/gm)).toEqual(a.items.map(({ input }) => input))
  })

  it.each([[[]], [['--jobs', '2']]])('Ctrl+C leaves whole files, and ends with 130: %j', async args => {
    const out = `cut${args.length}`
    expect(await cutShort(out, child => child.kill('SIGINT'), ...args)).toBe(130)
    const left = readdirSync(join(folder, out))
    expect(left.filter(file => !/\.(png|npy)$/.test(file))).toEqual([])
    // None of its processes goes on.
    await setTimeout(200)
    expect(readdirSync(join(folder, out))).toEqual(left)
    for (const file of left.filter(name => name.endsWith('.npy'))) {
      expect(readFileSync(join(folder, out, file)).length).toBe(128 + 4 * 3 * 64 * 64)
    }
  })

  it('a model that cannot be read is one line, and leaves no folder', async () => {
    writeFileSync(join(folder, 'broken.onnx'), 'broken')
    const { code, stderr } = await explain('broken.onnx', 'pictures', '--jobs', '2', '--out', 'never')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^deeptaylor: .*broken\.onnx: not a (readable|valid) ONNX model.*\n$/)
    expect(existsSync(join(folder, 'never'))).toBe(false)
  })
})
