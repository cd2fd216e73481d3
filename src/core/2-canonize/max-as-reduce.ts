/** The largest of several activations (a max-out unit) as the maximum over a row of them. */

import { constantsOf, type Graph } from '../0-graph/graph.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import { rewriteNodes } from './rewriting.ts'

/** Rewrites Max of several activations of one shape as GlobalMaxPool over them, element by element. */
export function maxAsReduce(graph: Graph, shapes: Shapes): Graph {
  const constants = constantsOf(graph)
  return rewriteNodes(graph, (b, { opType, domain, inputs }) => {
    const dims = opType === 'Max' && domain === '' ? dimsOf(shapes, inputs[0] ?? '') : undefined
    const isMaxOut =
      inputs.length > 1 &&
      inputs.every(input => !constants.has(input) && String(dimsOf(shapes, input)) === String(dims))
    if (!dims || !isMaxOut || dims.filter(dim => typeof dim === 'string').length > 1) return undefined
    const columns = inputs.map(input => b.op('Reshape', [input, b.ints([-1, 1, 1])], {}, 'column'))
    const largest = b.op('GlobalMaxPool', [b.op('Concat', columns, { axis: 2 }, 'rows')], {}, 'largest')
    return b.op('Reshape', [largest, b.ints(dims.map(dim => (typeof dim === 'string' ? -1 : dim)))], {}, 'largest')
  })
}
