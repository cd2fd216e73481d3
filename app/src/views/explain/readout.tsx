/** The numbers of one place: what the network read there, and how much of the logit came from it. */

import { shortNumber, signedNumber } from '../../render/numbers.ts'
import { plane, shown } from '../../state/explanation.ts'
import { model } from '../../state/model.ts'
import { cursor } from './stage-state.ts'

/** The line. */
export function Readout() {
  const words = wordsAt()
  return (
    <p class="readout number" role="status" aria-label="Readout">
      {words ?? <span class="small">Point at a picture, or use the arrow keys on it, to read its numbers.</span>}
    </p>
  )
}

function wordsAt(): string | undefined {
  const [at, relevance, of] = [cursor.value, plane.value, shown.value]
  if (!at || !relevance || !of) return undefined
  const value = relevance.values[at.y * relevance.width + at.x] as number
  const { relevanceSum } = of.result.sample
  const share = relevanceSum === 0 ? '' : ` (${((value / relevanceSum) * 100).toFixed(3).replace('-', '−')} % of ΣR)`
  const read = inputAt(at.x, at.y)
  return `x ${at.x}, y ${at.y}   R ${signedNumber(value)}${share}${read ? `   input ${read}` : ''}`
}

/** The network's input at a place, channel by channel. */
function inputAt(x: number, y: number): string | undefined {
  const [of, relevance] = [shown.value?.of, plane.value]
  if (!of || !relevance || relevance.tile) return undefined
  const { dims, data } = of.tensor
  const count = relevance.width * relevance.height
  const sample = data.subarray(
    0,
    dims.slice(1).reduce((product, dim) => product * dim, 1),
  )
  const channels = sample.length / count
  if (!Number.isInteger(channels) || channels > 4) return undefined
  const place = y * relevance.width + x
  const isLast = model.value?.facts.geometry?.layout === 'NHWC'
  const values = Array.from(
    { length: channels },
    (_, c) => sample[isLast ? place * channels + c : c * count + place] as number,
  )
  return values.map(value => shortNumber(value, 3)).join(', ')
}
