/** Before IR 4 every initialiser was a graph input too, which keeps the runtime from folding anything that reads it. */

import type { Graph } from '../0-graph/graph.ts'

/** Takes initialisers out of the graph's inputs. */
export function separateInitializers(graph: Graph): Graph {
  return { ...graph, inputs: graph.inputs.filter(({ name }) => !graph.initializers.has(name)) }
}
