/** Relevance of any shape as one plane that can be looked at. */

import type { FloatTensor } from '../runtime/session.ts'

/** One number per place, row by row. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
  /** The largest |value|: what the ends of the colour scale stand for. */
  readonly extent: number
}

/**
 * One sample's relevance as a plane. Channels are summed, so the plane sums to what the tensor sums to; a vector becomes a
 * row; the depths of a volume stand side by side.
 *
 * @param sample without its batch axis: C×H×W (H×W×C where `channelsLast`), C×D×H×W, C×L or L
 */
export function planeOf(sample: FloatTensor, channelsLast = false): Plane {
  const { dims, data } = sample
  if (dims.length <= 2) {
    const [height, width] = dims.length === 2 ? (dims as [number, number]) : [1, dims[0] ?? 1]
    return plane(width, height, data)
  }
  if (dims.length === 3) {
    const [a, b, c] = dims as [number, number, number]
    return channelsLast ? summed(data, b, a, 1, c, c, 1) : summed(data, c, b, 1, a, 1, b * c)
  }
  const [channels, ...rest] = dims as [number, ...number[]]
  const width = rest.at(-1) as number
  const height = rest.at(-2) as number
  const depth = rest.slice(0, -2).reduce((product, dim) => product * dim, 1)
  return summed(data, width, height, depth, channels, 1, width * height * depth)
}

/** Sums over channels; `step` and `jump` are the distances between neighbours and between channels. */
function summed(
  data: Float32Array,
  width: number,
  height: number,
  depth: number,
  channels: number,
  step: number,
  jump: number,
): Plane {
  const values = new Float32Array(width * depth * height)
  for (let d = 0; d < depth; d++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = ((d * height + y) * width + x) * step
        let sum = 0
        for (let c = 0; c < channels; c++) sum += data[from + c * jump] as number
        values[y * width * depth + d * width + x] = sum
      }
    }
  }
  return plane(width * depth, height, values)
}

function plane(width: number, height: number, values: Float32Array): Plane {
  let extent = 0
  for (const value of values) extent = Math.max(extent, Math.abs(value))
  return { width, height, values, extent }
}
