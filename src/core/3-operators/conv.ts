/** Conv in any number of dimensions, with groups, dilations, strides and every way to write its padding. */

import type { AttributeInput, Value } from '../0-graph/builder.ts'
import { intAttribute, type Node } from '../0-graph/graph.ts'
import { staticDimsOf } from '../0-graph/shapes.ts'
import { linearOutput } from './domain.ts'
import type { Context, Facts, LinearOperator, Weights } from './operator.ts'
import { padsOf, refuseUnknownSize, type Windows, windowsOf } from './windows.ts'

/** ONNX Conv: X (N×C×spatial), W (M×C/group×kernel), optional B (M). */
export const Conv: LinearOperator = {
  kind: 'linear',
  domain: () => linearOutput,
  refuse: (node, facts) => {
    const [x = '', w = '', bias = ''] = node.inputs
    if (!facts.active.has(x))
      return 'its weights depend on the input and its data does not: only the reverse is a layer'
    if (facts.active.has(w) || facts.active.has(bias))
      return 'its weights depend on the input: no rule is defined for that'
    if (!kernelOf(node, facts))
      return 'the shape of its weights is not known: run the model through ONNX shape inference'
    return refuseUnknownSize(node, kernelOf(node, facts), facts)
  },
  branches: (node, context) => {
    const [x, w] = node.inputs as [Value, Value]
    const kernel = kernelOf(node, context) as readonly number[]
    const windows = windowsOf(node, kernel, context) as Windows
    const attributes = {
      kernel_shape: kernel,
      strides: windows.strides,
      dilations: windows.dilations,
      group: intAttribute(node, 'group', 1),
      pads: padsOf(windows),
    }
    return [
      {
        input: 0,
        x,
        weights: { kind: 'tensor', value: w },
        forward: (value, weights) => context.b.op('Conv', [value, tensorOf(weights)], attributes),
        transpose: (s, weights) => convTranspose(context, s, tensorOf(weights), attributes, windows),
      },
    ]
  },
  bias: (node, { b, shapes }) => {
    const bias = node.inputs[2]
    if (!bias) return undefined
    const rank = staticDimsOf(shapes, node.inputs[1] ?? '')?.length ?? 4
    return b.op('Reshape', [bias, b.ints([-1, ...Array<number>(rank - 2).fill(1)])], {}, 'bias')
  },
  biasOf: node => node.inputs[2] || undefined,
}

function kernelOf(node: Node, facts: Facts): readonly number[] | undefined {
  const dims = staticDimsOf(facts.shapes, node.inputs[1] ?? '')
  return dims && dims.length > 2 ? dims.slice(2) : undefined
}

/** The transpose of Conv has Conv's own weights; output_padding returns it to the size of the input. */
function convTranspose(
  { b }: Context,
  s: Value,
  weights: Value,
  attributes: Readonly<Record<string, AttributeInput>>,
  windows: Windows,
): Value {
  const padding = windows.end.map(end => Math.max(0, -end))
  const extra = padding.some(p => p > 0) ? { output_padding: padding } : {}
  return b.op('ConvTranspose', [b.sized(s, windows.output), weights], { ...attributes, ...extra }, 'transposed')
}

/** The tensor of a branch whose weights are one. */
export function tensorOf(weights: Weights): Value {
  if (weights.kind !== 'tensor') throw new Error('a weight tensor was expected')
  return weights.value
}
