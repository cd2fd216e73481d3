/** Inputs near an input, and what their explanations are: what all measures of robustness look at. */

import { DeepTaylorError } from '../../core/diagnostics.ts'
import type { FloatTensor } from '../../runtime/session.ts'
import { type Layout, offsetOf, placesOf } from '../layout.ts'
import type { Case, NotApplicable, Tools } from '../measure.ts'

/** Copies that are asked to be explained at once, so that memory does not grow with their number. */
const atOnce = 16

/**
 * The explanations of copies of a case's input, in their order; the target stays the case's.
 *
 * @param copies data of the input's shape; taken as they are needed
 * @param visit is called with a copy and its relevance, both valid until it returns
 */
export async function explainCopies(
  of: Case,
  copies: Iterable<Float32Array>,
  tools: Tools,
  visit: (copy: Float32Array, relevance: Float32Array) => void,
): Promise<void> {
  const size = of.input.data.length
  const explain = async (part: readonly Float32Array[]) => {
    tools.signal?.throwIfAborted()
    const data = new Float32Array(part.length * size)
    for (const [i, copy] of part.entries()) data.set(copy, i * size)
    const relevance = await tools.explain(of, { dims: [part.length, ...of.input.dims.slice(1)], data })
    for (const [i, copy] of part.entries()) visit(copy, relevance.data.subarray(i * size, (i + 1) * size))
  }
  let part: Float32Array[] = []
  for (const copy of copies) {
    part.push(copy)
    if (part.length < atOnce) continue
    await explain(part)
    part = []
  }
  if (part.length > 0) await explain(part)
}

/** What values of a channel can be, or are. */
interface Range {
  readonly low: number
  readonly high: number
}

/**
 * By channel, what a radius is a share of: the box, or where that is not known what the input holds there. A channel of equal numbers
 * has the range of the whole input.
 */
function rangesOf({ data }: FloatTensor, layout: Layout, box: Tools['box']): readonly Range[] {
  const inside = (channel: number): Range => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let place = 0; place < placesOf(layout); place++) {
      const value = data[offsetOf(layout, place, channel)] as number
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
    return { low, high }
  }
  const channels = Array.from({ length: layout.channels }, (_, channel): Range => {
    const [low, high] = [box?.low[channel] ?? box?.low[0], box?.high[channel] ?? box?.high[0]]
    return low !== undefined && high !== undefined ? { low, high } : inside(channel)
  })
  const whole = {
    low: Math.min(...channels.map(({ low }) => low)),
    high: Math.max(...channels.map(({ high }) => high)),
  }
  return channels.map(range => (range.high > range.low ? range : whole))
}

/** How neighbours are drawn. */
export interface Neighbourhood {
  /** Neighbours per input. */
  readonly samples: number
  /** How far a value may move, as a share of what its channel's values span. */
  readonly radius: number
  /** What explanations are measured by. */
  readonly norm: NormName
}

/**
 * Neighbours x + δ of a case's input, δ uniform in the cube |δ_i| ≤ radius · width of the channel; inside the box where that is known, so that
 * they are inputs that can be. The same for every method.
 *
 * @returns why there are none, where all values are equal and nothing says what values there can be
 */
export function neighboursOf(
  of: Case,
  { samples, radius }: Omit<Neighbourhood, 'norm'>,
  tools: Tools,
  purpose: string,
): Iterable<Float32Array> | NotApplicable {
  const ranges = rangesOf(of.input, of.layout, tools.box)
  if (!ranges.every(({ low, high }) => high > low)) {
    return { value: null, why: 'all values of the input are equal, and no box says how far they may move' }
  }
  return draw(of, ranges, tools.box !== undefined, { samples, radius }, purpose)
}

function* draw(
  { input, layout, random }: Case,
  ranges: readonly Range[],
  isBox: boolean,
  { samples, radius }: Omit<Neighbourhood, 'norm'>,
  purpose: string,
): Generator<Float32Array> {
  const stream = random(purpose)
  const places = placesOf(layout)
  const channelAt = (i: number) => (layout.channelsLast ? i % layout.channels : Math.floor(i / places))
  for (let sample = 0; sample < samples; sample++) {
    const copy = Float32Array.from(input.data)
    for (let i = 0; i < copy.length; i++) {
      const { low, high } = ranges[channelAt(i)] as Range
      const moved = (copy[i] as number) + (2 * stream.uniform() - 1) * radius * (high - low)
      copy[i] = isBox ? Math.min(high, Math.max(low, moved)) : moved
    }
    yield copy
  }
}

/** The norms that explanations can be compared by: Σ|a|, √Σa² (Frobenius), the largest |a|. */
export const normNames = ['l1', 'l2', 'max'] as const

/** One of them. */
export type NormName = (typeof normNames)[number]

/** ‖a‖, or of the difference ‖a − b‖; NaN where a number is. */
export function norm(a: Float32Array, kind: NormName, b?: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const value = (a[i] as number) - (b ? (b[i] as number) : 0)
    if (kind === 'max') sum = Math.max(sum, Math.abs(value))
    else sum += kind === 'l1' ? Math.abs(value) : value * value
  }
  return kind === 'l2' ? Math.sqrt(sum) : sum
}

/** Of an explanation that says nothing, no change can be told. */
export const silent: NotApplicable = { value: null, why: 'the explanation is 0 everywhere' }
/** Of numbers that overflow, neither. */
export const notFinite: NotApplicable = { value: null, why: 'relevance near the input is not a finite number' }
/** Where nothing moved, neither. */
export const unmoved: NotApplicable = { value: null, why: 'every copy of the input equals it' }

/** @throws DeepTaylorError `option-invalid` */
export function checkCount(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new DeepTaylorError('option-invalid', { option: `${option} ${value}`, reason: 'give a whole number above 0' })
}

/** @throws DeepTaylorError `option-invalid` */
export function checkRadius(value: number): number {
  if (value > 0 && value <= 1) return value
  throw new DeepTaylorError('option-invalid', {
    option: `radius ${value}`,
    reason: 'give a share, above 0 and at most 1',
  })
}
