/** Elementwise scaling by constants: Mul, Div, and a BatchNormalization that has no linear layer before it. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { rankOf } from '../0-graph/shapes.ts'
import { batchNormFactors } from '../2-canonize/merge-affine.ts'
import { inferenceOnly } from '../2-canonize/upgrade-opset.ts'
import { tensorOf } from './conv.ts'
import { type Domain, rescaled, scaledBy, valuesOf } from './domain.ts'
import type { Branch, Context, Facts, LinearOperator, Weights } from './operator.ts'
import { DivOfTwo, MulOfTwo } from './product.ts'

/** ONNX Mul by a constant. */
export const Mul: LinearOperator = {
  kind: 'linear',
  isOneToOne: true,
  domain: (node, [x], facts) => {
    const constant = node.inputs.find(input => !facts.active.has(input))
    return scaledBy(x as Domain, valuesOf(constant, facts))
  },
  refuse: (node, facts) => {
    return refuseWidening(node.inputs, node.outputs[0], facts)
  },
  ofTwo: MulOfTwo,
  branches: (node, { b, active }) => {
    const input = active.has(node.inputs[0] ?? '') ? 0 : 1
    return [scaling(b, input, node.inputs[input] as Value, node.inputs[1 - input] as Value)]
  },
}

/** ONNX Div by a constant. */
export const Div: LinearOperator = {
  kind: 'linear',
  isOneToOne: true,
  domain: (node, [x], facts) => {
    const divisors = valuesOf(node.inputs[1], facts)
    const hasOneSign = divisors && (divisors[0] > 0 || divisors[1] < 0)
    return scaledBy(x as Domain, hasOneSign ? [1 / divisors[1], 1 / divisors[0]] : undefined)
  },
  refuse: (node, facts) =>
    facts.active.has(node.inputs[1] ?? '')
      ? 'it divides a constant by an activation: write it as a Reciprocal and a Mul'
      : refuseWidening(node.inputs, node.outputs[0], facts),
  ofTwo: DivOfTwo,
  branches: (node, { b }) => {
    const [x, divisor] = node.inputs as [Value, Value]
    return [scaling(b, 0, x, b.op('Reciprocal', [divisor]))]
  },
}

/** ONNX BatchNormalization at inference, as a layer of its own (BatchNormalization -> Relu -> Conv, say). */
export const BatchNormalization: LinearOperator = {
  kind: 'linear',
  isOneToOne: true,
  domain: (_, [x]) => rescaled(x as Domain),
  refuse: (node, facts) => {
    if (!inferenceOnly(node)) return 'it is in training mode: export the model in inference mode'
    if (node.inputs.slice(1).some(value => facts.active.has(value))) return 'its statistics depend on the input'
    return rankOf(facts.shapes, node.inputs[0] ?? '') === undefined ? 'the rank of its input is not known' : undefined
  },
  branches: (node, context) => {
    const { b } = context
    const x = node.inputs[0] as Value
    const { factor } = batchNormFactors(b, node, context.shapes)
    return [scaling(b, 0, x, perChannel(context, factor, x))]
  },
  bias: (node, context) => {
    const { shift } = batchNormFactors(context.b, node, context.shapes)
    return perChannel(context, shift, node.inputs[0] as Value)
  },
}

/** x ⊙ w, which is its own transpose. */
function scaling(b: GraphBuilder, input: number, x: Value, w: Value): Branch {
  const scaled = (value: Value, weights: Weights) => b.op('Mul', [value, tensorOf(weights)])
  return { input, x, weights: { kind: 'tensor', value: w }, forward: scaled, transpose: scaled }
}

function perChannel({ b, shapes }: Context, vector: Value, x: Value): Value {
  const rank = rankOf(shapes, x) ?? 2
  return b.op('Reshape', [vector, b.ints([-1, ...Array<number>(Math.max(0, rank - 2)).fill(1)])], {}, 'per_channel')
}

/** A constant factor that repeats its data is a one-to-many map, which this row does not describe. */
function refuseWidening(inputs: readonly string[], output: string | undefined, facts: Facts): string | undefined {
  const x = inputs.find(input => facts.active.has(input)) ?? ''
  const [from, to] = [facts.shapes.get(x)?.dims, output === undefined ? undefined : facts.shapes.get(output)?.dims]
  if (!from || !to) return 'the shapes of its operands are not known'
  const repeats = from.length !== to.length || from.some((dim, axis) => dim === 1 && to[axis] !== 1)
  return repeats ? 'its constant repeats its data over further axes: that is not supported yet' : undefined
}
