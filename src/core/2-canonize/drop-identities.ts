/** Identity and, at inference, Dropout do nothing; without them the patterns of later passes are plain neighbours. */

import { type Graph, type Node, readsOf } from '../0-graph/graph.ts'
import { numbersOf } from '../0-graph/tensor.ts'
import { bypass } from './rename.ts'

/** Takes out Identity and Dropout, except where one directly makes an output of the graph. */
export function dropIdentities(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map(output => output.name))
  const read = new Set(graph.nodes.flatMap(readsOf))
  const removed = new Set<Node>()
  const renamed = new Map<string, string>()
  const nodes = graph.nodes.map(node => {
    if (node.domain !== '' || (node.opType !== 'Identity' && node.opType !== 'Dropout')) return node
    const [input, output, mask] = [node.inputs[0], node.outputs[0], node.outputs[1]]
    if (drops(node, graph)) return node
    if (!input || !output || (mask && (read.has(mask) || outputs.has(mask)))) return node
    if (outputs.has(output)) return { ...node, opType: 'Identity', inputs: [input], outputs: [output], attributes: {} }
    removed.add(node)
    renamed.set(output, input)
    return node
  })
  return bypass({ ...graph, nodes }, removed, renamed)
}

/** Whether a Dropout is told to drop (training_mode), or may be told so. */
function drops({ opType, inputs }: Node, { initializers }: Graph): boolean {
  const training = opType === 'Dropout' ? inputs[2] : undefined
  if (!training) return false
  const told = initializers.get(training)
  return told === undefined || numbersOf(told)[0] !== 0
}
