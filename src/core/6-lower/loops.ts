/** Loops that were written flat, folded into ONNX's Scan: what depends on the loop's variables becomes its body. */

import { GraphBuilder } from '../0-graph/builder.ts'
import type { Graph, Node } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'
import { dropDead } from '../2-canonize/drop-dead.ts'
import type { Loop } from '../5-explain/sampling.ts'

/** The graph with its loop folded; the loop's variables and outputs are still graph inputs here. */
export function foldLoop(graph: Graph, loop: Loop): Graph {
  const [step, ...states] = loop.variables
  if (!step) throw new Error('a loop without a variable')
  const dependent = new Set(loop.variables.map(({ name }) => name))
  const inside: Node[] = []
  const outside: Node[] = []
  for (const node of graph.nodes) {
    const isInside = node.inputs.some(name => dependent.has(name))
    ;(isInside ? inside : outside).push(node)
    if (isInside) for (const name of node.outputs) dependent.add(name)
  }
  const body = dropDead({
    name: 'body',
    nodes: inside,
    inputs: [...states, step],
    outputs: loop.results.map(name => ({ name, type: { dtype: 'float32', dims: undefined } })),
    initializers: new Map(),
  })
  const scan: Node = {
    name: new GraphBuilder(graph).fresh('loop'),
    opType: 'Scan',
    domain: '',
    inputs: [...loop.initial, loop.over],
    outputs: loop.outputs.map(({ name }) => name),
    attributes: { body: { type: 'graph', value: body }, num_scan_inputs: { type: 'int', value: 1 } },
  }
  const own = new Set([...loop.variables, ...loop.outputs].map(({ name }) => name))
  const folded = { ...graph, nodes: [...outside, scan], inputs: graph.inputs.filter(({ name }) => !own.has(name)) }
  return { ...folded, nodes: reordered(folded) }
}
