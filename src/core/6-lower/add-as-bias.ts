/** A number added to what a Conv or Gemm without a bias makes, as its bias: one pass over the result less. */

import { GraphBuilder } from '../0-graph/builder.ts'
import { consumersOf, type Graph, type Node, producersOf } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'
import { weightDimsOf } from './weight-dims.ts'

/** Rewrites Add of one constant number behind every Conv or Gemm that nothing else reads. */
export function addAsBias(graph: Graph): Graph {
  const b = new GraphBuilder(graph)
  const [producers, consumers] = [producersOf(graph), consumersOf(graph)]
  const dimsOf = weightDimsOf(graph)
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  const layers = new Map<Node, Node>()
  const removed = new Set<Node>()
  for (const add of graph.nodes) {
    const [y = '', number = ''] = add.inputs
    const layer = add.opType === 'Add' && add.domain === '' ? producers.get(y) : undefined
    const isNumber = graph.initializers.get(number)?.dims.length === 0
    if (!layer || !isNumber || !hasNoBias(layer) || outputs.has(y) || consumers.get(y)?.length !== 1) continue
    const [x, w] = layer.inputs as [string, string]
    const bias = b.within(layer.name, () =>
      layer.opType === 'Gemm' ? asVector(b, number) : perOutput(b, number, w, dimsOf(w)?.[0]),
    )
    layers.set(layer, { ...layer, inputs: [x, w, bias], outputs: add.outputs })
    removed.add(add)
  }
  if (removed.size === 0) return graph
  const written = b.take()
  const kept = graph.nodes.filter(node => !removed.has(node)).map(node => layers.get(node) ?? node)
  const initializers = new Map([...graph.initializers, ...written.initializers])
  const result: Graph = { ...graph, nodes: [...written.nodes, ...kept], initializers }
  return { ...result, nodes: reordered(result) }
}

function hasNoBias({ opType, domain, inputs }: Node): boolean {
  return domain === '' && (opType === 'Conv' || opType === 'Gemm') && inputs.length === 2
}

/** A number as a vector of one: WebGPU's Gemm aborts at a bias without dimensions (seen with onnxruntime-web 1.30). */
function asVector(b: GraphBuilder, number: string): string {
  return b.op('Reshape', [number, b.ints([1])], {}, 'bias')
}

/** A number as a vector, one element per output channel of a Conv. Computed only where the text does not tell how many: nodes take time to load. */
function perOutput(b: GraphBuilder, number: string, w: string, outputs: number | undefined): string {
  const count = outputs === undefined ? countOf(b, w) : b.ints([outputs])
  return b.op('Expand', [number, count], {}, 'bias')
}

function countOf(b: GraphBuilder, w: string): string {
  return b.op('Slice', [b.op('Shape', [w], {}, 'shape'), b.ints([0]), b.ints([1])], {}, 'outputs')
}
