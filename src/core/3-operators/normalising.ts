/** Normalisation across channels: with the normaliser held fixed it is a scaling, element by element. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { floatAttribute, intAttribute } from '../0-graph/graph.ts'
import type { Domain } from './domain.ts'
import type { Context, PassingOperator } from './operator.ts'

/**
 * ONNX LRN. The divisor (bias + α/n·Σx²)^β is held fixed, so each output has one input, which takes all of its relevance.
 * The paper says nothing of it; this is our choice, and the usual one.
 */
export const LRN: PassingOperator = {
  kind: 'normalising',
  domain: (_, [x]) => {
    const { origin, low } = x as Domain
    return { origin, low: low >= 0 ? 0 : Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  },
  // With y = x·d^−β and d = k + α/n·Σx²: g·d^−β − 2αβ/n·x·Σ(g·x·d^−(β+1)), the sum over the windows that x is in.
  gradient: (node, outgoing, context) => {
    const { b } = context
    const x = node.inputs[0] as Value
    const [alpha, beta, bias] = [
      floatAttribute(node, 'alpha', 1e-4),
      floatAttribute(node, 'beta', 0.75),
      floatAttribute(node, 'bias', 1),
    ]
    const size = intAttribute(node, 'size', 1)
    const squares = acrossChannels(context, b.op('Mul', [x, x], {}, 'squares'), size)
    const d = b.op('Add', [b.op('Mul', [squares, b.floats(alpha / size)], {}, 'scaled'), b.floats(bias)], {}, 'divisor')
    const own = b.op('Mul', [outgoing, b.op('Pow', [d, b.floats(-beta)], {}, 'power')], {}, 'own')
    const shared = b.op('Mul', [b.op('Mul', [own, x]), b.op('Reciprocal', [d])], {}, 'shared')
    const others = b.op('Mul', [x, acrossChannels(context, shared, size, true)], {}, 'others')
    return b.op('Sub', [own, b.op('Mul', [others, b.floats((2 * alpha * beta) / size)])], {}, 'gradient')
  },
}

/** The sum over `size` neighbouring channels; `reversed` over the channels whose window a channel is in. */
function acrossChannels({ b }: Context, x: Value, size: number, reversed = false): Value {
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)]
  const [top, bottom] = reversed ? [after, before] : [before, after]
  // N×C×spatial as N×1×C×rest: a column of channels to pool over.
  const column = b.op('Reshape', [x, rowsOf(b, x)], {}, 'column')
  const pads = b.op('Pad', [column, b.ints([0, 0, top, 0, 0, 0, bottom, 0])], {}, 'padded')
  const mean = b.op('AveragePool', [pads], { kernel_shape: [size, 1] }, 'window_mean')
  const sum = b.op('Mul', [mean, b.floats(size)], {}, 'window_sum')
  return b.op('Reshape', [sum, b.op('Shape', [x], {}, 'shape')], {}, 'across')
}

/** [N, 1, C, −1] for a value of shape N×C×spatial. */
function rowsOf(b: GraphBuilder, x: Value): Value {
  const shape = b.op('Shape', [x], {}, 'shape')
  const at = (from: number) => b.op('Slice', [shape, b.ints([from]), b.ints([from + 1])], {}, 'size')
  return b.op('Concat', [at(0), b.ints([1]), at(1), b.ints([-1])], { axis: 0 }, 'rows')
}
