/**
 * What a file says in one word and means as several: a classifier of ai.onnx.ml is a linear layer and a head, a log-sum-exp
 * three steps. Written out, each is of one kind. Dictionaries are left out: the runtime's JavaScript cannot return them.
 */

import { create } from '@bufbuild/protobuf'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type NodeProto,
  NodeProtoSchema,
} from '../../../src/core/1-codec/generated/onnx_pb.ts'

/** Rewrites a graph's nodes and outputs in place. */
export function writeOut(graph: GraphProto): void {
  const dictionaries = new Map(
    graph.node.filter(({ opType }) => opType === 'ZipMap').map(({ input, output }) => [output[0], input[0]]),
  )
  for (const output of graph.output) output.name = dictionaries.get(output.name) ?? output.name
  graph.node = graph.node.flatMap(node => rewrites[node.opType]?.(node) ?? [node])
}

type Rewrite = (node: NodeProto) => readonly NodeProto[]

const rewrites: Readonly<Record<string, Rewrite>> = {
  ZipMap: () => [],
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
  ReduceLogSumExp: node => {
    const [x = '', ...axes] = node.input
    const [y = ''] = node.output
    // Until opset 18 its axes are an attribute, where the sum's are an input.
    const { ints } = node.attribute.find(({ name }) => name === 'axes') ?? {}
    const value = create(AttributeProtoSchema, { name: 'value_ints', type: AttributeType.INTS, ints: ints ?? [] })
    return [
      ...(ints ? [create(NodeProtoSchema, { opType: 'Constant', output: [`${y}/axes`], attribute: [value] })] : []),
      create(NodeProtoSchema, { opType: 'Exp', input: [x], output: [`${y}/exp`] }),
      create(NodeProtoSchema, {
        opType: 'ReduceSum',
        input: [`${y}/exp`, ...(ints ? [`${y}/axes`] : axes)],
        output: [`${y}/sum`],
        attribute: node.attribute.filter(({ name }) => name !== 'axes'),
      }),
      create(NodeProtoSchema, { opType: 'Log', input: [`${y}/sum`], output: [y] }),
    ]
  },
}

function text(node: NodeProto, name: string): string {
  return new TextDecoder().decode(node.attribute.find(attribute => attribute.name === name)?.s)
}
