/** Shapes are not computed here: ONNX Runtime is asked, through a model whose every value is an output. */

import type { Dim, Graph, Model, Node, ValueInfo, ValueType } from '../0-graph/graph.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import type { Tensor } from '../0-graph/tensor.ts'
import { encodeModel } from '../1-codec/encode.ts'
import type { Oracle } from './oracle.ts'

/** Tensors above this many bytes are sent as typed inputs: the runtime needs their shapes, not their contents. */
const largeTensor = 1024

/** Type and shape of every value of the model, as far as the runtime can tell. */
export async function inferShapes(model: Model, oracle: Oracle): Promise<Shapes> {
  const ranks = new Map<string, ValueType>()
  for (;;) {
    const shapes = await askOnce(model, oracle, ranks)
    // A Reshape to a size computed at run time: the runtime knows how long that size is, but not that it is the rank.
    const found = model.graph.nodes.filter(({ opType, inputs, outputs: [y = ''] }) => {
      const length = dimsOf(shapes, inputs[1] ?? '')?.[0]
      if (opType !== 'Reshape' || ranks.has(y) || dimsOf(shapes, y) !== undefined) return false
      if (typeof length !== 'number') return false
      const dtype = shapes.get(y)?.dtype ?? 'float32'
      ranks.set(y, { dtype, dims: Array<Dim>(length).fill('') })
      return true
    })
    if (found.length === 0) return shapes
  }
}

async function askOnce(model: Model, oracle: Oracle, ranks: ReadonlyMap<string, ValueType>): Promise<Shapes> {
  const { graph } = model
  const shapes = new Map<string, ValueType>()
  for (const { name, type } of graph.inputs) if (type) shapes.set(name, type)
  for (const [name, { dtype, dims }] of graph.initializers) shapes.set(name, { dtype, dims })
  const tensors = graph.nodes.filter(node => !makesNoTensor.has(node.opType))
  const wanted = tensors.flatMap(node => node.outputs.filter(output => output !== ''))
  const told = await oracle.shapes(encodeModel({ ...model, graph: allOutputs(graph, wanted, ranks) }))
  for (const name of wanted) {
    const type = told.get(name)
    if (!type) continue
    // The shape of a value has as many elements as the value has dimensions: `[]` with another length is "unknown".
    const rank = told.get(rankProbe(name))?.dims?.[0]
    const isUnknown = type.dims?.length === 0 && rank !== 0
    shapes.set(name, isUnknown ? (ranks.get(name) ?? { ...type, dims: undefined }) : type)
  }
  return shapes
}

/** Lists and dictionaries have no shape. */
export const makesNoTensor: ReadonlySet<string> = new Set([
  'ZipMap',
  'SequenceConstruct',
  'SequenceEmpty',
  'SplitToSequence',
])

const rankProbe = (value: string): string => `${value}/deeptaylor_rank`

function allOutputs(graph: Graph, wanted: readonly string[], ranks: ReadonlyMap<string, ValueType>): Graph {
  const typed = new Map(graph.outputs.map(output => [output.name, output]))
  for (const [name, type] of ranks) typed.set(name, { name, type })
  const isLarge = ({ bytes, elsewhere }: Tensor) => elsewhere !== undefined || bytes.length > largeTensor
  const large = [...graph.initializers].filter(([, tensor]) => isLarge(tensor))
  const probe = (value: string): Node => {
    const output = rankProbe(value)
    return { name: output, opType: 'Shape', domain: '', inputs: [value], outputs: [output], attributes: {} }
  }
  return {
    ...graph,
    nodes: [...graph.nodes, ...wanted.map(probe)],
    initializers: new Map([...graph.initializers].filter(([, tensor]) => !isLarge(tensor))),
    inputs: [...graph.inputs, ...large.map(([name, { dtype, dims }]): ValueInfo => ({ name, type: { dtype, dims } }))],
    outputs: [
      ...wanted.map(name => typed.get(name) ?? { name, type: undefined }),
      ...wanted.map(name => ({ name: rankProbe(name), type: undefined })),
    ],
  }
}

/** The graph with sizes given to free dimensions of its inputs, by input name; `undefined` leaves a dimension as it is. */
export function withInputDims(graph: Graph, dims: ReadonlyMap<string, readonly (number | undefined)[]>): Graph {
  return {
    ...graph,
    inputs: graph.inputs.map(info => {
      const wanted = dims.get(info.name)
      const known = info.type?.dims
      if (!info.type || !wanted || !known) return info
      return { ...info, type: { ...info.type, dims: known.map((dim, i): Dim => wanted[i] ?? dim) } }
    }),
    // Declared output shapes may name the dimensions that just got a size.
    outputs: graph.outputs.map(info => (info.type ? { ...info, type: { ...info.type, dims: undefined } } : info)),
  }
}
