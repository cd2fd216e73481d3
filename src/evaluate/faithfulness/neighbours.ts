/** Inpainting: removed places become weighted means of their neighbours, removed ones included (Rong et al. 2022, without noise). */

import { type Layout, offsetOf } from '../layout.ts'

/** A move of at most this share of the range ends the iteration. What is left to move is some tens of it, a tenth of a grey level. */
const precision = 1e-5
const mostSweeps = 1000

/** A place's neighbours and their weights. */
interface Neighbour {
  readonly offsets: readonly number[]
  readonly weight: number
}

/**
 * Fills the removed places of one sample, in place. The values solve Σ_n w_n·(x_n − x) = 0 over the neighbours n inside the sample
 * at every removed place: along two axes w = 1/6 beside and 1/12 across the corner (Rong et al. 2022, section 4.2), else the same
 * for all 2·axes neighbours. Solved by successive over-relaxation, from what the sample holds: the better that is, the sooner.
 *
 * @param removed places that have no value; not all places, for then nothing determines them
 * @param range how far values are apart, by which precision goes
 */
export function inpaint(data: Float32Array, layout: Layout, removed: readonly number[], range: number): void {
  const { near, starts, weights } = stencils(layout, removed)
  const longest = Math.max(...layout.spatial)
  const relaxation = 2 / (1 + Math.sin(Math.PI / (longest + 1)))
  for (let channel = 0; channel < layout.channels; channel++) {
    const base = offsetOf(layout, 0, channel)
    const step = layout.channelsLast ? layout.channels : 1
    for (let sweep = 0, change = Number.POSITIVE_INFINITY; sweep < mostSweeps && change > precision * range; sweep++) {
      change = 0
      for (let i = 0; i < removed.length; i++) {
        const at = base + (removed[i] as number) * step
        let [sum, total] = [0, 0]
        for (let n = starts[i] as number; n < (starts[i + 1] as number); n++) {
          const weight = weights[n] as number
          sum += weight * (data[base + (near[n] as number) * step] as number)
          total += weight
        }
        if (total === 0) continue
        const before = data[at] as number
        const move = relaxation * (sum / total - before)
        data[at] = before + move
        change = Math.max(change, Math.abs(move))
      }
    }
  }
}

/** Neighbours inside the sample of each removed place, one after the other. */
function stencils(layout: Layout, removed: readonly number[]) {
  const { spatial } = layout
  const neighbours = neighboursOf(spatial.length)
  const starts = new Uint32Array(removed.length + 1)
  const near = new Uint32Array(removed.length * neighbours.length)
  const weights = new Float64Array(near.length)
  let end = 0
  removed.forEach((place, i) => {
    for (const { offsets, weight } of neighbours) {
      const other = moved(place, offsets, spatial)
      if (other === undefined) continue
      near[end] = other
      weights[end++] = weight
    }
    starts[i + 1] = end
  })
  return { near, starts, weights }
}

function neighboursOf(axes: number): readonly Neighbour[] {
  if (axes === 2) {
    return [-1, 0, 1].flatMap(row =>
      [-1, 0, 1]
        .filter(column => row !== 0 || column !== 0)
        .map(column => ({ offsets: [row, column], weight: row === 0 || column === 0 ? 1 / 6 : 1 / 12 })),
    )
  }
  return Array.from({ length: axes }, (_, axis) => axis).flatMap(axis =>
    [-1, 1].map(by => ({
      offsets: Array.from({ length: axes }, (_, i) => (i === axis ? by : 0)),
      weight: 1 / (2 * axes),
    })),
  )
}

/** Another place, or nothing where that is outside. */
function moved(place: number, offsets: readonly number[], spatial: readonly number[]): number | undefined {
  let [rest, stride, other] = [place, 1, place]
  for (let axis = spatial.length - 1; axis >= 0; axis--) {
    const size = spatial[axis] as number
    const by = offsets[axis] as number
    const to = (rest % size) + by
    if (to < 0 || to >= size) return undefined
    other += by * stride
    rest = Math.floor(rest / size)
    stride *= size
  }
  return other
}
