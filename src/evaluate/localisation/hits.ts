/** How well numbers at places find the places of the truth. Equal numbers are taken in random order, and what is returned is the expected value, exactly. */

import { ascending, averageRanks, endOfTies } from '../statistics.ts'

/** How many places the truth has. */
export function sizeOf(truth: Uint8Array): number {
  let size = 0
  for (const inside of truth) size += inside
  return size
}

/**
 * The share of the places of largest relevance that are in the truth or near it: 0 or 1 unless several are equally large.
 *
 * @param spatial sizes of the axes that places lie along
 * @param tolerance how far from the truth is near, in places along straight lines
 */
export function pointing(
  relevance: Float64Array,
  truth: Uint8Array,
  spatial: readonly number[],
  tolerance: number,
): number {
  let most = Number.NEGATIVE_INFINITY
  for (const own of relevance) if (own > most) most = own
  const steps = ball(spatial.length, tolerance)
  let ties = 0
  let hits = 0
  for (let place = 0; place < relevance.length; place++) {
    if (relevance[place] !== most) continue
    ties++
    if (truth[place] || (steps.length > 1 && isNear(place, truth, spatial, steps))) hits++
  }
  return hits / ties
}

/** The sum of relevance inside the truth over the sum of all; NaN where that is 0. */
export function massInside(relevance: Float64Array, truth: Uint8Array): number {
  let inside = 0
  let all = 0
  for (let place = 0; place < relevance.length; place++) {
    const own = relevance[place] as number
    all += own
    if (truth[place]) inside += own
  }
  return inside / all
}

/** The share of the `count` places of largest relevance that are in the truth; of equal ones at the end an equal share each. */
export function topInside(relevance: Float64Array, truth: Uint8Array, count: number): number {
  const negated = relevance.map(own => -own)
  const order = ascending(negated)
  let hits = 0
  for (let from = 0; from < count; ) {
    const to = endOfTies(negated, order, from)
    let inside = 0
    for (let i = from; i < to; i++) inside += truth[order[i] as number] as number
    hits += (inside * (Math.min(to, count) - from)) / (to - from)
    from = to
  }
  return hits / count
}

/**
 * The area under the curve of true against false positives over all thresholds: the probability that a place inside has
 * more relevance than one outside, equal ones counting half (Mann and Whitney 1947). Neither side may be empty.
 */
export function areaUnderRoc(relevance: Float64Array, truth: Uint8Array): number {
  const ranks = averageRanks(relevance)
  const inside = sizeOf(truth)
  const outside = truth.length - inside
  let sum = 0
  for (let place = 0; place < truth.length; place++) if (truth[place]) sum += ranks[place] as number
  return (sum - (inside * (inside + 1)) / 2) / (inside * outside)
}

function isNear(
  place: number,
  truth: Uint8Array,
  spatial: readonly number[],
  steps: readonly (readonly number[])[],
): boolean {
  const at = coordinates(place, spatial)
  return steps.some(step => {
    const near = placeAt(
      at.map((own, axis) => own + (step[axis] as number)),
      spatial,
    )
    return near !== undefined && truth[near] === 1
  })
}

/** Whole steps along each axis that are together no longer than `distance`. */
function ball(axes: number, distance: number): readonly (readonly number[])[] {
  const reach = Math.floor(distance)
  const line = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach)
  let steps: readonly (readonly number[])[] = [[]]
  for (let axis = 0; axis < axes; axis++) steps = steps.flatMap(step => line.map(own => [...step, own]))
  return steps.filter(step => Math.hypot(...step) <= distance)
}

/** Along each axis, the last fastest. */
function coordinates(place: number, spatial: readonly number[]): number[] {
  const at: number[] = []
  let rest = place
  for (const size of [...spatial].reverse()) {
    at.unshift(rest % size)
    rest = Math.floor(rest / size)
  }
  return at
}

/** undefined outside. */
function placeAt(at: readonly number[], spatial: readonly number[]): number | undefined {
  let place = 0
  for (const [axis, own] of at.entries()) {
    const size = spatial[axis] as number
    if (own < 0 || own >= size) return undefined
    place = place * size + own
  }
  return place
}
