/**
 * Relevance as it is sent: mostly a multiple R = y·c of the activation y that it is the relevance of, or of its halves y⁺ and y⁻.
 * Kept in factors, half of the elementwise work falls away: what several readers send is summed before it is multiplied, R/y is
 * c, and what of R belongs to y > 0 need not be looked for.
 */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'

/** The relevance `of ⊙ factor`; without `of` it is `factor` itself. */
export interface Multiple {
  readonly of?: Value | undefined
  readonly factor: Value
}

/** A sum of at least one multiple, each of another value. */
export type Share = readonly [Multiple, ...Multiple[]]

/** Relevance as one value. */
export function whole(b: GraphBuilder, share: Share): Value {
  const [first, ...others] = share.map(({ of, factor }) =>
    of === undefined ? factor : b.op('Mul', [of, factor], {}, 'share'),
  ) as [Value, ...Value[]]
  return others.length === 0 ? first : b.op('Sum', [first, ...others], {}, 'shares')
}

/** The sum of at least one relevance; multiples of the same value become one. */
export function sum(b: GraphBuilder, shares: readonly Share[]): Share {
  const multiples = shares.flat()
  const [first, ...others] = new Set(multiples.map(({ of }) => of))
  const multipleOf = (of: Value | undefined): Multiple => {
    const factors = multiples.filter(multiple => multiple.of === of).map(({ factor }) => factor)
    return { of, factor: factors.length === 1 ? (factors[0] as Value) : b.op('Sum', factors, {}, 'factor') }
  }
  return [multipleOf(first), ...others.map(multipleOf)]
}

/** c of relevance that is y·c; undefined for any other. */
export function factorOf(share: Share, y: Value): Value | undefined {
  const [{ of, factor }, ...others] = share
  return others.length === 0 && of === y ? factor : undefined
}
