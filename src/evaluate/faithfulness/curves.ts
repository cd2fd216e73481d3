/** The curve of the score while regions are removed in an order, and what is read off it. Measures that need the same one share it. */

import { perPlace } from '../layout.ts'
import type { Case, Curve, Tools } from '../measure.ts'
import { type Order, partitionOf, rankRegions, regionSums } from './regions.ts'
import { scoreCumulative } from './removal.ts'
import { fillerFor, type Replacement } from './replacement.ts'

/** The score after each removal; the first point is the input as it is, the last has nothing left of it. */
export interface RemovalCurve {
  /** Share of regions removed, 0 … 1, ascending. */
  readonly shares: readonly number[]
  readonly scores: readonly number[]
}

/** What a curve depends on besides its case. */
export interface CurveSettings {
  readonly order: Order
  readonly replacement: Replacement
  /** Places along each spatial axis of a region; default as `partitionOf`. */
  readonly patch: number | undefined
  /** Removals in equal portions; as many as there are regions, where that is less. */
  readonly steps: number
}

/** Scores of perturbed copies by what they belong to, so that measures that ask for the same share them. They live as long as it does. */
export class Shared<T> {
  readonly #kept = new WeakMap<object, Map<string, Promise<T>>>()

  /** What was made for this owner and key, or is made now. What fails is not kept. */
  get(owner: object, key: string, make: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(owner) ?? new Map<string, Promise<T>>()
    this.#kept.set(owner, kept)
    const known = kept.get(key)
    if (known) return known
    const made = make()
    kept.set(key, made)
    made.catch(() => kept.delete(key))
    return made
  }
}

/** Curves by case. */
export class Curves {
  readonly #shared = new Shared<RemovalCurve>()

  /** @throws DeepTaylorError as `Tools.score`; the signal's reason */
  of(one: Case, tools: Tools, settings: CurveSettings): Promise<RemovalCurve> {
    return this.#shared.get(one, JSON.stringify(settings), () => removalCurve(one, tools, settings))
  }
}

/** Removes regions cumulatively, in equal portions. */
export async function removalCurve(
  of: Case,
  tools: Tools,
  { order, replacement, patch, steps }: CurveSettings,
): Promise<RemovalCurve> {
  const partition = partitionOf(of.layout, patch)
  const { count } = partition
  const ranked = rankRegions(regionSums(perPlace(of.relevance, of.layout), partition), order, of.random('ties'))
  const portions = Math.min(steps, count)
  const counts = Array.from({ length: portions }, (_, k) => Math.round(((k + 1) * count) / portions))
  const scores = await scoreCumulative(of, tools, fillerFor(replacement, of, tools), partition, ranked, counts)
  return { shares: [0, ...counts.map(n => n / count)], scores: [of.score, ...scores] }
}

/** Mean over k = 0 … L of f(x⁰) − f(xᵏ) (Samek et al. 2017, eq. 12). */
export function overCurve({ scores }: RemovalCurve): number {
  const first = scores[0] as number
  return scores.reduce((sum, score) => sum + (first - score), 0) / scores.length
}

/** The area under the curve by trapezoids, over shares 0 … 1. */
export function underCurve({ shares, scores }: RemovalCurve): number {
  let area = 0
  for (let k = 1; k < shares.length; k++) {
    const width = (shares[k] as number) - (shares[k - 1] as number)
    area += (width * ((scores[k] as number) + (scores[k - 1] as number))) / 2
  }
  return area
}

/** The curve at shares k/steps, linear between its points, so that inputs of different sizes have points in common. */
export function onGrid({ shares, scores }: RemovalCurve, steps: number, xLabel: string, yLabel = 'score'): Curve {
  const x = Array.from({ length: steps + 1 }, (_, k) => k / steps)
  let next = 1
  const y = x.map(share => {
    while (next < shares.length - 1 && (shares[next] as number) < share) next++
    const [left, right] = [shares[next - 1] as number, shares[next] as number]
    const part = (share - left) / (right - left)
    return (1 - part) * (scores[next - 1] as number) + part * (scores[next] as number)
  })
  return { x, y, xLabel, yLabel }
}
