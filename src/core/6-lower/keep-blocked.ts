/**
 * A graph as ONNX Runtime has optimised it for a CPU: convolutions compute in blocks of channels, with reorderings from and to
 * the plain layout around whatever its own optimiser does not take along: quotients, differences, products whose sizes it
 * cannot prove equal. Elementwise they compute the same in blocks.
 */

import type { Value } from '../0-graph/builder.ts'
import { type Graph, intAttribute, type Node, producersOf } from '../0-graph/graph.ts'
import type { Shapes } from '../0-graph/shapes.ts'
import { sizeOf } from '../0-graph/tensor.ts'
import { dropDead } from '../2-canonize/drop-dead.ts'
import { type Layout, Layouts, nchwc } from './layouts.ts'

/** What computes each element from the same place of its inputs, in ONNX's own domain. */
const elementwise: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Sum', 'Max', 'Min', 'Pow', 'Abs', 'Neg', 'Exp', 'Sqrt', 'Reciprocal', 'Erf'],
  ...['Relu', 'LeakyRelu', 'Elu', 'Clip', 'Sigmoid', 'HardSigmoid', 'Tanh'],
])

/**
 * Computes in blocks what can be, where that moves less, and drops the reorderings that are left without a reader. Graphs
 * without blocks are returned as they are.
 *
 * @param shapes of all values, as the runtime tells them
 */
export function keepBlocked(graph: Graph, shapes: Shapes): Graph {
  if (!graph.nodes.some(({ domain }) => domain === nchwc)) return graph
  const layouts = new Layouts(graph, shapes)
  const choice = new Choice(graph, layouts)
  choice.improve()
  return dropDead({ ...graph, nodes: written(graph, layouts, choice) })
}

/** The inputs of a node that have an element per element of its output; numbers and the sizes of a Split have not. */
function tensorsOf({ opType, inputs }: Node, layouts: Layouts): readonly Value[] {
  return (opType === 'Split' ? inputs.slice(0, 1) : inputs).filter(value => value !== '' && !layouts.isNumber(value))
}

/** Whether a node computes the same in either layout. */
function isFree(node: Node, layouts: Layouts): boolean {
  if (node.domain !== '') return false
  const tensors = tensorsOf(node, layouts)
  const made = layouts.sizesOf(node.outputs[0] as Value)
  if (made === undefined || tensors.length === 0) return false
  const sizes = tensors.map(value => layouts.sizesOf(value))
  // Blocks do not broadcast; to repeat a value per channel over places took longer than to leave it (EfficientNet's gates).
  if (elementwise.has(node.opType)) return sizes.every(own => own?.every((size, axis) => size === made[axis]))
  // Whole blocks of channels, one after the other.
  const isAlongChannels = /^(Concat|Split)$/.test(node.opType) && [1, -3].includes(intAttribute(node, 'axis', 0))
  return isAlongChannels && [...sizes, ...node.outputs.map(value => layouts.sizesOf(value))].every(Boolean)
}

/** The layout in which each node computes. */
class Choice {
  readonly #layouts: Layouts
  #chosen = new Map<Node, Layout>()
  readonly #producers: ReadonlyMap<Value, Node>
  readonly #readers = new Map<Value, { readonly node: Node | undefined; readonly value: Value }[]>()

  constructor(graph: Graph, layouts: Layouts) {
    this.#layouts = layouts
    this.#producers = producersOf(graph)
    const read = (value: Value, node?: Node) => {
      const root = layouts.rootOf(value)
      this.#readers.set(root, [...(this.#readers.get(root) ?? []), { node, value }])
    }
    for (const node of graph.nodes) {
      if (layouts.reorderings.has(node)) continue
      for (const value of node.inputs) read(value, node)
      if (isFree(node, layouts)) this.#chosen.set(node, layouts.layoutOf(node.outputs[0] as Value))
    }
    for (const { name } of graph.outputs) read(name)
  }

