/**
 * The one emitter of all rules × all operators. With L the layer's linear map without bias and Lᵀ its transpose, each part
 * of a rule gives
 *
 *     z = Σ_k L(a_k(x); m_k(W))      s = R / z  (0 where z = 0)      R_x = Σ_k a_k(x) ⊙ Lᵀ(s; m_k(W))
 */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { zerosLike } from '../3-operators/like.ts'
import type { Branch, Weights } from '../3-operators/operator.ts'
import { weightsMapped } from './mapped-weights.ts'
import { guard, isNegative, isPositive, quotient, type Sign } from './quotient.ts'
import { factorOf, type Share, sum, whole } from './relevance.ts'
import {
  type InputMap,
  type Part,
  type Rule,
  type Term,
  type WeightBase,
  type WeightMap,
  weightMapped,
} from './rules.ts'

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
  readonly relevance: Share
  /** A bias that keeps its share (`absorb`); undefined where the inputs share everything (`ignore`). */
  readonly bias: Value | undefined
  /** The bias stays in the denominators as it is (`keep`), whatever the rule makes of weights. */
  readonly keepsWholeBias?: boolean
  /** What the layer made in the forward pass, where that is Σ x·w with exactly the bias that shares here. */
  readonly output?: Value | undefined
  /** The gate behind the layer that the relevance is a multiple of. */
  readonly gate?: Gate | undefined
  /** ε of the denominator z + ε·sign(z), sign(0) = 1; 0 for the exact quotient with 0/0 = 0. */
  readonly stabilizer: number
  readonly boundsOf: (branch: Branch) => Bounds
  readonly isNonNegative: (branch: Branch) => boolean
  /** Is told of every part that shares something. */
  readonly observe?: ((shared: Shared) => void) | undefined
  /** Ones where the branch's input holds neurons, zeros where it holds padding. */
  readonly presenceOf: (branch: Branch) => Value
}

/** An activation function that is 0 for all z ≤ 0: relevance that is a multiple of it is 0 there too. */
export interface Gate {
  /** What it makes of z. */
  readonly output: Value
  /** It is max(0, z). */
  readonly isRelu: boolean
}

/** What one part of a rule did at a layer, for whoever keeps the books. */
export interface Shared {
  /** The relevance that the part shares out, of the outputs' shape. */
  readonly relevance: Value
  /** Σ v·w over the inputs, without the bias. */
  readonly contributions: Value
  /** What of the denominator is the bias's; undefined where it gets no share. */
  readonly bias: Value | undefined
  /** s = relevance / (contributions + bias), stabilised. */
  readonly s: Value
  /** Lᵀ(s; m(W)) of every term, before it is multiplied by a(x). */
  readonly factors: readonly TermFactor[]
  /**
   * What of the contributions is owed to some inputs alone: `of` says, by index among the node's inputs, what a(x) is multiplied
   * by, and undefined for none of it. undefined where nothing is.
   */
  readonly contributionsOf: (of: (input: number) => Value | undefined) => Value | undefined
}

/** What one term's a(x) is multiplied by. */
export interface TermFactor {
  /** Index among the node's inputs. */
  readonly input: number
  readonly map: InputMap
  readonly x: Value
  readonly factor: Value
}

/** The relevance of each branch's input, in the branches' order; undefined for an input that no term of the rule names. */
export function redistribute(rule: Rule, r: Redistribution): readonly (Share | undefined)[] {
  const shares = rule.parts.map(part => sharesOf(part, r))
  // Where all inputs can only inhibit, neurons fire from their bias alone, and nobody gets anything.
  if (shares.flat().every(share => share === undefined)) return r.branches.map(({ x }) => [{ factor: zerosLike(r, x) }])
  return r.branches.map((_, i) => {
    const received = shares.map(share => share[i]).filter(share => share !== undefined)
    return received.length === 0 ? undefined : sum(r.b, received)
  })
}

