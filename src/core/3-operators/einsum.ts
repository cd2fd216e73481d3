/** Einsum of two operands: a layer of either, whose transpose is another Einsum. */

import type { Value } from '../0-graph/builder.ts'
import { type Dim, type Node, stringAttribute } from '../0-graph/graph.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import { tensorOf } from './conv.ts'
import { linearOutput } from './domain.ts'
import type { Branch, Context, Facts, LinearOperator } from './operator.ts'
import { bilinear } from './product.ts'

/** The axes of both operands and of the result, a letter each; undefined where they are not written out so. */
function axesOf(node: Node): readonly [a: string, b: string, y: string] | undefined {
  const equation = stringAttribute(node, 'equation', '').replaceAll(' ', '')
  const parts = /^([A-Za-z]+),([A-Za-z]+)->([A-Za-z]*)$/.exec(equation)
  return parts ? [parts[1] as string, parts[2] as string, parts[3] as string] : undefined
}

function refuse(node: Node, { shapes }: Facts): string | undefined {
  const axes = axesOf(node)
  if (!axes) return 'its equation is not of the form "ab,bc->ac", with two operands and a letter for every axis'
  const [a, b, y] = axes
  if (axes.some(letters => new Set(letters).size < letters.length)) return 'its equation takes a diagonal'
  const isAlone = ([...letters]: string, other: string) =>
    letters.some(letter => !other.includes(letter) && !y.includes(letter))
  const sizes = new Map<string, Set<Dim>>()
  for (const [i, letters] of [a, b].entries()) {
    for (const [axis, letter] of [...letters].entries()) {
      sizes.set(letter, (sizes.get(letter) ?? new Set()).add(dimsOf(shapes, node.inputs[i] ?? '')?.[axis] ?? ''))
    }
  }
  if ([...sizes.values()].some(dims => dims.size > 1 && dims.has(1))) return 'its equation repeats an axis of size 1'
  return isAlone(a, b) || isAlone(b, a) ? 'its equation sums over an axis that only one operand has' : undefined
}

function layerOf(node: Node, operand: 0 | 1, { b }: Context): Branch {
  const [x, w] = [node.inputs[operand], node.inputs[1 - operand]] as [Value, Value]
  const axes = axesOf(node) as readonly [string, string, string]
  const [own, other, y] = [axes[operand], axes[1 - operand] as string, axes[2]]
  const einsum = (values: readonly Value[], equation: string, hint: string) =>
    b.op('Einsum', values, { equation }, hint)
  return {
    input: operand,
    x,
    weights: { kind: 'tensor', value: w },
    forward: (value, weights) => einsum([value, tensorOf(weights)], `${own},${other}->${y}`, 'einsum'),
    transpose: (s, weights) => einsum([s, tensorOf(weights)], `${y},${other}->${own}`, 'transposed'),
  }
}

/** ONNX Einsum of two operands. */
export const Einsum: LinearOperator = {
  kind: 'linear',
  domain: () => linearOutput,
  refuse,
  ofTwo: bilinear(layerOf, refuse),
  branches: (node, context) => [layerOf(node, context.active.has(node.inputs[0] ?? '') ? 0 : 1, context)],
}
