/** Sliding windows: their geometry, sums over them, and the way back. Shared by all pooling. */

import type { Value } from '../0-graph/builder.ts'
import { intAttribute, intsAttribute, type Node, stringAttribute } from '../0-graph/graph.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import { sizeOf } from '../0-graph/tensor.ts'
import { constantOfShape, reshapeLike } from './like.ts'
import type { Context, Facts } from './operator.ts'
import { repeat, withZeros } from './repeat.ts'

/** Windows over the spatial axes of N×C×spatial. */
export interface Windows {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** Elements before the first. */
  readonly begin: readonly number[]
  /** Elements after the last that the windows reach; negative where they stop short of the end. */
  readonly end: readonly number[]
  readonly input: readonly number[]
  readonly output: readonly number[]
}

/** The windows of a pooling or convolution node; undefined where a spatial size is not known. */
export function windowsOf(node: Node, kernel: readonly number[], facts: Facts): Windows | undefined {
  const rank = kernel.length
  const input = spatialOf(facts, node.inputs[0] ?? '')
  const output = spatialOf(facts, node.outputs[0] ?? '')
  if (!input || !output) return undefined
  const strides = intsAttribute(node, 'strides') ?? Array<number>(rank).fill(1)
  const dilations = intsAttribute(node, 'dilations') ?? Array<number>(rank).fill(1)
  const reach = kernel.map((k, i) => (output[i]! - 1) * strides[i]! + dilations[i]! * (k - 1) + 1)
  const total = reach.map((r, i) => r - input[i]!)
  const begin = beginPads(node, total)
  return { kernel, strides, dilations, begin, end: total.map((t, i) => t - begin[i]!), input, output }
}

/** Padding before the first element: written down, or from auto_pad, which halves the total. */
function beginPads(node: Node, total: readonly number[]): readonly number[] {
  switch (stringAttribute(node, 'auto_pad', 'NOTSET')) {
    case 'SAME_UPPER':
      return total.map(t => Math.floor(Math.max(0, t) / 2))
    case 'SAME_LOWER':
      return total.map(t => Math.ceil(Math.max(0, t) / 2))
    case 'VALID':
      return total.map(() => 0)
    default:
      return (intsAttribute(node, 'pads') ?? total.map(() => 0)).slice(0, total.length)
  }
}

/** Spatial sizes of N×C×spatial, if all are known. */
export function spatialOf(facts: Facts, value: string): readonly number[] | undefined {
  const dims = dimsOf(facts.shapes, value)?.slice(2)
  return dims?.every(dim => typeof dim === 'number') ? (dims as readonly number[]) : undefined
}

/** Why a window operator cannot be reversed here, if it cannot. */
export function refuseUnknownSize(node: Node, kernel: readonly number[] | undefined, facts: Facts): string | undefined {
  if (!kernel) return 'it names no kernel_shape'
  const windows = windowsOf(node, kernel, facts)
  if (!windows) return 'the spatial size of its input is free: fix it with --shape'
  const { output, strides, input, begin, dilations } = windows
  if (/^SAME/.test(stringAttribute(node, 'auto_pad', 'NOTSET')) && dilations.some(d => d !== 1)) {
    return 'it has dilations and automatic padding, where ONNX and its runtimes disagree: export it with explicit pads'
  }
  // ONNX's shape inference counts such a window, ONNX Runtime drops it: no shape that we write could suit both.
  const isBehind = output.some((size, i) => (size - 1) * strides[i]! >= input[i]! + begin[i]!)
  if (isBehind && intAttribute(node, 'ceil_mode', 0) === 1) {
    return 'its last window begins behind its input, where ONNX and its runtimes disagree: export it without ceil_mode'
  }
  return undefined
}

/** pads attribute: begin of every axis, then end of every axis, none negative. */
export function padsOf(windows: Windows): readonly number[] {
  return [...windows.begin, ...windows.end.map(end => Math.max(0, end))]
}

