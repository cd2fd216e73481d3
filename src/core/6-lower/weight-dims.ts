/** Shapes of weights, as far as the graph's text tells them: what is written down needs no node that computes it at load. */

import type { Graph, Node } from '../0-graph/graph.ts'
import { numbersOf } from '../0-graph/tensor.ts'

/** The dimensions of a kernel, three or more, all positive; undefined where they cannot be told. */
export type WeightDims = (name: string) => readonly number[] | undefined

/** What makes a kernel of kernels and of numbers that are spread over them. */
const elementwise = /^(Relu|Mul|Min|Max|Sum|Add|Sub|Div|Neg|Abs)$/

/** Dimensions of kernels that are stored, reshaped to what is stored, or made of others elementwise. */
export function weightDimsOf(graph: Graph): WeightDims {
  const told = new Map([...graph.initializers].map(([name, { dims }]) => [name, dims]))
  // What a node reads was made before it.
  for (const node of graph.nodes) {
    const dims = madeDims(node, graph, told)
    if (dims) told.set(node.outputs[0] as string, dims)
  }
  return name => {
    const dims = told.get(name)
    return dims && dims.length > 2 && dims.every(size => size > 0) ? dims : undefined
  }
}

function madeDims(
  node: Node,
  graph: Graph,
  told: ReadonlyMap<string, readonly number[]>,
): readonly number[] | undefined {
  if (node.domain !== '') return undefined
  if (node.opType === 'Reshape') return writtenSize(node, graph)
  return elementwise.test(node.opType) ? spread(node.inputs.map(input => told.get(input))) : undefined
}

/** Stands for a size that the graph's text does not tell. */
const open = -1

function writtenSize(node: Node, { initializers }: Graph): readonly number[] | undefined {
  const size = initializers.get(node.inputs[1] ?? '')
  return size && numbersOf(size).map(n => (n > 0 ? n : open))
}

/** ONNX's broadcasting: sizes are aligned at their ends, and whatever is not 1 decides. */
function spread(all: readonly (readonly number[] | undefined)[]): readonly number[] | undefined {
  const known = all.filter(dims => dims !== undefined)
  if (known.length < all.length) return undefined
  const rank = Math.max(...known.map(dims => dims.length))
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = known.map(dims => dims[axis - rank + dims.length] ?? 1)
    return sizes.find(size => size > 1) ?? (sizes.includes(open) ? open : 1)
  })
}