/** What one part of a rule gives to each branch's input. */
function sharesOf(part: Part, r: Redistribution): readonly (Share | undefined)[] {
  const { b } = r
  // A gate that is 0 for z ≤ 0 lets no relevance come to neurons of that sign.
  if (part.where === 'negative' && r.gate) return r.branches.map(() => undefined)
  const products = productsOf(part, r, r.branches)
  if (products.length === 0) return r.branches.map(() => undefined)
  const contributions = products.map(({ branch, a, weights }) => branch.forward(a, weights))
  const biases = r.bias === undefined ? [] : r.keepsWholeBias ? [r.bias] : biasShares(b, part, r.bias)
  const sign = common([
    ...products.map(one => signOfProduct(one, r)),
    ...(biases.length === 0 ? [] : biasTerms(part).map(({ weight }) => signOfMap(weight))),
  ])
  const relevance = ofSign(r, part.where)
  if (relevance === undefined) return r.branches.map(() => undefined)
  const own = { ...r, relevance }
  const made = reused(part, r, products)
  const s = scaled(
    b,
    part.factor,
    made === undefined
      ? perContribution(own, [...contributions, ...biases] as [Value, ...Value[]], sign)
      : perOutput(own, made, sign),
  )
  r.observe?.({
    relevance: scaled(b, part.factor, whole(b, own.relevance)),
    contributions: total(b, contributions, 'z'),
    bias: biases.length === 0 ? undefined : total(b, biases, 'bias_share'),
    s,
    factors: products.map(({ branch, map, factor, weights }) => {
      const back = branch.transpose(s, weights)
      const own = factor === 1 ? back : b.op('Mul', [back, b.floats(factor)], {}, 'factor')
      return { input: branch.input, map, x: branch.x, factor: own }
    }),
    contributionsOf: of => {
      const own = products.flatMap(({ branch, a, weights }) => {
        const taken = of(branch.input)
        return taken === undefined ? [] : branch.forward(b.op('Mul', [a, taken], {}, 'taken'), weights)
      })
      return own.length === 0 ? undefined : total(b, own, 'z_of')
    },
  })
  return r.branches.map(branch => {
    const own = products.filter(product => product.branch === branch)
    const back = own.map(({ a, weights }): Share => [{ of: a, factor: branch.transpose(s, weights) }])
    return back.length === 0 ? undefined : sum(b, back)
  })
}

/** s of a layer whose denominators are sums of their own; `sign` is that of everything in them, where they have one. */
function perContribution(
  r: Redistribution,
  [first, ...others]: readonly [Value, ...Value[]],
  sign: Sign | undefined,
): Value {
  const { b, stabilizer } = r
  const isPlain = r.observe === undefined && r.keepsWholeBias !== true
  const oneSign = isPlain ? sign : undefined
  const start = oneSign ? b.op('Add', [first, b.floats(oneSign * (stabilizer || guard))], {}, 'guarded') : first
  const z = total(b, [start, ...others], 'z')
  const relevance = whole(b, r.relevance)
  return oneSign ? b.op('Div', [relevance, z], {}, 's') : quotient(b, relevance, z, stabilizer)
}

/** s of a layer whose denominators are what it made in the forward pass: of R = y·c, mostly c is left. */
function perOutput(r: Redistribution, made: Value, sign: Sign | undefined): Value {
  const { b, stabilizer, relevance, gate } = r
  const isPlain = r.observe === undefined
  if (stabilizer === 0 && isPlain) {
    // Where a sum of contributions of one sign is 0 all of them are, and whatever s is there shares nothing.
    const own = factorOf(relevance, made)
    if (own && sign) return own
    const gated = gate?.isRelu ? factorOf(relevance, gate.output) : undefined
    if (gate && gated) return b.op('Mul', [gated, isPositive(b, gate.output)], {}, 's')
  }
  // Relevance behind a ReLU is 0 unless z = max(0, z).
  const oneSign = isPlain ? (gate?.isRelu ? 1 : sign) : undefined
  const z = isPlain && gate?.isRelu ? gate.output : made
  const product = whole(b, relevance)
  return oneSign
    ? b.op('Div', [product, b.op('Add', [z, b.floats(oneSign * (stabilizer || guard))], {}, 'guarded')], {}, 's')
    : quotient(b, product, z, stabilizer)
}

/** Where a rule takes inputs and weights as they are, its denominators are what the layer made in the forward pass. */
function reused({ terms }: Part, r: Redistribution, products: readonly Product[]): Value | undefined {
  const isPlain = terms.every(({ input, weight }) => input === 'identity' && weight === 'identity')
  const isWhole = terms.length === 1 && products.length === r.branches.length
  return isPlain && isWhole && r.observe === undefined ? r.output : undefined
}

/** The terms of a part, each of one branch. */
function productsOf(part: Part, r: InputMapping, branches: readonly Branch[]): readonly Product[] {
  return branches.flatMap(branch =>
    part.terms.flatMap(term => {
      const a = inputMapped(r, branch, term)
      return a === undefined ? [] : product(r.b, branch, a, term)
    }),
  )
}

/** Σ v·w of every neuron, without bias; undefined where nothing can contribute. */
export function denominatorOf(part: Part, r: InputMapping, branches: readonly Branch[]): Value | undefined {
  const products = productsOf(part, r, branches)
  const contributions = products.map(({ branch, a, weights }) => branch.forward(a, weights))
  return contributions.length === 0 ? undefined : total(r.b, contributions, 'z')
}

function scaled(b: GraphBuilder, factor: number | undefined, s: Value): Value {
  return factor === undefined || factor === 1 ? s : b.op('Mul', [s, b.floats(factor)], {}, 'scaled')
}