/** Σ over each window; padding counts as 0. */
export function sumOverWindows({ b }: Context, x: Value, windows: Windows): Value {
  const { kernel, strides, dilations } = windows
  const pads = padsOf(windows)
  // Pooling nodes may not pad by a whole kernel, as the last window of ceil_mode can ask for.
  if (dilations.every(d => d === 1) && pads.every((pad, i) => pad < kernel[i % kernel.length]!)) {
    const attributes = { kernel_shape: kernel, strides, pads, count_include_pad: 1 }
    const mean = b.op('AveragePool', [x], attributes, 'window_mean')
    return b.op('Mul', [mean, b.floats(sizeOf(kernel))], {}, 'window_sum')
  }
  const flat = b.op('Reshape', [x, b.ints([-1, 1, ...windows.input])], {}, 'planes')
  const ones = b.floats(Array<number>(sizeOf(kernel)).fill(1), 'float32', [1, 1, ...kernel])
  const attributes = { kernel_shape: kernel, strides, dilations, pads }
  const sums = b.op('Conv', [flat, ones], attributes, 'window_sum')
  const planes = b.op('Slice', [b.op('Shape', [x], {}, 'shape'), b.ints([0]), b.ints([2])], {}, 'samples_and_channels')
  const shape = b.op('Concat', [planes, b.ints(windows.output)], { axis: 0 }, 'pooled_shape')
  return b.op('Reshape', [sums, shape], {}, 'window_sum')
}

/** The transpose of `sumOverWindows`: every element of `like` gets the sum of `s` over the windows that it lies in. */
export function spreadOverWindows(context: Context, s: Value, windows: Windows, like: Value): Value {
  const { b } = context
  const { kernel, strides, dilations, begin, end, output } = windows
  const isPlain = dilations.every(d => d === 1)
  if (isSideBySide(windows)) {
    return repeatWindows(context, s, windows, like)
  }
  const isStep = strides.every(d => d === 1)
  // What a stride inserts behind the last element is cut off again.
  const pads = [
    ...kernel.map((k, i) => k - 1 - begin[i]!),
    ...kernel.map((k, i) => k - 1 - end[i]! - (isStep ? 0 : strides[i]! - 1)),
  ]
  if (isPlain && pads.every((pad, i) => pad >= 0 && pad < kernel[i % kernel.length]!)) {
    const attributes = { kernel_shape: kernel, pads, count_include_pad: 1 }
    if (isStep) {
      const mean = b.op('AveragePool', [s], attributes, 'spread_mean')
      return b.op('Mul', [mean, b.floats(sizeOf(kernel))], {}, 'spread')
    }
    return b.op('AveragePool', [withZeros(b, s, strides, output, sizeOf(kernel))], attributes, 'spread')
  }
  const flat = b.op('Reshape', [s, b.ints([-1, 1, ...output])], {}, 'planes')
  const ones = b.floats(Array<number>(sizeOf(kernel)).fill(1), 'float32', [1, 1, ...kernel])
  const attributes = {
    kernel_shape: kernel,
    strides,
    dilations,
    pads: padsOf(windows),
    // What a stride left over at the end; ONNX Runtime pads the result there.
    output_padding: end.map(p => Math.max(0, -p)),
  }
  const spread = b.op('ConvTranspose', [flat, ones], attributes, 'spread')
  return reshapeLike(context, spread, like)
}

/** Whether every element lies in one window at most, and none in padding. */
function isSideBySide({ kernel, strides, dilations, begin, end }: Windows): boolean {
  const isPlain = dilations.every(d => d === 1)
  return isPlain && strides.every((d, i) => d === kernel[i]) && begin.every(p => p === 0) && end.every(p => p <= 0)
}

/** Windows side by side: each value is repeated over its window. */
function repeatWindows(context: Context, s: Value, { kernel, input, output }: Windows, like: Value): Value {
  const { b } = context
  const repeated = repeat(b, s, kernel)
  const rest = input.map((size, i) => size - output[i]! * kernel[i]!)
  if (rest.every(r => r === 0)) return repeated
  const pads = [0, 0, ...rest.map(() => 0), 0, 0, ...rest]
  return reshapeLike(context, b.op('Pad', [repeated, b.ints(pads)], {}, 'padded'), like)
}

/** The kernel of a pooling node. */
export function poolKernel(node: Node): readonly number[] | undefined {
  return intsAttribute(node, 'kernel_shape')
}

/** A map of ones with the spatial size of the windows' input, for what the runtime counts in each window. */
export function onesPlane({ b }: Context, windows: Windows): Value {
  return constantOfShape(b, [1, 1, ...windows.input], 1)
}
