/**
 * Sizes, pads, axes and bounds that exporters compute in the graph: from constants alone, or from shapes that turn out to be
 * fixed. The compiler must know them; ONNX Runtime is asked for their values. Weights are left as they are.
 */

import type { Dim, Graph, Model, Node } from '../0-graph/graph.ts'
import { constantsOf, intAttribute } from '../0-graph/graph.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import { int64Tensor, numbersOf, sizeOf, type Tensor } from '../0-graph/tensor.ts'
import { encodeModel } from '../1-codec/encode.ts'
import { canonizeNodes } from '../2-canonize/canonize.ts'
import { dropDead } from '../2-canonize/drop-dead.ts'
import { foldIfs } from '../2-canonize/fold-ifs.ts'
import type { Oracle } from './oracle.ts'
import { isVague, probe, sharpened } from './probe.ts'
import { inferShapes } from './shapes.ts'

/** Longer constants are weights. */
const longestParameter = 256

/** A model whose parameters are initialisers, and its shapes. */
export interface Settled {
  readonly model: Model
  readonly shapes: Shapes
  /** Shapes that the runtime does not tell by itself. */
  readonly agreed: Shapes
}

/** Rounds after which a model is run rather than asked again. */
const patience = 4

/** Replaces computed parameters by their values until nothing new is found: every value can settle further shapes. */
export async function settleParameters(model: Model, oracle: Oracle): Promise<Settled> {
  const first = await settle(model, oracle, new Map(), patience)
  const isOpen = isVague(first.model, first.shapes)
  if (first.isDone && !isOpen) return first
  const agreed = isOpen ? await probe(first.model, first.shapes, oracle) : new Map()
  return settle(first.model, oracle, agreed, Number.POSITIVE_INFINITY)
}

async function settle(
  model: Model,
  oracle: Oracle,
  agreed: Shapes,
  rounds: number,
): Promise<Settled & { readonly isDone: boolean }> {
  let current = model
  for (let round = 1; ; round++) {
    const shapes = sharpened(await inferShapes(current, oracle), agreed)
    const graph = await settledOnce(current, shapes, oracle)
    const folded = foldIfs(graph ?? current.graph)
    const isDone = !graph && !folded
    if (isDone || round === rounds) return { model: current, shapes, agreed, isDone }
    current = { ...current, graph: folded ? canonizeNodes(folded) : (graph as Graph) }
  }
}

/** One round; undefined when nothing was found. */
async function settledOnce(model: Model, shapes: Shapes, oracle: Oracle): Promise<Graph | undefined> {
  const { fixed, partly } = fixedSizes(model.graph, shapes)
  const reshaped = withFreeSizes(model.graph, partly)
  if (reshaped) return dropDead(reshaped)
  const known = new Map([...model.graph.initializers, ...fixed])
  const graph = { ...model.graph, nodes: withoutMakers(model.graph.nodes, fixed), initializers: known }
  const values = await evaluate({ ...model, graph }, shapes, oracle)
  if (fixed.size === 0 && values.size === 0) return undefined
  const nodes = withoutMakers(graph.nodes, values)
  return dropDead({ ...graph, nodes, initializers: new Map([...known, ...values]) })
}

/** Shapes, and choices from shapes, that are numbers although other dimensions may be free. */
function fixedSizes(graph: Graph, shapes: Shapes): Sizes {
  const found = new Map<string, Tensor>()
  const partly = new Map<string, SizeList>()
  const outputs = new Set(graph.outputs.map(output => output.name))
  for (const node of graph.nodes) {
    const [y = ''] = node.outputs
    if (node.domain !== '' || outputs.has(y)) continue
    const sizes = sizesIn(node, graph, shapes, partly)
    if (!sizes) continue
    partly.set(y, sizes)
    if (sizes.list.every(size => typeof size === 'number')) {
      const list = sizes.list as readonly number[]
      found.set(y, int64Tensor(sizes.isScalar ? (list[0] as number) : list))
    }
  }
  return { fixed: found, partly }
}

/** Values that hold sizes. */
interface Sizes {
  /** All numbers. */
  readonly fixed: ReadonlyMap<string, Tensor>
  /** As far as they are known. */
  readonly partly: ReadonlyMap<string, SizeList>
}

/** The elements of a value that holds sizes. */
interface SizeList {
  readonly list: readonly Dim[]
  readonly isScalar: boolean
}

