/** Graphs that the command line keeps: where, whether, and that nobody sees a difference. Runs the built program. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { programIn } from './support/program.ts'

const scenes = join(import.meta.dirname, '../examples/scenes')
const input = [join(scenes, 'scenes.onnx'), join(scenes, 'pictures')]
const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-cache-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs `explain` with an environment of its own. */
async function explain(out: string, env: Readonly<Record<string, string>>, ...args: string[]) {
  const before = { ...process.env }
  Object.assign(process.env, env)
  try {
    return await programIn(folder, 'explain', ...input, '--out', out)(...args)
  } finally {
    process.env = before
  }
}

const kept = (name: string) => readdirSync(join(folder, name))
/** All files of a run; of the report, all but how long it took. */
const files = (out: string) =>
  readdirSync(join(folder, out)).map(file => {
    const bytes = readFileSync(join(folder, out, file))
    return [file, file === 'report.json' ? String(bytes).replaceAll(/"milliseconds": [\d.]+/g, '') : bytes]
  })

describe('explain', () => {
  it('keeps a graph, uses it, and writes the same files to the last bit', async () => {
    const [plain, first, second] = [
      await explain('plain', {}, '--no-cache'),
      await explain('first', {}, '--cache', 'kept'),
      await explain('second', {}, '--cache', 'kept'),
    ]
    expect([plain.code, first.code, second.code]).toEqual([0, 0, 0])
    expect(kept('kept')).toHaveLength(1)
    expect(files('first')).toEqual(files('plain'))
    expect(files('second')).toEqual(files('plain'))
  })

  it('in several processes at once keeps one', async () => {
    const { code } = await explain('jobs', {}, '--cache', 'shared', '--jobs', '3', '--batch', '1')
    expect(code).toBe(0)
    expect(kept('shared')).toHaveLength(1)
  })

  it.each([
    ['DEEPTAYLOR_CACHE', { DEEPTAYLOR_CACHE: 'named' }, 'named'],
    ["the user's cache folder", { DEEPTAYLOR_CACHE: '', XDG_CACHE_HOME: join(folder, 'home') }, 'home/deeptaylor'],
  ])('keeps it in %s', async (_, env, where) => {
    expect(await explain('out', env)).toMatchObject({ code: 0 })
    expect(kept(where)).toHaveLength(1)
  })

  it.each([
    ['--no-cache', { DEEPTAYLOR_CACHE: 'unused/deeptaylor' }, ['--no-cache']],
    ['DEEPTAYLOR_CACHE=off', { DEEPTAYLOR_CACHE: 'off', XDG_CACHE_HOME: join(folder, 'unused') }, []],
  ])('keeps nothing with %s', async (_, env, args) => {
    expect(await explain('out', env, ...args)).toMatchObject({ code: 0 })
    expect(() => kept('unused/deeptaylor')).toThrow('ENOENT')
  })

  it('says in one line when it cannot, and explains', async () => {
    writeFileSync(join(folder, 'file'), 'not a folder')
    const { code, stderr } = await explain('out', {}, '--cache', 'file')
    expect(code).toBe(0)
    const lines = stderr.split('\n').filter(line => line.includes('is not kept in'))
    expect(lines).toEqual([expect.stringMatching(/choose another folder, or none$/)])
  })
})
