/** Pooling: averages are linear layers whose weights are all alike, maxima select. */

import type { Value } from '../0-graph/builder.ts'
import type { Node } from '../0-graph/graph.ts'
import { sizeOf } from '../0-graph/tensor.ts'
import { type Domain, withZero } from './domain.ts'
import { reshapeLike } from './like.ts'
import type { Branch, Context, Facts, LinearOperator, SelectingOperator } from './operator.ts'
import {
  isSideBySide,
  onesPlane,
  padsOf,
  poolKernel,
  refuseUnknownSize,
  spreadOverWindows,
  sumOverWindows,
  type Windows,
  windowsApart,
  windowsOf,
} from './windows.ts'
import { firstLargest } from './winner.ts'

const same = (_: Node, inputs: readonly Domain[]): Domain => inputs[0] as Domain

const refuse = (node: Node, facts: Facts) => refuseUnknownSize(node, poolKernel(node), facts)

function poolWindows(node: Node, facts: Facts): Windows {
  return windowsOf(node, poolKernel(node) as readonly number[], facts) as Windows
}

/** ONNX AveragePool, overlapping or padded, with ceil_mode and both meanings of count_include_pad. */
export const AveragePool: LinearOperator = {
  kind: 'linear',
  hasFixedWeights: true,
  domain: (_, inputs) => withZero(inputs[0] as Domain),
  refuse,
  branches: (node, context) => {
    const { b } = context
    const x = node.inputs[0] as Value
    const windows = poolWindows(node, context)
    const attributes = node.attributes
    const pool = (value: Value) => b.op('AveragePool', [value], attributes)
    // 1/n of each window, as the runtime counts: exporters and versions differ in what they count (padding, ceil_mode).
    const share = () => {
      const ones = onesPlane(context, windows)
      return b.op('Div', [pool(ones), sumOverWindows(context, ones, windows)], {}, 'share')
    }
    return [
      {
        input: 0,
        x,
        weights: { kind: 'fixed', value: 1 },
        forward: pool,
        transpose: s => spreadOverWindows(context, b.op('Mul', [s, share()], {}, 'shared'), windows, x),
      },
    ]
  },
}

/** ONNX MaxPool. */
export const MaxPool: SelectingOperator = {
  kind: 'selecting',
  domain: same,
  refuse: (node, facts) =>
    node.outputs.slice(1).some(output => output !== '')
      ? 'its second output (indices) is used: max unpooling is not supported'
      : refuse(node, facts),
  sum: (node, context) => sumBranch(context, node.inputs[0] as Value, poolWindows(node, context)),
  winner: (node, relevance, context) => {
    const { b } = context
    const x = node.inputs[0] as Value
    const windows = poolWindows(node, context)
    const { kernel, strides, dilations, begin, end, input, output } = windows
    // One channel per place in the window. The kernel that takes them out puts them back when transposed.
    const places = sizeOf(kernel)
    const pick = b.op('Reshape', [identity(context, places), b.ints([places, 1, ...kernel])], {}, 'pick')
    const attributes = { kernel_shape: kernel, strides, dilations }
    const planes = b.op('Reshape', [x, b.ints([-1, 1, ...input])], {}, 'planes')
    const pads = [0, 0, ...begin, 0, 0, ...end.map(e => Math.max(0, e))]
    const least = b.floats(lowestFloat)
    const padded = pads.some(p => p > 0) ? b.op('Pad', [planes, b.ints(pads), least], {}, 'padded') : planes
    const places_ = b.op('Conv', [padded, pick], attributes, 'places')
    const rows = b.op('Reshape', [places_, b.ints([-1, 1, places, sizeOf(output)])], {}, 'windows')
    const winner = firstLargest(context, rows, places)
    const r = b.op('Reshape', [relevance, b.ints([-1, 1, 1, sizeOf(output)])], {}, 'relevance_rows')
    const placed = b.op(
      'Reshape',
      [b.op('Mul', [winner, r], {}, 'placed'), b.ints([-1, places, ...output])],
      {},
      'placed',
    )
    if (kernel.length > 2 && isSideBySide(windows)) return windowsApart(context, placed, windows, x)
    const back = { ...attributes, pads: padsOf(windows), output_padding: end.map(e => Math.max(0, -e)) }
    return reshapeLike(context, b.op('ConvTranspose', [placed, pick], back, 'to_winner'), x)
  },
}

/** Padding that never wins and, unlike −∞, survives multiplication by 0. */
const lowestFloat = -3.4028234663852886e38

function sumBranch(context: Context, x: Value, windows: Windows): Branch {
  return {
    input: 0,
    x,
    weights: { kind: 'fixed', value: 1 },
    forward: value => sumOverWindows(context, value, windows),
    transpose: s => spreadOverWindows(context, s, windows, x),
  }
}

function identity({ b }: Context, size: number): Value {
  const shape = b.op('Expand', [b.floats(0), b.ints([size, size])], {}, 'square')
  return b.op('EyeLike', [shape], {}, 'identity')
}
