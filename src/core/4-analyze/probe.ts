/**
 * Sizes that the runtime does not see through (a Shape taken apart, multiplied and put together again, layer after layer): the
 * model is run once on zeros, with two batches where the batch is free. What is the same in both does not depend on it.
 */

import type { Dim, Model, Node, ValueType } from '../0-graph/graph.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import { byteSize, int64Tensor, numbersOf, sizeOf, type Tensor } from '../0-graph/tensor.ts'
import { encodeModel } from '../1-codec/encode.ts'
import { dropDead } from '../2-canonize/drop-dead.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import type { Oracle } from './oracle.ts'
import { makesNoTensor, withInputDims } from './shapes.ts'

/** Batches of no size that a network is likely to have elsewhere. */
const batches = [3, 7] as const

/** Larger models are not run for their sizes' sake. */
const mostBytes = 2 ** 30

/** Whether sizes besides the batch are not known although those of the inputs are. */
export function isVague(model: Model, shapes: Shapes): boolean {
  const free = model.graph.inputs.map(({ type }) => (type?.dims ?? ['', '']).map(dim => typeof dim === 'string'))
  if (free.some(axes => axes.slice(1).includes(true))) return false
  return unknown(model, shapes).length > 0
}

/** The tensors whose sizes are not known. */
function unknown({ graph }: Model, shapes: Shapes): readonly string[] {
  const tensors = graph.nodes.filter(({ opType }) => !makesNoTensor.has(opType))
  return tensors.flatMap(node => node.outputs.filter(output => isUnknown(shapes, output)))
}

function isUnknown(shapes: Shapes, value: string): boolean {
  const dims = value === '' ? [] : dimsOf(shapes, value)
  return dims === undefined || dims.slice(1).some(dim => typeof dim === 'string')
}

/** The shapes that running the model tells, of values whose shapes are not known; nothing where it does not run. */
export async function probe(model: Model, shapes: Shapes, oracle: Oracle): Promise<Shapes> {
  const { graph } = model
  const bytes = [...graph.initializers.values()].reduce((sum, tensor) => sum + tensor.bytes.length, 0)
  if (bytes > mostBytes) return new Map()
  const isFree = graph.inputs.some(({ type }) => typeof type?.dims?.[0] === 'string')
  const wanted = unknown(model, shapes)
  const runs: ReadonlyMap<string, readonly number[]>[] = []
  for (const batch of isFree ? batches : [undefined]) {
    const told = await runWith(model, batch, wanted, oracle)
    if (!told) return new Map()
    runs.push(told)
  }
  const [first, second = first] = runs
  const agreed = new Map<string, ValueType>()
  for (const [name, dims] of first ?? []) {
    const other = second?.get(name)
    if (other?.length !== dims.length) continue
    const dtype = shapes.get(name)?.dtype ?? 'float32'
    agreed.set(name, { dtype, dims: dims.map((dim, axis): Dim => (dim === other[axis] ? dim : '')) })
  }
  return agreed
}

/** The sizes of values for zeros of one batch. */
async function runWith(
  model: Model,
  batch: number | undefined,
  wanted: readonly string[],
  oracle: Oracle,
): Promise<ReadonlyMap<string, readonly number[]> | undefined> {
  const sizes = model.graph.inputs.map(({ name, type }): [string, (number | undefined)[]] => [
    name,
    (type?.dims ?? []).map((dim, axis) => (axis === 0 && typeof dim === 'string' ? batch : undefined)),
  ])
  const graph = withInputDims(model.graph, new Map(sizes))
  const initializers = new Map(graph.initializers)
  const zeros = graph.inputs.map(({ name, type }): Node => {
    const shape = `${name}/deeptaylor_shape`
    initializers.set(shape, int64Tensor((type?.dims ?? []) as readonly number[]))
    const value = { type: 'tensor', value: zero(type?.dtype ?? 'float32') } as const
    return {
      name: shape,
      opType: 'ConstantOfShape',
      domain: '',
      inputs: [shape],
      outputs: [name],
      attributes: { value },
    }
  })
  const ofShape = (value: string): string => `${value}/deeptaylor_shape`
  const probes = wanted.map((value): Node => {
    const output = ofShape(value)
    return { name: output, opType: 'Shape', domain: '', inputs: [value], outputs: [output], attributes: {} }
  })
  const outputs = wanted.map(value => ({ name: ofShape(value), type: undefined }))
  const asked = dropDead({ ...graph, initializers, inputs: [], nodes: [...zeros, ...graph.nodes, ...probes], outputs })
  try {
    const told = await oracle.evaluate(encodeModel({ ...model, graph: asked }))
    return new Map(wanted.flatMap(value => withTensor(value, told.get(ofShape(value)))))
  } catch (error) {
    // A model whose batch is fixed somewhere inside: what the runtime told of the free batch is all there is.
    if (error instanceof DeepTaylorError && error.code.startsWith('runtime')) return undefined
    throw error
  }
}

function withTensor(value: string, tensor: Tensor | undefined): readonly [string, readonly number[]][] {
  return tensor ? [[value, numbersOf(tensor)]] : []
}

function zero(dtype: ValueType['dtype']): Tensor {
  const width = dtype === 'string' ? 0 : byteSize[dtype as keyof typeof byteSize]
  return { dtype, dims: [1], bytes: new Uint8Array(sizeOf([1]) * width) }
}

/** Shapes, with sizes that were not known taken from what was agreed on. */
export function sharpened(shapes: Shapes, agreed: Shapes): Shapes {
  const result = new Map(shapes)
  for (const [name, type] of agreed) {
    const known = dimsOf(shapes, name)
    const dims =
      known?.length === type.dims?.length
        ? known?.map((dim, axis): Dim => (typeof dim === 'number' ? dim : type.dims?.[axis] || dim))
        : type.dims
    result.set(name, { ...type, dims })
  }
  return result
}
