/** What passes share that write some nodes as others. */

import { GraphBuilder, type Value } from '../0-graph/builder.ts'
import type { Graph, Node } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'

/** Writes every node that `write` has a value for as that value; its first output keeps its name, the others are gone. */
export function rewriteNodes(graph: Graph, write: (b: GraphBuilder, node: Node) => Value | undefined): Graph {
  const b = new GraphBuilder(graph)
  const nodes = graph.nodes.map(node => {
    const value = b.within(node.name || node.opType, () => write(b, node))
    if (value === undefined) return node
    const outputs = node.outputs.slice(0, 1)
    return { ...node, opType: 'Identity', domain: '', inputs: [value], outputs, attributes: {} }
  })
  const written = b.take()
  if (written.nodes.length === 0) return graph
  const initializers = new Map([...graph.initializers, ...written.initializers])
  const result: Graph = { ...graph, nodes: [...written.nodes, ...nodes], initializers }
  return { ...result, nodes: reordered(result) }
}
