/** A text's tokens with their relevance, and what padding got. */

import type { Word } from '../../../../src/render/words.ts'
import type { PreparedInput } from '../../state/inputs.ts'

/** A text, explained. */
export interface ExplainedText {
  readonly words: readonly Word[]
  /** Σ over the places that hold only padding. */
  readonly padding: number
  /** The largest |R| of the text's own words. */
  readonly extent: number
}

/** Relevance by token; undefined where the input is no text. */
export function explainedText({ text }: PreparedInput, relevance: ArrayLike<number>): ExplainedText | undefined {
  if (!text) return undefined
  const { tokens, start } = text
  const words = tokens.map(({ text: word, isJoined, isSpecial }, i): Word => {
    return { word, isJoined, isSpecial, relevance: relevance[start + i] as number }
  })
  const isPadding = (place: number) => place < start || place >= start + tokens.length
  const padding = Array.from(relevance).reduce((sum, value, place) => (isPadding(place) ? sum + value : sum), 0)
  // Special tokens, which can have most of it, do not set the scale: the words would be all but white.
  const own = words.some(({ isSpecial }) => !isSpecial) ? words.filter(({ isSpecial }) => !isSpecial) : words
  const extent = Math.max(...own.map(({ relevance }) => Math.abs(relevance)))
  return { words, padding, extent }
}
