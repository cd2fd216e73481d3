/** Random numbers that depend on nothing but a seed and what they are for, so that a resumed run draws the same. */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A stream of random numbers. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>

  /** The same seed and purpose give the same numbers, whatever else was drawn. */
  constructor(seed: number, purpose: string) {
    this.#generator = xoroshiro128plus(hash(`${seed} ${purpose}`))
  }

  /** 0 ≤ x < 1, uniform. */
  uniform(): number {
    return uniformFloat64(this.#generator)
  }

  /** A whole number, 0 ≤ n < `end`. */
  below(end: number): number {
    return Math.floor(this.uniform() * end)
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform())
  }

  /** 0 … n − 1 in random order (Fisher and Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const swapped = order[i] as number
      order[i] = order[j] as number
      order[j] = swapped
    }
    return order
  }

  /** `count` different ones of 0 … n − 1. */
  subset(n: number, count: number): Uint32Array {
    return this.permutation(n).subarray(0, count)
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value | 0
}
