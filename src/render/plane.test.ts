import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planeOf, poolings } from './plane.ts'

const counting = (...dims: number[]) => {
  const count = dims.reduce((product, dim) => product * dim, 1)
  return { dims, data: Float32Array.from({ length: count }, (_, i) => i) }
}

describe('planeOf', () => {
  it('sums channels, wherever they are', () => {
    expect(planeOf(counting(2, 2, 3))).toEqual({
      width: 3,
      height: 2,
      values: Float32Array.of(6, 8, 10, 12, 14, 16),
      extent: 16,
    })
    expect(planeOf(counting(2, 1, 3), true)).toEqual({
      width: 1,
      height: 2,
      values: Float32Array.of(3, 12),
      extent: 12,
    })
  })

  it('takes a vector as a row, a number as a place, a matrix as it is', () => {
    expect(planeOf(counting(4))).toMatchObject({ width: 4, height: 1 })
    expect(planeOf(counting())).toMatchObject({ width: 1, height: 1 })
    expect(planeOf(counting(2, 3))).toMatchObject({ width: 3, height: 2 })
  })

  it('lays the slices of a volume out as tiles', () => {
    // Two channels, three slices of 1 × 2.
    const volume = planeOf({ dims: [2, 3, 1, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60) })
    expect(volume).toEqual({
      width: 2,
      height: 3,
      values: Float32Array.of(11, 22, 33, 44, 55, 66),
      extent: 66,
      tile: { width: 2, height: 1 },
    })
    const five = planeOf(counting(1, 5, 2, 2))
    expect(five).toMatchObject({ width: 4, height: 6 })
    expect(Array.from(five.values)).toEqual([
      ...[0, 1, 4, 5, 2, 3, 6, 7],
      ...[8, 9, 12, 13, 10, 11, 14, 15],
      ...[16, 17, 0, 0, 18, 19, 0, 0],
    ])
    expect(planeOf(counting(2, 2, 1, 3), true)).toMatchObject({ tile: { width: 1, height: 2 } })
  })

  it('sums to what the tensor sums to, and has the largest size as its extent', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 5 })
    const value = fc.integer({ min: -1000, max: 1000 })
    const sample = shape.chain(dims => {
      const count = dims.reduce((product, dim) => product * dim, 1)
      return fc.record({ dims: fc.constant(dims), data: fc.array(value, { minLength: count, maxLength: count }) })
    })
    fc.assert(
      fc.property(sample, fc.boolean(), ({ dims, data }, last) => {
        const plane = planeOf({ dims, data: Float32Array.from(data) }, last)
        expect(plane.values).toHaveLength(plane.width * plane.height)
        const sum = (list: Iterable<number>) => [...list].reduce((total, n) => total + n, 0)
        expect(sum(plane.values)).toBe(sum(data))
        expect(plane.extent).toBe(Math.max(...[...plane.values].map(Math.abs)))
      }),
    )
  })

  it('pools channels as it is told to', () => {
    const sample = { dims: [3, 1, 2], data: Float32Array.of(3, -1, -4, 2, 0, 0.5) }
    const pooled = Object.fromEntries(
      poolings.map(pooling => [pooling, Array.from(planeOf(sample, false, pooling).values)]),
    )
    expect(pooled).toEqual({
      sum: [-1, 1.5],
      size: [7, 3.5],
      l2: [5, Math.fround(Math.sqrt(5.25))],
      absmax: [-4, 2],
      positive: [3, 2.5],
    })
    const last = { dims: [1, 2, 3], data: Float32Array.of(3, -4, 0, -1, 2, 0.5) }
    for (const pooling of poolings) {
      expect(Array.from(planeOf(last, true, pooling).values)).toEqual(pooled[pooling])
    }
  })

  it('pools single values where there are no channels', () => {
    const vector = { dims: [3], data: Float32Array.of(-2, 0, 1) }
    expect(Array.from(planeOf(vector, false, 'size').values)).toEqual([2, 0, 1])
    expect(Array.from(planeOf(vector, false, 'positive').values)).toEqual([0, 0, 1])
    expect(Array.from(planeOf(vector, false, 'absmax').values)).toEqual([-2, 0, 1])
  })

  it('keeps an extent that is a number', () => {
    const { extent } = planeOf({ dims: [3], data: Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -2) })
    expect(extent).toBe(2)
  })
})
