/** Sums of activations: Add, Sub, Sum. A constant operand is a bias. */

import type { Value } from '../0-graph/builder.ts'
import type { Node } from '../0-graph/graph.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import { type Domain, hull, linearOutput, rescaled, shiftedBy, valuesOf } from './domain.ts'
import { reshapeLike } from './like.ts'
import type { Branch, Context, Facts, LinearOperator, Weights } from './operator.ts'

function sumWith(signOf: (index: number) => 1 | -1): LinearOperator {
  const signed = ({ b }: Context, value: Value, index: number) => (signOf(index) === 1 ? value : b.op('Neg', [value]))
  return {
    kind: 'linear',
    hasFixedWeights: true,
    domain: (node, inputs, facts) => sumDomain(node, inputs, facts, signOf),
    refuse: (node, facts) => {
      const unknown = activeInputs(node, facts).some(
        ({ x }) => broadcastAxes(facts.shapes, x, node.outputs[0]) === undefined,
      )
      return unknown ? 'the ranks of its operands are not known' : undefined
    },
    branches: (node, context) =>
      activeInputs(node, context).map(({ x, index }) => branchOf(node, context, x, index, signOf(index))),
    bias: (node, context) => {
      const constants = node.inputs.flatMap((value, index) =>
        value === '' || context.active.has(value) ? [] : [signed(context, value, index)],
      )
      return constants.length > 1 ? context.b.op('Sum', constants, {}, 'bias') : constants[0]
    },
  }
}

/** ONNX Add. */
export const Add: LinearOperator = sumWith(() => 1)

/** ONNX Sub. */
export const Sub: LinearOperator = sumWith(index => (index === 0 ? 1 : -1))

/** ONNX Sum of any number of operands. */
export const Sum: LinearOperator = sumWith(() => 1)

function activeInputs(node: Node, { active }: Facts): { x: Value; index: number }[] {
  return node.inputs.flatMap((x, index) => (active.has(x) ? [{ x, index }] : []))
}

function branchOf(node: Node, context: Context, x: Value, index: number, sign: 1 | -1): Branch {
  const { b } = context
  const times = (value: Value, weights: Weights) => {
    if (weights.kind === 'tensor') throw new Error('a sum has no weight tensor')
    return weights.value === 1
      ? value
      : weights.value === -1
        ? b.op('Neg', [value])
        : b.op('Mul', [value, b.floats(weights.value)])
  }
  const axes = broadcastAxes(context.shapes, x, node.outputs[0]) ?? []
  return {
    input: index,
    x,
    weights: { kind: 'fixed', value: sign },
    forward: times,
    transpose: (s, weights) => {
      if (axes.length === 0) return times(s, weights)
      const summed = b.op('ReduceSum', [times(s, weights), b.ints(axes)], { keepdims: 1 }, 'summed')
      return reshapeLike(context, summed, x)
    },
  }
}

/** The output's axes along which `x` is repeated; undefined when a rank is unknown. */
function broadcastAxes(shapes: Shapes, x: Value, y: Value | undefined): readonly number[] | undefined {
  const from = dimsOf(shapes, x)
  const to = y === undefined ? undefined : dimsOf(shapes, y)
  if (!from || !to) return undefined
  const missing = to.length - from.length
  return to.flatMap((dim, axis) => (axis < missing || (from[axis - missing] === 1 && dim !== 1) ? [axis] : []))
}

function sumDomain(node: Node, inputs: readonly Domain[], facts: Facts, signOf: (index: number) => 1 | -1): Domain {
  const active = activeInputs(node, facts)
  const hasConstant = node.inputs.some(value => value !== '' && !facts.active.has(value))
  // A shifted input is still the input; its bounds are then shifted in the graph.
  if (active.length === 1 && inputs[0]?.origin === 'input') return rescaled(inputs[0])
  if (active.length === 1 && node.inputs.length === 2 && signOf(active[0]?.index ?? 0) === 1) {
    const other = node.inputs[1 - (active[0]?.index ?? 0)]
    const shifts = valuesOf(other, facts)
    const isSub = signOf(1) === -1
    return shiftedBy(inputs[0] as Domain, shifts && isSub ? [-shifts[1], -shifts[0]] : shifts)
  }
  // A constant minus one activation, as in 1 − σ(x).
  if (active.length === 1 && node.inputs.length === 2) {
    const { origin, low, high } = inputs[0] as Domain
    return shiftedBy({ origin, low: -high, high: -low }, valuesOf(node.inputs[1 - (active[0]?.index ?? 0)], facts))
  }
  if (hasConstant || active.some(({ index }) => signOf(index) < 0)) return linearOutput
  const total = (bound: 'low' | 'high') => inputs.reduce((sum, domain) => sum + domain[bound], 0)
  const origin = hull(inputs).origin === 'activation' ? 'activation' : 'linear'
  return { origin, low: total('low'), high: total('high') }
}

/** ONNX Neg: a difference from nothing. */
export const Neg: LinearOperator = {
  ...sumWith(() => -1),
  isOneToOne: true,
  domain: (_, [x]) => {
    const { low, high, ...rest } = x as Domain
    return { ...rest, low: -high, high: -low }
  },
}
