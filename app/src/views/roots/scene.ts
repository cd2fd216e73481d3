/** What the view is about: a neuron, a data point, a domain. Plain data; every change keeps x in its domain. */

import type { NeuronDomain, NeuronRequest, NeuronRule, Pair } from '../../worker/protocol.ts'

/** The neuron and what is looked at. */
export interface Scene extends NeuronRequest {
  /** The rule whose derivation is written out. */
  readonly chosen: NeuronRule
  readonly hidden: readonly NeuronRule[]
}

/** The figure shows −extent…extent of both inputs. */
export const extent = 2.5

/** Ranges of what is adjusted. */
export const limits = { x: extent, w: 2, b: 3 } as const

/** Everything snaps to this, so that the numbers can be checked by hand. */
export const step = 0.05

/** Of arrow keys with shift. */
export const largeStep = 0.5

const smallestBox = 0.2

/** A number of the grid, between −most and most. */
export function snapped(value: number, most: number): number {
  const near = Math.round(Math.max(-most, Math.min(most, value)) / step) * step
  // Without the noise of binary fractions, and without −0.
  return Number(near.toFixed(2)) + 0
}

const pair = ([first, second]: Pair, most: number): Pair => [snapped(first, most), snapped(second, most)]

/** The scene with some of it changed: on the grid, in range, x in its domain. */
export function changed(scene: Scene, some: Partial<Scene>): Scene {
  const next = { ...scene, ...some }
  const w = pair(next.w, limits.w)
  const b = snapped(next.b, limits.b)
  const [low, high] = [pair(next.low, extent), pair(next.high, extent)]
  const origin = pair(next.origin, extent)
  const bounds = boundsOf({ domain: next.domain, low, high })
  const x = pair(next.x, limits.x).map((value, i) =>
    Math.max(bounds.low[i] as number, Math.min(bounds.high[i] as number, value)),
  ) as unknown as Pair
  return { ...next, x, w, b, low, high, origin }
}

/** What x is limited to; infinite where it is not. */
export function boundsOf({ domain, low, high }: Pick<Scene, 'domain' | 'low' | 'high'>): {
  readonly low: Pair
  readonly high: Pair
} {
  if (domain === 'box') return { low, high }
  const none = Number.POSITIVE_INFINITY
  return { low: domain === 'positive' ? [0, 0] : [-none, -none], high: [none, none] }
}

/** A corner of the box: which end of x₁, which end of x₂. */
export type Corner = readonly ['low' | 'high', 'low' | 'high']

/** The four, counter-clockwise from below left. */
export const corners: readonly Corner[] = [
  ['low', 'low'],
  ['high', 'low'],
  ['high', 'high'],
  ['low', 'high'],
]

/** Where a corner is. */
export function cornerOf(scene: Pick<Scene, 'low' | 'high'>, [first, second]: Corner): Pair {
  return [scene[first][0], scene[second][1]]
}

/** The box with one corner moved; it never turns inside out. */
export function withCorner({ low, high }: Scene, corner: Corner, to: Pair): Pick<Scene, 'low' | 'high'> {
  const ends = { low: [...low], high: [...high] }
  for (const [i, end] of corner.entries()) {
    const moved = to[i as 0 | 1]
    ends[end][i] =
      end === 'low'
        ? Math.min(moved, (high[i as 0 | 1] as number) - smallestBox)
        : Math.max(moved, (low[i as 0 | 1] as number) + smallestBox)
  }
  return { low: ends.low as unknown as Pair, high: ends.high as unknown as Pair }
}

/** A scene worth looking at. */
export interface Preset {
  readonly id: string
  readonly title: string
  /** What it shows; one sentence. */
  readonly words: string
  readonly scene: Scene
}

const paper: Scene = {
  x: [1.5, 0.5],
  w: [1, -0.5],
  b: -0.25,
  domain: 'box',
  low: [0, 0],
  high: [2, 2],
  origin: [1, 2],
  chosen: 'z-plus',
  hidden: [],
}

/** The presets; the first is what the view opens with. */
export const presets: readonly [Preset, ...Preset[]] = [
  {
    id: 'paper',
    title: 'The paper’s figure',
    words:
      'Negative bias: every rule’s root lies on the hinge and in the domain. They differ in where they look for it.',
    scene: paper,
  },
  {
    id: 'positive-bias',
    title: 'Positive bias',
    words: 'The neuron fires even where its helping input is 0: no root of z⁺ in ℝ₊².',
    scene: { ...paper, x: [1, 0.25], b: 0.5, domain: 'positive', origin: [0.25, 1.75] },
  },
  {
    id: 'box-corner',
    title: 'Box corner',
    words:
      'zᴮ searches towards the corner where the neuron is weakest; its root lies just before it. Raise b past 1.6.',
    scene: {
      ...paper,
      x: [0.5, -0.5],
      w: [1, -0.6],
      b: 1.5,
      low: [-1, -1],
      high: [1, 1],
      origin: [-1, 0],
      chosen: 'z-box',
      hidden: ['free'],
    },
  },
  {
    id: 'outside',
    title: 'A root outside',
    words: 'The nearest root leaves ℝ₊² although b ≤ 0; that of z⁺ does not. So the domain names the rule.',
    scene: {
      ...paper,
      x: [1.5, 0.2],
      w: [1, 0.6],
      b: -0.5,
      domain: 'positive',
      origin: [0, 1],
      chosen: 'w-square',
      hidden: ['free'],
    },
  },
  {
    id: 'no-root',
    title: 'No root',
    words: 'No input helps: the neuron fires from its bias alone, and z⁺ has no direction to search.',
    scene: { ...paper, x: [0.5, 0.75], w: [-0.5, -1], b: 2, domain: 'positive', origin: [1.5, 1.5], hidden: [] },
  },
]

const rules: readonly NeuronRule[] = ['w-square', 'z-plus', 'z-box', 'free']
const domains: readonly NeuronDomain[] = ['real', 'positive', 'box']

/** The scene as text for links; empty for the first preset. */
export function writeScene(scene: Scene): string {
  const text = write(scene)
  return text === write(paper) ? '' : text
}

function write({ x, w, b, domain, low, high, origin, chosen, hidden }: Scene): string {
  return [domain, x, w, b, low, high, origin, chosen, hidden.join('+')].join(';')
}

/** A scene from text; the first preset for what makes no sense. */
export function readScene(text: string): Scene {
  const [domain, x, w, b, low, high, origin, chosen, hidden = ''] = text.split(';')
  const read: Scene = {
    x: pairFrom(x),
    w: pairFrom(w),
    b: Number(b),
    domain: domains.find(one => one === domain) ?? 'box',
    low: pairFrom(low),
    high: pairFrom(high),
    origin: pairFrom(origin),
    chosen: rules.find(one => one === chosen) ?? 'z-plus',
    hidden: rules.filter(one => hidden.split('+').includes(one)),
  }
  const numbers = [read.x, read.w, read.b, read.low, read.high, read.origin].flat()
  const isBox = read.low.every((low, i) => low < (read.high[i] as number))
  return b !== undefined && isBox && numbers.every(Number.isFinite) ? changed(read, {}) : paper
}

function pairFrom(text = ''): Pair {
  const [first, second] = text.split(',').map(Number)
  return [first ?? Number.NaN, second ?? Number.NaN]
}
