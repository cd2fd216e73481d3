/** Exporters leave nodes without names or give one name twice; messages, reports and rules need unique ones. */

import type { Graph } from '../0-graph/graph.ts'

/** Gives every node a unique name: its own, or that of its first output. */
export function nameNodes(graph: Graph): Graph {
  const taken = new Set<string>()
  const nodes = graph.nodes.map(node => {
    const wanted = node.name || node.outputs.find(output => output !== '') || node.opType
    let name = wanted
    for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`
    taken.add(name)
    return name === node.name ? node : { ...node, name }
  })
  return { ...graph, nodes }
}
