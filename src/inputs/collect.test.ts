import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { collectInputs } from './collect.ts'

const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-collect-'))
const at = (...parts: string[]) => join(folder, ...parts)
for (const name of [
  'b.png',
  'a.JPG',
  'c.npy',
  'notes.txt',
  'notes.doc',
  'texts/one.txt',
  'no-extension',
  '[x].webp',
  'deep/d.jpeg',
  '.hidden.png',
]) {
  mkdirSync(join(at(name), '..'), { recursive: true })
  writeFileSync(at(name), '')
}
mkdirSync(at('empty'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('collectInputs', () => {
  it('takes files in the order given, none twice', async () => {
    const files = [at('c.npy'), at('b.png'), at('c.npy'), at('deep', '..', 'b.png'), relative('.', at('b.png'))]
    expect(await collectInputs(files)).toEqual([at('c.npy'), at('b.png')])
    expect(await collectInputs([`${folder}/./b.png`, at('b.png')])).toEqual([`${folder}/./b.png`])
  })

  it('takes the files of a folder that it understands, sorted', async () => {
    expect(await collectInputs([folder])).toEqual(['[x].webp', 'a.JPG', 'b.png', 'c.npy'].map(name => at(name)))
  })

  it('takes texts from a folder of nothing else: beside pictures they are notes', async () => {
    expect(await collectInputs([at('texts')])).toEqual([at('texts/one.txt')])
  })

  it('takes what a glob matches, by absolute and relative paths', async () => {
    expect(await collectInputs([at('*.{png,txt}')])).toEqual([at('b.png'), at('notes.txt')])
    expect(await collectInputs([at('**/*.jpeg')])).toEqual([at('deep/d.jpeg')])
    const near = relative('.', folder)
    expect(await collectInputs([`${near}/*.npy`])).toEqual([`${near}/c.npy`])
  })

  it('takes a file whose name looks like a glob', async () => {
    expect(await collectInputs([at('[x].webp')])).toEqual([at('[x].webp')])
  })

  it.each([
    ['nothing.png', /nothing\.png: there is no such file or folder$/],
    ['empty', /the folder holds no \.png, \.jpg, \.jpeg, \.webp, \.npy, \.csv, \.txt files$/],
    ['*.gif', /no .* file matches it$/],
    ['notes.doc', /files of type "\.doc" are not understood; \.png, \.jpg, \.jpeg, \.webp, \.npy, \.csv, \.txt are$/],
    ['no-extension', /files without an extension are not understood/],
  ])('says what is wrong with %s', async (name, words) => {
    await expect(collectInputs([at('b.png'), at(name)])).rejects.toThrow(words)
    await expect(collectInputs([at(name)])).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
