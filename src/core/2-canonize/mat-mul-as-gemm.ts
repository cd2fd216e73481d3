/** MatMul and the Add of a bias behind it are one dense layer; Gemm says so in one node. */

import { constantsOf, consumersOf, type Graph, type Node } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'
import { dimsOf, rankOf, type Shapes, staticDimsOf } from '../0-graph/shapes.ts'

/** Rewrites MatMul of a matrix by constant weights, with or without a bias behind it, as Gemm. */
export function matMulAsGemm(graph: Graph, shapes: Shapes): Graph {
  const constants = constantsOf(graph)
  const consumers = consumersOf(graph)
  const outputs = new Set(graph.outputs.map(output => output.name))
  const absorbed = new Set<Node>()
  const nodes: Node[] = []
  for (const node of graph.nodes) {
    const [x, w] = node.inputs
    const y = node.outputs[0]
    const dense =
      node.opType === 'MatMul' &&
      x &&
      w &&
      y &&
      !constants.has(x) &&
      constants.has(w) &&
      rankOf(shapes, x) === 2 &&
      rankOf(shapes, w) === 2
    if (absorbed.has(node)) continue
    if (!dense) {
      nodes.push(node)
      continue
    }
    const readers = consumers.get(y) ?? []
    const add = readers.length === 1 && readers[0]?.opType === 'Add' && !outputs.has(y) ? readers[0] : undefined
    const bias = add?.inputs.find(input => input !== y)
    const attributes = { transB: { type: 'int', value: 0 } } as const
    if (add && bias && constants.has(bias) && isRow(shapes, bias, dimsOf(shapes, w)?.[1])) {
      absorbed.add(add)
      nodes.push({ ...node, opType: 'Gemm', inputs: [x, w, bias], outputs: add.outputs, attributes })
    } else {
      nodes.push({ ...node, opType: 'Gemm', inputs: [x, w], attributes })
    }
  }
  return { ...graph, nodes: reordered({ ...graph, nodes }) }
}

function isRow(shapes: Shapes, value: string, width: number | string | undefined): boolean {
  const dims = staticDimsOf(shapes, value)
  if (!dims || dims.length > 2) return false
  return dims.every((dim, axis) => dim === 1 || (axis === dims.length - 1 && dim === width))
}
