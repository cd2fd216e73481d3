/** Texts by a tokenizer.json on the command line: the built program, networks of BERT's kind, and files that are no tokenizers. */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeNpy, encodeNpy, floatsOf } from '../src/inputs/npy.ts'
import { programIn } from './support/program.ts'

const root = join(import.meta.dirname, '..')
const fixtures = join(root, 'test/tokenizers')
const bert = join(fixtures, 'wordpiece/bert.onnx')
const fixed = join(fixtures, 'wordpiece/bert-fixed.onnx')
const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-texts-'))
const at = (...parts: string[]) => join(folder, ...parts)

const deeptaylor = programIn(folder)

interface Word {
  readonly word: string
  readonly token: string
  readonly id: number
  readonly isJoined: boolean
  readonly isSpecial?: true
  readonly relevance: number
}

async function explained(model: string, ...args: string[]) {
  const out = 'out'
  const { code, stdout, stderr } = await deeptaylor('explain', model, ...args, '--json', '--out', out)
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  const item = JSON.parse(stdout).items[0]
  const file = at(out, item.files.relevance)
  const words = item.words as readonly Word[]
  const shown = words.reduce((sum, { relevance }) => sum + relevance, 0)
  return { item, words, shown, stderr, relevance: floatsOf(decodeNpy(readFileSync(file), file), file) }
}

/** Sums of 32-bit numbers in another order. */
const rounding = 6

