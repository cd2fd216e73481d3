/**
 * The LRP methods: one rule on every layer, or Zennit's presets (Anders et al. 2021), which give the first layers, the
 * convolutions and the dense layers a rule each. The peers' conventions are the defaults: biases keep their share, max
 * pooling gives all to the winner, denominators are stabilised.
 */

import { isBox } from '../3-operators/domain.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import type { Decision, LayerFacts, Method, MethodOptions } from './method.ts'
import { decideOther } from './pass-through.ts'
import { alphaBetaRule, epsilonRule, flat, gammaRule, type Rule, wSquare, z, zBox, zPlusSigned } from './rules.ts'

/** Options of the LRP methods. */
export interface LrpOptions extends MethodOptions {
  /** ε ≥ 0 of the ε-rule. Default 1e-6. */
  readonly epsilon?: number
  /** γ ≥ 0 of the γ-rule. Default 0.25. */
  readonly gamma?: number
  /** α of the αβ-rule. Default 2. */
  readonly alpha?: number
  /** β of the αβ-rule; α − β = 1. Default 1. */
  readonly beta?: number
}

/** The names of the LRP methods. */
export const lrpMethods = [
  'z-plus',
  'w-square',
  'epsilon',
  'gamma',
  'alpha-beta',
  'flat',
  'epsilon-plus',
  'epsilon-plus-flat',
  'epsilon-alpha2-beta1',
  'epsilon-alpha2-beta1-flat',
  'epsilon-gamma-box',
  'evidence',
] as const

/** One of them. */
export type LrpMethod = (typeof lrpMethods)[number]

/** What a layer with weights gets: a rule, its own ε, and that biases stay out of it where they do. */
interface Choice {
  readonly rule: Rule
  readonly why: string
  readonly stabilizer?: number
  readonly bias?: 'ignore'
}

type Choose = (layer: LayerFacts) => Choice

const peerStabilizer = 1e-6

/**
 * An LRP method by name.
 *
 * @throws DeepTaylorError `option-invalid` when a parameter is out of its range or α − β ≠ 1
 */
export function lrp(name: LrpMethod, options: LrpOptions = {}): Method {
  const isEvidence = name === 'evidence'
  const { bias = isEvidence ? 'keep' : 'absorb', pooling = 'winner' } = options
  const { stabilizer = isEvidence ? 0 : peerStabilizer } = options
  for (const [option, value] of Object.entries({ ...options, stabilizer })) {
    if (typeof value !== 'number' || (value >= 0 && Number.isFinite(value))) continue
    throw new DeepTaylorError('option-invalid', { option, reason: `${value} is not a number ≥ 0` })
  }
  const choose = chooser(name, options)
  return {
    name,
    bias,
    pooling,
    stabilizer,
    ...(isEvidence && { hasBaseline: true }),
    decide: layer => (isEvidence && decideTerm(layer)) || decide(layer, choose, pooling),
  }
}

function decide(layer: LayerFacts, choose: Choose, pooling: Method['pooling']): Decision {
  const { operator } = layer
  if (operator.kind !== 'linear') return decideOther(operator, layer, pooling, z)
  if (operator.isOneToOne) return { kind: 'pass', why: 'every output has one input, which takes everything' }
  if (operator.hasFixedWeights) {
    const why = 'sums and averages share in proportion to what they add, signs kept'
    return { kind: 'rule', rule: z, why, stabilizer: peerStabilizer, bias: 'ignore' }
  }
  return { kind: 'rule', ...choose(layer) }
}

/**
 * What is added to a feature alone belongs to its term; what is added to a sum of terms is the baseline. Sums share exactly
 * what was summed.
 */
function decideTerm({ operator, makesTerm }: LayerFacts): Decision | undefined {
  if (operator.kind !== 'linear' || !operator.hasFixedWeights) return undefined
  // Every output has one input: w² gives it everything, whatever its value.
  if (makesTerm) return { kind: 'rule', rule: wSquare, why: 'a constant inside a term is evidence', bias: 'ignore' }
  return { kind: 'rule', rule: z, why: 'a sum of terms: each gives what it is; constants are the baseline' }
}

function chooser(name: LrpMethod, options: LrpOptions): Choose {
  const { epsilon = peerStabilizer, gamma = 0.25, alpha = 2, beta = 1 } = options
  if (Math.abs(alpha - beta - 1) > 1e-9) {
    throw new DeepTaylorError('option-invalid', {
      option: `alpha ${alpha} and beta ${beta}`,
      reason: 'α − β must be 1, or relevance is not conserved',
    })
  }
  const always = (rule: Rule, stabilizer?: number): Choose => {
    const choice: Choice = { rule, why: `${name} on every layer`, ...(stabilizer !== undefined && { stabilizer }) }
    return () => choice
  }
  const dense: Choice = { rule: epsilonRule(epsilon), why: 'dense layer', stabilizer: epsilon }
  const byKind =
    (convolution: Rule, first?: (layer: LayerFacts) => Choice | undefined): Choose =>
    layer => {
      const special = layer.domains[0]?.origin === 'input' ? first?.(layer) : undefined
      if (special) return special
      return /^Conv(Transpose)?$/.test(layer.node.opType) ? { rule: convolution, why: 'convolution' } : dense
    }
  const flatly: Choose = () => ({ rule: flat, why: 'every input alike; Zennit leaves the bias out', bias: 'ignore' })
  const choosers: Readonly<Record<LrpMethod, () => Choose>> = {
    'z-plus': () => always(zPlusSigned),
    'w-square': () => always(wSquare),
    epsilon: () => always(epsilonRule(epsilon), epsilon),
    gamma: () => always(gammaRule(gamma)),
    'alpha-beta': () => always(alphaBetaRule(alpha, beta)),
    flat: () => flatly,
    'epsilon-plus': () => byKind(zPlusSigned),
    'epsilon-plus-flat': () => byKind(zPlusSigned, flatly),
    'epsilon-alpha2-beta1': () => byKind(alphaBetaRule(2, 1)),
    'epsilon-alpha2-beta1-flat': () => byKind(alphaBetaRule(2, 1), flatly),
    'epsilon-gamma-box': () => byKind(gammaRule(gamma), firstBox),
    evidence: () => always(z),
  }
  return choosers[name]()
}

/** Zennit's ZBox leaves the bias out: its three denominators cancel it. Only a convolution is a first layer to the preset. */
function firstBox({ node, domains }: LayerFacts): Choice | undefined {
  if (!/^Conv(Transpose)?$/.test(node.opType)) return undefined
  if (domains[0] && isBox(domains[0])) return { rule: zBox, why: 'reads the input, which is a box', bias: 'ignore' }
  throw new DeepTaylorError('option-invalid', {
    option: 'method epsilon-gamma-box',
    reason: 'it needs the box of the input: state it with --box LOW,HIGH',
  })
}
