/** CSV tables, good and bad. */

import { describe, expect, it } from 'vitest'
import { parseColumns, parseTable } from './table.ts'

describe('a table', () => {
  it('with a header, quotes, a byte order mark and blank lines', () => {
    const { tensor, features } = parseTable(
      '\uFEFFage,"height, cm", weight\r\n40,180.5,-7e1\r\n\r\n"3",0,.5\r\n',
      't.csv',
    )
    expect(features).toEqual(['age', 'height, cm', 'weight'])
    expect(tensor.dims).toEqual([2, 3])
    expect(Array.from(tensor.data)).toEqual([40, 180.5, -70, 3, 0, 0.5])
  })

  it('without a header', () => {
    expect(parseTable('1,2\n3,4', 't.csv')).toEqual({
      tensor: { dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      features: ['0', '1'],
    })
  })

  it('keeps names on one line', () => {
    expect(parseTable('"a\u001b[31m\nb",\n1,2', 't.csv').features).toEqual(['a [31m b', '1'])
  })

  it.each<[string, string, RegExp]>([
    ['nothing', '', /t.csv: it holds no rows/],
    ['a header alone', 'a,b\n', /it holds a header and no rows/],
    ['rows of different lengths', 'a,b\n1,2\n3\n', /not readable as CSV.*line/],
    ['a word among numbers', 'a,b\n1,2\n3,four\n', /row 2, column "b": "four" is not a number/],
    ['an empty cell', '1,2\n3,\n', /row 2, column 2|row 1, column "1"/],
    ['infinity', 'a\n1e999\n', /"1e999" is not a number/],
    ['an open quote', 'a\n"1\n', /not readable as CSV/],
  ])('refuses %s', (_, text, words) => {
    expect(() => parseTable(text, 't.csv')).toThrow(words)
    expect(() => parseTable(text, 't.csv')).toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })
})

describe('columns by name', () => {
  it('of labels are no features', () => {
    const { tensor, features, labels } = parseTable('age,kind,height\n40,old,180\n3,young,90\n', 't.csv', {
      labelColumn: 'kind',
    })
    expect([features, labels]).toEqual([
      ['age', 'height'],
      ['old', 'young'],
    ])
    expect(Array.from(tensor.data)).toEqual([40, 180, 3, 90])
    expect(parseTable('1,2\n3,4\n', 't.csv', { labelColumn: '1' }).labels).toEqual(['3'])
    expect(() => parseTable('age,kind\n40,old\n', 't.csv', { labelColumn: 'class' })).toThrow(
      't.csv: it has no column "class"; it has age, kind',
    )
  })

  it('are read as texts, in any order', () => {
    expect(parseColumns('label,file,more\nstar,"a,b.png",1\n', 'l.csv', ['file', 'label'])).toEqual([
      { file: 'a,b.png', label: 'star' },
    ])
    expect(() => parseColumns('name\na\n', 'l.csv', ['file'])).toThrow('its first row has no "file"')
  })
})
