/** `Constant` nodes are initialisers in another place; with one form for both, no later pass needs to look for two. */

import type { Attribute, Graph, Node } from '../0-graph/graph.ts'
import { floatTensor, int64Tensor, type Tensor } from '../0-graph/tensor.ts'

/** Turns `Constant` nodes into initialisers. */
export function liftConstants(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const nodes: Node[] = []
  for (const node of graph.nodes) {
    const tensor = node.opType === 'Constant' && node.domain === '' ? constantOf(node.attributes) : undefined
    const output = node.outputs[0]
    if (tensor && output !== undefined) initializers.set(output, tensor)
    else nodes.push(node)
  }
  return { ...graph, nodes, initializers }
}

function constantOf(attributes: Readonly<Record<string, Attribute>>): Tensor | undefined {
  const { value, value_float, value_floats, value_int, value_ints } = attributes
  if (value?.type === 'tensor') return value.value
  if (value_float?.type === 'float') return floatTensor([value_float.value], [])
  if (value_floats?.type === 'floats') return floatTensor(value_floats.value, [value_floats.value.length])
  if (value_int?.type === 'int') return int64Tensor(value_int.value)
  if (value_ints?.type === 'ints') return int64Tensor(value_ints.value)
  return undefined
}
