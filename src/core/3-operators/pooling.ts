/** Pooling: averages are linear layers whose weights are all alike, maxima select. */

import type { Value } from '../0-graph/builder.ts'
import type { Node } from '../0-graph/graph.ts'
import { type Domain, withZero } from './domain.ts'
import type { Branch, Context, Facts, LinearOperator, SelectingOperator } from './operator.ts'
import { toWinners } from './window-winner.ts'
import {
  onesPlane,
  poolKernel,
  refuseUnknownSize,
  spreadOverWindows,
  sumOverWindows,
  type Windows,
  windowsOf,
} from './windows.ts'

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
    const [x, y] = [node.inputs[0] as Value, node.outputs[0] as Value]
    return toWinners(context, x, y, relevance, poolWindows(node, context))
  },
}

function sumBranch(context: Context, x: Value, windows: Windows): Branch {
  return {
    input: 0,
    x,
    weights: { kind: 'fixed', value: 1 },
    forward: value => sumOverWindows(context, value, windows),
    transpose: s => spreadOverWindows(context, s, windows, x),
  }
}
