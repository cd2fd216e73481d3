import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html, named } from './html.ts'
import { formatFor, formatNumber, whyMissing } from './numbers.ts'
import { shortened, visible } from './text.ts'

describe('text out of files', () => {
  it('shows what cannot be seen', () => {
    expect(visible('a\0b\nc\x7f')).toBe('a␀b␊c␡')
    expect(visible('evil\u202egnp.exe')).toBe('evil[U+202E]gnp.exe')
    expect(visible('half \ud800 of a pair, \x9b, \uffff')).toBe('half � of a pair, �, �')
    expect(visible('größe 猫 🐈 שלום')).toBe('größe 猫 🐈 שלום')
  })

  it('is shortened by characters, not by halves of them', () => {
    expect(shortened('🐈🐈🐈🐈', 3)).toBe('🐈🐈…')
    expect(shortened('abc', 3)).toBe('abc')
  })

  it('cannot become markup', () => {
    expect(html`<p title="${'"><script>'}">${named('<b>&')}${undefined}${false}${[1, 'x']}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;"><bdi>&lt;b&gt;&amp;</bdi>1x</p>',
    )
  })

  it('of any kind is escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(html`${text}`.text).not.toMatch(/[<>"'\p{Cc}\p{Cs}]|&(?!amp;|lt;|gt;|quot;|#39;)/u)
      }),
    )
  })
})

describe('numbers', () => {
  it('of a row have the same places', () => {
    expect([4.4567, 0.5, -12].map(formatFor([4.4567, 0.5, -12]))).toEqual(['4.5', '0.5', '−12.0'])
    expect([0.12345, 0.1].map(formatFor([0.12345, 0.1]))).toEqual(['0.123', '0.100'])
    expect([1.07e7, 7.94e6, 0].map(formatFor([1.07e7, 7.94e6, 0]))).toEqual(['1.07·10⁷', '0.79·10⁷', '0'])
    expect([3e-7].map(formatFor([3e-7]))).toEqual(['3.00·10⁻⁷'])
  })

  it('that lie far apart are each written by themselves', () => {
    expect([0.00123, 1234].map(formatFor([0.00123, 1234]))).toEqual(['0.00123', '1234'])
  })

  it('that are none say so', () => {
    expect([null, undefined, Number.NaN, Number.POSITIVE_INFINITY].map(value => formatNumber(value))).toEqual(
      Array(4).fill('–'),
    )
    expect(whyMissing(null, 'no mask')).toBe('no mask')
    expect(whyMissing(null, undefined)).toBe('no value')
    expect(whyMissing(Number.NaN, undefined)).toBe('not a number')
    expect(whyMissing(Number.NEGATIVE_INFINITY, undefined)).toBe('minus infinity')
    expect(whyMissing(0, undefined)).toBeUndefined()
    expect(formatNumber(-0.0)).toBe('0.00')
  })
})
