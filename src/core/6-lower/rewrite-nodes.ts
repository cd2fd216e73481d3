/** What lowerings of single nodes share: each node is kept or replaced, and what its replacement reads is written before it. */

import { GraphBuilder } from '../0-graph/builder.ts'
import type { Graph, Node } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'

/** The graph with every node for which `rewrite` returns another one replaced; what it writes is named after the node. */
export function rewriteNodes(graph: Graph, rewrite: (node: Node, b: GraphBuilder) => Node | undefined): Graph {
  const b = new GraphBuilder(graph)
  const nodes = graph.nodes.map(node => b.within(node.name, () => rewrite(node, b)) ?? node)
  const written = b.take()
  const result: Graph = {
    ...graph,
    nodes: [...written.nodes, ...nodes],
    initializers: new Map([...graph.initializers, ...written.initializers]),
  }
  return { ...result, nodes: reordered(result) }
}
