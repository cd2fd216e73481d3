/** One run of a model as its file has it, with every intermediate value kept, and parts of it run again on other values. */

import { create, toBinary } from '@bufbuild/protobuf'
import type { DataType, Model, Node } from '../../../src/core/0-graph/graph.ts'
import { bytesOf, type Tensor as Constant, numbersOf } from '../../../src/core/0-graph/tensor.ts'
import { decodeModel } from '../../../src/core/1-codec/decode.ts'
import { encodeModel } from '../../../src/core/1-codec/encode.ts'
import { type GraphProto, ModelProtoSchema, ValueInfoProtoSchema } from '../../../src/core/1-codec/generated/onnx_pb.ts'
import { nodeRuntime } from '../../../src/runtime/node.ts'
import type { Session, Tensor } from '../../../src/runtime/session.ts'
import type { Numbers } from './numbers.ts'
import { writtenOut } from './written-out.ts'

const runtime = await nodeRuntime('native')

/** As written: the runtime's optimiser off, its kernels on one thread, which is quicker for what is small. */
const asWritten = { optimize: 'none', threads: 1 } as const

/** A model and all the values of one run. */
export interface Trace {
  readonly model: Model
  /** Every value that is fed or made, by name. */
  readonly values: ReadonlyMap<string, Tensor>
  /** What the sub-graphs of a node read from around it, by the node's first output. */
  readonly captured: ReadonlyMap<string, readonly string[]>
}

/** Runs the model of a file once. */
export async function traced(file: Uint8Array, feeds: Readonly<Record<string, Tensor>>): Promise<Trace> {
  const message = await writtenOut(file)
  const model = await decodeModel(toBinary(ModelProtoSchema, message))
  const nodes = message.graph?.node ?? []
  const made = nodes.flatMap(({ output }) => output.filter(name => name !== ''))
  if (message.graph) message.graph.output = made.map(name => create(ValueInfoProtoSchema, { name }))
  const session = await runtime.open(toBinary(ModelProtoSchema, message), asWritten)
  try {
    const results = await session.run(feeds)
    return {
      model,
      values: new Map([...Object.entries(feeds), ...Object.entries(results)]),
      captured: new Map(
        nodes.map(node => [node.output[0] ?? '', node.attribute.flatMap(({ g }) => (g ? readsOf(g) : []))]),
      ),
    }
  } finally {
    await session.close()
  }
}

/** What a sub-graph reads and does not make. */
function readsOf({ node, initializer }: GraphProto): readonly string[] {
  const own = new Set([...node.flatMap(({ output }) => output), ...initializer.map(({ name }) => name)])
  return node.flatMap(({ input }) => input).filter(name => name !== '' && !own.has(name))
}

/** A value of the run or a constant of the model, as doubles. */
export function numbersAt({ model, values }: Trace, name: string): Numbers {
  const tensor = values.get(name)
  const constant = model.graph.initializers.get(name)
  if (!tensor && constant) return { dims: constant.dims, data: Float64Array.from(numbersOf(constant)) }
  if (!tensor) throw new Error(`the run has no value "${name}"`)
  return { dims: tensor.dims, data: Float64Array.from(tensor.data as Iterable<number>, Number) }
}

/** Nodes as a function of the first one's operands; whatever else they read is as it was in the run. */
export interface Part {
  readonly run: (operands: readonly Numbers[]) => Promise<Numbers>
  readonly close: () => Promise<void>
}

/** What is held differently from the run. */
export interface PartOptions {
  /** Values of constants of the nodes, by name. */
  readonly instead?: ReadonlyMap<string, Constant>
  /** Which output of the last node. Default 0. */
  readonly output?: number
}

/** Opens `nodes`, a chain, as a function of the inputs of the first one at `places`. */
export async function partOf(
  { model, values }: Trace,
  nodes: readonly [Node, ...Node[]],
  places: readonly number[],
  { instead = new Map(), output = 0 }: PartOptions = {},
): Promise<Part> {
  const operand = (place: number) => `operand ${place}`
  const [first, ...rest] = nodes
  const own = [{ ...first, inputs: first.inputs.map((name, i) => (places.includes(i) ? operand(i) : name)) }, ...rest]
  const inside = new Set([...places.map(operand), ...own.flatMap(node => node.outputs)])
  const outside = [...new Set(own.flatMap(node => node.inputs))].filter(name => name !== '' && !inside.has(name))
  const held = outside.map((name): [string, Constant] => {
    const constant = instead.get(name) ?? model.graph.initializers.get(name)
    return [name, constant ?? constantOf(values.get(name), name)]
  })
  const result = own.at(-1)?.outputs[output] as string
  const inputs = places.map(place => {
    const { dtype, dims } = values.get(first.inputs[place] as string) as Tensor
    return { name: operand(place), type: { dtype, dims: dims.map(() => '') } }
  })
  const graph = {
    name: 'part',
    nodes: own,
    inputs,
    outputs: [{ name: result, type: undefined }],
    initializers: new Map(held),
  }
  const session: Session = await runtime.open(encodeModel({ ...model, graph }), asWritten)
  return {
    run: async operands => {
      const feeds = operands.map(({ dims, data }, i): [string, Tensor] => {
        const { name, type } = inputs[i] as (typeof inputs)[number]
        return [name, { dtype: type.dtype, dims, data: typed(type.dtype, data) }]
      })
      const { [result]: y } = await session.run(Object.fromEntries(feeds))
      const { dims, data } = y as Tensor
      return { dims, data: Float64Array.from(data as Iterable<number>, Number) }
    },
    close: () => session.close(),
  }
}

/** Numbers as the runtime takes them; of int8 it says less than it can. */
function typed(dtype: string, data: Float64Array): Tensor['data'] {
  switch (dtype) {
    case 'float64':
      return data
    case 'int8':
      return Int8Array.from(data) as unknown as Uint8Array
    case 'uint8':
    case 'bool':
      return Uint8Array.from(data)
    default:
      return Float32Array.from(data)
  }
}

function constantOf(tensor: Tensor | undefined, name: string): Constant {
  if (!tensor) throw new Error(`the run has no value "${name}"`)
  return { dtype: tensor.dtype as DataType, dims: tensor.dims, bytes: bytesOf(tensor.data) }
}
