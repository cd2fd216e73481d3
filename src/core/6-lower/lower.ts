/** Slow nodes to fast ones that compute the same, one rewrite per file. */

import type { Value } from '../0-graph/builder.ts'
import type { Graph } from '../0-graph/graph.ts'
import { addAsBias } from './add-as-bias.ts'
import { sumAsAdds } from './sum-as-adds.ts'
import { transposeAsConv } from './transpose-as-conv.ts'
import { zerosBetween } from './zeros-between.ts'

/** Spatial sizes of values, as far as they are known. */
export type Sizes = ReadonlyMap<Value, readonly number[]>

/** All lowerings, in order. */
export const lowerings: readonly ((graph: Graph, sizes: Sizes) => Graph)[] = [
  zerosBetween,
  transposeAsConv,
  sumAsAdds,
  addAsBias,
]

/** The graph after all lowerings. */
export function lower(graph: Graph, sizes: Sizes = new Map()): Graph {
  return lowerings.reduce((current, rewrite) => rewrite(current, sizes), graph)
}
