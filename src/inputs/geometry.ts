/** What kind of picture a model reads, from the shape of its input. */

import type { Dim } from '../core/0-graph/graph.ts'

/** Channels, layout and, where the model fixes them, width and height. */
export interface PictureGeometry {
  readonly channels: 1 | 3
  readonly layout: 'NCHW' | 'NHWC'
  readonly width: number | undefined
  readonly height: number | undefined
}

/** The geometry of a model whose input is a picture; undefined where it is not one. */
export function pictureGeometry(dims: readonly Dim[]): PictureGeometry | undefined {
  if (dims.length !== 4) return undefined
  const isChannels = (dim: Dim | undefined): dim is 1 | 3 => dim === 1 || dim === 3
  const size = (dim: Dim | undefined) => (typeof dim === 'number' ? dim : undefined)
  const [, second, third, fourth] = dims
  if (isChannels(second)) {
    return { channels: second, layout: 'NCHW', height: size(third), width: size(fourth) }
  }
  if (isChannels(fourth)) return { channels: fourth, layout: 'NHWC', height: size(second), width: size(third) }
  // All free: most exporters write channels first.
  if (typeof second === 'string') return { channels: 3, layout: 'NCHW', height: size(third), width: size(fourth) }
  return undefined
}

/** The axis that holds the channels. */
export function channelAxisOf({ layout }: PictureGeometry): number {
  return layout === 'NCHW' ? 1 : 3
}
