/** Lets the readers of one value read another instead: what every pass needs that takes a node out. */

import { type Attribute, type Graph, type Node, readsOf } from '../0-graph/graph.ts'

/** `node` with its inputs renamed; chains of renames are followed. */
export function renameInputs(node: Node, renamed: ReadonlyMap<string, string>): Node {
  if (!readsOf(node).some(input => renamed.has(input))) return node
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [
    name,
    attribute.type === 'graph' ? { ...attribute, value: renamedWithin(attribute.value, renamed) } : attribute,
  ])
  return {
    ...node,
    inputs: node.inputs.map(input => resolve(input, renamed)),
    attributes: Object.fromEntries(attributes),
  }
}

/** A branch whose captured values are renamed; no value of its own has the name of one around it. */
function renamedWithin(graph: Graph, renamed: ReadonlyMap<string, string>): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map(node => renameInputs(node, renamed)),
    outputs: graph.outputs.map(output => ({ ...output, name: resolve(output.name, renamed) })),
  }
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
