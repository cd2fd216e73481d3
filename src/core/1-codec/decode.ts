/** Bytes -> `Model`: the only place, besides the encoder, that knows ONNX's protobuf messages. */

import { fromBinary, toBinary } from '@bufbuild/protobuf'
import type { Attribute, DataType, Dim, Graph, Model, Node, ValueInfo } from '../0-graph/graph.ts'
import { inOrder } from '../0-graph/order.ts'
import { byteSize, bytesOf, type Elsewhere, sizeOf, type Tensor } from '../0-graph/tensor.ts'
import { DeepTaylorError, reasonOf } from '../diagnostics.ts'
import { dataTypeOfCode } from './data-types.ts'
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  TypeProtoSchema,
  type ValueInfoProto,
} from './generated/onnx_pb.ts'
import { inlineFunctions } from './inline-functions.ts'

/** The piece of a file that holds a tensor's bytes. `length` is undefined for "to the end of the file". */
export interface ExternalPiece {
  readonly tensor: string
  readonly location: string
  readonly offset: number
  readonly length: number | undefined
}

/** Fetches external data. It decides what may be read; the compiler reads nothing itself. */
export type ExternalDataLoader = (piece: ExternalPiece) => Promise<Uint8Array>

/** How a model is decoded. */
export interface DecodeOptions {
  /** What messages call the model, usually its file name. Default `model`. */
  readonly source?: string
  /** Needed for models whose tensors lie in other files; `leave` leaves them there. */
  readonly external?: ExternalDataLoader | 'leave'
}

/**
 * Decodes an ONNX model. Large tensors stay views of `bytes`.
 *
 * @throws DeepTaylorError `model-unreadable` (not protobuf), `model-invalid` (not ONNX), `external-data`
 */
export async function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Model> {
  const source = options.source ?? 'model'
  const message = parse(bytes, source)
  const invalid = (reason: string) => new DeepTaylorError('model-invalid', { source, reason })
  if (!message.graph) throw invalid('it holds no graph')
  if (message.opsetImport.length === 0) throw invalid('it names no operator set')
  const { nodes, opsets } = inlineFunctions(message)
  return {
    irVersion: Number(message.irVersion),
    opsets,
    producer: [message.producerName, message.producerVersion].filter(part => part !== '').join(' '),
    metadata: new Map(message.metadataProps.map(({ key, value }) => [key, value])),
    graph: await decodeGraph(message.graph, nodes, invalid, options.external),
  }
}

function parse(bytes: Uint8Array, source: string): ModelProto {
  if (bytes.length === 0) throw new DeepTaylorError('model-unreadable', { source, reason: 'the file is empty' })
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false })
  } catch (error) {
    const reason = `it is damaged, cut short, or something else altogether (${reasonOf(error)})`
    throw new DeepTaylorError('model-unreadable', { source, reason }, error)
  }
}

type Invalid = (reason: string) => DeepTaylorError

async function decodeGraph(
  graph: GraphProto,
  written: readonly NodeProto[],
  invalid: Invalid,
  external?: DecodeOptions['external'],
  depth = 0,
): Promise<Graph> {
  if (graph.output.length === 0) throw invalid('its graph has no outputs')
  if (graph.sparseInitializer.length > 0) {
    throw new DeepTaylorError('unsupported-graph', {
      reason: `the model stores the weights "${graph.sparseInitializer[0]?.values?.name}" sparsely`,
      remedy: 'save it with dense weights',
    })
  }
  const initializers = new Map<string, Tensor>()
  for (const tensor of graph.initializer) {
    if (initializers.has(tensor.name)) throw invalid(`it defines the weights "${tensor.name}" twice`)
    initializers.set(tensor.name, await decodeTensor(tensor, invalid, external))
  }
  const nodes: Node[] = []
  for (const node of written) nodes.push(await decodeNode(node, invalid, external, depth))
  const inner = {
    name: graph.name,
    inputs: graph.input.map(decodeValueInfo),
    outputs: graph.output.map(decodeValueInfo),
    initializers,
  }
  // What a branch takes from around it is checked where it stands.
  if (depth > 0) return { ...inner, nodes }
  const ordered = inOrder(nodes, [...initializers.keys(), ...graph.input.map(input => input.name)])
  if ('fault' in ordered) throw invalid(ordered.fault)
  const defined = new Set([
    ...initializers.keys(),
    ...graph.input.map(({ name }) => name),
    ...nodes.flatMap(node => node.outputs),
  ])
  const missing = graph.output.find(({ name }) => !defined.has(name))
  if (missing) throw invalid(`its output "${missing.name}" is never defined`)
  return { ...inner, nodes: ordered.nodes }
}

