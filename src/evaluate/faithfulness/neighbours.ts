/** Inpainting: removed places become weighted means of their neighbours, removed ones included (Rong et al. 2022, without noise). */

import { type Layout, offsetOf, placesOf } from '../layout.ts'

/** A move of at most this share of the range ends the iteration: with what is left to move, less than half of one of 256 grey levels. */
const precision = 1e-4
const mostSweeps = 1000

/**
 * Who fills the removed places of a sample, in place. The values solve Σ_n w_n·(x_n − x) = 0 over the neighbours n inside the sample
 * at every removed place: along two axes w = 1/6 beside and 1/12 across the corner (Rong et al. 2022, section 4.2), else the same
 * for all 2·axes neighbours. Solved by successive over-relaxation, from what the sample holds: the better that is, the sooner.
 *
 * @returns `removed`: places without a value; not all places, for then nothing determines them. `range`: how far values are apart,
 *   by which precision goes
 */
export function inpainter(layout: Layout): (data: Float32Array, removed: ArrayLike<number>, range: number) => void {
  const { near, weights, totals, perPlace } = neighboursOf(layout)
  const step = layout.channelsLast ? layout.channels : 1
  // The best for holes of a quarter of the side: on 64 × 64 places in steps of 4 × 4, half the time that the whole side's takes.
  const relaxation = 2 / (1 + Math.sin(Math.PI / (Math.max(...layout.spatial) / 4 + 1)))

  /** One pass over the removed places of a channel; the largest move. */
  const sweep = (data: Float32Array, base: number, removed: ArrayLike<number>, by: number): number => {
    let largest = 0
    for (let i = 0; i < removed.length; i++) {
      const place = removed[i] as number
      let sum = 0
      const end = (place + 1) * perPlace
      // Who is outside is the place itself with weight 0.
      for (let n = place * perPlace; n < end; n++) {
        sum += (weights[n] as number) * (data[base + (near[n] as number) * step] as number)
      }
      const at = base + place * step
      const move = by * (sum / (totals[place] as number) - (data[at] as number))
      data[at] = (data[at] as number) + move
      if (move > largest) largest = move
      else if (-move > largest) largest = -move
    }
    return largest
  }

  return (data, removed, range) => {
    for (let channel = 0; channel < layout.channels; channel++) {
      const base = offsetOf(layout, 0, channel)
      for (let n = 0; n < mostSweeps; n++) {
        if (sweep(data, base, removed, relaxation) <= precision * range) break
      }
    }
  }
}

/** Neighbours of every place and their weights, `perPlace` of each, and the weights' sums (1 where a place has no neighbour). */
function neighboursOf(layout: Layout) {
  const { spatial } = layout
  const offsets = offsetsAlong(spatial.length)
  const [places, perPlace] = [placesOf(layout), offsets.length]
  const near = new Uint32Array(places * perPlace)
  const weights = new Float64Array(places * perPlace)
  const totals = new Float64Array(places)
  for (let place = 0; place < places; place++) {
    offsets.forEach(({ by, weight }, n) => {
      const other = moved(place, by, spatial)
      near[place * perPlace + n] = other ?? place
      weights[place * perPlace + n] = other === undefined ? 0 : weight
      totals[place] = (totals[place] as number) + (other === undefined ? 0 : weight)
    })
    if (totals[place] === 0) totals[place] = 1
  }
  return { near, weights, totals, perPlace }
}

function offsetsAlong(axes: number): readonly { readonly by: readonly number[]; readonly weight: number }[] {
  if (axes === 2) {
    return [-1, 0, 1].flatMap(row =>
      [-1, 0, 1]
        .filter(column => row !== 0 || column !== 0)
        .map(column => ({ by: [row, column], weight: row === 0 || column === 0 ? 1 / 6 : 1 / 12 })),
    )
  }
  const unit = (axis: number, by: number) => Array.from({ length: axes }, (_, i) => (i === axis ? by : 0))
  return Array.from({ length: axes }, (_, axis) => axis).flatMap(axis =>
    [-1, 1].map(by => ({ by: unit(axis, by), weight: 1 / (2 * axes) })),
  )
}

/** Another place, or nothing where that is outside. */
function moved(place: number, by: readonly number[], spatial: readonly number[]): number | undefined {
  let [rest, stride, other] = [place, 1, place]
  for (let axis = spatial.length - 1; axis >= 0; axis--) {
    const size = spatial[axis] as number
    const to = (rest % size) + (by[axis] as number)
    if (to < 0 || to >= size) return undefined
    other += (by[axis] as number) * stride
    rest = Math.floor(rest / size)
    stride *= size
  }
  return other
}
