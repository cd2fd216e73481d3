/** Lets the readers of one value read another instead: what every pass needs that takes a node out. */

import type { Graph, Node } from '../0-graph/graph.ts'

/** `node` with its inputs renamed; chains of renames are followed. */
export function renameInputs(node: Node, renamed: ReadonlyMap<string, string>): Node {
  if (!node.inputs.some(input => renamed.has(input))) return node
  return { ...node, inputs: node.inputs.map(input => resolve(input, renamed)) }
}

/** The graph without `removed`, the readers of each removed output reading its replacement. */
export function bypass(graph: Graph, removed: ReadonlySet<Node>, renamed: ReadonlyMap<string, string>): Graph {
  return {
    ...graph,
    nodes: graph.nodes.filter(node => !removed.has(node)).map(node => renameInputs(node, renamed)),
  }
}

function resolve(name: string, renamed: ReadonlyMap<string, string>): string {
  let current = name
  for (let next = renamed.get(current); next !== undefined; next = renamed.get(current)) current = next
  return current
}
