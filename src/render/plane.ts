/** Relevance of any shape as one plane that can be looked at. Pure, for browsers too. */

import type { FloatTensor } from '../runtime/session.ts'

/** One number per place, row by row. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
  /** The largest |value|: what the ends of the colour scale stand for. */
  readonly extent: number
  /** Size of the tiles that a volume's slices were laid out in; the last ones may be empty, with values of 0. */
  readonly tile?: { readonly width: number; readonly height: number }
}

/** Ways to make one number of a place's channels. */
export const poolings = ['sum', 'size', 'l2', 'absmax', 'positive'] as const

/** One of them. */
export type ChannelPooling = (typeof poolings)[number]

/** A way of pooling: what it does with one channel more, what then, and how it is written. */
interface Pool {
  readonly join: (before: number, value: number) => number
  readonly end?: (joined: number) => number
  readonly words: string
}

const pools: { readonly [P in ChannelPooling]: Pool } = {
  sum: { join: (before, value) => before + value, words: 'sum over channels' },
  size: { join: (before, value) => before + Math.abs(value), words: 'sum of |R| over channels' },
  l2: { join: (before, value) => before + value ** 2, end: Math.sqrt, words: 'root of the sum of R² over channels' },
  absmax: {
    join: (before, value) => (Math.abs(value) > Math.abs(before) ? value : before),
    words: 'the channel with the largest |R|',
  },
  positive: { join: (before, value) => before + Math.max(0, value), words: 'sum of positive R over channels' },
}

/** How channels were pooled, in words. */
export function poolingText(pooling: ChannelPooling): string {
  return pools[pooling].words
}

/**
 * One sample's relevance as a plane. Channels are summed unless told otherwise, so the plane sums to what the tensor sums to; a
 * vector becomes a row; the slices of a volume are laid out as tiles, row by row, in a block about as wide as high.
 *
 * @param sample without its batch axis: C×H×W (H×W×C where `channelsLast`), C×D×H×W (D×H×W×C), C×L or L (no channels are pooled)
 * @param pooling `sum`: Σ_c R_c, which alone keeps what relevance adds up to; `size`: Σ_c |R_c|; `l2`: √Σ_c R_c²; `absmax`: the R_c
 *   of the largest |R_c|, with its sign; `positive`: Σ_c max(0, R_c)
 */
export function planeOf(sample: FloatTensor, channelsLast = false, pooling: ChannelPooling = 'sum'): Plane {
  const { dims, data } = sample
  if (dims.length <= 2) {
    const [height, width] = dims.length === 2 ? (dims as [number, number]) : [1, dims[0] ?? 1]
    const values = pooling === 'sum' ? data : pooled(data, 1, channelsLast, pools[pooling])
    return { width, height, values, extent: extentOf(values) }
  }
  const places = channelsLast ? dims.slice(0, -1) : dims.slice(1)
  const channels = (channelsLast ? dims.at(-1) : dims[0]) as number
  const values = pooled(data, channels, channelsLast, pools[pooling])
  const [height, width] = places.slice(-2) as [number, number]
  const depth = places.slice(0, -2).reduce((product, dim) => product * dim, 1)
  const extent = extentOf(values)
  if (depth === 1) return { width, height, values, extent }
  return { ...tiled(values, width, height, depth), extent, tile: { width, height } }
}

/** One number per place, joined in double precision. */
function pooled(data: Float32Array, channels: number, channelsLast: boolean, { join, end }: Pool): Float32Array {
  const count = channels === 0 ? 0 : data.length / channels
  const [step, jump] = channelsLast ? [channels, 1] : [1, count]
  const values = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    let joined = 0
    for (let c = 0; c < channels; c++) joined = join(joined, data[i * step + c * jump] as number)
    values[i] = end ? end(joined) : joined
  }
  return values
}

function tiled(
  slices: Float32Array,
  width: number,
  height: number,
  depth: number,
): Pick<Plane, 'width' | 'height' | 'values'> {
  const columns = Math.max(1, Math.min(depth, Math.round(Math.sqrt((depth * height) / width))))
  const rows = Math.ceil(depth / columns)
  const values = new Float32Array(columns * width * rows * height)
  for (let d = 0; d < depth; d++) {
    const [column, row] = [d % columns, Math.floor(d / columns)]
    for (let y = 0; y < height; y++) {
      const from = (d * height + y) * width
      values.set(slices.subarray(from, from + width), ((row * height + y) * columns + column) * width)
    }
  }
  return { width: columns * width, height: rows * height, values }
}

function extentOf(values: Float32Array): number {
  let extent = 0
  for (const value of values) {
    const size = Math.abs(value)
    if (size > extent && size < Number.POSITIVE_INFINITY) extent = size
  }
  return extent
}
