/** Relevance of any shape as one plane that can be looked at. */

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

/**
 * One sample's relevance as a plane. Channels are summed, so the plane sums to what the tensor sums to; a vector becomes a
 * row; the slices of a volume are laid out as tiles, row by row, in a block about as wide as high.
 *
 * @param sample without its batch axis: C×H×W (H×W×C where `channelsLast`), C×D×H×W (D×H×W×C), C×L or L
 */
export function planeOf(sample: FloatTensor, channelsLast = false): Plane {
  const { dims, data } = sample
  if (dims.length <= 2) {
    const [height, width] = dims.length === 2 ? (dims as [number, number]) : [1, dims[0] ?? 1]
    return { width, height, values: data, extent: extentOf(data) }
  }
  const places = channelsLast ? dims.slice(0, -1) : dims.slice(1)
  const channels = (channelsLast ? dims.at(-1) : dims[0]) as number
  const values = summed(data, channels, channelsLast)
  const [height, width] = places.slice(-2) as [number, number]
  const depth = places.slice(0, -2).reduce((product, dim) => product * dim, 1)
  const extent = extentOf(values)
  if (depth === 1) return { width, height, values, extent }
  return { ...tiled(values, width, height, depth), extent, tile: { width, height } }
}

/** Sums over channels, in double precision. */
function summed(data: Float32Array, channels: number, channelsLast: boolean): Float32Array {
  const count = channels === 0 ? 0 : data.length / channels
  const [step, jump] = channelsLast ? [channels, 1] : [1, count]
  const sums = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    let sum = 0
    for (let c = 0; c < channels; c++) sum += data[i * step + c * jump] as number
    sums[i] = sum
  }
  return sums
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
