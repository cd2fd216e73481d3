/** Comparisons: which maps share a scale, what grid and page show, and that the page needs nothing else. */

import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { diverging } from './colormap.ts'
import { type Comparison, comparisonNotes, legendOf, type ScaleSharing, shadingsOf } from './comparison.ts'
import { renderGrid } from './grid.ts'
import { renderComparisonPage } from './page.ts'
import { planeOf } from './plane.ts'

const flat = (value: number) => {
  const plane = planeOf({ dims: [1, 2, 2], data: Float32Array.of(value, -value, 0, value / 4) })
  return { kind: 'plane' as const, plane }
}
const picture = { width: 2, height: 2, data: Uint8Array.of(9, 8, 7, 250, 0, 0, 0, 250, 0, 0, 0, 250) }

function compared(sharing: ScaleSharing, drawing: Comparison['drawing'] = {}): Comparison {
  const cell = (method: string, value: number) => ({ method, relevanceSum: value, shown: flat(value) })
  const row = { target: 'star', logit: 2, predicted: 'star 99.0 %', picture }
  const rows = [
    { ...row, name: 'a<b>.png', cells: [cell('one', 1), cell('two', 4)] },
    { ...row, name: 'c.png', cells: [cell('one', 16), cell('two', 2)] },
  ]
  return { model: 'model.onnx', methods: ['one', 'two'], rows, sharing, pooling: 'sum', drawing }
}

describe('scales', () => {
  it.each([
    [
      'own',
      [
        [1, 4],
        [16, 2],
      ],
    ],
    [
      'row',
      [
        [4, 4],
        [16, 16],
      ],
    ],
    [
      'all',
      [
        [16, 16],
        [16, 16],
      ],
    ],
  ] as const)('%s', (sharing, expected) => {
    expect(shadingsOf(compared(sharing)).map(row => row.map(({ extent }) => extent))).toEqual(expected)
  })

  it('are a given extent, whatever is shared', () => {
    for (const sharing of ['own', 'row', 'all'] as const) {
      const comparison = compared(sharing, { extent: 3 })
      expect(
        shadingsOf(comparison)
          .flat()
          .map(({ extent }) => extent),
      ).toEqual([3, 3, 3, 3])
      expect(comparisonNotes(comparison).join()).toContain('all have one scale, to 3')
    }
  })

  it('are stated by one colour bar: in R where all share, else in shares', () => {
    expect(legendOf(compared('all'))).toMatchObject({ shading: { extent: 16 }, label: 'relevance R' })
    expect(legendOf(compared('own'))).toMatchObject({ shading: { extent: 1 } })
    expect(legendOf(compared('row')).label).toContain('each row’s largest')
  })
})

describe('renderGrid', () => {
  it('has every place in its colour, enlarged by whole pixels', async () => {
    const { data, info } = await sharp(await renderGrid(compared('row')))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(info.channels).toBe(3)
    const has = (color: readonly number[]) => {
      let count = 0
      for (let i = 0; i < data.length; i += 3) if (color.every((level, c) => data[i + c] === level)) count++
      return count
    }
    // Places of 192 × 192: the full colour of method two's first map and of method one's second.
    expect(has(diverging(1))).toBe(2 * 192 ** 2)
    expect(has(diverging(-1))).toBe(2 * 192 ** 2)
    // 1 of 4 by the square root, and 4 of 16, and so on: half strength.
    expect(has(diverging(0.5))).toBeGreaterThanOrEqual(2 * 192 ** 2)
    expect(has([250, 0, 0])).toBe(2 * 192 ** 2)
  })

  it('refuses what has no maps, and what would be too large', async () => {
    const words = { kind: 'words' as const, words: [{ word: 'a', relevance: 1 }], padding: undefined }
    const text = { ...compared('own') }
    const rows = text.rows.map(row => ({ ...row, cells: row.cells.map(cell => ({ ...cell, shown: words })) }))
    await expect(renderGrid({ ...text, rows })).rejects.toMatchObject({ code: 'option-invalid' })
    await expect(renderGrid(compared('own', { scale: 4000 }))).rejects.toThrow(/100 million pixels/)
  })
})

describe('renderComparisonPage', () => {
  it('has a map for each method and input, described, and asks nothing of any network', async () => {
    const page = await renderComparisonPage(compared('own', { contours: [0.5] }))
    expect(page.match(/class="heatmap"/g)).toHaveLength(4)
    expect(page.match(/<img /g)).toHaveLength(10)
    expect(page.match(/<img [^>]*alt="[^"]+"/g)).toHaveLength(10)
    expect(page).toContain('a&lt;b&gt;.png')
    expect(page).not.toContain('a<b>')
    expect(page).toContain("default-src 'none'")
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/)
    expect(page).toContain('prefers-color-scheme:dark')
  })

  it('has tables with a column per method, of the features that matter to any', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `feature ${i}`)
    const bars = (strongest: number) => ({
      kind: 'bars' as const,
      features: names.map((name, i) => ({ name, value: i, relevance: i === strongest ? -5 : 0.01 * i })),
      baseline: undefined,
    })
    const row = { name: 'table.csv', target: 'x', logit: 1, predicted: undefined, picture: undefined }
    const cells = [1, 3].map(i => ({ method: `m${i}`, relevanceSum: 1, shown: bars(i) }))
    const page = await renderComparisonPage({ ...compared('own'), rows: [{ ...row, cells }] })
    const heads = [...page.matchAll(/<th scope="row">([^<]*)</g)].map(match => match[1])
    expect(heads).toHaveLength(25)
    expect(heads.slice(0, 2).sort()).toEqual(['feature 1', 'feature 3'])
    expect(page).toContain('and 15 features that matter less')
    expect(page).toContain('right:50%;width:50.0%')
  })

  it('has texts in words', async () => {
    const words = { kind: 'words' as const, words: [{ word: 'superb', relevance: 1 }], padding: 0.25 }
    const row = { name: 't.txt', target: 'praise', logit: 1, predicted: undefined, picture: undefined }
    const cells = [{ method: 'one', relevanceSum: 1, shown: words }]
    const page = await renderComparisonPage({ ...compared('own'), methods: ['one'], rows: [{ ...row, cells }] })
    expect(page).toMatch(/<mark[^>]*>superb<\/mark>/)
    expect(page).toContain('largest |R| 1. Padding, which is not shown, has 0.2500.')
    expect(page).not.toContain('view-overlay" type')
  })
})
