/** Relevance of features as bars. */

import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { blockBar, byRelevance, renderBars } from './bars.ts'

const features = [
  { name: 'small', value: 1, relevance: 0.5 },
  { name: 'against <it> & "more"', value: 2, relevance: -2 },
  { name: 'for', value: 3, relevance: 4 },
]

describe('bars', () => {
  it('are sorted by what matters', () => {
    expect(byRelevance(features).map(({ relevance }) => relevance)).toEqual([4, -2, 0.5])
  })

  it('of blocks have eighths', () => {
    expect(blockBar(1, 4)).toBe('████')
    expect(blockBar(0.5, 1)).toBe('▌')
    expect(blockBar(0, 4)).toBe('')
    expect(blockBar(7, 2)).toBe('██')
  })

  it('as SVG are as long as their relevance, right for, left against, and can be drawn', async () => {
    const svg = renderBars(features, { title: 'star by epsilon' })
    const bars = [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map(match => [
      Number(match[1]),
      Number(match[2]),
    ])
    expect(bars).toHaveLength(3)
    const [first, second, third] = bars as [number[], number[], number[]]
    expect([first[1], second[1], third[1]]).toEqual([200, 100, 25])
    expect(second[0]).toBe((first[0] as number) - 100)
    expect(svg).toContain('against &lt;it&gt; &amp; &quot;')
    const { width, height } = await sharp(Buffer.from(svg))
      .png()
      .toBuffer({ resolveWithObject: true })
      .then(({ info }) => info)
    expect(width).toBeGreaterThan(500)
    expect(height).toBeGreaterThan(100)
  })

  it('that are too many are counted', () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ name: `f${i}`, value: i, relevance: i }))
    expect(renderBars(many, { title: 'x' })).toContain('40 of 100 features')
  })

  it('of nothing at all are empty', () => {
    expect(renderBars([{ name: 'a', value: 0, relevance: 0 }], { title: 'x' })).toContain('width="0.00"')
  })
})
