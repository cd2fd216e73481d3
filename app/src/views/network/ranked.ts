/** The largest few of many numbers, with the rest as one, and where in a tensor they are. */

/** An element of a tensor. */
export interface Element {
  readonly at: readonly number[]
  readonly value: number
}

/** The largest |values| of a tensor, and what all the others that are not 0 come to. */
export interface Ranked {
  readonly most: readonly Element[]
  readonly others: { readonly count: number; readonly sum: number }
}

/** The `count` largest. */
export function ranked(data: Float32Array, dims: readonly number[], count: number): Ranked {
  const places: number[] = []
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) places.push(i)
  const size = (i: number) => Math.abs(data[i] as number)
  places.sort((a, b) => size(b) - size(a))
  const rest = places.slice(count)
  return {
    most: places.slice(0, count).map(i => ({ at: placeOf(i, dims), value: data[i] as number })),
    others: { count: rest.length, sum: rest.reduce((sum, i) => sum + (data[i] as number), 0) },
  }
}

/** Coordinates of an index. */
export function placeOf(index: number, dims: readonly number[]): readonly number[] {
  const place: number[] = []
  let rest = index
  for (const size of [...dims].reverse()) {
    place.unshift(rest % size)
    rest = Math.floor(rest / size)
  }
  return place
}

/** Index of coordinates. */
export function indexOf(place: readonly number[], dims: readonly number[]): number {
  return dims.reduce((index, size, i) => index * size + (place[i] ?? 0), 0)
}

/** Channels by |ΣR|, the largest first. */
export function byRelevance(channels: Float32Array): readonly number[] {
  return Array.from(channels.keys()).sort((a, b) => Math.abs(channels[b] as number) - Math.abs(channels[a] as number))
}