async function decodeNode(
  node: NodeProto,
  invalid: Invalid,
  external: DecodeOptions['external'],
  depth: number,
): Promise<Node> {
  const attributes: Record<string, Attribute> = Object.create(null)
  for (const attribute of node.attribute) {
    const isBranch = node.opType === 'If' && domainOf(node.domain) === '' && attribute.g && depth < deepest
    attributes[attribute.name] = isBranch
      ? await decodeBranch(attribute.g as GraphProto, invalid, external, depth + 1)
      : await decodeAttribute(attribute, invalid, external)
  }
  return {
    name: node.name,
    opType: node.opType,
    domain: domainOf(node.domain),
    inputs: node.input,
    outputs: node.output,
    attributes,
  }
}

/** Branches within branches deeper than this are refused as any sub-graph is. */
const deepest = 8

async function decodeBranch(
  graph: GraphProto,
  invalid: Invalid,
  external: DecodeOptions['external'],
  depth: number,
): Promise<Attribute> {
  return { type: 'graph', value: await decodeGraph(graph, graph.node, invalid, external, depth) }
}

async function decodeAttribute(
  attribute: AttributeProto,
  invalid: Invalid,
  external?: DecodeOptions['external'],
): Promise<Attribute> {
  switch (attribute.type) {
    case AttributeType.FLOAT:
      return { type: 'float', value: attribute.f }
    case AttributeType.INT:
      return { type: 'int', value: Number(attribute.i) }
    case AttributeType.STRING:
      return { type: 'string', value: text(attribute.s) }
    case AttributeType.FLOATS:
      return { type: 'floats', value: attribute.floats }
    case AttributeType.INTS:
      return { type: 'ints', value: attribute.ints.map(Number) }
    case AttributeType.STRINGS:
      return { type: 'strings', value: attribute.strings.map(text) }
    case AttributeType.TENSOR:
      if (!attribute.t) throw invalid(`attribute "${attribute.name}" holds no tensor`)
      return { type: 'tensor', value: await decodeTensor(attribute.t, invalid, external) }
    default:
      return { type: 'other', value: AttributeNames.get(attribute.type) ?? String(attribute.type) }
  }
}

const AttributeNames: ReadonlyMap<number, string> = new Map(Object.entries(AttributeType).map(([k, v]) => [v, k]))

async function decodeTensor(
  tensor: TensorProto,
  invalid: Invalid,
  external?: DecodeOptions['external'],
): Promise<Tensor> {
  const name = tensor.name || 'unnamed'
  const dtype = dataTypeOfCode(tensor.dataType)
  if (dtype === undefined || dtype === 'undefined') {
    throw new DeepTaylorError('unsupported-graph', {
      reason: `tensor "${name}" has element type ${tensor.dataType}, which is not supported`,
      remedy: 'save the model with float32 weights',
    })
  }
  const dims = tensor.dims.map(Number)
  const size = sizeOf(dims)
  if (dims.some(dim => dim < 0) || !Number.isSafeInteger(size)) {
    throw invalid(`tensor "${name}" has the impossible shape [${dims}]`)
  }
  if (dtype === 'string') return { dtype, dims, bytes: new Uint8Array(0), strings: tensor.stringData }
  const expected = size * byteSize[dtype]
  if (tensor.dataLocation === DataLocation.EXTERNAL && external === 'leave') {
    return { dtype, dims, bytes: new Uint8Array(0), elsewhere: elsewhereOf(tensor, name, expected) }
  }
  const bytes =
    tensor.dataLocation === DataLocation.EXTERNAL
      ? await externalBytes(tensor, name, expected, external as ExternalDataLoader | undefined)
      : tensor.rawData.length > 0 || expected === 0
        ? tensor.rawData
        : typedBytes(tensor, dtype)
  if (bytes.length !== expected) {
    throw invalid(`tensor "${name}" of shape [${dims}] should have ${expected} bytes and has ${bytes.length}`)
  }
  return { dtype, dims, bytes }
}