  /** The layout in which a node reads or makes a value. */
  of(node: Node | undefined, value: Value): Layout {
    return (node && this.#chosen.get(node)) ?? this.#layouts.layoutOf(value)
  }

  /** The layout in which a value is made. */
  made(root: Value): Layout {
    return this.of(this.#producers.get(root), root)
  }

  /** Whether a node's layout was chosen here. */
  isFree(node: Node): boolean {
    return this.#chosen.has(node)
  }

  /** Chooses so that little is moved: from the runtime's own choice, and from everything in blocks; the better of both. */
  improve(): void {
    const inBlocks = new Map([...this.#chosen.keys()].map((node): [Node, Layout] => [node, 'blocked']))
    this.#descend()
    const [own, cost] = [this.#chosen, this.#cost()]
    this.#chosen = inBlocks
    this.#descend()
    if (cost < this.#cost()) this.#chosen = own
  }

  /**
   * Puts one node after the other into the other layout where that moves less, or as much and is the plain one. With every step
   * less is moved, or as much and less is in blocks, so it ends.
   */
  #descend(): void {
    const waiting = new Set(this.#chosen.keys())
    for (const node of waiting) {
      waiting.delete(node)
      const values = [...tensorsOf(node, this.#layouts), ...node.outputs].map(value => this.#layouts.rootOf(value))
      const cost = () => [...new Set(values)].reduce((sum, root) => sum + this.#moved(root), 0)
      const [before, layout] = [cost(), this.#chosen.get(node) as Layout]
      this.#chosen.set(node, layout === 'plain' ? 'blocked' : 'plain')
      const gained = before - cost()
      if (gained < 0 || (gained === 0 && layout === 'plain')) {
        this.#chosen.set(node, layout)
        continue
      }
      for (const root of values) {
        const around = [this.#producers.get(root), ...(this.#readers.get(root) ?? []).map(({ node }) => node)]
        for (const next of around) if (next && next !== node && this.#chosen.has(next)) waiting.add(next)
      }
    }
  }

  #cost(): number {
    return [...this.#readers.keys()].reduce((sum, root) => sum + this.#moved(root), 0)
  }

  /** Elements of a value that are reordered; of one sample. */
  #moved(root: Value): number {
    const made = this.made(root)
    const isMoved = this.#readers.get(root)?.some(({ node, value }) => this.of(node, value) !== made)
    return isMoved ? sizeOf(this.#layouts.sizesOf(root) ?? []) : 0
  }
}

/** All nodes in their layouts, with the reorderings that they need. */
function written(graph: Graph, layouts: Layouts, choice: Choice): readonly Node[] {
  const nodes: Node[] = []
  const there = new Set<Value>()
  const inLayout = (value: Value, layout: Layout): Value => {
    const root = layouts.rootOf(value)
    const [name, made] = [layouts.nameOf(root, layout), choice.made(root)]
    if (made === layout || there.has(name)) return name
    there.add(name)
    nodes.push(reordering(layouts.nameOf(root, made), name, layout === 'plain' ? layouts.channelsOf(root) : undefined))
    return name
  }
  for (const node of graph.nodes) {
    if (layouts.reorderings.has(node)) continue
    const tensors = new Set(choice.isFree(node) ? tensorsOf(node, layouts) : node.inputs)
    const inputs = node.inputs.map(value =>
      value !== '' && tensors.has(value) ? inLayout(value, choice.of(node, value)) : value,
    )
    const outputs = node.outputs.map(value => (value === '' ? '' : layouts.nameOf(value, choice.of(node, value))))
    nodes.push({ ...node, inputs, outputs })
  }
  for (const { name } of graph.outputs) inLayout(name, layouts.layoutOf(name))
  return nodes
}

function reordering(input: Value, output: Value, channels: number | undefined): Node {
  const common = { name: `${output}/reorder`, domain: nchwc, inputs: [input], outputs: [output] }
  if (channels === undefined) return { ...common, opType: 'ReorderInput', attributes: {} }
  const attributes: Node['attributes'] = { channels: { type: 'int', value: channels } }
  return { ...common, opType: 'ReorderOutput', attributes }
}
