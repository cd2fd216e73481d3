/** The domain of the network's input, as the user or the preprocessing states it. */

import type { Value } from '../0-graph/builder.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import type { Domain } from '../3-operators/domain.ts'
import type { Context } from '../3-operators/operator.ts'
import { DeepTaylorError } from '../diagnostics.ts'

/**
 * A box l ≤ x ≤ h: one number for all elements, or one per channel. Infinite bounds are allowed: `{ low: 0, high: Infinity }`
 * says that the input is never negative.
 */
export interface InputBox {
  readonly low: number | readonly number[]
  readonly high: number | readonly number[]
  /** Which axis of the input holds the channels, for bounds per channel. Default 1. */
  readonly channelAxis?: number
}

/** The hull of the box over its channels; all of ℝ without one. */
export function inputDomain(box: InputBox | undefined): Domain {
  const [low, high] = box ? checked(box) : [[Number.NEGATIVE_INFINITY], [Number.POSITIVE_INFINITY]]
  return { origin: 'input', low: Math.min(...low), high: Math.max(...high) }
}

/** Writes the box's bounds in shapes that broadcast to the input. */
export function writeBox({ b, shapes }: Context, input: Value, box: InputBox): { low: Value; high: Value } {
  const dims = dimsOf(shapes, input) ?? []
  const axis = box.channelAxis ?? 1
  const [low, high] = checked(box)
  const channels = Math.max(low.length, high.length)
  const size = dims[axis]
  if (channels > 1 && typeof size === 'number' && size !== channels) {
    throw new DeepTaylorError('option-invalid', {
      option: 'box',
      reason: `it has bounds for ${channels} channels and the input has ${size}`,
    })
  }
  const write = (bounds: readonly number[]) => {
    if (bounds.length === 1) return b.floats(bounds[0] as number)
    return b.floats(
      bounds,
      'float32',
      dims.map((_, i) => (i === axis ? bounds.length : 1)),
    )
  }
  return { low: write(low), high: write(high) }
}

function checked(box: InputBox): readonly [readonly number[], readonly number[]] {
  const [low, high] = [[box.low].flat(), [box.high].flat()]
  const pairs =
    low.length === 1 ? high.map(h => [low[0], h]) : low.map((l, i) => [l, high.length === 1 ? high[0] : high[i]])
  const isValid = pairs.every(([l, h]) => l !== undefined && h !== undefined && l < h)
  if (isValid && (low.length === 1 || high.length === 1 || low.length === high.length)) return [low, high]
  throw new DeepTaylorError('option-invalid', {
    option: 'box',
    reason: `its lower bounds (${low}) are not all below its upper bounds (${high})`,
  })
}
