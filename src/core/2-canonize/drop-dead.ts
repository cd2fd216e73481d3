/** Nodes and weights that no output needs cost time and size, and would be asked for rules that they do not need. */

import { type Graph, type Node, readsOf } from '../0-graph/graph.ts'

/** Operators whose further results are optional: named and never read, they only stand in the way. */
const optionalResults: ReadonlySet<string> = new Set(['BatchNormalization', 'Dropout', 'LayerNormalization', 'MaxPool'])

function withoutUnread(node: Node, live: ReadonlySet<string>): Node {
  const isUnread = (output: string, i: number) => i > 0 && output !== '' && !live.has(output)
  if (!optionalResults.has(node.opType) || !node.outputs.some(isUnread)) return node
  const outputs = node.outputs.map((output, i) => (isUnread(output, i) ? '' : output))
  while (outputs.at(-1) === '') outputs.pop()
  return { ...node, outputs }
}

/** Keeps what the outputs depend on. Inputs stay, even unused ones: they are the model's signature. */
export function dropDead(graph: Graph): Graph {
  const live = new Set(graph.outputs.map(output => output.name))
  const kept: Node[] = []
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i] as Node
    if (!node.outputs.some(output => live.has(output))) continue
    kept.push(withoutUnread(node, live))
    for (const input of readsOf(node)) live.add(input)
  }
  return {
    ...graph,
    nodes: kept.reverse(),
    initializers: new Map([...graph.initializers].filter(([name]) => live.has(name))),
  }
}