beforeAll(() => {
  writeFileSync(at('note.txt'), 'The film was not unwatchable!')
  writeFileSync(at('long.txt'), 'The film was really superb, and unwatchable. '.repeat(4))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('explain', () => {
  it('reads the tokenizer.json beside the model: sub-words, special tokens, no padding where places are free', async () => {
    const { item, words, shown, relevance } = await explained(bert, 'note.txt')
    expect(words.map(({ token }) => token).join(' ')).toMatch(/^\[CLS\] the f ##i ##l ##m was .* ! \[SEP\]$/)
    expect(words.slice(0, 4).map(({ word, id, isJoined, isSpecial }) => [word, id, isJoined, isSpecial])).toEqual([
      ['[CLS]', 2, false, true],
      ['The', 96, false, undefined],
      ['f', 25, false, undefined],
      ['i', 59, true, undefined],
    ])
    expect(relevance.dims).toEqual([1, words.length])
    expect(item).not.toHaveProperty('padding')
    expect(shown).toBeCloseTo(item.relevanceSum, rounding)
    const page = readFileSync(at('out', item.files.words), 'utf8')
    expect(page).toMatch(/<mark class="special" style="[^"]+" title="[^"]+">\[CLS\]<small>[^<]+<\/small><\/mark> <mark/)
    expect(page).toMatch(/>f<\/mark><mark class="joined open"/)
  })

  it('fills fixed places with padding under a mask: its share is said, not shown', async () => {
    const padded = await explained(fixed, 'note.txt')
    const { item, words, shown, relevance } = padded
    expect(relevance.dims).toEqual([1, 24])
    expect(words.length).toBeLessThan(24)
    expect(shown + item.padding).toBeCloseTo(item.relevanceSum, rounding)
    // The mask keeps padding out of attention, so the networks agree on a text whatever surrounds it.
    const free = await explained(bert, 'note.txt')
    expect(item.logit).toBeCloseTo(free.item.logit, rounding)
    expect(item.padding).toBeCloseTo(0, rounding)
    for (const [i, { relevance: own }] of words.entries()) expect(own).toBeCloseTo(free.words[i]?.relevance ?? NaN, 4)
    // Without the mask padding is read like words.
    const ids = new Float32Array(24)
    ids.set(words.map(({ id }) => id))
    const array = Buffer.from(encodeNpy({ dims: [1, 24], data: ids }))
    writeFileSync(at('ids.npy'), int64From(array, ids))
    const { stdout } = await deeptaylor('explain', fixed, 'ids.npy', '--json', '--out', 'out')
    expect(Math.abs(JSON.parse(stdout).items[0].logit - item.logit)).toBeGreaterThan(5e-4)
    const said = await deeptaylor('explain', fixed, 'note.txt', '--out', 'out')
    expect(said.stdout).toMatch(/relevance +\S+ in all, of padding \S+,/)
    expect(said.stdout).toMatch(/words +.*…/)
  })

  it('cuts texts that are too long before the last special token, and says so', async () => {
    const { item, words, stderr } = await explained(fixed, 'long.txt')
    expect(words).toHaveLength(24)
    expect(words.at(-1)).toMatchObject({ token: '[SEP]', isSpecial: true })
    expect(stderr).toMatch(/long.txt: the model has 24 places for tokens, and the last \d+ of the text are left out/)
    expect(item.warnings[0]).toMatch(/are left out/)
    expect(item).not.toHaveProperty('padding')
  })

  it('takes a tokenizer by its path, and prefers tokenizer.json to vocab.txt beside a model, or above its folder', async () => {
    mkdirSync(at('repository/onnx'), { recursive: true })
    cpSync(bert, at('repository/onnx/model.onnx'))
    cpSync(join(fixtures, 'wordpiece/tokenizer.json'), at('repository/tokenizer.json'))
    writeFileSync(at('repository/vocab.txt'), 'the\nfilm\n')
    const { words } = await explained('repository/onnx/model.onnx', 'note.txt')
    expect(words[0]?.token).toBe('[CLS]')
    writeFileSync(at('words.txt'), '[PAD]\n[UNK]\nthe\nfilm\n')
    const listed = await explained('repository/onnx/model.onnx', 'note.txt', '--vocab', 'words.txt')
    expect(listed.words.map(({ token }) => token).slice(0, 3)).toEqual(['the', 'film', '[UNK]'])
    const own = await explained(
      'repository/onnx/model.onnx',
      'note.txt',
      '--tokenizer',
      at('repository/tokenizer.json'),
    )
    expect(own.words).toEqual(words)
  })
})

describe('audit', () => {
  it('reads texts as explain does', async () => {
    const { stdout, stderr } = await deeptaylor('audit', fixed, 'note.txt', '--json')
    const report = JSON.parse(stdout)
    const { item } = await explained(fixed, 'note.txt')
    expect(stderr).not.toMatch(/error/i)
    expect(report.logit).toBeCloseTo(item.logit, 5)
    expect(report.relevance).toBeCloseTo(item.relevanceSum, 5)
  })
})

describe('a tokenizer that is none', () => {
  const fault = async (words: RegExp, ...args: string[]) => {
    const before = readdirSync(folder).sort()
    const result = await deeptaylor('explain', bert, 'note.txt', '--out', 'never', ...args)
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr.trim().split('\n')).toHaveLength(1)
    expect(result.stderr).toMatch(words)
    expect(readdirSync(folder).sort()).toEqual(before)
  }

  it('is said in one line, and nothing is written', async () => {
    await fault(/nowhere.json: there is no such file/, '--tokenizer', 'nowhere.json')
    mkdirSync(at('a-folder'))
    await fault(/a-folder: it is a folder, and a file was expected/, '--tokenizer', 'a-folder')
    writeFileSync(at('broken.json'), '{ "model": ')
    await fault(/broken.json: it is not valid JSON/, '--tokenizer', 'broken.json')
    writeFileSync(at('huge.json'), '')
    truncateSync(at('huge.json'), 65 * 1024 * 1024)
    await fault(/huge.json: it is larger than any configuration file/, '--tokenizer', 'huge.json')
    writeFileSync(at('empty.json'), '{}')
    await fault(/empty.json: no "model" is in it/, '--tokenizer', 'empty.json')
  })

  it('or belongs to another model', async () => {
    const file = join(fixtures, 'byte-level/tokenizer.json')
    await fault(/note.txt: token \d+ is none of the model's, which go from 0 to 219/, '--tokenizer', file)
  })

  it('or has a broken tokenizer_config.json beside it', async () => {
    mkdirSync(at('settings'), { recursive: true })
    cpSync(join(fixtures, 'wordpiece/tokenizer.json'), at('settings/tokenizer.json'))
    writeFileSync(at('settings/tokenizer_config.json'), '{ "pad_token": 7 }')
    await fault(/tokenizer_config.json: "pad_token" is not a text/, '--tokenizer', 'settings/tokenizer.json')
  })

  it('and is not given beside a vocabulary', async () => {
    const args = ['--tokenizer', 'empty.json', '--vocab', 'words.txt']
    const { code, stderr } = await deeptaylor('explain', bert, 'note.txt', ...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(/'--tokenizer <file>' cannot be used with option '--vocab <file>'/)
  })
})

/** An .npy array of float32 as one of int64. */
function int64From(npy: Buffer, values: Float32Array): Buffer {
  const header = npy
    .subarray(0, npy.length - values.byteLength)
    .toString('latin1')
    .replace("'<f4'", "'<i8'")
  return Buffer.concat([
    Buffer.from(header, 'latin1'),
    Buffer.from(BigInt64Array.from(values, value => BigInt(value)).buffer),
  ])
}
