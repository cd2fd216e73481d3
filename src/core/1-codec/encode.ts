/** `Model` -> bytes: the decoder's mirror image. Weights are copied once, into the result. */

import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { Attribute, Graph, Model, Node, ValueInfo } from '../0-graph/graph.ts'
import { type Tensor, toInt64 } from '../0-graph/tensor.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import { codeOfDataType } from './data-types.ts'
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.ts'

/** Protobuf's own limit. */
const largestModel = 2 ** 31 - 1

/**
 * The model as the bytes of an `.onnx` file, weights inside.
 *
 * @throws DeepTaylorError `unsupported-graph` when they do not fit into the 2 GB of such a file
 */
export function encodeModel(model: Model): Uint8Array {
  const weights = [...model.graph.initializers.values()].reduce((sum, tensor) => sum + tensor.bytes.length, 0)
  if (weights > largestModel) {
    throw new DeepTaylorError('unsupported-graph', {
      reason: `the weights (${(weights / 2 ** 30).toFixed(1)} GiB) do not fit into one ONNX file`,
      remedy: 'convert the model to a smaller one; models above 2 GB are not supported yet',
    })
  }
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(model.irVersion),
      producerName: model.producer,
      graph: encodeGraph(model.graph),
      opsetImport: [...model.opsets].map(([domain, version]) =>
        create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }),
      ),
      metadataProps: [...model.metadata].map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    }),
  )
}

function encodeGraph(graph: Graph): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name || 'graph',
    node: graph.nodes.map(encodeNode),
    initializer: [...graph.initializers].map(([name, tensor]) => encodeTensor(tensor, name)),
    input: graph.inputs.map(encodeValueInfo),
    output: graph.outputs.map(encodeValueInfo),
  })
}

function encodeNode(node: Node): NodeProto {
  const message = create(NodeProtoSchema, {
    name: node.name,
    opType: node.opType,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
  })
  if (node.domain !== '') message.domain = node.domain
  return message
}

function encodeAttribute(name: string, attribute: Attribute): AttributeProto {
  switch (attribute.type) {
    case 'float':
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: attribute.value })
    case 'int':
      return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: toInt64(attribute.value) })
    case 'string':
      return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: utf8(attribute.value) })
    case 'floats':
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...attribute.value] })
    case 'ints':
      return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: attribute.value.map(toInt64) })
    case 'strings':
      return create(AttributeProtoSchema, { name, type: AttributeType.STRINGS, strings: attribute.value.map(utf8) })
    case 'tensor':
      return create(AttributeProtoSchema, { name, type: AttributeType.TENSOR, t: encodeTensor(attribute.value, '') })
    case 'graph':
      return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: encodeGraph(attribute.value) })
    case 'other':
      throw new TypeError(`attribute "${name}" (${attribute.value}) cannot be written`)
  }
}

function encodeTensor(tensor: Tensor, name: string): TensorProto {
  const message = create(TensorProtoSchema, {
    dims: tensor.dims.map(toInt64),
    dataType: codeOfDataType(tensor.dtype),
  })
  if (name !== '') message.name = name
  if (tensor.elsewhere) {
    message.dataLocation = DataLocation.EXTERNAL
    message.externalData = Object.entries(tensor.elsewhere).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value: String(value) }),
    )
  } else if (tensor.strings) message.stringData = [...tensor.strings]
  else message.rawData = tensor.bytes
  return message
}

function encodeValueInfo({ name, type, opaque }: ValueInfo): ValueInfoProto {
  const message = create(ValueInfoProtoSchema, { name })
  if (type) {
    const shape = type.dims && {
      dim: type.dims.map(dim => ({
        value:
          typeof dim === 'number'
            ? { case: 'dimValue' as const, value: BigInt(dim) }
            : dim === ''
              ? { case: undefined }
              : { case: 'dimParam' as const, value: dim },
      })),
    }
    const tensor = { elemType: codeOfDataType(type.dtype), ...(shape && { shape }) }
    return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensor } } })
  }
  if (opaque) message.type = fromBinary(TypeProtoSchema, opaque)
  return message
}

const encoder = new TextEncoder()
const utf8 = (text: string): Uint8Array => encoder.encode(text)
