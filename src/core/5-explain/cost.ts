/** What a layer costs, in multiplications: its forward pass, the denominators of its rule, and the transposed pass. */

import type { Node } from '../0-graph/graph.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import { isNonNegative } from '../3-operators/domain.ts'
import type { Facts } from '../3-operators/operator.ts'
import type { Method } from './method.ts'
import type { Step } from './plan.ts'
import type { Rule } from './rules.ts'

/** Multiplications of numbers for one sample. Elementwise work is not counted: it is of the order of the activations. */
export interface LayerCost {
  readonly forward: number
  readonly denominators: number
  readonly transpose: number
}

/**
 * The cost of a layer with weights, or of a product of matrices; undefined for all others, and where sizes are free.
 *
 * @param classes of the last layer, where one of so many rows is redistributed
 */
export function costOf(step: Step, facts: Facts, method: Method, classes = 1): LayerCost | undefined {
  const { node, decision, receives } = step
  const forward = products(node, facts.shapes)
  if (forward === undefined) return undefined
  if (!receives || decision.kind === 'pass') return { forward, denominators: 0, transpose: 0 }
  const rule = decision.kind === 'rule' ? decision.rule : decision.kind === 'signal' ? decision.rule : undefined
  if (!rule) return { forward, denominators: 0, transpose: forward }
  const passes = passesOf(rule, step, leavesBiasOut(step, facts, method))
  const row = forward / classes
  return { forward, denominators: passes.denominators * row, transpose: passes.transpose * row }
}

/** Whether the rule's denominators lack a bias that the forward pass has. */
function leavesBiasOut({ node, operator, decision, biasBehind }: Step, facts: Facts, method: Method): boolean {
  const policy = (decision.kind === 'rule' && decision.bias) || method.bias
  const own = operator.kind === 'linear' ? operator.biasOf?.(node, facts) : undefined
  return policy === 'ignore' && (biasBehind !== undefined || own !== undefined)
}

/** How often a rule reads its layer forwards and backwards, besides the forward pass. */
function passesOf(
  rule: Rule,
  { domains }: Step,
  lacksBias: boolean,
): { readonly denominators: number; readonly transpose: number } {
  const known = domains.every(isNonNegative)
  const terms = rule.parts.flatMap(part => part.terms.filter(term => !(known && term.input === 'negative')))
  // What takes inputs and weights as they are finds its sums in the forward pass, and so does what asks for their sign.
  const isPlain = terms.length === 1 && terms[0]?.input === 'identity' && terms[0].weight === 'identity'
  if (isPlain) return { denominators: lacksBias ? 1 : 0, transpose: 1 }
  const own = lacksBias && rule.parts.some(part => part.where !== undefined) ? 1 : 0
  return { denominators: terms.length + own, transpose: terms.length }
}

function products({ opType, domain, inputs, outputs }: Node, shapes: Shapes): number | undefined {
  const sizes = (value: string | undefined, from: number) => {
    const dims = dimsOf(shapes, value ?? '')?.slice(from)
    return dims?.every(dim => typeof dim === 'number')
      ? dims.reduce<number>((n, dim) => n * (dim as number), 1)
      : undefined
  }
  const times = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? undefined : a * b
  if (domain !== '') return undefined
  switch (opType) {
    case 'Conv':
      return times(sizes(inputs[1], 0), sizes(outputs[0], 2))
    case 'ConvTranspose':
      return times(sizes(inputs[1], 0), sizes(inputs[0], 2))
    case 'Gemm':
      return sizes(inputs[1], 0)
    case 'MatMul':
      return times(sizes(outputs[0], 1), sizes(inputs[0], -1))
    default:
      return undefined
  }
}
