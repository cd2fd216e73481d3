/**
 * The one emitter of all rules × all operators. With L the layer's linear map without bias and Lᵀ its transpose,
 *
 *     z = Σ_k L(a_k(x); m_k(W))      s = R / z  (0 where z = 0)      R_x = Σ_k a_k(x) ⊙ Lᵀ(s; m_k(W))
 */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { zerosLike } from '../3-operators/like.ts'
import type { Branch, Weights } from '../3-operators/operator.ts'
import type { InputMap, Rule, Term, WeightMap } from './rules.ts'

/** Lower and upper bounds of a boxed value, in shapes that broadcast to it. */
export interface Bounds {
  readonly low: Value
  readonly high: Value
}

/** What one redistribution needs besides the rule. */
export interface Redistribution {
  readonly b: GraphBuilder
  readonly branches: readonly Branch[]
  /** The relevance of the layer's outputs. */
  readonly relevance: Value
  /** A bias that keeps its share (`absorb`); undefined where the inputs share everything (`ignore`). */
  readonly bias: Value | undefined
  /** ε of the denominator z + ε·sign(z), sign(0) = 1; 0 for the exact quotient with 0/0 = 0. */
  readonly stabilizer: number
  readonly boundsOf: (branch: Branch) => Bounds
  readonly isNonNegative: (branch: Branch) => boolean
  /** Ones where the branch's input holds neurons, zeros where it holds padding. */
  readonly presenceOf: (branch: Branch) => Value
}

/** The relevance of each branch's input, in the branches' order; undefined for an input that no term of the rule names. */
export function redistribute(rule: Rule, r: Redistribution): readonly (Value | undefined)[] {
  const { b } = r
  const parts = r.branches.flatMap(branch =>
    rule.terms.flatMap(term => {
      const a = inputMapped(r, branch, term)
      const weights = weightsMapped(b, branch.weights, term.weight)
      return a === undefined || weights === undefined ? [] : [{ branch, a, weights }]
    }),
  )
  // Neurons whose inputs can only inhibit fire from their bias alone: nobody gets anything.
  if (parts.length === 0) return r.branches.map(({ x }) => zerosLike(r, x))
  const contributions = parts.map(({ branch, a, weights }) => branch.forward(a, weights))
  const shares = r.bias === undefined ? [] : biasShares(b, rule, r.bias)
  const z = total(b, [...contributions, ...shares], 'z')
  const s = quotient(b, r.relevance, z, r.stabilizer)
  return r.branches.map(branch => {
    const own = parts.filter(part => part.branch === branch)
    const back = own.map(({ a, weights }) => {
      const spread = branch.transpose(s, weights)
      return b.op('Mul', [a, spread], {}, 'share')
    })
    return back.length === 0 ? undefined : total(b, back, 'relevance')
  })
}

function total(b: GraphBuilder, values: readonly Value[], hint: string): Value {
  return values.length === 1 ? (values[0] as Value) : b.op('Sum', values, {}, hint)
}

/** R/z with 0/0 = 0: a neuron without contributions has nobody to give its relevance to. */
function quotient(b: GraphBuilder, relevance: Value, z: Value, stabilizer: number): Value {
  const zero = b.floats(0)
  if (stabilizer === 0) {
    const isZero = b.op('Equal', [z, zero], {}, 'is_zero')
    return b.op('Where', [isZero, zero, b.op('Div', [relevance, z], {}, 'ratio')], {}, 's')
  }
  const above = b.op('Add', [z, b.floats(stabilizer)], {}, 'above')
  const below = b.op('Sub', [z, b.floats(stabilizer)], {}, 'below')
  const stabilized = b.op('Where', [b.op('Less', [z, zero], {}, 'is_negative'), below, above], {}, 'stabilized')
  return b.op('Div', [relevance, stabilized], {}, 's')
}

/** a(x); undefined for a term that is zero throughout the input's domain. */
function inputMapped(r: Redistribution, branch: Branch, { input }: Term): Value | undefined {
  const { b } = r
  const { x } = branch
  const known = r.isNonNegative(branch)
  const maps: Readonly<Record<InputMap, () => Value | undefined>> = {
    identity: () => x,
    one: () => r.presenceOf(branch),
    positive: () => (known ? x : b.op('Relu', [x], {}, 'x_positive')),
    negative: () => (known ? undefined : b.op('Min', [x, b.floats(0)], {}, 'x_negative')),
    'from-low': () => b.op('Sub', [x, r.boundsOf(branch).low], {}, 'x_from_low'),
    'from-high': () => b.op('Sub', [x, r.boundsOf(branch).high], {}, 'x_from_high'),
  }
  return maps[input]()
}

/** m(W); undefined for weights that vanish. */
function weightsMapped(b: GraphBuilder, weights: Weights, map: WeightMap): Weights | undefined {
  if (weights.kind === 'fixed') {
    const mapped = numberMaps[map](weights.value)
    return mapped === 0 ? undefined : { kind: 'fixed', value: mapped }
  }
  return { kind: 'tensor', value: tensorMaps[map](b, weights.value) }
}

const numberMaps: Readonly<Record<WeightMap, (w: number) => number>> = {
  identity: w => w,
  one: () => 1,
  square: w => w * w,
  positive: w => Math.max(0, w),
  negative: w => Math.min(0, w),
}

/** Derived weights are nodes over the stored ones; the runtime folds them once, when it loads the model. */
const tensorMaps: Readonly<Record<WeightMap, (b: GraphBuilder, w: Value) => Value>> = {
  identity: (_, w) => w,
  one: (b, w) => b.op('Expand', [b.floats(1), b.op('Shape', [w], {}, 'shape')], {}, 'w_one'),
  square: (b, w) => b.op('Mul', [w, w], {}, 'w_square'),
  positive: (b, w) => b.op('Relu', [w], {}, 'w_positive'),
  negative: (b, w) => b.op('Min', [w, b.floats(0)], {}, 'w_negative'),
}

/** The bias as one more neuron of activation 1 in the box [0, 1], whose weight is b: Σ_k a_k(1)·m_k(b). */
function biasShares(b: GraphBuilder, rule: Rule, bias: Value): readonly Value[] {
  const one: Readonly<Record<InputMap, number>> = {
    identity: 1,
    one: 1,
    positive: 1,
    negative: 0,
    'from-low': 1,
    'from-high': 0,
  }
  return rule.terms.filter(term => one[term.input] !== 0).map(term => tensorMaps[term.weight](b, bias))
}
