/** What passes share that write some nodes as others. */

import { GraphBuilder, type Value } from '../0-graph/builder.ts'
import type { Graph, Node } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'

/**
 * Writes every node that `write` has a value for as that value; its first output keeps its name, the others are gone. A node that
 * lacks an input which `write` read stays as it is, for the runtime to refuse.
 */
export function rewriteNodes(graph: Graph, write: (b: GraphBuilder, node: Node) => Value | undefined): Graph {
  const b = new GraphBuilder(graph)
  const initializers = new Map(graph.initializers)
  let isChanged = false
  const nodes = graph.nodes.flatMap(node => {
    const value = b.within(node.name || node.opType, () => write(b, node))
    const written = b.take()
    if (value === undefined || !areWhole(written.nodes)) return [node]
    isChanged = true
    for (const [name, tensor] of written.initializers) initializers.set(name, tensor)
    const outputs = node.outputs.slice(0, 1)
    const copy = { ...node, opType: 'Identity', domain: '', inputs: [value], outputs, attributes: {} }
    return [...written.nodes, copy]
  })
  if (!isChanged) return graph
  const result: Graph = { ...graph, nodes, initializers }
  return { ...result, nodes: reordered(result) }
}

/** Whether every input that was written was there. */
export function areWhole(nodes: readonly Node[]): boolean {
  return nodes.every(node => node.inputs.every(input => typeof input === 'string'))
}
