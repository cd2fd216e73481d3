/** Places in patches: what is removed together, and in which order. */

import { DeepTaylorError } from '../../core/diagnostics.ts'
import { type Layout, placesOf } from '../layout.ts'
import type { Random } from '../random.ts'

/** Places in regions; every place is in one. */
export interface Partition {
  readonly count: number
  /** Places, region by region. */
  readonly places: Uint32Array
  /** Region r is `places[starts[r] … starts[r + 1]]`; count + 1 numbers. */
  readonly starts: Uint32Array
}

/** Most relevant first, or least relevant first. */
export type Order = 'MoRF' | 'LeRF'

/** Where there are two axes or more, so many regions at most by default. */
const mostRegions = 256

/**
 * Patches of `patch` places along every spatial axis, row by row, cut off at the far edges.
 *
 * @param patch default: 1 along one axis (features, tokens); of pictures a 16th of each side, rounded up; of volumes a 6th
 */
export function partitionOf(layout: Layout, patch?: number): Partition {
  const { spatial } = layout
  const perAxis = Math.floor(mostRegions ** (1 / spatial.length))
  const sizes = spatial.map(size => patch ?? (spatial.length === 1 ? 1 : Math.max(1, Math.ceil(size / perAxis))))
  const grid = spatial.map((size, axis) => Math.ceil(size / (sizes[axis] as number)))
  const count = grid.reduce((product, n) => product * n, 1)
  const regionOf = Uint32Array.from({ length: placesOf(layout) }, (_, place) => {
    let [rest, region, stride] = [place, 0, 1]
    for (let axis = spatial.length - 1; axis >= 0; axis--) {
      const size = spatial[axis] as number
      region += Math.floor((rest % size) / (sizes[axis] as number)) * stride
      rest = Math.floor(rest / size)
      stride *= grid[axis] as number
    }
    return region
  })
  return grouped(regionOf, count)
}

/** The places of a region. */
export function placesIn({ places, starts }: Partition, region: number): Uint32Array {
  return places.subarray(starts[region], starts[region + 1])
}

/** Sums of a number per place (see `perPlace`) over each region. */
export function regionSums(values: Float64Array, partition: Partition): Float64Array {
  return Float64Array.from({ length: partition.count }, (_, region) => {
    let sum = 0
    for (const place of placesIn(partition, region)) sum += values[place] as number
    return sum
  })
}

/**
 * Regions by their relevance (Samek et al. 2017 take the sum over the region). Regions of equal relevance come in a random order
 * that is the same in both orders: of a constant heatmap both are the same random one.
 *
 * @throws DeepTaylorError `input-invalid` where relevance is not a number
 */
export function rankRegions(sums: Float64Array, order: Order, random: Random): Uint32Array {
  if (sums.some(Number.isNaN)) throw new DeepTaylorError('input-invalid', { input: 'relevance', reason: 'it has NaN' })
  const sign = order === 'MoRF' ? -1 : 1
  // Sorting lists is stable, so what is equal stays as the permutation has it.
  const regions = Array.from(random.permutation(sums.length))
  return Uint32Array.from(regions.sort((a, b) => sign * compare(sums[a] as number, sums[b] as number)))
}

/** As the difference, which infinite numbers do not have. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function grouped(regionOf: Uint32Array, count: number): Partition {
  const starts = new Uint32Array(count + 1)
  for (const region of regionOf) starts[region + 1] = (starts[region + 1] as number) + 1
  for (let region = 0; region < count; region++) {
    starts[region + 1] = (starts[region + 1] as number) + (starts[region] as number)
  }
  const next = starts.slice(0, count)
  const places = new Uint32Array(regionOf.length)
  regionOf.forEach((region, place) => {
    const at = next[region] as number
    places[at] = place
    next[region] = at + 1
  })
  return { count, places, starts }
}
