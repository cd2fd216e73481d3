/** Further activation functions, and the elementwise functions that exporters compose them of. */

import type { Value } from '../0-graph/builder.ts'
import { floatAttribute, type Node, stringAttribute } from '../0-graph/graph.ts'
import { numbersOf } from '../0-graph/tensor.ts'
import { activated, type Domain, valuesOf } from './domain.ts'
import { bounded, type Derivative, gate, isPositive, unbounded } from './gates.ts'
import type { Context, PassingOperator } from './operator.ts'

const x = (node: Node) => node.inputs[0] as Value
const y = (node: Node) => node.outputs[0] as Value

/** 1 where x > 0, `below` elsewhere. */
function bent(node: Node, context: Context, above: Value, below: Value): Value {
  return context.b.op('Where', [isPositive(node, context), above, below], {}, 'derivative')
}

/** Monotone, with f(0) = 0: what is never negative stays so. */
const monotone = (f: (v: number) => number, derivative: Derivative): PassingOperator =>
  gate((_, [domain]) => activated(domain as Domain, f), derivative)

/** Dips below 0 by `least` at most, and keeps what is never negative so. */
const dipping = (least: number, derivative: Derivative): PassingOperator =>
  gate((_, [domain]) => {
    const { low, high } = domain as Domain
    return { origin: 'activation', low: low >= 0 ? 0 : least, high: Math.max(0, high) }
  }, derivative)

/** ONNX Elu. */
export const Elu: PassingOperator = gate(
  (node, [domain]) => {
    const alpha = floatAttribute(node, 'alpha', 1)
    return alpha < 0 ? unbounded : activated(domain as Domain, v => (v < 0 ? alpha * Math.expm1(v) : v))
  },
  (node, context) => {
    const { b } = context
    const slope = b.op('Mul', [b.op('Exp', [x(node)]), b.floats(floatAttribute(node, 'alpha', 1))], {}, 'slope')
    return bent(node, context, b.floats(1), slope)
  },
)

/** ONNX Celu. */
export const Celu: PassingOperator = gate(
  (node, [domain]) => {
    const alpha = floatAttribute(node, 'alpha', 1)
    return alpha <= 0 ? unbounded : activated(domain as Domain, v => (v < 0 ? alpha * Math.expm1(v / alpha) : v))
  },
  (node, context) => {
    const { b } = context
    const scaled = b.op('Div', [x(node), b.floats(floatAttribute(node, 'alpha', 1))], {}, 'scaled')
    return bent(node, context, b.floats(1), b.op('Exp', [scaled]))
  },
)

const selu = (node: Node) => [
  floatAttribute(node, 'alpha', 1.6732632423543772),
  floatAttribute(node, 'gamma', 1.0507009873554805),
]

/** ONNX Selu. */
export const Selu: PassingOperator = gate(
  (node, [domain]) => {
    const [alpha, gamma] = selu(node) as [number, number]
    if (alpha < 0 || gamma < 0) return unbounded
    return activated(domain as Domain, v => gamma * (v < 0 ? alpha * Math.expm1(v) : v))
  },
  (node, context) => {
    const { b } = context
    const [alpha, gamma] = selu(node) as [number, number]
    const slope = b.op('Mul', [b.op('Exp', [x(node)]), b.floats(alpha * gamma)], {}, 'slope')
    return bent(node, context, b.floats(gamma), slope)
  },
)

/** ONNX PRelu with constant slopes. */
export const PRelu: PassingOperator = {
  ...gate(
    (node, [domain], { initializers }) => {
      const slopes = initializers.get(node.inputs[1] ?? '')
      const low = slopes ? Math.min(...numbersOf(slopes)) : Number.NEGATIVE_INFINITY
      return low >= 0 && (domain as Domain).low >= 0 ? { ...(domain as Domain), origin: 'activation' } : unbounded
    },
    (node, context) => bent(node, context, context.b.floats(1), node.inputs[1] as Value),
  ),
  refuse: (node, { active }) => (active.has(node.inputs[1] ?? '') ? 'its slopes depend on the input' : undefined),
}

