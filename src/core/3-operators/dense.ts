/** Gemm and MatMul by constant weights. Canonical Gemm has alpha = beta = 1 and transA = 0. */

import type { Value } from '../0-graph/builder.ts'
import { intAttribute, type Node } from '../0-graph/graph.ts'
import { dimsOf, rankOf } from '../0-graph/shapes.ts'
import { tensorOf } from './conv.ts'
import { linearOutput } from './domain.ts'
import { reshapeLike } from './like.ts'
import type { Context, Facts, LinearOperator } from './operator.ts'

/** ONNX Gemm: A (N×K) · B (K×M, or M×K with transB) + C. */
export const Gemm: LinearOperator = {
  kind: 'linear',
  domain: () => linearOutput,
  refuse: (node, facts) => {
    const [, w = '', bias = ''] = node.inputs
    if (facts.active.has(w)) return bothActive(node, facts)
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

/** ONNX MatMul with one constant operand, on either side, of rank 2 or of the other operand's rank. */
export const MatMul: LinearOperator = {
  kind: 'linear',
  domain: () => linearOutput,
  refuse: (node, facts) => {
    const [a = '', c = ''] = node.inputs
    if (facts.active.has(a) && facts.active.has(c)) return bothActive(node, facts)
    const [x, w] = facts.active.has(a) ? [a, c] : [c, a]
    const [rankX, rankW] = [rankOf(facts.shapes, x), rankOf(facts.shapes, w)]
    if (rankX === undefined || rankW === undefined) return 'the ranks of its operands are not known'
    if (rankX < 2 || rankW < 2) return 'one of its operands is a vector: unsqueeze it to a matrix'
    const batch = (value: string) => dimsOf(facts.shapes, value)?.slice(0, -2) ?? []
    // Weights that repeat over x's batch axes are fine; x repeating over the weights' axes is another map altogether.
    const isRepeated = batch(w).length > 0 && String(batch(w)) !== String(batch(x)) && batch(w).some(dim => dim !== 1)
    return isRepeated ? 'its weights have batch axes that its data lacks' : undefined
  },
  branches: (node, context) => {
    const { b, active, shapes } = context
    const onLeft = active.has(node.inputs[0] ?? '')
    const [x, w] = (onLeft ? node.inputs : [...node.inputs].reverse()) as [Value, Value]
    const multiply = (value: Value, weights: Value, hint: string) =>
      b.op('MatMul', onLeft ? [value, weights] : [weights, value], {}, hint)
    return [
      {
        input: onLeft ? 0 : 1,
        x,
        weights: { kind: 'tensor', value: w },
        forward: (value, weights) => multiply(value, tensorOf(weights), 'matmul'),
        transpose: (s, weights) => {
          const rank = rankOf(shapes, w) ?? 2
          const back = multiply(s, swapped(context, tensorOf(weights), rank), 'transposed')
          // Weights of higher rank (with axes of 1) lent it to the product.
          return rank > (rankOf(shapes, x) ?? rank) ? reshapeLike(context, back, x) : back
        },
      },
    ]
  },
}

function swapped({ b }: Context, w: Value, rank: number): Value {
  const perm = Array.from({ length: rank }, (_, axis) => axis)
  perm.splice(rank - 2, 2, rank - 1, rank - 2)
  return b.op('Transpose', [w], { perm }, 'weights_transposed')
}

function bothActive(node: Node, facts: Facts): string {
  return facts.active.has(node.inputs[0] ?? '')
    ? 'it multiplies two activations: products of activations are not supported yet'
    : 'its weights depend on the input and its data does not: swap its operands'
}
