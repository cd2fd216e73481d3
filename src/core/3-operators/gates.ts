/** Activation functions: relevance passes through; what they change is the domain of what follows. */

import type { Value } from '../0-graph/builder.ts'
import { floatAttribute, type Node } from '../0-graph/graph.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import { numbersOf } from '../0-graph/tensor.ts'
import { activated, type Domain, valuesOf } from './domain.ts'
import type { Context, Facts, PassingOperator } from './operator.ts'

/** f'(x) of an activation function, elementwise. */
export type Derivative = (node: Node, context: Context) => Value

/** An activation function from its domain map and derivative. */
export function gate(domain: PassingOperator['domain'], derivative: Derivative): PassingOperator {
  const gradient: PassingOperator['gradient'] = (node, outgoing, context) =>
    context.b.op('Mul', [outgoing, derivative(node, context)], {}, 'gradient')
  return { kind: 'gate', domain, gradient }
}

/** One whose values lie between two numbers. */
export const bounded = (low: number, high: number, derivative: Derivative): PassingOperator =>
  gate(() => ({ origin: 'activation', low, high }), derivative)

const float32 = 1

/** 1 where a condition holds, else 0. */
function where({ b }: Context, condition: Value): Value {
  return b.op('Cast', [condition], { to: float32 }, 'derivative')
}

/** Where x > 0. */
export const isPositive: Derivative = (node, { b }) =>
  b.op('Greater', [node.inputs[0] as Value, b.floats(0)], {}, 'is_positive')

/** ONNX Relu; its derivative at 0 is 0, as in the frameworks. */
export const Relu: PassingOperator = gate(
  (_, [x]) => activated(x as Domain, v => Math.max(0, v)),
  (node, context) => where(context, isPositive(node, context)),
)

/** ONNX LeakyRelu. */
export const LeakyRelu: PassingOperator = gate(
  (node, [x]) => {
    const slope = floatAttribute(node, 'alpha', 0.01)
    return slope >= 0 ? activated(x as Domain, v => (v < 0 ? (slope === 0 ? 0 : slope * v) : v)) : unbounded
  },
  (node, context) => {
    const { b } = context
    const slope = b.floats(floatAttribute(node, 'alpha', 0.01))
    return b.op('Where', [isPositive(node, context), b.floats(1), slope], {}, 'derivative')
  },
)

/** ONNX Clip; its bounds are inputs. ReLU6 is one. */
export const Clip: PassingOperator = gate(
  (node, [x], facts) => {
    const low = scalarOf(node.inputs[1], facts) ?? Number.NEGATIVE_INFINITY
    const high = scalarOf(node.inputs[2], facts) ?? Number.POSITIVE_INFINITY
    return activated(x as Domain, v => Math.min(high, Math.max(low, v)))
  },
  (node, context) => {
    const { b } = context
    const [x, low, high] = node.inputs as [Value, Value | undefined, Value | undefined]
    const above = low ? where(context, b.op('Greater', [x, low], {}, 'is_above')) : b.floats(1)
    return high
      ? b.op('Mul', [above, where(context, b.op('Less', [x, high], {}, 'is_below'))], {}, 'derivative')
      : above
  },
)

/** ONNX Max and Min of an activation and constants: a gate of one side. */
const oneSided = (name: 'Max' | 'Min', compare: 'Greater' | 'Less'): PassingOperator => ({
  ...gate(
    (node, [x], facts) => {
      const { low, high } = x as Domain
      const bounds = node.inputs.filter(input => !facts.active.has(input)).map(input => valuesOf(input, facts))
      if (bounds.includes(undefined)) return unbounded
      const with_ = (bound: number, side: 0 | 1) =>
        bounds.reduce((most, given) => Math[name === 'Max' ? 'max' : 'min'](most, given?.[side] as number), bound)
      return { origin: 'activation', low: with_(low, 0), high: with_(high, 1) }
    },
    (node, context) => {
      const x = node.inputs.find(input => context.active.has(input)) as Value
      const others = node.inputs.filter(input => !context.active.has(input))
      const rest = others.length === 1 ? (others[0] as Value) : context.b.op(name, others)
      return where(context, context.b.op(compare, [x, rest], {}, 'is_open'))
    },
  ),
  refuse: (node, facts) => {
    const active = node.inputs.filter(input => facts.active.has(input))
    const [x, y] = [active[0] ?? '', node.outputs[0] ?? ''].map(value => String(dimsOf(facts.shapes, value)))
    if (active.length === 1) return x === y ? undefined : 'its constants widen the input: write it with an Expand'
    return name === 'Max'
      ? 'its activations have different shapes: expand them to one'
      : 'the smallest of several activations: no share is defined for it'
  },
})

/** ONNX Max by constants; of activations it is rewritten as ReduceMax. */
export const Max: PassingOperator = oneSided('Max', 'Greater')

/** ONNX Min by constants. */
export const Min: PassingOperator = oneSided('Min', 'Less')

/** A staircase: its derivative is 0 wherever it has one. */
const stair = (round: (value: number) => number): PassingOperator =>
  gate(
    (_, [x]) => ({ origin: 'activation', low: round((x as Domain).low), high: round((x as Domain).high) }),
    (_, { b }) => b.floats(0),
  )

/** ONNX Ceil. */
export const Ceil: PassingOperator = stair(Math.ceil)

/** ONNX Floor. */
export const Floor: PassingOperator = stair(Math.floor)

/** ONNX Round. */
export const Round: PassingOperator = stair(Math.round)

/** ONNX Sign. */
export const Sign: PassingOperator = stair(Math.sign)

/** ONNX Sigmoid. */
export const Sigmoid: PassingOperator = bounded(0, 1, (node, { b }) => {
  const y = b.op('Sigmoid', [node.inputs[0] as Value])
  return b.op('Mul', [y, b.op('Sub', [b.floats(1), y], {}, 'rest')], {}, 'derivative')
})

/** ONNX HardSigmoid. */
export const HardSigmoid: PassingOperator = bounded(0, 1, (node, context) => {
  const { b } = context
  const [slope, offset] = [floatAttribute(node, 'alpha', 0.2), floatAttribute(node, 'beta', 0.5)]
  const scaled = b.op('Mul', [node.inputs[0] as Value, b.floats(slope)], {}, 'scaled')
  const line = b.op('Add', [scaled, b.floats(offset)], {}, 'line')
  const isInside = b.op(
    'And',
    [b.op('Greater', [line, b.floats(0)]), b.op('Less', [line, b.floats(1)])],
    {},
    'is_inside',
  )
  return b.op('Where', [isInside, b.floats(slope), b.floats(0)], {}, 'derivative')
})

/** ONNX Tanh. */
export const Tanh: PassingOperator = bounded(-1, 1, (node, { b }) => {
  const y = b.op('Tanh', [node.inputs[0] as Value])
  return b.op('Sub', [b.floats(1), b.op('Mul', [y, y], {}, 'square')], {}, 'derivative')
})

/** ONNX Softplus. */
export const Softplus: PassingOperator = bounded(0, Number.POSITIVE_INFINITY, (node, { b }) =>
  b.op('Sigmoid', [node.inputs[0] as Value], {}, 'derivative'),
)

/** Any value, made by an activation function. */
export const unbounded: Domain = {
  origin: 'activation',
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
}

/** A constant scalar; undefined where there is none, or where it is computed. */
function scalarOf(value: string | undefined, { initializers }: Facts): number | undefined {
  const tensor = value ? initializers.get(value) : undefined
  return tensor ? numbersOf(tensor)[0] : undefined
}