async function externalBytes(
  tensor: TensorProto,
  name: string,
  expected: number,
  external: ExternalDataLoader | undefined,
): Promise<Uint8Array> {
  const piece = elsewhereOf(tensor, name, expected)
  if (!external) {
    const reason = 'the model was given as bytes, without a way to load other files'
    throw new DeepTaylorError('external-data', { tensor: name, location: piece.location, reason })
  }
  return external({ tensor: name, ...piece })
}

function elsewhereOf(tensor: TensorProto, name: string, expected: number): Elsewhere {
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]))
  const location = entries.get('location') ?? ''
  const refused = (reason: string) => new DeepTaylorError('external-data', { tensor: name, location, reason })
  const number = (key: string) => {
    const value = entries.get(key)
    if (value === undefined || value === '') return undefined
    if (!/^\d{1,15}$/.test(value)) throw refused(`its ${key} "${value}" is not a size`)
    return Number(value)
  }
  const offset = number('offset') ?? 0
  const length = number('length')
  if (location === '') throw refused('it names no file')
  if (length !== undefined && length !== expected) {
    throw refused(`its shape asks for ${expected} bytes and its length says ${length}`)
  }
  return { location, offset, length: expected }
}

/** Older exporters store elements in typed fields instead of raw bytes. */
function typedBytes(tensor: TensorProto, dtype: DataType): Uint8Array {
  switch (dtype) {
    case 'float32':
    case 'complex64':
      return bytesOf(Float32Array.from(tensor.floatData))
    case 'float64':
    case 'complex128':
      return bytesOf(Float64Array.from(tensor.doubleData))
    case 'int64':
      return bytesOf(BigInt64Array.from(tensor.int64Data))
    case 'uint32':
      return bytesOf(Uint32Array.from(tensor.uint64Data, Number))
    case 'uint64':
      return bytesOf(BigUint64Array.from(tensor.uint64Data))
    case 'int32':
      return bytesOf(Int32Array.from(tensor.int32Data))
    case 'int16':
      return bytesOf(Int16Array.from(tensor.int32Data))
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return bytesOf(Uint16Array.from(tensor.int32Data))
    case 'int8':
      return bytesOf(Int8Array.from(tensor.int32Data))
    default:
      return bytesOf(Uint8Array.from(tensor.int32Data))
  }
}

function decodeValueInfo(info: ValueInfoProto): ValueInfo {
  const value = info.type?.value
  if (value?.case !== 'tensorType') {
    const opaque = info.type && value?.case !== undefined ? { opaque: toBinary(TypeProtoSchema, info.type) } : {}
    return { name: info.name, type: undefined, ...opaque }
  }
  const dims = value.value.shape?.dim.map(({ value }): Dim => {
    if (value.case !== 'dimValue') return value.value ?? ''
    // Some exporters write −1 for a free size.
    return value.value < 0n ? '' : Number(value.value)
  })
  return { name: info.name, type: { dtype: dataTypeOfCode(value.value.elemType) ?? 'undefined', dims } }
}

function domainOf(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain
}

const decoder = new TextDecoder()
const text = (bytes: Uint8Array): string => decoder.decode(bytes)
