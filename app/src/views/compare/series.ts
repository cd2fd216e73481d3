/** The curves of every method as they are shown: means over the inputs that are done, or what there is of the first. */

import type { Curve } from '../../../../src/evaluate/measure.ts'
import type { MethodName } from '../../../../src/web.ts'
import type { GrowingCurves } from '../../worker/protocol.ts'
import type { Found } from './flipping-state.ts'

/** Points of a curve. */
export interface Points {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** A method's two curves. */
export interface Series {
  readonly method: MethodName
  readonly most: Points
  readonly least: Points
  /** Over how many inputs; 0 while the first is computed. */
  readonly count: number
  /** Means of the figures; undefined while the first is computed. */
  readonly figures: Figures | undefined
}

/** What the curves come to. */
export interface Figures {
  readonly most: number
  readonly least: number
  readonly between: number
}

/** The series of some methods, over some inputs; of methods of which nothing is known there is none. */
export function seriesOf(
  methods: readonly MethodName[],
  inputs: readonly string[],
  found: Iterable<Found>,
  growing: (GrowingCurves & Pick<Found, 'input' | 'method'>) | undefined,
): readonly Series[] {
  const all = [...found].filter(({ input }) => inputs.includes(input))
  return methods.flatMap((method): readonly Series[] => {
    const done = all.filter(one => one.method === method)
    if (done.length > 0) {
      return [
        {
          method,
          most: meanCurve(done.map(({ curves }) => curves.most)),
          least: meanCurve(done.map(({ curves }) => curves.least)),
          count: done.length,
          figures: {
            most: mean(done.map(one => one.most)),
            least: mean(done.map(one => one.least)),
            between: mean(done.map(one => one.between)),
          },
        },
      ]
    }
    if (growing?.method !== method) return []
    const { start, steps, most, least } = growing
    const points = (scores: readonly number[]): Points => ({
      x: [0, ...scores.map((_, k) => (k + 1) / steps)],
      y: [start, ...scores],
    })
    return [{ method, most: points(most), least: points(least), count: 0, figures: undefined }]
  })
}

function meanCurve(curves: readonly Curve[]): Points {
  const [first] = curves
  return { x: first?.x ?? [], y: (first?.y ?? []).map((_, k) => mean(curves.map(({ y }) => y[k] as number))) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
