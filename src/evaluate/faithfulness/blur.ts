/** A Gaussian blur along the spatial axes, channel by channel: what an input looks like from afar. */

import { type Layout, offsetOf, placesOf } from '../layout.ts'

/** So many standard deviations to either side have weights. */
const reach = 3

/**
 * A blurred copy of one sample. At the edges, weights that would lie outside go to those inside, so that a constant stays one.
 *
 * @param sigma standard deviation in places, along every axis
 */
export function gaussianBlur(data: Float32Array, layout: Layout, sigma: number): Float32Array {
  const radius = Math.ceil(reach * sigma)
  const weights = Float64Array.from({ length: radius + 1 }, (_, d) => Math.exp(-(d * d) / (2 * sigma * sigma)))
  const blurred = data.slice()
  const step = placesOf(layout) > 1 ? offsetOf(layout, 1, 0) - offsetOf(layout, 0, 0) : 1
  for (let channel = 0; channel < layout.channels; channel++) {
    let stride = 1
    for (let axis = layout.spatial.length - 1; axis >= 0; axis--) {
      const size = layout.spatial[axis] as number
      for (let place = 0; place < placesOf(layout); place++) {
        // One line along the axis begins wherever the place is the axis's first.
        if (Math.floor(place / stride) % size === 0) {
          blurLine(blurred, offsetOf(layout, place, channel), step * stride, size, weights)
        }
      }
      stride *= size
    }
  }
  return blurred
}

function blurLine(data: Float32Array, start: number, step: number, size: number, weights: Float64Array): void {
  const line = Float64Array.from({ length: size }, (_, i) => data[start + i * step] as number)
  const radius = weights.length - 1
  for (let i = 0; i < size; i++) {
    let [sum, total] = [0, 0]
    for (let j = Math.max(0, i - radius); j <= Math.min(size - 1, i + radius); j++) {
      const weight = weights[Math.abs(i - j)] as number
      sum += weight * (line[j] as number)
      total += weight
    }
    data[start + i * step] = sum / total
  }
}
