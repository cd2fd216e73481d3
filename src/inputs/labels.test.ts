import { describe, expect, it } from 'vitest'
import { findClass, parseLabels } from './labels.ts'

const parse = (value: unknown) => parseLabels(JSON.stringify(value), 'labels.json')

describe('parseLabels', () => {
  it('reads the forms that labels come in', () => {
    expect(parse({ model_type: 'vit', id2label: { 0: 'cat', 1: 'dog' } })).toEqual(['cat', 'dog'])
    expect(parse(['cat', 'dog'])).toEqual(['cat', 'dog'])
    expect(parse({ 1: 'dog', 0: 'cat' })).toEqual(['cat', 'dog'])
    expect(parse({ 0: ['n01440764', 'tench'], 1: ['n01443537', 'goldfish'] })).toEqual(['tench', 'goldfish'])
    const timm = { label_names: ['n01440764', 'n01443537'], label_descriptions: { n01440764: 'tench, Tinca tinca' } }
    expect(parse(timm)).toEqual(['tench, Tinca tinca', 'n01443537'])
  })

  it.each([
    ['cat\ndog\n\n', ['cat', 'dog']],
    ['cat\r\n\r\ndog', ['cat', '', 'dog']],
    ['0: cat\n1: dog', ['cat', 'dog']],
    ['0 cat\n1 dog', ['cat', 'dog']],
    ['0\n1\n2', ['0', '1', '2']],
    ['3 of hearts\n4 of hearts', ['3 of hearts', '4 of hearts']],
    ['n01440764 tench, Tinca tinca\nn01443537 goldfish', ['tench, Tinca tinca', 'goldfish']],
  ])('reads the lines of %j', (text, labels) => {
    expect(parseLabels(text, 'labels.txt')).toEqual(labels)
  })

  it('fills gaps with the index', () => {
    expect(parse({ 0: 'cat', 3: 'dog' })).toEqual(['cat', '1', '2', 'dog'])
  })

  it('leaves no control characters for a terminal', () => {
    expect(parse(['a\u001b[31mb', 'c\nd'])).toEqual(['a [31mb', 'c d'])
  })

  it.each([
    ['', /it holds no labels/],
    ['{"a": "b"}', /no labels are in it/],
    ['{}', /no labels are in it/],
    ['[1, 2]', /no labels are in it/],
    ['[]', /no labels are in it/],
    ['[1', /not valid JSON/],
    ['{"id2label": ["a", 1]}', /"id2label" is not labels by index/],
    ['{"id2label": {"0": 1}}', /"id2label" is not labels by index/],
    ['{"99999999": "far"}', /no labels are in it/],
  ])('refuses %j', (text, words) => {
    expect(() => parseLabels(text, 'labels.json')).toThrow(words)
  })
})

describe('findClass', () => {
  const labels = [
    'tench, Tinca tinca',
    'goldfish, Carassius auratus',
    'crane',
    'crane',
    'Cat',
    'cat',
    'tabby, tabby cat',
  ]

  it('finds exactly, without regard to case, and by synonym, in this order', () => {
    expect(findClass(labels, 'cat')).toBe(5)
    expect(findClass(labels, 'Cat')).toBe(4)
    expect(findClass(labels, 'TABBY, TABBY CAT')).toBe(6)
    expect(findClass(labels, 'Tinca Tinca')).toBe(0)
    expect(findClass(labels, ' goldfish ')).toBe(1)
  })

  it('does not choose between classes of one name', () => {
    expect(() => findClass(labels, 'crane')).toThrow('target "crane": classes 2, 3 are all called so: give the index')
    expect(() => findClass(labels, 'CAT')).toThrow(/classes 4, 5/)
  })

  it('suggests what is near, and nothing that is not', () => {
    expect(() => findClass(labels, 'goldfsh')).toThrow(/no such label; near ones are "goldfish, Carassius auratus"$/)
    expect(() => findClass(labels, 'tinca')).toThrow(/near ones are "tench, Tinca tinca"/)
    expect(() => findClass(labels, 'locomotive')).toThrow(/no such label$/)
    expect(() => findClass(labels, '')).toThrow(/no such label/)
    expect(() => findClass([], 'cat')).toThrow(/no such label$/)
    expect(() => findClass(['aa', 'ab', 'ac', 'ad', 'ae'], 'a')).toThrow(/near ones are "aa", "ab", "ac"$/)
  })
})
