/** Texts and tables, used as a person would: words and bars are what the library finds. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Explainer } from '../../src/explainer/explainer.ts'
import type { Explanation } from '../../src/explainer/explanation.ts'
import { loadModel } from '../../src/explainer/load-model.ts'
import { decodeNpy, floatsOf } from '../../src/inputs/npy.ts'
import { openTokenizer } from '../../src/inputs/tokenizer.ts'
import type { Tokens } from '../../src/inputs/tokens.ts'
import { parseVocabulary, wordsOf } from '../../src/inputs/words.ts'
import type { FloatTensor } from '../../src/runtime/session.ts'
import { seriousFaults } from '../support/lab/axe.ts'
import { drop } from '../support/lab/numbers.ts'
import { type LabBrowser, openLab } from '../support/lab/open-lab.ts'
import { networkFolder } from '../support/network-cases.ts'

/** Of the largest relevance: what is asked. The page shows four digits. */
const agreement = 1e-3

const reviews = join(import.meta.dirname, '../../examples/reviews')
const wordpiece = join(import.meta.dirname, '../tokenizers/wordpiece')
const table = join(networkFolder, 'sklearn-mlp-multi')

let lab: LabBrowser
let page: Page
let faults: readonly string[]

beforeAll(async () => {
  lab = await openLab()
  ;({ page, faults } = await lab.open({ fragment: 'example=complaint-1' }))
})
afterAll(() => lab?.close())

const wordsFor = (name: string) => page.getByRole('figure', { name: `Words of ${name}` }).locator('[data-word]')
const file = (folder: string, name: string, as = name) => ({ name: as, bytes: readFileSync(join(folder, name)) })

/** A number as the page writes it. */
const read = (text: string) => Number(text.replaceAll('−', '-'))

/** Words and relevance as they are read out. */
async function shownWords(words: Locator): Promise<readonly { readonly word: string; readonly relevance: number }[]> {
  await words.first().waitFor()
  const labels = await words.evaluateAll(all => all.map(one => one.getAttribute('aria-label') ?? ''))
  return labels.map(label => {
    const [, word = '', relevance = ''] = /^(.*): (\S+)$/.exec(label) ?? []
    return { word, relevance: read(relevance) }
  })
}

async function expectWords(words: Locator, text: Tokens, { relevance }: Explanation): Promise<void> {
  const { tokens, start } = text
  await expect.poll(async () => (await shownWords(words)).map(({ word }) => word)).toEqual(tokens.map(one => one.text))
  const wanted = tokens.map((_, i) => relevance.data[start + i] as number)
  const extent = Math.max(...wanted.map(Math.abs))
  const shown = await shownWords(words)
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs((shown[i]?.relevance as number) - value) / extent).toBeLessThan(agreement)
  }
}

async function explained(path: string, input: FloatTensor, text?: Tokens): Promise<Explanation> {
  await using explainer = await Explainer.open(await loadModel(path))
  return explainer.explain(input, text ? { companions: { ...text.companions } } : {})
}

describe('the embedded texts', () => {
  const vocabulary = parseVocabulary(readFileSync(join(reviews, 'vocab.txt'), 'utf8'), 'vocab.txt')
  const cut = (text: string) => wordsOf(text, vocabulary, 24, 'text')
  const explainText = (text: Tokens) => explained(join(reviews, 'reviews.onnx'), text.tensor)

  it('are opened by a link, with the relevance of the library', async () => {
    const text = cut(readFileSync(join(reviews, 'texts/complaint-1.txt'), 'utf8'))
    await expectWords(wordsFor('complaint-1.txt for complaint'), text, await explainText(text))
    await page.getByText(/the last \d+ of the text are left out/).waitFor()
  })

  it('are read out word by word, by keyboard and by pointer', async () => {
    const words = wordsFor('complaint-1.txt')
    await words.first().focus()
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'End', 'Home', 'ArrowRight'])
      await page.keyboard.press(key)
    const readout = page.locator('.readout')
    expect(await readout.textContent()).toMatch(/^found {3}R [+−]?\d.* % of ΣR/)
    await words
      .filter({ hasText: /^dreadful$/ })
      .first()
      .hover()
    await expect.poll(() => readout.textContent()).toMatch(/^dreadful {3}R \+/)
  })

  it('are written anew', async () => {
    const written = 'What a charming film, the hotel was awful!'
    await page.getByLabel('Text', { exact: true }).fill(written)
    await page.getByLabel('Text', { exact: true }).press('Control+Enter')
    const text = cut(written)
    await expectWords(wordsFor('text 1'), text, await explainText(text))
  })

  it('are dropped', async () => {
    const dropped = 'it was not boring . the garden was lovely .'
    await drop(page, [{ name: 'own.txt', bytes: Buffer.from(dropped) }])
    const text = cut(dropped)
    await expectWords(wordsFor('own.txt'), text, await explainText(text))
  })

  it('stand side by side in the Compare view', async () => {
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.locator('table.grid[aria-busy="false"]').waitFor()
    expect(await page.locator('[data-cell="0 0"] .word').count()).toBeGreaterThan(5)
    await page.getByRole('button', { name: 'Compute curves' }).click()
    await expect.poll(() => page.locator('.figures tbody tr').count(), { timeout: 30_000 }).toBe(4)
    await page.getByRole('button', { name: 'Explain', exact: true }).click()
  })

  it('have no serious fault of accessibility', async () => {
    expect(await seriousFaults(page)).toEqual([])
  })
})

