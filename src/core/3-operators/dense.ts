/** Gemm and MatMul, by constant weights or, as in attention, by each other. Canonical Gemm has alpha = beta = 1 and transA = 0. */

import type { Value } from '../0-graph/builder.ts'
import { intAttribute, type Node } from '../0-graph/graph.ts'
import { dimsOf, rankOf } from '../0-graph/shapes.ts'
import { tensorOf } from './conv.ts'
import { summedFrom } from './copying.ts'
import { linearOutput } from './domain.ts'
import { reshapeLike } from './like.ts'
import type { Branch, Context, LinearOperator } from './operator.ts'
import { bilinear } from './product.ts'

/** ONNX Gemm: A (N×K) · B (K×M, or M×K with transB) + C. */
export const Gemm: LinearOperator = {
  kind: 'linear',
  domain: () => linearOutput,
  refuse: (node, facts) => {
    const [, w = '', bias = ''] = node.inputs
    if (facts.active.has(w)) return 'its weights depend on the input: write it as a MatMul and an Add'
    return facts.active.has(bias) ? 'its bias depends on the input: write it as a MatMul and an Add' : undefined
  },
  branches: (node, { b }) => {
    const [x, w] = node.inputs as [Value, Value]
    const transB = intAttribute(node, 'transB', 0)
    return [
      {
        input: 0,
        x,
        weights: { kind: 'tensor', value: w },
        forward: (value, weights) => b.op('Gemm', [value, tensorOf(weights)], { transB }),
        transpose: (s, weights) => b.op('Gemm', [s, tensorOf(weights)], { transB: 1 - transB }, 'transposed'),
      },
    ]
  },
  bias: node => node.inputs[2] || undefined,
  biasOf: node => node.inputs[2] || undefined,
}

/** Two activations multiplied, as in attention: each is a layer whose weights are the other. */
const MatMulOfTwo = bilinear(
  (node, operand, context) => {
    const branch = operandOf(node, operand, context)
    const { x, transpose } = branch
    const dims = (value: Value) => dimsOf(context.shapes, value) ?? []
    // Batch axes of 1 were repeated over the other operand's.
    const whole = [...dims(node.outputs[0] as Value).slice(0, -2), ...dims(x).slice(-2)]
    return { ...branch, transpose: (s, weights) => summedFrom(context, transpose(s, weights), whole, x) }
  },
  (node, { shapes }) => {
    const ranks = [...node.inputs, node.outputs[0] ?? ''].map(value => rankOf(shapes, value))
    if (ranks.some(rank => rank === undefined)) return 'the ranks of its operands are not known'
    return ranks.some(rank => rank !== undefined && rank < 2)
      ? 'one of its operands is a vector: unsqueeze it to a matrix'
      : undefined
  },
)

/** A matrix product as a layer of one of its operands, whose weights are the other. */
function operandOf(node: Node, operand: 0 | 1, context: Context): Branch {
  const { b, shapes } = context
  const [x, w] = [node.inputs[operand], node.inputs[1 - operand]] as [Value, Value]
  const multiply = (value: Value, weights: Value, hint: string) =>
    b.op('MatMul', operand === 0 ? [value, weights] : [weights, value], {}, hint)
  return {
    input: operand,
    x,
    weights: { kind: 'tensor', value: w },
    forward: (value, weights) => multiply(value, tensorOf(weights), 'matmul'),
    transpose: (s, weights) => multiply(s, swapped(context, tensorOf(weights), rankOf(shapes, w) ?? 2), 'transposed'),
  }
}

/** ONNX MatMul with one constant operand, on either side, of rank 2 or of the other operand's rank. */
export const MatMul: LinearOperator = {
  kind: 'linear',
  domain: () => linearOutput,
  ofTwo: MatMulOfTwo,
  refuse: (node, facts) => {
    const [a = '', c = ''] = node.inputs
    const [x, w] = facts.active.has(a) ? [a, c] : [c, a]
    const [rankX, rankW] = [rankOf(facts.shapes, x), rankOf(facts.shapes, w)]
    if (rankX === undefined || rankW === undefined) return 'the ranks of its operands are not known'
    if (rankX < 2 || rankW < 2) return 'one of its operands is a vector: unsqueeze it to a matrix'
    const batch = (value: string) => (dimsOf(facts.shapes, value)?.slice(0, -2) ?? []).reverse()
    // Weights that repeat over x's batch axes are fine; x repeating over the weights' axes is another map altogether.
    const data = batch(x)
    const isRepeated = batch(w).some((dim, axis) => dim !== 1 && dim !== data[axis])
    return isRepeated ? 'its weights have batch axes that its data lacks' : undefined
  },
  branches: (node, context) => {
    const { active, shapes } = context
    const branch = operandOf(node, active.has(node.inputs[0] ?? '') ? 0 : 1, context)
    const { x, transpose } = branch
    const [rankX, rankW] = [rankOf(shapes, x), rankOf(shapes, node.inputs[1 - branch.input] as Value)]
    // Weights of higher rank (with axes of 1) lent it to the product.
    const isLent = (rankW ?? 2) > (rankX ?? 2)
    return [isLent ? { ...branch, transpose: (s, w) => reshapeLike(context, transpose(s, w), x) } : branch]
  },
}

function swapped({ b }: Context, w: Value, rank: number): Value {
  const perm = Array.from({ length: rank }, (_, axis) => axis)
  perm.splice(rank - 2, 2, rank - 1, rank - 2)
  return b.op('Transpose', [w], { perm }, 'weights_transposed')
}
