/** Which values of an optimised graph are in blocks of channels, and which are one value in two layouts. */

import type { Value } from '../0-graph/builder.ts'
import { type Graph, intAttribute, type Node } from '../0-graph/graph.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import { sizeOf } from '../0-graph/tensor.ts'

/** Channels in blocks with places within, or channels one after the other. */
export type Layout = 'blocked' | 'plain'

/** Where ONNX Runtime keeps its operators of the blocked layout. */
export const nchwc = 'com.microsoft.nchwc'

/** Blocks have 8 or 16 channels. Of fewer, the rest of a block is filled, and 0/0 in it would be NaN. */
const block = 16

/** The layouts of a graph as the runtime wrote it. A value that is reordered is the same value still: its root is how it was made. */
export class Layouts {
  /** Reorderings between the two names of a value; nothing else has to be kept of them. */
  readonly reorderings: ReadonlySet<Node>
  readonly #graph: Graph
  readonly #shapes: Shapes
  readonly #blocked = new Set<Value>()
  readonly #roots = new Map<Value, Value>()
  readonly #plainNames = new Map<Value, Value>()
  readonly #channels = new Map<Value, number>()

  constructor(graph: Graph, shapes: Shapes) {
    this.#graph = graph
    this.#shapes = shapes
    this.reorderings = new Set(graph.nodes.filter(node => this.#reads(node)))
  }

  /** Takes a node in; whether it only reorders. */
  #reads(node: Node): boolean {
    const [input = ''] = node.inputs
    const [output = ''] = node.outputs
    const root = this.rootOf(input)
    if (isReordering(node, 'ReorderInput')) {
      this.#blocked.add(output)
      this.#roots.set(output, root)
      return true
    }
    if (isReordering(node, 'ReorderOutput') && !this.#plainNames.has(root)) {
      this.#roots.set(output, root)
      if (this.#blocked.has(root)) this.#plainNames.set(root, output)
      this.#channels.set(root, intAttribute(node, 'channels', 0))
      return true
    }
    const isReorderedOut = node.domain === nchwc && node.opType === 'ReorderOutput'
    const isInBlocks = node.domain === nchwc || node.inputs.some(value => this.#blocked.has(value))
    if (isInBlocks && !isReorderedOut) for (const value of node.outputs) this.#blocked.add(value)
    return false
  }

  /** The value as it was made. */
  rootOf(value: Value): Value {
    return this.#roots.get(value) ?? value
  }

  /** The layout that a name stands for. */
  layoutOf(value: Value): Layout {
    return this.#blocked.has(value) ? 'blocked' : 'plain'
  }

  /** What a value is called in a layout. */
  nameOf(root: Value, layout: Layout): Value {
    if (this.layoutOf(root) === layout) return root
    return layout === 'blocked' ? `${root}/blocked` : (this.#plainNames.get(root) ?? `${root}/plain`)
  }

  /** How many channels a value has: what fills its blocks does not count. */
  channelsOf(root: Value): number | undefined {
    const dim = this.layoutOf(root) === 'plain' ? dimsOf(this.#shapes, root)?.[1] : undefined
    return this.#channels.get(root) ?? (typeof dim === 'number' ? dim : undefined)
  }

  /** Channels and places of a value that fills its blocks; undefined for all others. */
  sizesOf(value: Value): readonly number[] | undefined {
    const root = this.rootOf(value)
    const dims = dimsOf(this.#shapes, root)
    const channels = this.channelsOf(root)
    if (dims?.length !== 4 || channels === undefined || channels === 0 || channels % block !== 0) return undefined
    const places = dims.slice(2).filter((size): size is number => typeof size === 'number' && size > 0)
    return places.length === 2 && !this.#graph.initializers.has(root) ? [channels, ...places] : undefined
  }

  /** Whether a value is one constant number. */
  isNumber(value: Value): boolean {
    const dims = this.#graph.initializers.get(value)?.dims
    return dims !== undefined && dims.length <= 4 && sizeOf(dims) === 1
  }
}

/** Reorderings from and to channels last are left alone. */
function isReordering(node: Node, opType: 'ReorderInput' | 'ReorderOutput'): boolean {
  return node.domain === nchwc && node.opType === opType && intAttribute(node, 'channels_last', 0) === 0
}
