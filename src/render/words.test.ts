/** Words on a ground of their relevance. */

import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { wordsInColour, wordsPage } from './words.ts'

const words = [
  { word: 'a', relevance: 0 },
  { word: 'superb', relevance: 2 },
  { word: '<b>', relevance: -2 },
  { word: '.', relevance: 0.1 },
]

describe('words', () => {
  it('have the strongest colours for and against, and white for nothing', () => {
    const page = wordsPage(words, { title: 'evidence for "praise" & more' })
    const grounds = [...page.matchAll(/background:rgb\((\d+),(\d+),(\d+)\)/g)].map(match => match.slice(1).map(Number))
    const [none, red, blue] = grounds as [number[], number[], number[]]
    expect(none).toEqual([247, 247, 247])
    expect(red[0]).toBeGreaterThan(red[2] as number)
    expect(blue[2]).toBeGreaterThan(blue[0] as number)
    expect(page).toContain('&lt;b&gt;')
    expect(page).toContain('evidence for &quot;praise&quot; &amp; more')
    expect(page).not.toContain('<b>')
    expect(page).not.toMatch(/https?:/)
  })

  it('stand as they were written: signs without a space before them', () => {
    const plain = (text: string) => stripVTControlCharacters(text)
    expect(plain(wordsInColour(words))).toBe('a superb <b>.')
  })

  it('keep their colours beside a special token that has most of the relevance', () => {
    const pieces = [
      { word: '[CLS]', relevance: 9, isSpecial: true },
      { word: 'un', relevance: 1 },
      { word: 'watchable', relevance: -1, isJoined: true },
    ]
    expect(stripVTControlCharacters(wordsInColour(pieces))).toBe('[CLS] 9.0 unwatchable')
    const page = wordsPage(pieces, { title: 'title' })
    expect(page).toMatch(/class="special"[^>]*>\[CLS\]<small>9.0</)
    const ground = (word: string) => new RegExp(`background:rgb\\(([^)]*)\\)[^>]*>${word}<`).exec(page)?.[1]
    expect(ground('un')).toBe(ground('\\[CLS\\]'))
    expect(ground('un')).not.toBe(ground('watchable'))
    expect(page).toContain('they do not set the scale')
  })
})
