/** Gemm's alpha, beta and transA as nodes of their own, so that rules meet only `x·W + b`. */

import { GraphBuilder } from '../0-graph/builder.ts'
import { constantsOf, floatAttribute, type Graph, intAttribute, type Node } from '../0-graph/graph.ts'

/** Leaves Gemm with alpha = beta = 1 and transA = 0; factors go to whichever operand is constant. */
export function plainGemm(graph: Graph): Graph {
  const constants = constantsOf(graph)
  const b = new GraphBuilder(graph)
  const initializers = new Map(graph.initializers)
  const nodes: Node[] = []
  for (const node of graph.nodes) {
    const [a, w, c] = node.inputs
    if (node.opType !== 'Gemm' || node.domain !== '' || !a || !w) {
      nodes.push(node)
      continue
    }
    const alpha = floatAttribute(node, 'alpha', 1)
    const beta = floatAttribute(node, 'beta', 1)
    const transA = intAttribute(node, 'transA', 0)
    const transB = intAttribute(node, 'transB', 0)
    const scaled = (value: string, factor: number) =>
      factor === 1 ? value : b.op('Mul', [value, b.floats(factor, graph.initializers.get(value)?.dtype)])
    const inputs = b.within(node.name, () => {
      const left = transA ? b.op('Transpose', [a], { perm: [1, 0] }, 'transposed') : a
      const [x, y] = constants.has(w) ? [left, scaled(w, alpha)] : [scaled(left, alpha), w]
      return c && beta !== 0 ? [x, y, scaled(c, beta)] : [x, y]
    })
    const written = b.take()
    nodes.push(...written.nodes)
    for (const [name, tensor] of written.initializers) initializers.set(name, tensor)
    nodes.push({ ...node, inputs, attributes: { transB: { type: 'int', value: transB } } })
  }
  return { ...graph, nodes, initializers }
}
