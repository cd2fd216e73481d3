/**
 * The definition, connection by connection: every neuron j gives its relevance to its inputs in proportion to
 * q_ij = v_ij·w_ij, where v is the direction in which the rule looks for a root (Montavon et al. 2017, section 4).
 *
 *     R_i = Σ_j  q_ij / (Σ_i' q_i'j) · R_j          0/0 = 0
 */

import type { Connections } from './connections.ts'

/** What is known of one input. */
export interface Seen {
  readonly x: number
  /** The box that it lies in; NaN where there is none. */
  readonly low: number
  readonly high: number
}

/** q of one connection. `y` is the neuron's own Σ x·w. */
export type Share = (seen: Seen, w: number, y: number) => number

/** The names of the rules. */
export type RuleName = 'w²' | 'z⁺' | 'zᴮ' | 'signed z⁺' | 'z' | 'z by sign'

/** The rules of deep Taylor decomposition. */
export const rules: Readonly<Record<RuleName, Share>> = {
  'w²': (_, w) => w * w,
  'z⁺': ({ x }, w) => (w > 0 ? x * w : 0),
  zᴮ: ({ x, low, high }, w) => x * w - low * Math.max(0, w) - high * Math.min(0, w),
  'signed z⁺': ({ x }, w) => Math.max(0, x) * Math.max(0, w) + Math.min(0, x) * Math.min(0, w),
  /** In proportion, signs kept. */
  z: ({ x }, w) => x * w,
  /** In proportion among the contributions that have the sign of their sum. */
  'z by sign': ({ x }, w, y) => (y > 0 ? Math.max(0, x * w) : y < 0 ? Math.min(0, x * w) : 0),
}

/** A layer's inputs, as the rules look at them. */
export interface LayerInputs {
  readonly x: Float64Array
  readonly low?: Float64Array | undefined
  readonly high?: Float64Array | undefined
  /** 0 where nothing but padding is: no neuron is there that could take a share. */
  readonly isThere?: Uint8Array | undefined
}

/** The relevance of a layer's inputs. */
export function shared(
  { from, to, weight, inputs, outputs }: Connections,
  { x, low, high, isThere }: LayerInputs,
  relevance: Float64Array,
  share: Share,
): Float64Array {
  const y = new Float64Array(outputs)
  for (let k = 0; k < weight.length; k++) {
    y[to[k] as number] = at(y, to[k]) + at(x, from[k]) * at(weight, k)
  }
  const q = weight.map((w, k) => {
    const i = from[k] as number
    if (isThere && isThere[i] === 0) return 0
    return share(
      { x: at(x, i), low: low ? at(low, i) : Number.NaN, high: high ? at(high, i) : Number.NaN },
      w,
      at(y, to[k]),
    )
  })
  const z = new Float64Array(outputs)
  for (let k = 0; k < q.length; k++) z[to[k] as number] = at(z, to[k]) + at(q, k)
  const result = new Float64Array(inputs)
  for (let k = 0; k < q.length; k++) {
    const j = to[k] as number
    if (at(q, k) === 0 || at(z, j) === 0) continue
    result[from[k] as number] = at(result, from[k]) + (at(q, k) / at(z, j)) * at(relevance, j)
  }
  return result
}

/** Where the first of the largest inputs takes everything. */
export function won(
  { from, to, inputs, outputs }: Connections,
  x: Float64Array,
  relevance: Float64Array,
): Float64Array {
  const winner = new Int32Array(outputs).fill(-1)
  for (let k = 0; k < from.length; k++) {
    const [i, j] = [from[k] as number, to[k] as number]
    const best = winner[j] as number
    if (best < 0 || at(x, i) > at(x, best) || (at(x, i) === at(x, best) && i < best)) winner[j] = i
  }
  const result = new Float64Array(inputs)
  for (const [j, i] of winner.entries()) if (i >= 0) result[i] = at(result, i) + at(relevance, j)
  return result
}

function at(values: Float64Array, index: number | undefined): number {
  return values[index as number] as number
}