/** The relevance of the neurons whose own pre-activation Σ x·w + b has the sign asked for, 0 elsewhere; undefined where it is 0 everywhere. */
function ofSign(r: Redistribution, where: Part['where']): Share | undefined {
  if (where === undefined || (where === 'positive' && r.gate)) return r.relevance
  const { b } = r
  const layers = r.branches.map(branch => branch.forward(branch.x, branch.weights))
  const y = r.output ?? total(b, r.bias === undefined ? layers : [...layers, r.bias], 'preactivation')
  const isAbove = where === 'positive'
  const [half, other] = isAbove ? [positive(b, y), negative(b, y)] : [negative(b, y), positive(b, y)]
  const shares = r.relevance.flatMap(({ of, factor }): readonly Share[] => {
    // Of multiples of y and its halves nothing has to be looked for.
    if (of === other) return []
    if (of === half || of === y) return [[{ of: half, factor }]]
    const hasSign = isAbove ? isPositive(b, y) : isNegative(b, y)
    return [[{ of, factor: b.op('Mul', [factor, hasSign], {}, 'of_sign') }]]
  })
  return shares.length === 0 ? undefined : sum(b, shares)
}

function positive(b: GraphBuilder, x: Value): Value {
  return b.op('Relu', [x], {}, 'x_positive')
}

/** What x⁺, needed besides, leaves of x: ONNX Runtime's Min takes three times as long. */
function negative(b: GraphBuilder, x: Value): Value {
  return b.op('Sub', [x, positive(b, x)], {}, 'x_negative')
}

function total(b: GraphBuilder, values: readonly Value[], hint: string): Value {
  return values.length === 1 ? (values[0] as Value) : b.op('Sum', values, {}, hint)
}

/** The sign that a(x)·m(w) has unless it is 0, and shares nothing; undefined where it may have both. */
function signOfProduct({ branch, map, weight, weights, factor }: Product, r: InputMapping): Sign | undefined {
  const ofInput = map === 'identity' && r.isNonNegative(branch) ? 1 : signOf[map]
  const ofWeight = weights.kind === 'fixed' ? (Math.sign(factor) as Sign) : signOfMap(weight)
  return ofInput && ofWeight && ((ofInput * ofWeight) as Sign)
}

function signOfMap(weight: WeightMap): Sign | undefined {
  return typeof weight === 'object' ? undefined : signOf[weight]
}

/** The one sign that all have. */
function common(signs: readonly (Sign | undefined)[]): Sign | undefined {
  return signs.every(sign => sign === signs[0]) ? signs[0] : undefined
}

/** The sign of what a map makes, where it has one. */
const signOf: Readonly<Record<InputMap | WeightBase, Sign | undefined>> = {
  identity: undefined,
  positive: 1,
  negative: -1,
  square: 1,
  one: 1,
  // Inside the box.
  'from-low': 1,
  'from-high': -1,
}

/** What input maps are written with. */
export type InputMapping = Pick<Redistribution, 'b' | 'boundsOf' | 'isNonNegative' | 'presenceOf'>

/** a(x); undefined for a term that is zero throughout the input's domain. */
export function inputMapped(r: InputMapping, branch: Branch, { input }: Pick<Term, 'input'>): Value | undefined {
  const { b } = r
  const { x } = branch
  const known = r.isNonNegative(branch)
  const maps: Readonly<Record<InputMap, () => Value | undefined>> = {
    identity: () => x,
    one: () => r.presenceOf(branch),
    positive: () => (known ? x : positive(b, x)),
    negative: () => (known ? undefined : negative(b, x)),
    'from-low': () => b.op('Sub', [x, r.boundsOf(branch).low], {}, 'x_from_low'),
    'from-high': () => b.op('Sub', [x, r.boundsOf(branch).high], {}, 'x_from_high'),
  }
  return maps[input]()
}

/** One term of one branch, ready for L and Lᵀ. */
interface Product {
  readonly branch: Branch
  readonly map: InputMap
  readonly weight: WeightMap
  /** a(x), times what a fixed weight became. */
  readonly a: Value
  readonly factor: number
  readonly weights: Weights
}

/** A term with its weights mapped; what fixed weights become is moved to the input, and a term that vanishes is left out. */
function product(b: GraphBuilder, branch: Branch, a: Value, { input: map, weight }: Term): readonly Product[] {
  const { weights } = branch
  if (weights.kind === 'tensor') {
    const value = weightsMapped(b, weights.value, weight)
    return [{ branch, map, weight, a, factor: 1, weights: { kind: 'tensor', value } }]
  }
  const factor = weightMapped(weight, weights.value)
  const scaled = factor === 1 ? a : b.op('Mul', [a, b.floats(factor)], {}, 'x_weighted')
  return factor === 0 ? [] : [{ branch, map, weight, a: scaled, factor, weights: { kind: 'fixed', value: 1 } }]
}

/** The bias as one more neuron of activation 1 in the box [0, 1], whose weight is b: Σ_k a_k(1)·m_k(b). */
function biasShares(b: GraphBuilder, part: Part, bias: Value): readonly Value[] {
  return biasTerms(part).map(term => weightsMapped(b, bias, term.weight))
}

/** The terms that are not 0 for an activation of 1 in that box. */
function biasTerms(part: Part): readonly Term[] {
  const isZero: readonly InputMap[] = ['negative', 'from-high']
  return part.terms.filter(({ input }) => !isZero.includes(input))
}