/** ONNX ThresholdedRelu. */
export const ThresholdedRelu: PassingOperator = gate(
  (node, [domain]) => {
    const alpha = floatAttribute(node, 'alpha', 1)
    return { origin: 'activation', low: Math.min(0, alpha), high: Math.max(0, (domain as Domain).high) }
  },
  (node, { b }) => {
    const isOpen = b.op('Greater', [x(node), b.floats(floatAttribute(node, 'alpha', 1))], {}, 'is_open')
    return b.op('Where', [isOpen, b.floats(1), b.floats(0)], {}, 'derivative')
  },
)

/** ONNX HardSwish: x·clip(x/6 + ½, 0, 1). */
export const HardSwish: PassingOperator = dipping(-0.375, (node, { b }) => {
  const line = b.op('Div', [b.op('Add', [b.op('Add', [x(node), x(node)]), b.floats(3)]), b.floats(6)], {}, 'line')
  const isLow = b.op('Less', [x(node), b.floats(-3)], {}, 'is_low')
  const isHigh = b.op('Greater', [x(node), b.floats(3)], {}, 'is_high')
  const high = b.op('Where', [isHigh, b.floats(1), line], {}, 'derivative')
  return b.op('Where', [isLow, b.floats(0), high], {}, 'derivative')
})

/** ONNX Gelu, exact or by tanh. */
export const Gelu: PassingOperator = dipping(-0.171, (node, { b }) => {
  const half = (value: Value) => b.op('Mul', [value, b.floats(0.5)], {}, 'half')
  const [square, one] = [b.op('Mul', [x(node), x(node)], {}, 'square'), b.floats(1)]
  if (stringAttribute(node, 'approximate', 'none') === 'tanh') {
    // t = tanh(u), u = √(2/π)·(x + 0.044715·x³): ½(1 + t) + ½x(1 − t²)·u'.
    const root = Math.sqrt(2 / Math.PI)
    const cubic = (factor: number) =>
      b.op('Mul', [b.op('Add', [b.op('Mul', [square, b.floats(factor)]), one]), b.floats(root)], {}, 'cubic')
    const t = b.op('Tanh', [b.op('Mul', [x(node), cubic(0.044715)], {}, 'u')])
    const rest = b.op('Mul', [b.op('Sub', [one, b.op('Mul', [t, t])]), cubic(3 * 0.044715)], {}, 'rest')
    return half(b.op('Add', [b.op('Add', [one, t]), b.op('Mul', [x(node), rest])], {}, 'derivative'))
  }
  const erf = b.op('Erf', [b.op('Mul', [x(node), b.floats(Math.SQRT1_2)], {}, 'scaled')])
  const density = b.op('Exp', [half(b.op('Neg', [square]))])
  const slope = b.op('Mul', [b.op('Mul', [x(node), density]), b.floats(1 / Math.sqrt(2 * Math.PI))], {}, 'slope')
  return b.op('Add', [half(b.op('Add', [one, erf])), slope], {}, 'derivative')
})

/** ONNX Mish: x·tanh(softplus(x)). */
export const Mish: PassingOperator = dipping(-0.309, (node, { b }) => {
  const t = b.op('Tanh', [b.op('Softplus', [x(node)])])
  const rest = b.op('Sub', [b.floats(1), b.op('Mul', [t, t])], {}, 'rest')
  const slope = b.op('Mul', [b.op('Mul', [x(node), rest]), b.op('Sigmoid', [x(node)])], {}, 'slope')
  return b.op('Add', [t, slope], {}, 'derivative')
})

/** ONNX Softsign: x/(1 + |x|). */
export const Softsign: PassingOperator = bounded(-1, 1, (node, { b }) => {
  const size = b.op('Add', [b.op('Abs', [x(node)]), b.floats(1)])
  return b.op('Reciprocal', [b.op('Mul', [size, size])])
})

/** ONNX Erf. */
export const Erf: PassingOperator = bounded(-1, 1, (node, { b }) => {
  const density = b.op('Exp', [b.op('Neg', [b.op('Mul', [x(node), x(node)])])])
  return b.op('Mul', [density, b.floats(2 / Math.sqrt(Math.PI))], {}, 'derivative')
})

/** ONNX Exp. */
export const Exp: PassingOperator = monotone(Math.exp, node => y(node))

