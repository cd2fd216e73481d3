/** Texts as tokens, by a plain vocabulary: one word a line, its number the line's, counted from 0. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import { visible } from './token-texts.ts'
import { laidOut, type Token, type Tokens } from './tokens.ts'

/** Words and their numbers. */
export interface Vocabulary {
  readonly numbers: ReadonlyMap<string, number>
  /** What stands for nothing; 0 where the vocabulary does not name it. */
  readonly padding: number
  /** What stands for words that it does not hold; undefined where it names none. */
  readonly unknown: number | undefined
  /** Whether all its words are in lower case. */
  readonly isLower: boolean
}

const paddings = ['<pad>', '[PAD]', '<PAD>', '[pad]']
const unknowns = ['<unk>', '[UNK]', '<UNK>', '[unk]']

/**
 * A vocabulary file.
 *
 * @throws DeepTaylorError `config-unreadable` when it is empty, names a word twice, or is WordPiece's
 */
export function parseVocabulary(text: string, file: string): Vocabulary {
  const fault = (reason: string) => new DeepTaylorError('config-unreadable', { file, reason })
  const lines = text.split(/\r?\n/)
  while (lines.at(-1) === '') lines.pop()
  if (lines.length === 0) throw fault('it holds no words')
  if (lines.includes('[CLS]') && lines.some(line => line.startsWith('##'))) {
    throw fault('it holds pieces of words (##), which a tokenizer.json puts together: give that as --tokenizer')
  }
  const numbers = new Map<string, number>()
  for (const [number, line] of lines.entries()) {
    const word = line.trim()
    if (numbers.has(word)) throw fault(`lines ${(numbers.get(word) ?? 0) + 1} and ${number + 1} are both "${word}"`)
    numbers.set(word, number)
  }
  const named = (names: readonly string[]) => names.map(name => numbers.get(name)).find(number => number !== undefined)
  const words = lines.filter(line => ![...paddings, ...unknowns].includes(line))
  return {
    numbers,
    padding: named(paddings) ?? 0,
    unknown: named(unknowns),
    isLower: words.every(word => word === word.toLowerCase()),
  }
}

/**
 * The words and signs of a text as tokens, filled up with padding to a fixed number of places.
 *
 * @param places how many the model has; undefined where it takes any
 * @throws DeepTaylorError `input-invalid` for a text without words, and for a word that is unknown where nothing stands for it
 */
export function wordsOf(text: string, vocabulary: Vocabulary, places: number | undefined, name: string): Tokens {
  const invalid = (reason: string) => new DeepTaylorError('input-invalid', { input: name, reason })
  const all = [...text.matchAll(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}]+)*|[^\s\p{L}\p{M}\p{N}]/gu)]
  if (all.length === 0) throw invalid('it holds no words')
  const tokens = (places === undefined ? all : all.slice(0, places)).map(({ 0: found, index }): Token => {
    const word = vocabulary.isLower ? found.toLowerCase() : found
    const id = vocabulary.numbers.get(word) ?? vocabulary.unknown
    if (id === undefined) throw invalid(`the vocabulary has no "${found}", and nothing that stands for unknown words`)
    const token = vocabulary.numbers.has(word)
      ? word
      : (unknowns.find(one => vocabulary.numbers.get(one) === id) ?? word)
    const isJoined = index > 0 && !/\s/.test(text[index - 1] as string)
    return { id, token, text: visible(found), isJoined, isSpecial: false }
  })
  const left = all.length - tokens.length
  const cut = `${name}: the model has ${places} places for words, and the last ${left} of the text are left out`
  return { ...laidOut(tokens, { places, padding: vocabulary.padding }), left, warnings: left > 0 ? [cut] : [] }
}
