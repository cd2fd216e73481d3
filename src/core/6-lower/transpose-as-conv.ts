/**
 * ConvTranspose of stride 1 as Conv: the kernel reversed, its channels swapped, the padding complemented. ONNX Runtime's
 * Conv is blocked and parallel where its ConvTranspose is a GEMM and a scatter.
 *
 * To a few channels it stays: blocks are filled up to sixteen. 64 channels of 224² to 3 take 5.1 ms as ConvTranspose and 11 ms as
 * Conv, 128 of 56² to 8 0.6 ms and 1.1 ms, 192 planes of 9 × 28² to 1 0.7 ms and 5 ms (one thread).
 */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { type Graph, intAttribute, intsAttribute, type Node, stringAttribute } from '../0-graph/graph.ts'
import { sizeOf } from '../0-graph/tensor.ts'
import { rewriteNodes } from './rewrite-nodes.ts'
import { type WeightDims, weightDimsOf } from './weight-dims.ts'

/** Rewrites every ConvTranspose of stride 1 whose padding a Conv can have. */
export function transposeAsConv(graph: Graph): Graph {
  const dimsOf = weightDimsOf(graph)
  return rewriteNodes(graph, (node, b) => {
    const isNarrow = (channelsTo(node, dimsOf) ?? enough) < enough
    const pads = isNarrow ? undefined : complementPads(node)
    return pads && asConv(b, node, pads, dimsOf)
  })
}

/** Channels from which on blocks pay. */
const enough = 9

/** How many channels a ConvTranspose without groups makes; undefined in three dimensions, and where its weights' shape cannot be told. */
function channelsTo(node: Node, dimsOf: WeightDims): number | undefined {
  if (node.opType !== 'ConvTranspose' || intAttribute(node, 'group', 1) > 1) return undefined
  const dims = dimsOf(node.inputs[1] ?? '')
  // WebGPU has no ConvTranspose in three dimensions (onnxruntime-web 1.30).
  return dims && dims.length < 5 ? dims[1] : undefined
}

/** dilation·(k − 1) − pad on every side; undefined where that is negative or the node is not of this kind. */
function complementPads(node: Node): readonly number[] | undefined {
  const kernel = intsAttribute(node, 'kernel_shape')
  if (node.opType !== 'ConvTranspose' || node.domain !== '' || node.inputs.length > 2 || !kernel) return undefined
  // A model's own may leave its padding to be computed; ours never do.
  if (stringAttribute(node, 'auto_pad', 'NOTSET') !== 'NOTSET' || node.attributes.output_shape) return undefined
  const strides = intsAttribute(node, 'strides') ?? kernel.map(() => 1)
  const extra = intsAttribute(node, 'output_padding') ?? kernel.map(() => 0)
  const dilations = intsAttribute(node, 'dilations') ?? kernel.map(() => 1)
  const pads = intsAttribute(node, 'pads') ?? [...kernel, ...kernel].map(() => 0)
  if (strides.some(s => s !== 1) || extra.some(p => p !== 0)) return undefined
  const reach = kernel.map((k, i) => dilations[i]! * (k - 1))
  const complement = pads.map((pad, i) => reach[i % kernel.length]! - pad)
  return complement.every(pad => pad >= 0) ? complement : undefined
}

function asConv(b: GraphBuilder, node: Node, pads: readonly number[], dimsOf: WeightDims): Node {
  const [s, w] = node.inputs as [Value, Value]
  const kernel = intsAttribute(node, 'kernel_shape') as readonly number[]
  const group = intAttribute(node, 'group', 1)
  const attributes = { ...node.attributes }
  delete attributes.output_padding
  return {
    ...node,
    opType: 'Conv',
    inputs: [s, swappedChannels(b, reversed(b, w, kernel), kernel, group, dimsOf(w))],
    attributes: { ...attributes, pads: { type: 'ints', value: pads } },
  }
}

/** Every kernel back to front. */
function reversed(b: GraphBuilder, w: Value, kernel: readonly number[]): Value {
  if (sizeOf(kernel) === 1) return w
  const axes = kernel.map((_, i) => i + 2)
  const all = (value: number) => b.ints(kernel.map(() => value))
  return b.op('Slice', [w, all(-1), all(-(2 ** 31)), b.ints(axes), all(-1)], {}, 'w_reversed')
}

/** (G·O)×I×kernel, as ConvTranspose has it, to (G·I)×O×kernel, as Conv does. */
function swappedChannels(
  b: GraphBuilder,
  w: Value,
  kernel: readonly number[],
  group: number,
  dims: readonly number[] | undefined,
): Value {
  const spatial = kernel.map((_, i) => i)
  if (group === 1) return b.op('Transpose', [w], { perm: [1, 0, ...spatial.map(i => i + 2)] }, 'w_swapped')
  const { grouped, joined } = dims ? writtenSizes(b, dims, group) : computedSizes(b, w, kernel, group)
  const split = b.op('Reshape', [w, grouped], {}, 'w_grouped')
  const swapped = b.op('Transpose', [split], { perm: [0, 2, 1, ...spatial.map(i => i + 3)] }, 'w_swapped')
  return b.op('Reshape', [swapped, joined], {}, 'w_joined')
}

interface Grouped {
  /** G×O×I×kernel. */
  readonly grouped: Value
  /** (G·I)×O×kernel. */
  readonly joined: Value
}

function writtenSizes(b: GraphBuilder, [all = 0, inputs = 0, ...kernel]: readonly number[], group: number): Grouped {
  const outputs = all / group
  return { grouped: b.ints([group, outputs, inputs, ...kernel]), joined: b.ints([group * inputs, outputs, ...kernel]) }
}

function computedSizes(b: GraphBuilder, w: Value, kernel: readonly number[], group: number): Grouped {
  const dims = (axis: number) =>
    b.op('Slice', [b.op('Shape', [w], {}, 'shape'), b.ints([axis]), b.ints([axis + 1])], {}, 'size')
  const perGroup = b.op('Div', [dims(0), b.ints([group])], {}, 'per_group')
  const grouped = b.op('Concat', [b.ints([group]), perGroup, dims(1), b.ints(kernel)], { axis: 0 }, 'grouped')
  const inputs = b.op('Mul', [b.ints([group]), dims(1)], {}, 'inputs')
  return { grouped, joined: b.op('Concat', [inputs, perGroup, b.ints(kernel)], { axis: 0 }) }
}
