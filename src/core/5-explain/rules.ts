/**
 * Redistribution rules as data. A rule is a search direction v on which the root point x̃ = x − t·v is looked for, and
 * first-order Taylor expansion there gives every input its share (Montavon et al. 2017, section 4):
 *
 *     R_i = Σ_j  v_ij·w_ij / (Σ_i' v_i'j·w_i'j) · R_j
 *
 * All known rules have v_ij·w_ij = Σ_k a_k(x_i)·m_k(w_ij): a short list of terms, an input map and a weight map each.
 */

import { DeepTaylorError } from '../diagnostics.ts'

/** a(x): what a term makes of an activation. `from-low` is x − l and `from-high` x − h for a box l ≤ x ≤ h. */
export type InputMap = 'identity' | 'one' | 'positive' | 'negative' | 'from-low' | 'from-high'

/** m(w): what a term makes of a weight; the last form is base(w) times one number where w > 0, another where w < 0. */
export type WeightMap =
  | WeightBase
  | 'positive'
  | 'negative'
  | { readonly base: WeightBase; readonly positive: number; readonly negative: number }

/** w, 1 or w². */
export type WeightBase = 'identity' | 'one' | 'square'

/** One term a(x)·m(w) of v·w. */
export interface Term {
  readonly input: InputMap
  readonly weight: WeightMap
}

/** Terms that share one denominator. */
export interface Part {
  /** What the shares are multiplied by. Default 1; the factors of a conserving rule sum to 1. */
  readonly factor?: number
  /** Only neurons whose pre-activation Σ x·w + b has this sign. Default: all. */
  readonly where?: 'positive' | 'negative'
  readonly terms: readonly Term[]
}

/** A redistribution rule: the sum of its parts. */
export interface Rule {
  /** The field's name for it. */
  readonly name: string
  readonly parts: readonly Part[]
}

/** One summand of a search direction: v_ij = Σ_k a_k(x_i)·d_k(w_ij). */
export interface DirectionTerm {
  /** a(x): how it depends on the input. */
  readonly input: InputMap
  /** d(w): 1, the weight itself, or 1/w, which makes every connection share alike. Default `one`. */
  readonly weight?: 'one' | 'weight' | 'inverse'
  /** A factor for connections of w > 0; 0 leaves them out. Default 1. */
  readonly positive?: number
  /** A factor for connections of w < 0; 0 leaves them out. Default 1. */
  readonly negative?: number
}

const baseOf = { one: 'identity', weight: 'square', inverse: 'one' } as const

const inputMaps: Readonly<Record<InputMap, (x: number) => number>> = {
  identity: x => x,
  one: () => 1,
  positive: x => Math.max(0, x),
  negative: x => Math.min(0, x),
  'from-low': x => x + 1,
  'from-high': x => x - 1,
}

/**
 * The rule of a search direction v: its root point is x̃ = x − t·v, and input i gets the share v_i·w_i / Σ v·w.
 *
 *     searchDirection('z⁺', [{ input: 'identity', negative: 0 }])      v = x·1[w > 0]
 *     searchDirection('w²', [{ input: 'one', weight: 'weight' }])      v = w
 *
 * All terms have the same `weight`: a sum of 1, w and 1/w would have no unit. Directions that read `from-low` or `from-high` ask for a layer whose input is a box.
 *
 * @param name what reports call it
 * @throws DeepTaylorError `rule-invalid` for a term that does not exist, and when Σ v·w is 0 whatever x and w are: such a
 *   direction never meets the hinge, and no root point lies along it
 */
export function searchDirection(name: string, terms: readonly DirectionTerm[]): Rule {
  const invalid = (reason: string) => new DeepTaylorError('rule-invalid', { rule: name, reason })
  const written = terms.map(({ input, weight = 'one', positive = 1, negative = 1 }): Term => {
    if (!Object.hasOwn(inputMaps, input)) {
      throw invalid(`there is no input map "${input}"; there are ${Object.keys(inputMaps).join(', ')}`)
    }
    if (!Object.hasOwn(baseOf, weight)) {
      throw invalid(`there is no weight map "${weight}"; there are ${Object.keys(baseOf).join(', ')}`)
    }
    if (!Number.isFinite(positive) || !Number.isFinite(negative)) throw invalid('its factors are not finite numbers')
    return { input, weight: weightMap(baseOf[weight], positive, negative) }
  })
  if (new Set(terms.map(({ weight = 'one' }) => weight)).size > 1) {
    throw invalid('its terms have different weight maps, and their sum has no unit: give all terms the same')
  }
  if (vanishes(written)) {
    throw invalid(
      'Σ v·w is 0 for every input and weight, so no root point lies along it; v = x, w or x·1[w > 0] would do',
    )
  }
  return { name, parts: [{ terms: written }] }
}

/** The shortest form of base(w)·(p·1[w > 0] + n·1[w < 0]). */
function weightMap(base: WeightBase, positive: number, negative: number): WeightMap {
  if (positive === 1 && negative === 1) return base
  if (base === 'identity' && positive === 1 && negative === 0) return 'positive'
  if (base === 'identity' && positive === 0 && negative === 1) return 'negative'
  return { base, positive, negative }
}

