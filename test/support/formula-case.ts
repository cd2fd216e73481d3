/** A case whose score is a formula: what a measure must find can then be worked out by hand. */

import { type Layout, layoutOf } from '../../src/evaluate/layout.ts'
import type { Case, Tools } from '../../src/evaluate/measure.ts'
import { Random } from '../../src/evaluate/random.ts'

/** A score of one sample's numbers. */
export type Score = (x: Float32Array) => number

/** One sample, its relevance, and what scores it. */
export function formulaCase(
  shape: readonly number[],
  x: ArrayLike<number>,
  relevance: ArrayLike<number>,
  score: Score,
  layout: Layout = layoutOf([1, ...shape]),
): Case {
  const dims = [1, ...shape]
  const data = Float32Array.from(x)
  return {
    id: 'one',
    input: { dims, data },
    layout,
    relevance: { dims, data: Float32Array.from(relevance) },
    target: 0,
    score: score(data),
    logit: score(data),
    relevanceSum: 0,
    promised: undefined,
    truth: undefined,
    random: purpose => new Random(3, purpose),
  }
}

/** Tools that score by the formula, and tell of every batch. */
export function formulaTools(
  score: Score,
  { box, signal, onBatch }: Partial<Pick<Tools, 'box' | 'signal'>> & { onBatch?: (samples: number) => void } = {},
): Tools {
  const refuse = () => Promise.reject(new Error('not asked of these tools'))
  return {
    box,
    score: (_of, { dims, data }) => {
      const samples = dims[0] as number
      const size = data.length / samples
      onBatch?.(samples)
      return Promise.resolve(
        Float32Array.from({ length: samples }, (_, i) => score(data.subarray(i * size, (i + 1) * size))),
      )
    },
    explain: refuse,
    explainRandomised: refuse,
    classes: 1,
    layers: [],
    seed: 3,
    signal,
  }
}
