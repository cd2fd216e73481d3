import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { collectData } from './data-set.ts'

const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-data-'))
const at = (...parts: string[]) => join(folder, ...parts)
for (const file of [
  'own/b.png',
  'own/a.JPG',
  'own/labels.csv',
  'own/notes.txt',
  'own/masks/a.png',
  'classes/star/1.png',
  'classes/ring/old/2.webp',
  'classes/ring/.hidden.png',
  'texts/a.txt',
  'other/a.npy',
]) {
  mkdirSync(join(at(file), '..'), { recursive: true })
  writeFileSync(at(file), file)
}
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const found = async (...paths: string[]) => {
  const { kind, files } = await collectData(paths.map(path => at(path)))
  return [kind, files.map(({ id, label }) => (label === null ? id : `${id} is ${label}`))]
}

describe('data', () => {
  it('are the files of a folder, of its first kind', async () => {
    expect(await found('own')).toEqual(['picture', ['a.JPG', 'b.png']])
    expect(await found('texts')).toEqual(['text', ['a.txt']])
  })

  it('are those of its sub-folders where it has none, which name their labels', async () => {
    expect(await found('classes')).toEqual(['picture', ['ring/old/2.webp is ring', 'star/1.png is star']])
  })

  it('are paths and globs, none twice', async () => {
    expect(await found('own/b.png', 'own/*.png')).toEqual(['picture', [at('own/b.png')]])
  })

  it('keep their names apart', async () => {
    mkdirSync(at('again'), { recursive: true })
    writeFileSync(at('again/b.png'), '')
    expect(await found('own', 'again')).toEqual(['picture', [at('own/a.JPG'), at('own/b.png'), at('again/b.png')]])
  })

  it('are refused where they are missing, nothing, strange or of several kinds', async () => {
    mkdirSync(at('empty'), { recursive: true })
    await expect(found('empty')).rejects.toThrow('the folder holds no .png')
    await expect(found('none')).rejects.toThrow('there is no such file or folder')
    await expect(found('own/*.npy')).rejects.toThrow('file matches it')
    await expect(found('own/b.png', 'other/a.npy')).rejects.toThrow('there are pictures and arrays among them')
  })
})
