/** The network once more, from another value of its input or of a hidden value on. */

import type { Value } from '../0-graph/builder.ts'
import type { Graph } from '../0-graph/graph.ts'
import type { Walk } from './walk.ts'

/** A copy of what depends on a value. */
export interface Copied {
  /** The same reverse pass, over the copy. */
  readonly plan: Walk
  /** What a value is called in the copy; values that do not depend on the replaced one keep their names. */
  readonly renamed: (value: Value) => Value
}

/** Writes what depends on `x` again, with `at` in its place. */
export function copied(plan: Walk, graph: Graph, x: Value, at: Value): Copied {
  const { context } = plan
  const { b } = context
  const names = new Map<Value, Value>([[x, at]])
  const renamed = (value: Value) => names.get(value) ?? value
  for (const node of graph.nodes) {
    if (node.domain !== '' || !node.inputs.some(name => names.has(name))) continue
    const hint = node.outputs[0] as Value
    const outputs = b.ops(node.opType, node.inputs.map(renamed), node.outputs.length, node.attributes, hint)
    for (const [i, output] of node.outputs.entries()) if (output !== '') names.set(output, outputs[i] as Value)
  }
  const shapes = new Map(context.shapes)
  const active = new Set(context.active)
  for (const [from, to] of names) {
    const shape = context.shapes.get(from)
    if (shape) shapes.set(to, shape)
    if (context.active.has(from)) active.add(to)
  }
  const steps = plan.steps.map(step => ({
    ...step,
    node: { ...step.node, inputs: step.node.inputs.map(renamed), outputs: step.node.outputs.map(renamed) },
    ...(step.biasBehind && { biasBehind: { ...step.biasBehind, inputs: step.biasBehind.inputs.map(renamed) } }),
  }))
  return { plan: { ...plan, context: { ...context, shapes, active }, steps }, renamed }
}
