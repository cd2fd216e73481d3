/** What is checked of an input before it is explained: numbers that are numbers, and the box that the rules rely on. */

import type { InputBox } from '../core/4-analyze/input-domain.ts'
import { DeepTaylorError, type Warning } from '../core/diagnostics.ts'
import type { FloatTensor } from '../runtime/session.ts'

/**
 * Refuses NaN and infinities.
 *
 * @throws DeepTaylorError `input-invalid`, with the first place and the number of them
 */
export function checkFinite({ data, dims }: FloatTensor, name: string): void {
  let first = -1
  let count = 0
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue
    if (count === 0) first = i
    count++
  }
  if (count === 0) return
  const place = placeOf(first, dims).join(', ')
  const reason = `${count === 1 ? 'one value is' : `${count} values are`} not a finite number, the first (${data[first]}) at [${place}]`
  throw new DeepTaylorError('input-invalid', { input: name, reason })
}

function placeOf(index: number, dims: readonly number[]): readonly number[] {
  const place: number[] = []
  let rest = index
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const size = dims[axis] as number
    place.unshift(rest % size)
    rest = Math.floor(rest / size)
  }
  return place
}

/** Values may leave the box by rounding, no further. */
const rounding = 1e-5

/** Says when values lie outside the box: zᴮ then loses its sign. */
export function warnOutsideBox(
  { data, dims }: FloatTensor,
  box: InputBox | undefined,
  name: string,
): readonly Warning[] {
  if (!box) return []
  const [low, high] = [[box.low].flat(), [box.high].flat()]
  const axis = box.channelAxis ?? 1
  const stride = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1)
  const channels = dims[axis] ?? 1
  let outside = 0
  for (let from = 0, channel = 0; from < data.length; from += stride, channel = (channel + 1) % channels) {
    const [l, h] = [low[low.length === 1 ? 0 : channel] as number, high[high.length === 1 ? 0 : channel] as number]
    const slack = rounding * Math.max(Math.abs(l), Math.abs(h), 1)
    for (let i = from; i < from + stride; i++) {
      const x = data[i] as number
      if (x < l - slack || x > h + slack) outside++
    }
  }
  if (outside === 0) return []
  const share = `${outside} of ${data.length} values`
  return [
    { code: 'outside-box', message: `${name}: ${share} lie outside the stated box; relevance may then be negative` },
  ]
}
