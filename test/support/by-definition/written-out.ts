/**
 * What a file says in one word and means as several: a classifier of ai.onnx.ml is a linear layer and a head, a function is
 * what it calls. Written out, each is of one kind. Dictionaries are left out: the runtime's JavaScript cannot return them.
 * Numbers of half precision are those numbers in single precision.
 */

import { create, fromBinary } from '@bufbuild/protobuf'
import { decodeModel } from '../../../src/core/1-codec/decode.ts'
import { encodeModel } from '../../../src/core/1-codec/encode.ts'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
} from '../../../src/core/1-codec/generated/onnx_pb.ts'

/** ONNX's numbers for float32 and float16. */
const [single, half] = [1, 10]

/** A file's model, written out. */
export async function writtenOut(file: Uint8Array): Promise<ModelProto> {
  const first = fromBinary(ModelProtoSchema, file)
  const message =
    first.functions.length > 0 ? fromBinary(ModelProtoSchema, encodeModel(await decodeModel(file))) : first
  if (message.graph) {
    writeOut(message.graph)
    widen(message.graph)
  }
  return message
}

function writeOut(graph: GraphProto): void {
  const dictionaries = new Map(
    graph.node.filter(({ opType }) => opType === 'ZipMap').map(({ input, output }) => [output[0], input[0]]),
  )
  for (const output of graph.output) output.name = dictionaries.get(output.name) ?? output.name
  graph.node = graph.node.flatMap(node => rewrites[node.opType]?.(node) ?? [node])
}

type Rewrite = (node: NodeProto) => readonly NodeProto[]

const rewrites: Readonly<Record<string, Rewrite>> = {
  ZipMap: () => [],
  // What is cast like another value does not depend on its numbers; all that are cast so are of single precision here.
  CastLike: ({ input: [x = ''], output }) => {
    const to = create(AttributeProtoSchema, { name: 'to', type: AttributeType.INT, i: BigInt(single) })
    return [create(NodeProtoSchema, { opType: 'Cast', input: [x], output, attribute: [to] })]
  },
  LinearClassifier: node => {
    const [label = '', scores = ''] = node.output
    const transform = text(node, 'post_transform')
    const heads: Readonly<Record<string, string>> = { NONE: 'Identity', LOGISTIC: 'Sigmoid', SOFTMAX: 'Softmax' }
    const head = heads[transform || 'NONE']
    const classes = node.attribute.map(({ ints, strings }) => ints.length + strings.length).find(count => count > 1)
    if (!head || !classes) return [node]
    const kept = node.attribute.filter(({ name }) => name === 'coefficients' || name === 'intercepts')
    const targets = create(AttributeProtoSchema, { name: 'targets', type: AttributeType.INT, i: BigInt(classes) })
    const logits = `${scores}/logits`
    return [
      create(NodeProtoSchema, { ...node, output: [label, `${scores}/unused`] }),
      create(NodeProtoSchema, {
        opType: 'LinearRegressor',
        domain: node.domain,
        input: node.input,
        output: [logits],
        attribute: [...kept, targets],
      }),
      create(NodeProtoSchema, { opType: head, input: [logits], output: [scores] }),
    ]
  },
}

function text(node: NodeProto, name: string): string {
  return new TextDecoder().decode(node.attribute.find(attribute => attribute.name === name)?.s)
}

/** Every number of half precision as the same number in single precision. */
function widen(graph: GraphProto): void {
  for (const { type } of [...graph.input, ...graph.output, ...graph.valueInfo]) {
    if (type?.value.case === 'tensorType' && type.value.value.elemType === half) type.value.value.elemType = single
  }
  const tensors = graph.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => (t ? [t] : [])))
  for (const tensor of [...graph.initializer, ...tensors]) if (tensor.dataType === half) widenTensor(tensor)
  for (const { opType, attribute } of graph.node) {
    const to = opType === 'Cast' ? attribute.find(({ name }) => name === 'to') : undefined
    if (to?.i === BigInt(half)) to.i = BigInt(single)
  }
}

function widenTensor(tensor: TensorProto): void {
  const { rawData, int32Data } = tensor
  const bits = rawData.length > 0 ? new Uint16Array(Uint8Array.from(rawData).buffer) : Uint16Array.from(int32Data)
  tensor.dataType = single
  tensor.int32Data = []
  tensor.rawData = new Uint8Array(Float32Array.from(bits, numberOfHalf).buffer)
}

/** IEEE 754 binary16. */
function numberOfHalf(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}
