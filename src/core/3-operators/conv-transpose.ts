/** ConvTranspose: the transpose of a convolution is a layer too, and its own transpose is that convolution. */

import type { Value } from '../0-graph/builder.ts'
import { intAttribute, intsAttribute, type Node, stringAttribute } from '../0-graph/graph.ts'
import { dimsOf, staticDimsOf } from '../0-graph/shapes.ts'
import { tensorOf } from './conv.ts'
import { linearOutput } from './domain.ts'
import type { Facts, LinearOperator } from './operator.ts'

/** ONNX ConvTranspose: X (N×C×spatial), W (C×M/group×kernel), optional B (M). */
export const ConvTranspose: LinearOperator = {
  kind: 'linear',
  domain: () => linearOutput,
  refuse: (node, facts) => {
    const [x = '', w = '', bias = ''] = node.inputs
    if (!facts.active.has(x) || facts.active.has(w) || facts.active.has(bias)) {
      return 'its weights depend on the input: no rule is defined for that'
    }
    return paddingOf(node, facts) ? undefined : 'its sizes are not known: fix the free sizes of the input'
  },
  branches: (node, context) => {
    const { b } = context
    const [x, w] = node.inputs as [Value, Value]
    const { kernel, strides, dilations, begin, end } = paddingOf(node, context) as Padding
    const back = { kernel_shape: kernel, strides, dilations, group: intAttribute(node, 'group', 1) }
    const pads = [...begin, ...end.map(pad => Math.max(0, pad))]
    // Rows that output_padding adds behind the windows' reach are read by no window of the convolution: they are cut off.
    const isCut = end.some(pad => pad < 0)
    return [
      {
        input: 0,
        x,
        weights: { kind: 'tensor', value: w },
        forward: (value, weights) => b.op('ConvTranspose', [value, tensorOf(weights)], node.attributes),
        transpose: (s, weights) => {
          const cut = isCut ? b.op('Pad', [s, b.ints(cutOf(end))], {}, 'cut') : s
          return b.op('Conv', [cut, tensorOf(weights)], { ...back, pads }, 'transposed')
        },
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

/** Negative padding at the ends of the spatial axes. */
function cutOf(end: readonly number[]): number[] {
  const none = [0, 0, ...end.map(() => 0)]
  return [...none, 0, 0, ...end.map(pad => Math.min(0, pad))]
}

interface Padding {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** What the convolution that it transposes pads with; negative where the output goes on behind the last window. */
  readonly begin: readonly number[]
  readonly end: readonly number[]
}

function paddingOf(node: Node, facts: Facts): Padding | undefined {
  const kernel = staticDimsOf(facts.shapes, node.inputs[1] ?? '')?.slice(2)
  const [input, output] = [node.inputs[0], node.outputs[0]].map(name => dimsOf(facts.shapes, name ?? '')?.slice(2))
  const isKnown = (dims: readonly (number | string)[] | undefined) => dims?.every(dim => typeof dim === 'number')
  if (!kernel || !isKnown(input) || !isKnown(output)) return undefined
  const strides = intsAttribute(node, 'strides') ?? kernel.map(() => 1)
  const dilations = intsAttribute(node, 'dilations') ?? kernel.map(() => 1)
  const given = intsAttribute(node, 'pads')
  const reach = kernel.map(
    (k, i) => (strides[i] as number) * ((input?.[i] as number) - 1) + (dilations[i] as number) * (k - 1) + 1,
  )
  const total = reach.map((size, i) => size - (output?.[i] as number))
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET')
  // With output_shape or SAME, ONNX gives the odd element to the front unless SAME_UPPER is asked for.
  const isComputed = auto.startsWith('SAME') || node.attributes.output_shape !== undefined
  const begin = kernel.map((_, i) => {
    if (!isComputed) return given?.[i] ?? 0
    const half = Math.floor((total[i] as number) / 2)
    return auto === 'SAME_UPPER' ? half : (total[i] as number) - half
  })
  return { kernel, strides, dilations, begin, end: total.map((pad, i) => pad - (begin[i] as number)) }
}
