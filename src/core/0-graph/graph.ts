/** The compiler's own picture of an ONNX model: plain, immutable data, free of protobuf types and of `bigint`. */

import type { Tensor } from './tensor.ts'

/** ONNX's element types under the names that runtimes use. */
export type DataType =
  | 'undefined'
  | 'float32'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'string'
  | 'bool'
  | 'float16'
  | 'float64'
  | 'uint32'
  | 'uint64'
  | 'complex64'
  | 'complex128'
  | 'bfloat16'

/** A size, or the name of a free dimension; `''` when it has no name. */
export type Dim = number | string

/** Element type and shape of a value. `dims` is undefined when not even the rank is known. */
export interface ValueType {
  readonly dtype: DataType
  readonly dims: readonly Dim[] | undefined
}

/** A named input or output. Sequences, maps and optionals have no tensor type. */
export interface ValueInfo {
  readonly name: string
  readonly type: ValueType | undefined
  /** The type of what is no tensor (a list, a dictionary), as the file has it, to be written again. */
  readonly opaque?: Uint8Array
}

/** An attribute of a node, tagged by its ONNX type. Integers beyond ±2⁵³ saturate where a size is meant. */
export type Attribute =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'tensor'; readonly value: Tensor }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  /** A sub-graph: a branch of an If, which may be folded, or one that the compiler wrote; all others are `other`. */
  | { readonly type: 'graph'; readonly value: Graph }
  /** Loops' sub-graphs and exotic kinds: recognised, so that they can be refused by name. */
  | { readonly type: 'other'; readonly value: string }

/** One operation. An omitted optional input or output is `''`. */
export interface Node {
  readonly name: string
  readonly opType: string
  /** `''` is ONNX's own domain. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** Nodes in topological order over named values, each assigned once. */
export interface Graph {
  readonly name: string
  readonly nodes: readonly Node[]
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly initializers: ReadonlyMap<string, Tensor>
}

/** A model: the graph, and what the file says about it. */
export interface Model {
  readonly irVersion: number
  /** Operator-set versions by domain; `''` is ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>
  readonly producer: string
  readonly metadata: ReadonlyMap<string, string>
  readonly graph: Graph
}

/** The node that makes each value. */
export function producersOf(graph: Graph): ReadonlyMap<string, Node> {
  const producers = new Map<string, Node>()
  for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') producers.set(output, node)
  return producers
}

/** The values that a node reads: its inputs, and what its sub-graph takes from around it. */
export function readsOf(node: Node): readonly string[] {
  const captured = Object.values(node.attributes).flatMap(attribute => {
    if (attribute.type !== 'graph') return []
    const { nodes, inputs, outputs, initializers } = attribute.value
    const made = nodes.flatMap(inner => inner.outputs)
    const own = new Set([...initializers.keys(), ...inputs.map(({ name }) => name), ...made])
    return [...nodes.flatMap(readsOf), ...outputs.map(({ name }) => name)].filter(name => !own.has(name))
  })
  return captured.length === 0 ? node.inputs : [...node.inputs, ...captured]
}

/** The nodes that read each value; a node that reads it twice is listed twice. */
export function consumersOf(graph: Graph): ReadonlyMap<string, readonly Node[]> {
  const consumers = new Map<string, Node[]>()
  for (const node of graph.nodes) {
    for (const input of readsOf(node)) {
      if (input === '') continue
      const list = consumers.get(input)
      if (list) list.push(node)
      else consumers.set(input, [node])
    }
  }
  return consumers
}

/** Every value that is computed from initialisers alone, the initialisers included. */
export function constantsOf(graph: Graph): ReadonlySet<string> {
  const constants = new Set(graph.initializers.keys())
  for (const node of graph.nodes) {
    if (randomOperators.has(node.opType)) continue
    if (readsOf(node).every(input => input === '' || constants.has(input))) {
      for (const output of node.outputs) constants.add(output)
    }
  }
  return constants
}

const randomOperators: ReadonlySet<string> = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli',
])

/** How a node is called in messages: its name, or its first output where it has none. */
export function labelOf(node: Node): string {
  return node.name || node.outputs.find(output => output !== '') || node.opType
}

/** An integer attribute. */
export function intAttribute(node: Node, name: string): number | undefined
export function intAttribute(node: Node, name: string, fallback: number): number
export function intAttribute(node: Node, name: string, fallback?: number): number | undefined {
  const attribute = node.attributes[name]
  return attribute?.type === 'int' ? attribute.value : fallback
}

/** A float attribute. */
export function floatAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name]
  return attribute?.type === 'float' ? attribute.value : fallback
}

/** A list of integers. */
export function intsAttribute(node: Node, name: string): readonly number[] | undefined {
  const attribute = node.attributes[name]
  return attribute?.type === 'ints' ? attribute.value : undefined
}

/** A string attribute. */
export function stringAttribute(node: Node, name: string, fallback: string): string {
  const attribute = node.attributes[name]
  return attribute?.type === 'string' ? attribute.value : fallback
}
