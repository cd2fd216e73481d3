/** Comparisons that become numbers: a step, which is an activation function like any other. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { type Graph, intAttribute, producersOf } from '../0-graph/graph.ts'
import { rewriteNodes } from './rewriting.ts'

/** Rewrites a comparison cast to float32 as a step. */
export function steps(graph: Graph): Graph {
  const producers = producersOf(graph)
  return rewriteNodes(graph, (b, node) => {
    if (node.opType !== 'Cast' || node.domain !== '' || intAttribute(node, 'to') !== float32) return undefined
    const comparison = producers.get(node.inputs[0] ?? '')
    const [left, right] = (comparison?.inputs ?? []) as [Value, Value]
    if (comparison?.opType === 'Greater') return stepOf(b, b.op('Sub', [left, right], {}, 'above'))
    return comparison?.opType === 'Less' ? stepOf(b, b.op('Sub', [right, left], {}, 'above')) : undefined
  })
}

/** 1 where x > 0, else 0: the next whole number above x, as far as it lies within [0, 1]. */
export function stepOf(b: GraphBuilder, x: Value): Value {
  return b.op('Ceil', [b.op('Clip', [x, b.floats(0), b.floats(1)], {}, 'within')], {}, 'step')
}

const float32 = 1
