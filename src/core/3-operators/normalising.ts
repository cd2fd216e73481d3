/** Normalisation across channels: with the normaliser held fixed it is a scaling, element by element. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { floatAttribute, intAttribute } from '../0-graph/graph.ts'
import { rankOf } from '../0-graph/shapes.ts'
import { type Domain, linearOutput } from './domain.ts'
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

/**
 * ONNX LayerNormalization: y = (x − mean)/deviation·scale + bias over the last axes. Mean and deviation are held fixed, so each
 * output has one input; the gradient holds nothing fixed.
 */
export const LayerNormalization: PassingOperator = {
  kind: 'normalising',
  domain: () => linearOutput,
  refuse: (node, facts) => {
    if (node.outputs.slice(1).some(output => output !== '')) return 'its mean or deviation is used besides'
    return rankOf(facts.shapes, node.inputs[0] ?? '') === undefined ? 'the rank of its input is not known' : undefined
  },
  gradient: (node, outgoing, context) => {
    const rank = rankOf(context.shapes, node.inputs[0] as Value) as number
    const axis = intAttribute(node, 'axis', -1)
    const first = axis < 0 ? axis + rank : axis
    const axes = Array.from({ length: rank - first }, (_, i) => first + i)
    const scale = node.inputs[1]
    const own = scale ? context.b.op('Mul', [outgoing, scale], {}, 'scaled') : outgoing
    return normalisedGradient(context, node.inputs[0] as Value, own, axes, floatAttribute(node, 'epsilon', 1e-5))
  },
}

/** ONNX InstanceNormalization: the same over the places of every channel. */
export const InstanceNormalization: PassingOperator = {
  kind: 'normalising',
  domain: () => linearOutput,
  refuse: (node, facts) =>
    rankOf(facts.shapes, node.inputs[0] ?? '') === undefined ? 'the rank of its input is not known' : undefined,
  gradient: (node, outgoing, context) => {
    const { b } = context
    const [x, scale] = node.inputs as [Value, Value]
    const rank = rankOf(context.shapes, x) as number
    const axes = Array.from({ length: rank - 2 }, (_, i) => i + 2)
    const perChannel = b.op('Reshape', [scale, b.ints([-1, ...axes.map(() => 1)])], {}, 'per_channel')
    const own = b.op('Mul', [outgoing, perChannel], {}, 'scaled')
    return normalisedGradient(context, x, own, axes, floatAttribute(node, 'epsilon', 1e-5))
  },
}

/** ONNX Softmax inside a network, as in attention: the sum of exponentials is held fixed. */
export const Softmax: PassingOperator = {
  kind: 'normalising',
  domain: () => ({ origin: 'activation', low: 0, high: 1 }),
  // y·(g − Σ g·y)
  gradient: (node, outgoing, { b }) => {
    const y = node.outputs[0] as Value
    const own = b.op('Mul', [outgoing, y], {}, 'own')
    const total = b.op('ReduceSum', [own, b.ints([intAttribute(node, 'axis', -1)])], { keepdims: 1 }, 'total')
    return b.op('Mul', [y, b.op('Sub', [outgoing, total], {}, 'rest')], {}, 'gradient')
  },
}

/** With x̂ = (x − mean)/d: (g − mean(g) − x̂·mean(g·x̂))/d. */
function normalisedGradient({ b }: Context, x: Value, g: Value, axes: readonly number[], epsilon: number): Value {
  const total = (value: Value) => b.op('ReduceSum', [value, b.ints(axes)], { keepdims: 1 }, 'total')
  const count = total(b.op('Expand', [b.floats(1), b.op('Shape', [x], {}, 'shape')], {}, 'ones'))
  const mean = (value: Value) => b.op('Div', [total(value), count], {}, 'mean')
  const centred = b.op('Sub', [x, mean(x)], {}, 'centred')
  const variance = b.op('Add', [mean(b.op('Mul', [centred, centred])), b.floats(epsilon)], {}, 'variance')
  const deviation = b.op('Sqrt', [variance], {}, 'deviation')
  const unit = b.op('Div', [centred, deviation], {}, 'normalised')
  const shared = b.op('Mul', [unit, mean(b.op('Mul', [g, unit]))], {}, 'shared')
  const rest = b.op('Sub', [b.op('Sub', [g, mean(g)]), shared], {}, 'rest')
  return b.op('Div', [rest, deviation], {}, 'gradient')
}
