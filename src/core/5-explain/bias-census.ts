/** How many biases are positive, layer by layer: a small graph of its own, because merged biases exist only as nodes. */

import { GraphBuilder } from '../0-graph/builder.ts'
import { constantsOf, type Model } from '../0-graph/graph.ts'
import { dropDead } from '../2-canonize/drop-dead.ts'
import type { Facts } from '../3-operators/operator.ts'
import type { Step } from './plan.ts'

/** A model without inputs whose outputs are counts, int64 scalars, by layer. */
export interface BiasCensus {
  readonly model: Model
  readonly layers: readonly { readonly layer: string; readonly positive: string; readonly total: string }[]
}

/** Counts the biases of every layer that has some; undefined when none has. */
export function biasCensus(model: Model, facts: Facts, steps: readonly Step[]): BiasCensus | undefined {
  const b = new GraphBuilder(model.graph)
  const context = { ...facts, b }
  const layers = steps.flatMap(({ node, operator, biasBehind }) => {
    if (operator.kind !== 'linear') return []
    return b.within(node.name, () => {
      const behind = biasBehind?.inputs.find(name => !facts.active.has(name))
      const bias = behind ?? operator.bias?.(node, context)
      if (bias === undefined) return []
      const positive = b.op('Cast', [b.op('Greater', [bias, b.floats(0)])], { to: int64 }, 'is_positive')
      const total = b.op('Size', [bias], {}, 'biases')
      return [{ layer: node.name, positive: b.op('ReduceSum', [positive], { keepdims: 0 }, 'positive'), total }]
    })
  })
  // What a network adds may still depend on the sizes of its input: only constants are counted.
  const constants = constantsOf(b.appendTo(model.graph, []))
  const counted = layers.filter(({ positive }) => constants.has(positive))
  if (counted.length === 0) return undefined
  const type = { dtype: 'int64', dims: [] } as const
  const outputs = counted.flatMap(({ positive, total }) => [positive, total]).map(name => ({ name, type }))
  const graph = dropDead(b.appendTo({ ...model.graph, outputs: [] }, outputs))
  return { model: { ...model, graph: { ...graph, inputs: [] } }, layers: counted }
}

const int64 = 7
