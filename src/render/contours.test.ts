/** Iso-lines: where the formula says, on the sides that are asked for. */

import { describe, expect, it } from 'vitest'
import { contourMarks, contoursOf } from './contours.ts'
import { planeOf } from './plane.ts'

const side = 48
const hills = planeOf({
  dims: [1, side, side],
  data: Float32Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) + 0.5, Math.floor(i / side) + 0.5]
    const hill = (cx: number, cy: number) => Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 50)
    return 2 * hill(14, 14) - hill(34, 34)
  }),
})

/** In places: the blur and the straight pieces of a line. */
const slack = 0.8

describe('contoursOf', () => {
  it('goes round a hill at the share of the largest', () => {
    const [line] = contoursOf(hills, [0.5], 'for')
    const points = line?.rings.flat() ?? []
    expect(points.length).toBeGreaterThan(20)
    for (const [x, y] of points) {
      // exp(−r²/50) = ½
      expect(Math.abs(Math.hypot(x - 14, y - 14) - Math.sqrt(50 * Math.LN2))).toBeLessThan(slack)
    }
  })

  it('marks relevance against by its own sign, where it reaches the share', () => {
    const lines = contoursOf(hills, [0.3, 0.7], 'both')
    expect(lines.map(({ share, rings }) => [share, rings.length])).toEqual([
      [0.3, 1],
      [0.7, 1],
      [-0.3, 1],
      [-0.7, 0],
    ])
    const marks = contourMarks(lines, { width: 2, height: 2 }, 1)
    expect(marks.match(/stroke-dasharray/g)).toHaveLength(2)
    expect(marks.match(/<path/g)).toHaveLength(6)
  })

  it('finds none where there is nothing, or no inside', () => {
    const plane = (...dims: number[]) =>
      planeOf({
        dims,
        data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)).fill(dims.length > 2 ? 0 : 1),
      })
    expect(contoursOf(plane(1, 8, 8), [0.5], 'both')).toEqual([])
    expect(contoursOf(plane(40), [0.5], 'both')).toEqual([])
  })
})