/** m(w) of one number. */
export function weightMapped(map: WeightMap, w: number): number {
  switch (map) {
    case 'identity':
      return w
    case 'one':
      return 1
    case 'square':
      return w * w
    case 'positive':
      return Math.max(0, w)
    case 'negative':
      return Math.min(0, w)
    default:
      return weightMapped(map.base, w) * (w > 0 ? map.positive : w < 0 ? map.negative : 0)
  }
}

/** Whether terms cancel wherever they are looked at, in the box −1 ≤ x ≤ 1. */
function vanishes(terms: readonly Term[]): boolean {
  const somewhere = [-0.75, -0.3, 0.3, 0.75].flatMap(x => [-2, -0.6, 0.6, 2].map(w => ({ x, w })))
  return somewhere.every(({ x, w }) => {
    const sum = terms.reduce((total, { input, weight }) => total + inputMaps[input](x) * weightMapped(weight, w), 0)
    return Math.abs(sum) < 1e-12
  })
}

/** v = w: the nearest root in ℝ. The w²-rule of Montavon et al. 2017, section 4.1. */
export const wSquare: Rule = searchDirection('w²', [{ input: 'one', weight: 'weight' }])

/** v = x·1[w > 0]: the root in ℝ₊ towards which only helping inputs shrink. The z⁺-rule of Montavon et al. 2017, section 4.2. */
export const zPlus: Rule = searchDirection('z⁺', [{ input: 'identity', negative: 0 }])

/** z⁺ for activations of both signs: contributions x·w > 0 share the relevance, all others get none. */
export const zPlusSigned: Rule = searchDirection('signed z⁺', [
  { input: 'positive', negative: 0 },
  { input: 'negative', positive: 0 },
])

/**
 * v = x − l·1[w > 0] − h·1[w < 0]: towards the corner of the box l ≤ x ≤ h where the neuron is off. The zᴮ-rule of
 * Montavon et al. 2017, section 4.2. Written as (x − l)·w⁺ + (x − h)·w⁻, equal to the paper's x·w − l·w⁺ − h·w⁻ with no cancellation: both
 * terms are ≥ 0 inside the box.
 */
export const zBox: Rule = searchDirection('zᴮ', [
  { input: 'from-low', negative: 0 },
  { input: 'from-high', positive: 0 },
])

/** v = x: shares in proportion to x·w, whatever their sign. The z-rule of Bach et al. 2015, also called LRP-0. */
export const z: Rule = searchDirection('z', [{ input: 'identity' }])

/** v = 1/w: every connection shares alike, whatever x and w are. Lapuschkin et al. 2019 (LRP-flat). */
export const flat: Rule = searchDirection('flat', [{ input: 'one', weight: 'inverse' }])

/**
 * Contributions of the sum's own sign share: for sums of both signs that no ReLU follows, whose negative values are as
 * much a result as positive ones. The limit γ → ∞ of the generalised γ-rule; sums have no other way to conserve.
 */
export const zOwnSign: Rule = {
  name: 'z⁺ by sign',
  parts: [
    {
      where: 'positive',
      terms: [
        { input: 'positive', weight: 'positive' },
        { input: 'negative', weight: 'negative' },
      ],
    },
    {
      where: 'negative',
      terms: [
        { input: 'positive', weight: 'negative' },
        { input: 'negative', weight: 'positive' },
      ],
    },
  ],
}

/**
 * z with a stabilizer: the rule of `z`, whose denominators get ε·sign(z). Bach et al. 2015 (LRP-ε); ε is the layer's
 * stabilizer, so the rule is a name.
 */
export function epsilonRule(epsilon: number): Rule {
  return { ...z, name: `ε ${epsilon}` }
}

/**
 * Positive contributions favoured by γ ≥ 0, for inputs of both signs and neurons of both signs: where the pre-activation
 * is positive x⁺·(w + γw⁺) + x⁻·(w + γw⁻), mirrored where it is negative. Andéol et al. 2021, generalising LRP-γ of
 * Montavon et al. 2019; γ → ∞ tends to z⁺.
 */
export function gammaRule(gamma: number): Rule {
  const favouring = (sign: 'positive' | 'negative'): WeightMap =>
    sign === 'positive' ? weightMap('identity', 1 + gamma, 1) : weightMap('identity', 1, 1 + gamma)
  return {
    name: `γ ${gamma}`,
    parts: [
      {
        where: 'positive',
        terms: [
          { input: 'positive', weight: favouring('positive') },
          { input: 'negative', weight: favouring('negative') },
        ],
      },
      {
        where: 'negative',
        terms: [
          { input: 'positive', weight: favouring('negative') },
          { input: 'negative', weight: favouring('positive') },
        ],
      },
    ],
  }
}

/** α of the helping contributions minus β of the hindering ones, α − β = 1. Bach et al. 2015 (LRP-αβ). */
export function alphaBetaRule(alpha: number, beta: number): Rule {
  const helping: readonly Term[] = [
    { input: 'positive', weight: 'positive' },
    { input: 'negative', weight: 'negative' },
  ]
  const hindering: readonly Term[] = [
    { input: 'positive', weight: 'negative' },
    { input: 'negative', weight: 'positive' },
  ]
  const parts: Part[] = [{ factor: alpha, terms: helping }]
  if (beta !== 0) parts.push({ factor: -beta, terms: hindering })
  return { name: `α${alpha}β${beta}`, parts }
}
