/** Texts as tokens of a plain vocabulary. */

import { describe, expect, it } from 'vitest'
import { parseVocabulary, wordsOf } from './words.ts'

const vocabulary = parseVocabulary("<pad>\n<unk>\nthe\nfilm\n.\nisn't\nüber\n", 'vocab.txt')

describe('a vocabulary', () => {
  it('numbers its lines, and knows what stands for nothing and for the unknown', () => {
    expect(vocabulary).toMatchObject({ padding: 0, unknown: 1, isLower: true })
    expect(vocabulary.numbers.get('film')).toBe(3)
    expect(parseVocabulary('A\r\nb\r\n', 'v')).toMatchObject({ padding: 0, unknown: undefined, isLower: false })
  })

  it.each([
    ['', /vocab.txt: it holds no words/],
    ['a\nb\na\n', /lines 1 and 3 are both "a"/],
    ['[CLS]\nplay\n##ing\n', /pieces of words \(##\).*--tokenizer/],
  ])('is refused (%j)', (text, words) => {
    expect(() => parseVocabulary(text, 'vocab.txt')).toThrow(words)
  })
})

describe('a text', () => {
  it('is cut into words and signs, in lower case, and filled up', () => {
    const { tensor, tokens, companions, start } = wordsOf("The FILM isn't Über.", vocabulary, 8, 't')
    expect(tokens.map(({ text }) => text)).toEqual(['The', 'FILM', "isn't", 'Über', '.'])
    expect(tokens[1]).toMatchObject({ id: 3, token: 'film' })
    expect(start).toBe(0)
    expect(Array.from(companions.mask.data)).toEqual([1, 1, 1, 1, 1, 0, 0, 0])
    expect(tensor.dims).toEqual([1, 8])
    expect(Array.from(tensor.data)).toEqual([2, 3, 5, 6, 4, 0, 0, 0])
  })

  it('is cut off where the model has no more places, and as long as it is where it has any', () => {
    const cut = wordsOf('the film . the', vocabulary, 2, 't')
    expect(cut).toMatchObject({ tokens: [{ text: 'the' }, { text: 'film' }], left: 2 })
    expect(cut.warnings).toEqual(['t: the model has 2 places for words, and the last 2 of the text are left out'])
    expect(wordsOf('film what', vocabulary, undefined, 't').tokens[1]).toMatchObject({ token: '<unk>', text: 'what' })
    expect(Array.from(wordsOf('film what', vocabulary, undefined, 't').tensor.data)).toEqual([3, 1])
  })

  it('without words, or with unknown ones that nothing stands for, is refused', () => {
    expect(() => wordsOf(' \n', vocabulary, 4, 'a.txt')).toThrow(/a.txt: it holds no words/)
    expect(() => wordsOf('the b', parseVocabulary('the\n', 'v'), 4, 'a.txt')).toThrow(/the vocabulary has no "b"/)
  })
})
