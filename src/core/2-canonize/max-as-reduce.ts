/** The largest of several activations (a max-out unit) as the maximum over a row of them. */

import { GraphBuilder } from '../0-graph/builder.ts'
import { constantsOf, type Graph, type Node } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'

/** Rewrites Max of several activations of one shape as GlobalMaxPool over them, element by element. */
export function maxAsReduce(graph: Graph, shapes: Shapes): Graph {
  const constants = constantsOf(graph)
  const b = new GraphBuilder(graph)
  const nodes: Node[] = []
  for (const node of graph.nodes) {
    const dims = node.opType === 'Max' && node.domain === '' ? dimsOf(shapes, node.inputs[0] ?? '') : undefined
    const isMaxOut =
      node.inputs.length > 1 &&
      node.inputs.every(input => !constants.has(input) && String(dimsOf(shapes, input)) === String(dims))
    if (!dims || !isMaxOut || dims.filter(dim => typeof dim === 'string').length > 1) {
      nodes.push(node)
      continue
    }
    const largest = b.within(node.name, () => {
      const columns = node.inputs.map(input => b.op('Reshape', [input, b.ints([-1, 1, 1])], {}, 'column'))
      return b.op('GlobalMaxPool', [b.op('Concat', columns, { axis: 2 }, 'rows')], {}, 'largest')
    })
    const shape = b.ints(dims.map(dim => (typeof dim === 'string' ? -1 : dim)))
    nodes.push({ ...node, opType: 'Reshape', inputs: [largest, shape], attributes: {} })
  }
  const { nodes: written, initializers } = b.take()
  if (written.length === 0) return graph
  const result = {
    ...graph,
    nodes: [...nodes, ...written],
    initializers: new Map([...graph.initializers, ...initializers]),
  }
  return { ...result, nodes: reordered(result) }
}
