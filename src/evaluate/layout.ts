/** How an input's numbers lie: places (pixels, features, tokens), and channels at each. Measures speak of places. */

import type { Dim } from '../core/0-graph/graph.ts'
import type { FloatTensor } from '../runtime/session.ts'

/** One sample's shape, read as places × channels. */
export interface Layout {
  /** Sizes of the axes that places lie along: rows and columns of a picture, one length of a vector or a text. */
  readonly spatial: readonly number[]
  /** 1 where the input has no axis of channels. */
  readonly channels: number
  /** Whether channels are the last axis, or the first after the batch. */
  readonly channelsLast: boolean
}

/**
 * The layout of a sample.
 *
 * @param dims the input's shape with its batch axis
 * @param channelAxis the axis of channels, where the input is known to have one; default: axis 1 of inputs of rank 4 and more
 */
export function layoutOf(
  dims: readonly Dim[],
  channelAxis: number | undefined = dims.length > 3 ? 1 : undefined,
): Layout {
  const sizes = dims.slice(1).map(Number)
  if (channelAxis === undefined || sizes.length < 2)
    return { spatial: sizes.length > 0 ? sizes : [1], channels: 1, channelsLast: false }
  const channels = sizes[channelAxis - 1] as number
  return {
    spatial: sizes.filter((_, i) => i !== channelAxis - 1),
    channels,
    channelsLast: channelAxis === dims.length - 1,
  }
}

/** How many places there are. */
export function placesOf({ spatial }: Layout): number {
  return spatial.reduce((product, size) => product * size, 1)
}

/** Where the number of a place and channel is, in a sample's data. */
export function offsetOf(layout: Layout, place: number, channel: number): number {
  return layout.channelsLast ? place * layout.channels + channel : channel * placesOf(layout) + place
}

/** Relevance by place: the sum over channels, which keeps what relevance adds up to. One number per place. */
export function perPlace({ data }: Pick<FloatTensor, 'data'>, layout: Layout): Float64Array {
  const places = placesOf(layout)
  const sums = new Float64Array(places)
  for (let channel = 0; channel < layout.channels; channel++) {
    for (let place = 0; place < places; place++) {
      sums[place] = (sums[place] as number) + (data[offsetOf(layout, place, channel)] as number)
    }
  }
  return sums
}
