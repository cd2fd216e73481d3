/** A sample's relevance in the form in which it can be looked at: a plane, a table's features, a text's words. */

import type { Explanation } from '../explainer/explanation.ts'
import type { Feature } from '../render/bars.ts'
import type { FloatTensor } from '../runtime/session.ts'
import type { Input } from './inputs.ts'
import type { ReportWord } from './report.ts'

/** A table's row, column by column. */
export function featuresOf(
  { features, tensor }: Input,
  { relevance }: Explanation,
  row: number,
): readonly Feature[] | undefined {
  return features?.map((name, i) => ({
    name,
    value: tensor.data[row * features.length + i] as number,
    relevance: relevance.data[row * features.length + i] as number,
  }))
}

/** A text, token by token, and what its padding got. */
export function wordsOf(
  { text }: Input,
  { relevance: { data } }: Explanation,
): { readonly words?: readonly ReportWord[]; readonly padding?: number } {
  if (!text) return {}
  const { tokens, start } = text
  const words = tokens.map(({ text: word, token, id, isJoined, isSpecial }, i) => ({
    word,
    token,
    id,
    isJoined,
    ...(isSpecial && { isSpecial }),
    relevance: data[start + i] as number,
  }))
  if (data.length === tokens.length) return { words }
  const isPadding = (place: number) => place < start || place >= start + tokens.length
  return { words, padding: data.reduce((sum, value, place) => (isPadding(place) ? sum + value : sum), 0) }
}

/** One sample of a batch, without the batch axis. */
export function sampleOf({ dims, data }: FloatTensor, index: number): FloatTensor {
  const size = dims.slice(1).reduce((product, dim) => product * dim, 1)
  return { dims: dims.slice(1), data: data.subarray(index * size, (index + 1) * size) }
}
