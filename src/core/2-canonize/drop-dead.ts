/** Nodes and weights that no output needs cost time and size, and would be asked for rules that they do not need. */

import { type Graph, type Node, readsOf } from '../0-graph/graph.ts'

/** Keeps what the outputs depend on. Inputs stay, even unused ones: they are the model's signature. */
export function dropDead(graph: Graph): Graph {
  const live = new Set(graph.outputs.map(output => output.name))
  const kept: Node[] = []
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i] as Node
    if (!node.outputs.some(output => live.has(output))) continue
    kept.push(node)
    for (const input of readsOf(node)) live.add(input)
  }
  return {
    ...graph,
    nodes: kept.reverse(),
    initializers: new Map([...graph.initializers].filter(([name]) => live.has(name))),
  }
}