/** The elements of a value that holds sizes, as far as they are known; undefined for any other value. */
function sizesIn(
  node: Node,
  { initializers }: Graph,
  shapes: Shapes,
  partly: ReadonlyMap<string, SizeList>,
): SizeList | undefined {
  const [x = '', second = '', third = ''] = node.inputs
  if (node.opType === 'Concat') {
    const lists = node.inputs.map(name => partly.get(name)?.list ?? known(initializers.get(name)))
    return lists.every(list => list !== undefined) ? { list: lists.flat(), isScalar: false } : undefined
  }
  const numbers = (name: string) => {
    const tensor = initializers.get(name)
    return tensor && numbersOf(tensor)
  }
  if (node.opType === 'Shape' && Object.keys(node.attributes).length === 0) {
    const dims = dimsOf(shapes, x)
    return dims && { list: dims, isScalar: false }
  }
  const held = partly.get(x)
  if (!held) return undefined
  const sizes = held.list
  // Exporters take a size apart and put it together again as integers.
  if (node.opType === 'Cast' && isInt64(node)) return held
  if (node.opType === 'Unsqueeze' || node.opType === 'Squeeze') {
    return { list: sizes, isScalar: node.opType === 'Squeeze' }
  }
  if (node.opType === 'Gather') {
    const indices = numbers(second)
    const isScalar = initializers.get(second)?.dims.length === 0
    return indices && { list: indices.map(i => sizes[i < 0 ? i + sizes.length : i] ?? ''), isScalar }
  }
  if (node.opType === 'Slice' && node.inputs.length <= 4) {
    const [start, end] = [numbers(second)?.[0], numbers(third)?.[0]]
    return start === undefined || end === undefined ? undefined : { list: sizes.slice(start, end), isScalar: false }
  }
  return undefined
}

/** A constant's integers; undefined where it is none. */
function known(tensor: Tensor | undefined): readonly number[] | undefined {
  return tensor?.dtype === 'int64' && tensor.dims.length <= 1 ? numbersOf(tensor) : undefined
}

function isInt64(node: Node): boolean {
  return intAttribute(node, 'to') === 7
}

/** Reshapes to sizes of which one is free: ONNX's −1 says the same, and needs no computing. */
function withFreeSizes(graph: Graph, partly: ReadonlyMap<string, SizeList>): Graph | undefined {
  const added = new Map<string, Tensor>()
  const nodes = graph.nodes.map(node => {
    const sizes = node.opType === 'Reshape' && node.domain === '' ? partly.get(node.inputs[1] ?? '')?.list : undefined
    // 0 means "copy" to Reshape.
    const free = sizes?.filter(size => typeof size !== 'number' || size < 0) ?? []
    if (!sizes || free.length !== 1 || typeof free[0] === 'number' || sizes.includes(0)) return node
    const name = `${node.inputs[1]}/deeptaylor_free`
    added.set(name, int64Tensor(sizes.map(size => (typeof size === 'number' ? size : -1))))
    return { ...node, inputs: [node.inputs[0] as string, name] }
  })
  if (added.size === 0) return undefined
  return { ...graph, nodes, initializers: new Map([...graph.initializers, ...added]) }
}

/** The values of small constants that nodes compute. */
async function evaluate(model: Model, shapes: Shapes, oracle: Oracle): Promise<ReadonlyMap<string, Tensor>> {
  const { graph } = model
  const constants = constantsOf(graph)
  const outputs = new Set(graph.outputs.map(output => output.name))
  const wanted = graph.nodes.flatMap(node =>
    node.outputs.filter(y => constants.has(y) && !outputs.has(y) && isParameter(shapes, y)),
  )
  if (wanted.length === 0) return new Map()
  const asked = dropDead({ ...graph, inputs: [], outputs: wanted.map(name => ({ name, type: undefined })) })
  return oracle.evaluate(encodeModel({ ...model, graph: asked }))
}

/** Integers of moderate number, single floats (the bounds of a Clip) and single truths (the condition of an If). */
function isParameter(shapes: Shapes, name: string): boolean {
  const type = shapes.get(name)
  const dims = type?.dims
  if (!dims?.every(dim => typeof dim === 'number')) return false
  const size = sizeOf(dims as readonly number[])
  return type?.dtype === 'int64' ? size <= longestParameter : size === 1 && singles.has(type?.dtype ?? '')
}

const singles: ReadonlySet<string> = new Set(['float32', 'bool'])

/** The nodes without those whose every output is known. */
function withoutMakers(nodes: readonly Node[], known: ReadonlyMap<string, Tensor>): readonly Node[] {
  return nodes.filter(node => !node.outputs.every(output => known.has(output)))
}
