/**
 * Products of two activations: a gate scales a signal, as in squeeze-and-excite, SiLU and HardSwish. The signal takes all, the
 * gate nothing; where neither is a gate, both take half. Our choice: the paper knows no products.
 */

import type { Value } from '../0-graph/builder.ts'
import type { Node } from '../0-graph/graph.ts'
import { dimsOf, rankOf } from '../0-graph/shapes.ts'
import { summedTo } from './copying.ts'
import { type Domain, linearOutput } from './domain.ts'
import type { Branch, Context, Facts, ProductOperator } from './operator.ts'

/** Whether a node combines two activations. */
export function isProduct(node: Node, { active }: Facts): boolean {
  return active.has(node.inputs[0] ?? '') && active.has(node.inputs[1] ?? '')
}

/** Made by an activation function that ends on both sides: a sigmoid, a tanh, a clip. */
function isGate({ origin, low, high }: Domain): boolean {
  return origin === 'activation' && Number.isFinite(low) && Number.isFinite(high)
}

/** Which of two operands is a gate; undefined where both are, or none. */
function gateAmong(operands: readonly Domain[]): 0 | 1 | undefined {
  const [first, second] = operands.map(isGate)
  return first === second ? undefined : first ? 0 : 1
}

/** A product that is a layer in either operand: the gate weighs the signal, which shares by a rule. */
export function bilinear(
  layerOf: (node: Node, operand: 0 | 1, context: Context) => Branch,
  refuse: (node: Node, facts: Facts) => string | undefined,
): ProductOperator {
  return {
    kind: 'product',
    domain: (_, operands) => ({ ...linearOutput, low: operands.every(({ low }) => low >= 0) ? 0 : linearOutput.low }),
    refuse,
    signal: (_, operands) => {
      const gate = gateAmong(operands)
      return gate === undefined ? undefined : 1 - gate
    },
    layerOf,
    gradient: (node, outgoing, context) => {
      const of = (operand: 0 | 1) => {
        const { transpose, weights } = layerOf(node, operand, context)
        return transpose(outgoing, weights)
      }
      return [of(0), of(1)]
    },
  }
}

/** The operand that is repeated over the other's shape scales it: it is the gate. */
function repeated(node: Node, facts: Facts): number | undefined {
  const output = dimsOf(facts.shapes, node.outputs[0] ?? '')
  const isWhole = node.inputs.map(input => String(dimsOf(facts.shapes, input)) === String(output))
  if (isWhole[0] === isWhole[1]) return undefined
  return isWhole[0] ? 1 : 0
}

function refuseUnknown(node: Node, facts: Facts): string | undefined {
  const known = [...node.inputs, node.outputs[0] ?? ''].every(name => rankOf(facts.shapes, name) !== undefined)
  return known ? undefined : 'the ranks of its operands are not known'
}

/** Mul of two activations. */
export const MulOfTwo: ProductOperator = {
  kind: 'product',
  refuse: refuseUnknown,
  domain: (_, [a, b]) => {
    const low = (a as Domain).low >= 0 && (b as Domain).low >= 0 ? 0 : Number.NEGATIVE_INFINITY
    return { origin: 'activation', low, high: Number.POSITIVE_INFINITY }
  },
  signal: (node, operands, facts) => {
    const gate = gateAmong(operands) ?? repeated(node, facts)
    return gate === undefined ? undefined : 1 - gate
  },
  gradient: (node, outgoing, context) => {
    const { b } = context
    const [x, y] = node.inputs as [Value, Value]
    return [
      toOperand(context, node, b.op('Mul', [outgoing, y], {}, 'gradient'), 0),
      toOperand(context, node, b.op('Mul', [outgoing, x], {}, 'gradient'), 1),
    ]
  },
}

/** Div of two activations: what is divided is the signal, the divisor is held fixed. */
export const DivOfTwo: ProductOperator = {
  kind: 'product',
  refuse: refuseUnknown,
  domain: (_, [a, b]) => {
    const low = (a as Domain).low >= 0 && (b as Domain).low >= 0 ? 0 : Number.NEGATIVE_INFINITY
    return { origin: 'activation', low, high: Number.POSITIVE_INFINITY }
  },
  signal: () => 0,
  gradient: (node, outgoing, context) => {
    const { b } = context
    const divisor = node.inputs[1] as Value
    const own = b.op('Div', [outgoing, divisor], {}, 'gradient')
    const ratio = b.op('Div', [node.outputs[0] as Value, divisor], {}, 'ratio')
    const others = b.op('Neg', [b.op('Mul', [outgoing, ratio])], {}, 'gradient')
    return [toOperand(context, node, own, 0), toOperand(context, node, others, 1)]
  },
}

/** A value of the product's shape as the operand's: summed over what was repeated. */
export function toOperand(context: Context, node: Node, value: Value, index: number): Value {
  return summedTo(context, value, node.outputs[0] as Value, node.inputs[index] as Value)
}
