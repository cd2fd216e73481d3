/**
 * float16 to float32: relevance is a sum of thousands of shares, and needs the bits. Weights stay the bytes that they are, with a
 * Cast behind each, which the runtime folds; inputs and outputs become float32.
 */

import type { Attribute, Graph, Node, ValueInfo } from '../0-graph/graph.ts'
import type { Tensor } from '../0-graph/tensor.ts'

const float32 = 1
const float16 = 10

/** The graph in float32; the same graph where it has no float16. */
export function widenHalf(graph: Graph): Graph {
  const halves = [...graph.initializers].filter(([, { dtype }]) => dtype === 'float16')
  const isHalf = (info: ValueInfo) => info.type?.dtype === 'float16'
  const casts = graph.nodes.some(node => isCastToHalf(node.attributes.to))
  if (halves.length === 0 && !graph.inputs.some(isHalf) && !casts) return graph
  const taken = new Set([...graph.initializers.keys(), ...graph.nodes.flatMap(node => node.outputs)])
  const stored = new Map(halves.map(([name]) => [name, unusedName(taken, `${name}/float16`)]))
  const initializers = new Map<string, Tensor>(
    [...graph.initializers].map(([name, tensor]) => [stored.get(name) ?? name, tensor]),
  )
  const wideners = halves.map(([name]): Node => {
    const inputs = [stored.get(name) as string]
    const attributes = { to: { type: 'int', value: float32 } } as const
    return { name: `${name}/float32`, opType: 'Cast', domain: '', inputs, outputs: [name], attributes }
  })
  const widened = (info: ValueInfo): ValueInfo =>
    info.type?.dtype === 'float16' ? { ...info, type: { ...info.type, dtype: 'float32' } } : info
  return {
    ...graph,
    initializers,
    nodes: [...wideners, ...graph.nodes.map(node => widenedCast(node))],
    inputs: graph.inputs.map(widened),
    outputs: graph.outputs.map(widened),
  }
}

function isCastToHalf(to: Attribute | undefined): boolean {
  return to?.type === 'int' && to.value === float16
}

function widenedCast(node: Node): Node {
  if (node.opType !== 'Cast' || !isCastToHalf(node.attributes.to)) return node
  return { ...node, attributes: { ...node.attributes, to: { type: 'int', value: float32 } } }
}

function unusedName(taken: Set<string>, wanted: string): string {
  let name = wanted
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`
  taken.add(name)
  return name
}
