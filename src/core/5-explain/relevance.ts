/**
 * Relevance as it is sent: mostly a multiple R = y·c of the activation y that it is the relevance of. Kept in two factors, half
 * of the elementwise work falls away: what several readers send is summed before it is multiplied, and R/y is c.
 */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'

/** The relevance `of ⊙ factor`; without `of` it is `factor` itself. */
export interface Share {
  readonly of?: Value | undefined
  readonly factor: Value
}

/** Relevance as one value. */
export function whole(b: GraphBuilder, { of, factor }: Share): Value {
  return of === undefined ? factor : b.op('Mul', [of, factor], {}, 'share')
}

/** The sum of at least one relevance; multiples of the same value stay one. */
export function sum(b: GraphBuilder, shares: readonly Share[]): Share {
  const [first, ...others] = shares
  if (!first) throw new Error('no relevance to sum')
  if (others.length === 0) return first
  const isAlike = others.every(({ of }) => of === first.of)
  const parts = isAlike ? shares.map(({ factor }) => factor) : shares.map(share => whole(b, share))
  return { of: isAlike ? first.of : undefined, factor: b.op('Sum', parts, {}, isAlike ? 'factor' : 'relevance') }
}