it('a tokenizer.json cuts texts as on the command line', async () => {
  const written = 'The unbelievable painting was lovely.'
  await drop(page, [
    file(wordpiece, 'bert-fixed.onnx'),
    file(wordpiece, 'tokenizer.json'),
    file(wordpiece, 'tokenizer_config.json'),
    { name: 'sentence.txt', bytes: Buffer.from(written) },
  ])
  const json = (name: string) => JSON.parse(readFileSync(join(wordpiece, name), 'utf8'))
  const config = { file: 'tokenizer_config.json', value: json('tokenizer_config.json') }
  const cut = await openTokenizer({ file: 'tokenizer.json', value: json('tokenizer.json'), config })
  const text = await cut(written, 24, 'sentence.txt')
  await expectWords(
    wordsFor('sentence.txt'),
    text,
    await explained(join(wordpiece, 'bert-fixed.onnx'), text.tensor, text),
  )
})

describe('a table', () => {
  const input = floatsOf(decodeNpy(readFileSync(join(table, 'input.npy')), 'input.npy'), 'input.npy')
  const [, columns = 0] = input.dims
  const features = Array.from({ length: columns }, (_, i) => `feature ${String.fromCharCode(97 + i)}`)
  const rows = [
    Array.from(input.data.slice(0, columns)),
    Array.from(input.data.slice(0, columns), value => 1 - value / 2),
  ]
  const csv = [features, ...rows].map(row => row.join(',')).join('\n')

  it.each([1, 2])('has a bar for every feature, as long as its relevance: row %i', async number => {
    if (number === 1)
      await drop(page, [file(table, 'model.onnx', 'mlp.onnx'), { name: 'data.csv', bytes: Buffer.from(csv) }])
    else await page.getByRole('button', { name: 'data.csv, row 2' }).click()
    await page.getByText(`Features of data.csv, row ${number} for`).waitFor()
    const row = { dims: [1, columns], data: Float32Array.from(rows[number - 1] as number[]) }
    const { relevance } = await explained(join(table, 'model.onnx'), row)
    const extent = Math.max(...relevance.data.map(Math.abs))
    for (const [i, name] of features.entries()) {
      const bar = page
        .locator('.feature-bars tbody tr')
        .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
      const [value = '', , shown = ''] = await bar.locator('td').allTextContents()
      expect(Math.abs(read(value) - (row.data[i] as number))).toBeLessThan(agreement)
      expect(Math.abs(read(shown) - (relevance.data[i] as number)) / extent).toBeLessThan(agreement)
      const share = Number(/width: ([\d.]+)%/.exec((await bar.locator('.bar span').getAttribute('style')) ?? '')?.[1])
      expect(Math.abs(share / 50 - Math.abs(relevance.data[i] as number) / extent)).toBeLessThan(agreement)
    }
  })

  it('that cannot be read is said, and changes nothing', async () => {
    await drop(page, [{ name: 'bad.csv', bytes: Buffer.from('a,b\n1,two\n') }])
    await page.getByText('bad.csv: row 1, column "b": "two" is not a number.').waitFor()
    await page.getByText('Features of data.csv, row 2 for').waitFor()
  })

  it('has no serious fault of accessibility', async () => {
    expect(await seriousFaults(page)).toEqual([])
  })
})

it('has raised no errors, asked no other host and kept the policy', () => {
  expect(faults).toEqual([])
})
