/**
 * Max pooling and ReLU commute. Exporters often write the pooling first; its input then has both signs, and shares in
 * proportion to activation are undefined. With the ReLU first they are defined, and nothing else changes.
 */

import { GraphBuilder } from '../0-graph/builder.ts'
import { consumersOf, type Graph, type Node } from '../0-graph/graph.ts'

/** Rewrites MaxPool -> Relu as Relu -> MaxPool where nothing else reads the pooling; past several poolings too. */
export function swapMaxPoolRelu(graph: Graph): Graph {
  const consumers = consumersOf(graph)
  const outputs = new Set(graph.outputs.map(output => output.name))
  const b = new GraphBuilder(graph)
  const replaced = new Map<Node, Node>()
  for (const pool of graph.nodes) {
    const [x, y] = [pool.inputs[0], pool.outputs[0]]
    if (pool.opType !== 'MaxPool' || pool.domain !== '' || !x || !y || outputs.has(y)) continue
    if (pool.outputs.some((output, i) => i > 0 && output !== '')) continue
    const readers = consumers.get(y) ?? []
    const relu = readers[0]
    if (!relu || readers.length !== 1 || relu.opType !== 'Relu' || relu.domain !== '') continue
    const rectified = b.fresh(`${relu.outputs[0]}/before_pooling`)
    replaced.set(pool, { ...relu, inputs: [x], outputs: [rectified] })
    replaced.set(relu, { ...pool, inputs: [rectified], outputs: relu.outputs })
  }
  if (replaced.size === 0) return graph
  return swapMaxPoolRelu({ ...graph, nodes: graph.nodes.map(node => replaced.get(node) ?? node) })
}
