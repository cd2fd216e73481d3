/** Writes nodes: the one place where values get names, constants are shared, and equal operations are written once. */

import type { Attribute, DataType, Graph, Node, ValueInfo } from './graph.ts'
import { floatTensor, int64Tensor, type Tensor } from './tensor.ts'

/** The name of a value in the graph being written. */
export type Value = string

/** Attributes as they are most easily written: a number is an integer, a float is `float(0.5)`. */
export type AttributeInput = number | string | readonly number[] | Attribute

/** A float attribute. */
export function float(value: number): Attribute {
  return { type: 'float', value }
}

/** Appends operations to a graph. Every method returns the name of what it wrote. */
export class GraphBuilder {
  readonly #names: Set<string>
  readonly #nodeNames: Set<string>
  readonly #nodes: Node[] = []
  readonly #initializers = new Map<string, Tensor>()
  readonly #written = new Map<string, readonly Value[]>()
  readonly #sizes = new Map<Value, readonly number[]>()
  #scope = ''

  /** Names used in `graph` are avoided. */
  constructor(graph: Graph) {
    this.#names = new Set([
      ...graph.initializers.keys(),
      ...[...graph.inputs, ...graph.outputs].map(info => info.name),
      ...graph.nodes.flatMap(node => node.outputs),
    ])
    this.#nodeNames = new Set(graph.nodes.map(node => node.name))
  }

  /** Names what `write` appends after `scope`, so that a reader of the graph sees which layer a node serves. */
  within<T>(scope: string, write: () => T): T {
    const outer = this.#scope
    this.#scope = scope
    try {
      return write()
    } finally {
      this.#scope = outer
    }
  }

  /** One operation with one output. An operation that was written before is not written again. */
  op(
    opType: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
    hint: string = opType.toLowerCase(),
  ): Value {
    return this.ops(opType, inputs, 1, attributes, hint)[0] as Value
  }

  /** One operation with several outputs. */
  ops(
    opType: string,
    inputs: readonly Value[],
    count: number,
    attributes: Readonly<Record<string, AttributeInput>> = {},
    hint: string = opType.toLowerCase(),
  ): readonly Value[] {
    const typed = typedAttributes(attributes)
    const key = JSON.stringify([opType, inputs, count, typed])
    const before = this.#written.get(key)
    if (before) return before
    const outputs = Array.from({ length: count }, (_, i) => this.fresh(count > 1 ? `${hint}_${i}` : hint))
    const name = unused(this.#nodeNames, outputs[0] as string)
    this.#nodes.push({ name, opType, domain: '', inputs, outputs, attributes: typed })
    this.#written.set(key, outputs)
    return outputs
  }

  /** One operation whose output is a value of its own, even where an equal operation was written before. */
  named(
    opType: string,
    inputs: readonly Value[],
    hint: string,
    attributes: Readonly<Record<string, AttributeInput>> = {},
  ): Value {
    const output = this.fresh(hint)
    const name = unused(this.#nodeNames, output)
    this.#nodes.push({ name, opType, domain: '', inputs, outputs: [output], attributes: typedAttributes(attributes) })
    return output
  }

  /** A constant of 64-bit integers; a list is a vector. */
  ints(values: number | readonly number[]): Value {
    return this.#constant(int64Tensor(values), `int_${typeof values === 'number' ? values : values.join('_')}`)
  }

  /** A constant of floats; without `dims` a scalar. */
  floats(values: number | readonly number[], dtype: DataType = 'float32', dims?: readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values
    const shape = dims ?? (typeof values === 'number' ? [] : [list.length])
    return this.#constant(floatTensor(list, shape, dtype), list.length === 1 ? `float_${list[0]}` : 'floats')
  }

  /** Spatial sizes of N×C×spatial values, as far as whoever wrote them said so. */
  get sizes(): ReadonlyMap<Value, readonly number[]> {
    return this.#sizes
  }

  /** Says what spatial size a value has: passes that place nodes have no other way to know. */
  sized(value: Value, size: readonly number[]): Value {
    this.#sizes.set(value, size)
    return value
  }

  /** A name that nothing else has. */
  fresh(hint: string): Value {
    return unused(this.#names, this.#scope === '' ? hint : `${this.#scope}/${hint}`)
  }

  /** What was written, appended to `graph`; `outputs` are added to its outputs, `inputs` to its inputs. */
  appendTo(graph: Graph, outputs: readonly ValueInfo[] = [], inputs: readonly ValueInfo[] = []): Graph {
    return {
      ...graph,
      nodes: [...graph.nodes, ...this.#nodes],
      initializers: new Map([...graph.initializers, ...this.#initializers]),
      inputs: [...graph.inputs, ...inputs],
      outputs: [...graph.outputs, ...outputs],
    }
  }

  /** Takes out what was written since the last call, for passes that place nodes themselves. */
  take(): { nodes: readonly Node[]; initializers: ReadonlyMap<string, Tensor> } {
    const taken = { nodes: this.#nodes.splice(0), initializers: new Map(this.#initializers) }
    this.#initializers.clear()
    this.#written.clear()
    return taken
  }

  #constant(tensor: Tensor, hint: string): Value {
    const key = `constant ${tensor.dtype} ${tensor.dims} ${tensor.bytes}`
    const before = this.#written.get(key)
    if (before) return before[0] as Value
    const name = unused(this.#names, `deeptaylor/${hint.replace(/[^\w.-]/g, '_').slice(0, 40)}`)
    this.#initializers.set(name, tensor)
    this.#written.set(key, [name])
    return name
  }
}

function typedAttributes(attributes: Readonly<Record<string, AttributeInput>>): Readonly<Record<string, Attribute>> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]))
}

function attributeOf(value: AttributeInput): Attribute {
  if (typeof value === 'number') return { type: 'int', value }
  if (typeof value === 'string') return { type: 'string', value }
  if (Array.isArray(value)) return { type: 'ints', value }
  return value as Attribute
}

function unused(taken: Set<string>, wanted: string): string {
  let name = wanted
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`
  taken.add(name)
  return name
}
