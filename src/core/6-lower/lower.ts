/** Slow nodes to fast ones that compute the same, one rewrite per file. */

import type { Graph } from '../0-graph/graph.ts'
import { addAsBias } from './add-as-bias.ts'
import { sumAsAdds } from './sum-as-adds.ts'
import { transposeAsConv } from './transpose-as-conv.ts'

/** All lowerings, in order. */
export const lowerings: readonly ((graph: Graph) => Graph)[] = [transposeAsConv, sumAsAdds, addAsBias]

/** The graph after all lowerings. */
export function lower(graph: Graph): Graph {
  return lowerings.reduce((current, rewrite) => rewrite(current), graph)
}
