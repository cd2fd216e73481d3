/** What removed places become. Every choice is a bias of its own, so there is a table of them, and each measure says which it took. */

import type { FloatTensor } from '../../runtime/session.ts'
import { type Layout, offsetOf, placesOf } from '../layout.ts'
import type { Case, Tools } from '../measure.ts'
import type { Random } from '../random.ts'
import { gaussianBlur } from './blur.ts'
import { inpainter } from './neighbours.ts'

/** A choice, with its parameters. */
export type Replacement =
  /** The input's mean, by channel. */
  | { readonly kind: 'mean' }
  /** The input, blurred; `sigma` in places, default a tenth of the longest side. Tomsett et al. 2020 compare it with others. */
  | { readonly kind: 'blur'; readonly sigma?: number }
  /** The input and normal noise; `size`: its standard deviation as a share of the range of values, default 0.5. */
  | { readonly kind: 'noise'; readonly size?: number }
  /** Uniform noise in the range of values (Samek et al. 2017). */
  | { readonly kind: 'uniform' }
  /** Weighted means of the neighbours, solved over all that is removed (the linear imputation of Rong et al. 2022, without noise). */
  | { readonly kind: 'neighbours' }
  /** A number: 0 is what most networks' means were shifted to. */
  | { readonly kind: 'value'; readonly value: number }

/** Names of the choices, as options have them: `zero` is the value 0. */
export const replacementNames = ['mean', 'blur', 'noise', 'uniform', 'neighbours', 'zero'] as const

/** One of them. */
export type ReplacementName = (typeof replacementNames)[number]

/** Replaces places of one sample, in place. */
export interface Filler {
  /**
   * @param data the sample; what was removed before is replaced already
   * @param fresh the places that are removed now
   * @param removed all that are removed, with them
   */
  fill(data: Float32Array, fresh: Uint32Array, removed: readonly number[]): void
  /** Whether `fill` reads `removed`; who does not can be spared the list. */
  readonly needsAll: boolean
}

/** Lowest and highest value of each channel. */
interface Range {
  readonly low: readonly number[]
  readonly high: readonly number[]
}

interface Setting {
  readonly input: FloatTensor
  readonly layout: Layout
  /** The box where it is known, else what the input has. */
  readonly range: Range
  /** Into the box, where it is known. */
  readonly clip: (value: number, channel: number) => number
  readonly random: Random
}

type Made = {
  readonly [K in Replacement['kind']]: (how: Extract<Replacement, { kind: K }>, setting: Setting) => Filler
}

const fillers: Made = {
  mean: (_, { input, layout }) => {
    const means = channelMeans(input, layout)
    return constant(layout, channel => means[channel] as number)
  },
  blur: ({ sigma }, { input, layout }) =>
    copyFrom(gaussianBlur(input.data, layout, sigma ?? blurSigma(layout)), layout),
  noise: ({ size = 0.5 }, { input, layout, range, clip, random }) =>
    drawn(layout, (place, channel) => {
      const deviation = size * ((range.high[channel] as number) - (range.low[channel] as number))
      return clip((input.data[offsetOf(layout, place, channel)] as number) + deviation * random.normal(), channel)
    }),
  uniform: (_, { layout, range, random }) =>
    drawn(layout, (_place, channel) => {
      const low = range.low[channel] as number
      return low + ((range.high[channel] as number) - low) * random.uniform()
    }),
  neighbours: (_, { input, layout, range }) => {
    const means = channelMeans(input, layout)
    const start = constant(layout, channel => means[channel] as number)
    const width = Math.max(...range.high.map((high, channel) => high - (range.low[channel] as number)))
    const inpaint = inpainter(layout)
    return {
      needsAll: true,
      fill: (data, fresh, removed) => {
        const isAll = removed.length === placesOf(layout)
        // The iteration must not start from what is to be removed; what is new is settled first, so that little is left to do for all.
        start.fill(data, isAll ? Uint32Array.from(removed) : fresh, removed)
        if (isAll) return
        inpaint(data, fresh, width)
        inpaint(data, removed, width)
      },
    }
  },
  value: ({ value }, { layout, clip }) => constant(layout, channel => clip(value, channel)),
}

/** Who replaces places of a case's input, inside the box where it is known. What is drawn is drawn once per input. */
export function fillerFor(how: Replacement, of: Case, { box }: Pick<Tools, 'box'>): Filler {
  const { input, layout } = of
  const perChannel = (values: readonly number[]) =>
    Array.from({ length: layout.channels }, (_, channel) => values[Math.min(channel, values.length - 1)] as number)
  const limits = box && { low: perChannel(box.low), high: perChannel(box.high) }
  const setting: Setting = {
    input,
    layout,
    range: limits ?? extremes(input, layout),
    clip: (value, channel) =>
      limits ? Math.min(Math.max(value, limits.low[channel] as number), limits.high[channel] as number) : value,
    random: of.random(`replacement ${how.kind}`),
  }
  return fillerOf(how, setting)
}

function fillerOf<K extends Replacement['kind']>(how: Extract<Replacement, { kind: K }>, setting: Setting): Filler {
  return fillers[how.kind as K](how, setting)
}

/** A choice in words, for reports: it names the choice and its parameters. */
export function replacementText(how: Replacement): string {
  if (how.kind === 'blur') return `blur, sigma ${how.sigma ?? 'a tenth of the longest side'}`
  if (how.kind === 'noise') return `noise, size ${how.size ?? 0.5} of the range`
  return how.kind === 'value' ? `value ${how.value}` : how.kind
}

/** A tenth of the longest side. */
export function blurSigma({ spatial }: Layout): number {
  return Math.max(...spatial) / 10
}

function constant(layout: Layout, at: (channel: number) => number): Filler {
  const values = Array.from({ length: layout.channels }, (_, channel) => at(channel))
  return {
    needsAll: false,
    fill: (data, fresh) => {
      values.forEach((value, channel) => {
        for (const place of fresh) data[offsetOf(layout, place, channel)] = value
      })
    },
  }
}

function copyFrom(source: Float32Array, layout: Layout): Filler {
  return {
    needsAll: false,
    fill: (data, fresh) => {
      for (let channel = 0; channel < layout.channels; channel++) {
        for (const place of fresh) {
          const at = offsetOf(layout, place, channel)
          data[at] = source[at] as number
        }
      }
    },
  }
}

function drawn(layout: Layout, draw: (place: number, channel: number) => number): Filler {
  const source = new Float32Array(placesOf(layout) * layout.channels)
  for (let place = 0; place < placesOf(layout); place++) {
    for (let channel = 0; channel < layout.channels; channel++) {
      source[offsetOf(layout, place, channel)] = draw(place, channel)
    }
  }
  return copyFrom(source, layout)
}

function channelMeans({ data }: FloatTensor, layout: Layout): readonly number[] {
  const places = placesOf(layout)
  return Array.from({ length: layout.channels }, (_, channel) => {
    let sum = 0
    for (let place = 0; place < places; place++) sum += data[offsetOf(layout, place, channel)] as number
    return sum / places
  })
}

function extremes({ data }: FloatTensor, layout: Layout): Range {
  const low = Array.from({ length: layout.channels }, () => Number.POSITIVE_INFINITY)
  const high = low.map(() => Number.NEGATIVE_INFINITY)
  for (let channel = 0; channel < layout.channels; channel++) {
    for (let place = 0; place < placesOf(layout); place++) {
      const value = data[offsetOf(layout, place, channel)] as number
      low[channel] = Math.min(low[channel] as number, value)
      high[channel] = Math.max(high[channel] as number, value)
    }
  }
  return { low, high }
}
