/** CastLike asks only for the type of its second input; as a Cast it does not seem to depend on it. */

import type { Graph } from '../0-graph/graph.ts'
import type { Shapes } from '../0-graph/shapes.ts'
import { codeOfDataType } from '../1-codec/data-types.ts'
import { rewriteNodes } from './rewriting.ts'

/** Rewrites CastLike as Cast to the type that it makes. */
export function castLike(graph: Graph, shapes: Shapes): Graph {
  return rewriteNodes(graph, (b, { opType, domain, inputs, outputs }) => {
    const dtype = opType === 'CastLike' && domain === '' ? shapes.get(outputs[0] ?? '')?.dtype : undefined
    if (dtype === undefined || dtype === 'undefined') return undefined
    return b.op('Cast', [inputs[0] ?? ''], { to: codeOfDataType(dtype) }, 'cast')
  })
}
