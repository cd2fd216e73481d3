/**
 * Layer normalisation in pieces, as it was exported before opset 17, as the one operator that it is: its mean and deviation
 * are then held fixed together, whoever wrote the file.
 */

import { float } from '../0-graph/builder.ts'
import { consumersOf, type Graph, intsAttribute, type Node, producersOf } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import { numbersOf, type Tensor } from '../0-graph/tensor.ts'

/** LayerNormalization exists since this opset. */
export const layerNormOpset = 17

/** Operators that mean something else in opset 13 than in 17: with them a model cannot simply be lifted. */
const changedBefore17: ReadonlySet<string> = new Set(['RoiAlign'])

/** Rewrites (x − mean)/√(variance + ε)·scale + bias over the last axes as LayerNormalization. */
export function fuseLayerNorm(graph: Graph, shapes: Shapes): Graph {
  if (graph.nodes.some(({ opType }) => changedBefore17.has(opType))) return graph
  const found = new Finder(graph, shapes)
  const replaced = new Map<Node, Node>()
  for (const node of graph.nodes) {
    const norm = node.opType === 'Div' && node.domain === '' ? found.normAt(node) : undefined
    if (norm) replaced.set(norm.last, norm.node)
  }
  if (replaced.size === 0) return graph
  const result = { ...graph, nodes: graph.nodes.map(node => replaced.get(node) ?? node) }
  return { ...result, nodes: reordered(result) }
}

interface Norm {
  /** The last of the pieces: what it makes is made by `node` instead. */
  readonly last: Node
  readonly node: Node
}

class Finder {
  readonly #graph: Graph
  readonly #shapes: Shapes
  readonly #producers: ReadonlyMap<string, Node>
  readonly #consumers: ReadonlyMap<string, readonly Node[]>

  constructor(graph: Graph, shapes: Shapes) {
    this.#graph = graph
    this.#shapes = shapes
    this.#producers = producersOf(graph)
    this.#consumers = consumersOf(graph)
  }

  /** The layer normalisation whose division is `division`. */
  normAt(division: Node): Norm | undefined {
    const [centred = '', deviation] = division.inputs
    const sub = this.#made(centred, 'Sub')
    const root = this.#made(deviation, 'Sqrt')
    const shifted = this.#made(root?.inputs[0], 'Add')
    const [variance, epsilon] = this.#split(shifted, name => this.#number(name))
    const axis = this.#meanOver(variance, square => this.#isSquareOf(square, centred))
    const [x = '', mean] = sub?.inputs ?? []
    if (epsilon === undefined || axis === undefined || this.#meanOver(mean, source => source === x) !== axis)
      return undefined
    const sizes = dimsOf(this.#shapes, x)?.slice(axis)
    const scaled = this.#affineAfter(division, 'Mul', sizes)
    const shiftedLast = scaled && this.#affineAfter(scaled.node, 'Add', sizes)
    if (!scaled || !shiftedLast) return undefined
    const last = shiftedLast.node
    return {
      last,
      node: {
        ...last,
        opType: 'LayerNormalization',
        inputs: [x, scaled.constant, shiftedLast.constant],
        attributes: { axis: { type: 'int', value: axis }, epsilon: float(epsilon) },
      },
    }
  }

  #made(value: string | undefined, opType: string): Node | undefined {
    const maker = value === undefined ? undefined : this.#producers.get(value)
    return maker?.opType === opType && maker.domain === '' ? maker : undefined
  }

  /** The operand of `node` that is not read by `read`, and what `read` makes of the other. */
  #split<T>(node: Node | undefined, read: (name: string) => T | undefined): [string, T] | [undefined, undefined] {
    const [a = '', b = ''] = node?.inputs ?? []
    const [first, second] = [read(a), read(b)]
    if (second !== undefined) return [a, second]
    return first === undefined ? [undefined, undefined] : [b, first]
  }

  #constant(name: string): Tensor | undefined {
    return this.#graph.initializers.get(name)
  }

  #number(name: string): number | undefined {
    const tensor = this.#constant(name)
    const values = tensor?.dtype === 'float32' ? numbersOf(tensor) : []
    return values.length === 1 ? values[0] : undefined
  }

  /** The first of the last axes that `value` is a mean over, where `isSource` knows what the mean is of. */
  #meanOver(value: string | undefined, isSource: (source: string) => boolean): number | undefined {
    const node = this.#made(value, 'ReduceMean')
    const [source = '', given = ''] = node?.inputs ?? []
    const rank = dimsOf(this.#shapes, source)?.length
    const keepdims = node?.attributes.keepdims
    if (!node || rank === undefined || !isSource(source) || (keepdims?.type === 'int' && keepdims.value !== 1))
      return undefined
    const tensor = this.#constant(given)
    const axes = (tensor ? numbersOf(tensor) : intsAttribute(node, 'axes'))?.map(a => (a < 0 ? a + rank : a))
    if (!axes || axes.length === 0) return undefined
    const sorted = [...axes].sort((a, b) => a - b)
    return sorted.every((axis, i) => axis === rank - axes.length + i) ? sorted[0] : undefined
  }

  #isSquareOf(square: string, centred: string): boolean {
    const node = this.#producers.get(square)
    if (node?.opType === 'Mul') return node.inputs.every(input => input === centred)
    return node?.opType === 'Pow' && node.inputs[0] === centred && this.#number(node.inputs[1] ?? '') === 2
  }

  /** The only reader of a node, where it is an `opType` with a constant of the normalised sizes. */
  #affineAfter(node: Node, opType: string, sizes: readonly unknown[] | undefined) {
    const readers = this.#consumers.get(node.outputs[0] ?? '') ?? []
    const [reader] = readers
    if (readers.length !== 1 || reader?.opType !== opType || reader.domain !== '') return undefined
    const constant = reader.inputs.find(input => this.#constant(input) !== undefined)
    if (constant === undefined || String(this.#constant(constant)?.dims) !== String(sizes)) return undefined
    return { node: reader, constant }
  }
}
