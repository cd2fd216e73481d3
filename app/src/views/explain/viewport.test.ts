/** The part that is looked at never leaves the picture, and what is under the pointer stays there. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { moved, showing, type Viewport, whole, zoomed } from './viewport.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const step = fc.oneof(
  fc.record({
    kind: fc.constant('zoom' as const),
    factor: fc.double({ min: 0.1, max: 10, noNaN: true }),
    x: share,
    y: share,
  }),
  fc.record({
    kind: fc.constant('move' as const),
    x: fc.double({ min: -2, max: 2, noNaN: true }),
    y: fc.double({ min: -2, max: 2, noNaN: true }),
  }),
)
const viewport = fc
  .array(step, { maxLength: 12 })
  .map(steps =>
    steps.reduce<Viewport>(
      (view, one) => (one.kind === 'zoom' ? zoomed(view, one.factor, one.x, one.y) : moved(view, one.x, one.y)),
      whole,
    ),
  )

it('stays within the picture', () => {
  fc.assert(
    fc.property(viewport, ({ scale, x, y }) => {
      expect(scale).toBeGreaterThanOrEqual(1)
      for (const from of [x, y]) {
        expect(from).toBeGreaterThanOrEqual(0)
        expect(from + 1 / scale).toBeLessThanOrEqual(1 + 1e-9)
      }
    }),
  )
})

it('keeps the point under the pointer where it is when it is magnified', () => {
  fc.assert(
    fc.property(viewport, share, share, (view, px, py) => {
      const after = zoomed(view, 2, px, py)
      if (after.scale !== view.scale * 2) return
      expect(after.x + px / after.scale).toBeCloseTo(view.x + px / view.scale, 9)
      expect(after.y + py / after.scale).toBeCloseTo(view.y + py / view.scale, 9)
    }),
  )
})

it('shows any place that is asked for', () => {
  fc.assert(
    fc.property(viewport, share, share, (view, x, y) => {
      const after = showing(view, x, y)
      expect(x).toBeGreaterThanOrEqual(after.x - 1e-9)
      expect(x).toBeLessThanOrEqual(after.x + 1 / after.scale + 1e-9)
      expect(y).toBeGreaterThanOrEqual(after.y - 1e-9)
      expect(y).toBeLessThanOrEqual(after.y + 1 / after.scale + 1e-9)
    }),
  )
})