/** ONNX Log. */
export const Log: PassingOperator = gate(
  () => unbounded,
  (node, { b }) => b.op('Reciprocal', [x(node)], {}, 'derivative'),
)

/** ONNX Sqrt. */
export const Sqrt: PassingOperator = gate(
  () => ({ origin: 'activation', low: 0, high: Number.POSITIVE_INFINITY }),
  (node, { b }) => b.op('Div', [b.floats(0.5), y(node)], {}, 'derivative'),
)

/** ONNX Reciprocal. */
export const Reciprocal: PassingOperator = gate(
  (_, [domain]) => ({ ...unbounded, low: (domain as Domain).low >= 0 ? 0 : unbounded.low }),
  (node, { b }) => b.op('Neg', [b.op('Mul', [y(node), y(node)])], {}, 'derivative'),
)

/** ONNX Abs. */
export const Abs: PassingOperator = gate(
  () => ({ origin: 'activation', low: 0, high: Number.POSITIVE_INFINITY }),
  (node, { b }) => b.op('Sign', [x(node)], {}, 'derivative'),
)

/** ONNX Pow with a constant exponent. */
export const Pow: PassingOperator = {
  ...gate(
    (node, [domain], { initializers }) => {
      const exponent = initializers.get(node.inputs[1] ?? '')
      const isEven = exponent !== undefined && numbersOf(exponent).every(p => p % 2 === 0)
      const isPositive_ = isEven || (domain as Domain).low >= 0
      return { ...unbounded, low: isPositive_ ? 0 : unbounded.low }
    },
    (node, { b }) => {
      const [base, exponent] = node.inputs as [Value, Value]
      const less = b.op('Pow', [base, b.op('Sub', [exponent, b.floats(1)])], {}, 'less')
      return b.op('Mul', [less, exponent], {}, 'derivative')
    },
  ),
  refuse: (node, { active }) => (active.has(node.inputs[1] ?? '') ? 'its exponent depends on the input' : undefined),
}

/** Integers that quantised values can be. */
const integers: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
}

/**
 * ONNX QuantizeLinear and DequantizeLinear of activations: relevance and gradients pass, as if nothing were rounded. What
 * integers cannot say is cut off, and has no gradient: quantisers drop a ReLU where the smallest integer stands for 0.
 */
const quantising: PassingOperator = {
  kind: 'gate',
  domain: (node, [given], facts) => {
    const domain = given as Domain
    const [scales, zeros] = [valuesOf(node.inputs[1], facts), valuesOf(node.inputs[2], facts)]
    const range = integers[facts.initializers.get(node.inputs[2] ?? '')?.dtype ?? '']
    if (domain.origin === 'input' || !scales || !zeros || !range) return domain
    const low = Math.max(domain.low, (range[0] - zeros[1]) * scales[1])
    const high = Math.min(domain.high, (range[1] - zeros[0]) * scales[1])
    return { origin: low >= 0 && domain.low < 0 ? 'activation' : domain.origin, low, high }
  },
  gradient: (_, outgoing) => outgoing,
}

/** ONNX QuantizeLinear. */
export const QuantizeLinear: PassingOperator = {
  ...quantising,
  gradient: (node, outgoing, { b, shapes }) => {
    const y = node.outputs[0] as Value
    const range = integers[shapes.get(y)?.dtype ?? '']
    if (!range) return outgoing
    const integer = b.op('Cast', [y], { to: float32 }, 'integer')
    const isAbove = b.op('Greater', [integer, b.floats(range[0])], {}, 'is_above')
    const isInside = b.op('And', [isAbove, b.op('Less', [integer, b.floats(range[1])])], {}, 'is_inside')
    return b.op('Where', [isInside, outgoing, b.floats(0)], {}, 'gradient')
  },
}

const float32 = 1

/** ONNX DequantizeLinear. */
export const DequantizeLinear: PassingOperator = quantising

/** ONNX Cast between floats, which all are float32 here. */
export const Cast: PassingOperator = {
  ...quantising,
  domain: (_, [domain]) => domain as Domain,
  refuse: node => (node.attributes.to?.value === 1 ? undefined : 'it casts activations to another type than float32'),
}
