/** Which values relevance can travel through: those that depend on the explained input and lead to the explained output. */

import { type Graph, type Node, readsOf } from '../0-graph/graph.ts'
import { shapeOperators } from '../3-operators/table.ts'

/** What lies between an input and an output. */
export interface Reach {
  /** Values that carry the input's elements, or something computed from them. */
  readonly active: ReadonlySet<string>
  /** The nodes on the way, in topological order. */
  readonly nodes: readonly Node[]
}

/** The nodes and values between `inputs`, a graph's or any other values, and `output`. Shapes of values are numbers to us, not activations. */
export function reach(graph: Graph, inputs: readonly string[], output: string): Reach {
  const [sources, fromInput] = [new Set(inputs), new Set(inputs)]
  for (const node of graph.nodes) {
    if (shapeOperators.has(node.opType) || !readsOf(node).some(name => fromInput.has(name))) continue
    for (const name of node.outputs) if (name !== '') fromInput.add(name)
  }
  const needed = new Set([output])
  const nodes: Node[] = []
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i] as Node
    // What makes the value itself, an embedding, lies before it.
    if (!node.outputs.some(name => !sources.has(name) && needed.has(name) && fromInput.has(name))) continue
    nodes.push(node)
    for (const name of readsOf(node)) if (fromInput.has(name)) needed.add(name)
  }
  return { active: new Set([...needed].filter(name => fromInput.has(name))), nodes: nodes.reverse() }
}
