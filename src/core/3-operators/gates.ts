/** Activation functions: relevance passes through; what they change is the domain of what follows. */

import { floatAttribute } from '../0-graph/graph.ts'
import { numbersOf } from '../0-graph/tensor.ts'
import { activated, type Domain } from './domain.ts'
import type { Facts, PassingOperator } from './operator.ts'

function gate(domain: PassingOperator['domain']): PassingOperator {
  return { kind: 'gate', domain }
}

const bounded = (low: number, high: number): PassingOperator => gate(() => ({ origin: 'activation', low, high }))

/** ONNX Relu. */
export const Relu: PassingOperator = gate((_, [x]) => activated(x as Domain, v => Math.max(0, v)))

/** ONNX LeakyRelu. */
export const LeakyRelu: PassingOperator = gate((node, [x]) => {
  const slope = floatAttribute(node, 'alpha', 0.01)
  return slope >= 0 ? activated(x as Domain, v => (v < 0 ? (slope === 0 ? 0 : slope * v) : v)) : unbounded
})

/** ONNX Clip; its bounds are inputs. ReLU6 is one. */
export const Clip: PassingOperator = gate((node, [x], facts) => {
  const low = scalarOf(node.inputs[1], facts) ?? Number.NEGATIVE_INFINITY
  const high = scalarOf(node.inputs[2], facts) ?? Number.POSITIVE_INFINITY
  return activated(x as Domain, v => Math.min(high, Math.max(low, v)))
})

/** ONNX Sigmoid. */
export const Sigmoid: PassingOperator = bounded(0, 1)

/** ONNX HardSigmoid. */
export const HardSigmoid: PassingOperator = bounded(0, 1)

/** ONNX Tanh. */
export const Tanh: PassingOperator = bounded(-1, 1)

/** ONNX Softplus. */
export const Softplus: PassingOperator = bounded(0, Number.POSITIVE_INFINITY)

const unbounded: Domain = {
  origin: 'activation',
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
}

/** A constant scalar; undefined where there is none, or where it is computed. */
function scalarOf(value: string | undefined, { initializers }: Facts): number | undefined {
  const tensor = value ? initializers.get(value) : undefined
  return tensor ? numbersOf(tensor)[0] : undefined
}
