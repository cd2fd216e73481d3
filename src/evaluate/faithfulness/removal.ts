/** Scores of copies of an input from which places were removed: made as they are needed, and run in batches. */

import type { Case, Tools } from '../measure.ts'
import { type Partition, placesIn } from './regions.ts'
import type { Filler } from './replacement.ts'

/** So many copies go to the model at once, and fewer of large inputs: memory does not grow with the number of copies. */
const copiesAtOnce = 32
const numbersAtOnce = 1 << 22

/**
 * Scores of copies of a case's input.
 *
 * @param write makes copy k in `into`, which may hold anything; called in order
 * @returns one score per copy
 */
export async function scoreCopies(
  of: Case,
  tools: Pick<Tools, 'score' | 'signal'>,
  count: number,
  write: (k: number, into: Float32Array) => void,
): Promise<Float64Array> {
  const size = of.input.data.length
  const atOnce = Math.min(copiesAtOnce, Math.max(1, Math.floor(numbersAtOnce / size)), count)
  const scores = new Float64Array(count)
  const data = new Float32Array(atOnce * size)
  for (let from = 0; from < count; from += atOnce) {
    tools.signal?.throwIfAborted()
    const n = Math.min(atOnce, count - from)
    for (let i = 0; i < n; i++) write(from + i, data.subarray(i * size, (i + 1) * size))
    const batch = { dims: [n, ...of.input.dims.slice(1)], data: data.subarray(0, n * size) }
    scores.set(await tools.score(of, batch, of.target), from)
  }
  return scores
}

/** Scores with `counts[k]` regions of an order removed; `counts` ascends. Only what changes from one copy to the next is made anew. */
export function scoreCumulative(
  of: Case,
  tools: Pick<Tools, 'score' | 'signal'>,
  filler: Filler,
  partition: Partition,
  order: Uint32Array,
  counts: readonly number[],
): Promise<Float64Array> {
  const current = of.input.data.slice()
  const removed: number[] = []
  let done = 0
  return scoreCopies(of, tools, counts.length, (k, into) => {
    const fresh = regionPlaces(partition, order.subarray(done, counts[k]))
    done = counts[k] as number
    if (filler.needsAll) for (const place of fresh) removed.push(place)
    filler.fill(current, fresh, removed)
    into.set(current)
  })
}

/** Scores with each of several sets of places removed. */
export function scoreSets(
  of: Case,
  tools: Pick<Tools, 'score' | 'signal'>,
  filler: Filler,
  sets: readonly Uint32Array[],
): Promise<Float64Array> {
  return scoreCopies(of, tools, sets.length, (k, into) => {
    const places = sets[k] as Uint32Array
    into.set(of.input.data)
    filler.fill(into, places, filler.needsAll ? Array.from(places) : [])
  })
}

/** The places of some regions, one region after the other. */
export function regionPlaces(partition: Partition, regions: Uint32Array): Uint32Array {
  const places = new Uint32Array(regions.reduce((sum, region) => sum + placesIn(partition, region).length, 0))
  let end = 0
  for (const region of regions) {
    const some = placesIn(partition, region)
    places.set(some, end)
    end += some.length
  }
  return places.subarray(0, end)
}
