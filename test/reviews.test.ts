/** The text example: relevance lies on the words that were planted as evidence. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { audit } from '../src/explainer/audit.ts'
import { Explainer } from '../src/explainer/explainer.ts'
import { loadModel } from '../src/explainer/load-model.ts'
import { parseVocabulary, wordsOf } from '../src/inputs/words.ts'

const folder = join(import.meta.dirname, '../examples/reviews')
const script = readFileSync(join(folder, 'train.py'), 'utf8')
const planted = (name: string) =>
  new Set(
    [...(new RegExp(`^${name} = \\[(.*)\\]`, 'm').exec(script)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
      match => match[1] as string,
    ),
  )
const evidence = { praise: planted('PRAISE'), complaint: planted('COMPLAINT') }
const vocabulary = parseVocabulary(readFileSync(join(folder, 'vocab.txt'), 'utf8'), 'vocab.txt')
const model = await loadModel(join(folder, 'reviews.onnx'))
const texts = readdirSync(join(folder, 'texts')).map(file => {
  const { tensor, tokens } = wordsOf(readFileSync(join(folder, 'texts', file), 'utf8'), vocabulary, 24, file)
  return { file, tensor, words: tokens.map(({ text }) => text) }
})

describe.each(texts)('$file', ({ file, tensor, words }) => {
  const label = file.startsWith('praise') ? 'praise' : 'complaint'

  it('is told from its planted words', async () => {
    await using explainer = await Explainer.open(model, { labels: ['complaint', 'praise'] })
    const { relevance, samples } = await explainer.explain(tensor)
    expect(samples[0]?.target.label).toBe(label)
    const ranked = words.map((word, i) => ({ word, r: relevance.data[i] as number })).sort((a, b) => b.r - a.r)
    expect(evidence[label]).toContain(ranked[0]?.word)
    const own = ranked.filter(({ word }) => evidence[label].has(word)).reduce((sum, { r }) => sum + r, 0)
    const share = words.filter(word => evidence[label].has(word)).length / words.length
    // At least twice what a uniform heatmap would give.
    expect(own / (samples[0]?.relevanceSum as number)).toBeGreaterThan(2 * share)
  })
})

it('the assumptions hold: conserved, positive, admissible roots', async () => {
  const report = await audit(
    model,
    texts.map(({ tensor, file }) => ({ tensor, name: file })),
  )
  expect(report.verdicts.map(({ check, passes }) => [check, passes])).toEqual([
    ['conservation', true],
    ['positivity', true],
    ['roots', true],
  ])
})
