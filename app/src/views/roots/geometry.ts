/** Lines and points of the plane as the figure draws them: −extent…extent on both axes, second axis upwards. */

import type { Pair } from '../../worker/protocol.ts'

/** A part of a line. */
export type Segment = readonly [Pair, Pair]

/** The part of the line w·x + c = 0 that lies in the square −extent…extent; undefined where none does. */
export function lineInSquare([w1, w2]: Pair, c: number, extent: number): Segment | undefined {
  const size = Math.hypot(w1, w2)
  if (size === 0) return undefined
  // From the point nearest to 0, along the line.
  const foot: Pair = [(-c * w1) / (size * size), (-c * w2) / (size * size)]
  const along: Pair = [-w2 / size, w1 / size]
  const at = (s: number): Pair => [foot[0] + s * along[0], foot[1] + s * along[1]]
  return inSquare([at(-4 * extent), at(4 * extent)], extent)
}

/** The part of a segment that lies in the square (Liang and Barsky 1984). */
export function inSquare([from, to]: Segment, extent: number): Segment | undefined {
  let [start, end] = [0, 1]
  for (const axis of [0, 1] as const) {
    const length = to[axis] - from[axis]
    if (length === 0 && Math.abs(from[axis]) > extent) return undefined
    if (length === 0) continue
    const ends = [(-extent - from[axis]) / length, (extent - from[axis]) / length].sort((a, b) => a - b)
    start = Math.max(start, ends[0] as number)
    end = Math.min(end, ends[1] as number)
  }
  if (start > end) return undefined
  return [between(from, to, start), between(from, to, end)]
}

/** The point at a share of the way. */
export function between(from: Pair, to: Pair, share: number): Pair {
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]
}

/** The part of the square where w·x + b > 0, as a polygon. */
export function firingSide([w1, w2]: Pair, b: number, extent: number): readonly Pair[] {
  const square: readonly Pair[] = [
    [-extent, -extent],
    [extent, -extent],
    [extent, extent],
    [-extent, extent],
  ]
  const height = ([x1, x2]: Pair) => w1 * x1 + w2 * x2 + b
  return square.flatMap((from, i) => {
    const to = square[(i + 1) % 4] as Pair
    const [here, there] = [height(from), height(to)]
    const crossing = here > 0 === there > 0 ? [] : [between(from, to, here / (here - there))]
    return here > 0 ? [from, ...crossing] : crossing
  })
}

/** Where the plane lies on a square of pixels. */
export interface Frame {
  /** Side of the square. */
  readonly size: number
  readonly extent: number
}

/** A point of the plane in pixels. */
export function toPixels([x1, x2]: Pair, { size, extent }: Frame): Pair {
  return [((x1 + extent) / (2 * extent)) * size, ((extent - x2) / (2 * extent)) * size]
}

/** Pixels as a point of the plane. */
export function fromPixels([left, top]: Pair, { size, extent }: Frame): Pair {
  return [(left / size) * 2 * extent - extent, extent - (top / size) * 2 * extent]
}

/** A label's place. */
export interface Label {
  /** Middle of the text, in pixels. */
  readonly at: Pair
  readonly width: number
}

/** Moves a label away until it covers none of the others, and keeps it inside. */
export function free(label: Label, away: Pair, others: readonly Label[], size: number): Label {
  const height = 18
  const inside = ({ at, width }: Label): Label => ({
    width,
    at: [
      Math.max(width / 2 + 2, Math.min(size - width / 2 - 2, at[0])),
      Math.max(height / 2, Math.min(size - height / 2, at[1])),
    ],
  })
  const covers = (one: Label) =>
    others.some(
      other =>
        Math.abs(one.at[0] - other.at[0]) < (one.width + other.width) / 2 && Math.abs(one.at[1] - other.at[1]) < height,
    )
  let placed = inside(label)
  for (let moved = 0; moved < 24 && covers(placed); moved++) {
    placed = inside({ ...label, at: [label.at[0] + away[0] * 5 * moved, label.at[1] + away[1] * 5 * moved] })
  }
  return placed
}
