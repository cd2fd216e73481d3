/**
 * Redistribution rules as data. A rule is a search direction v on which the root point x̃ = x − t·v is looked for, and
 * first-order Taylor expansion there gives every input its share (Montavon et al. 2017, section 4):
 *
 *     R_i = Σ_j  v_ij·w_ij / (Σ_i' v_i'j·w_i'j) · R_j
 *
 * All known rules have v_ij·w_ij = Σ_k a_k(x_i)·m_k(w_ij): a short list of terms, an input map and a weight map each.
 */

/** a(x): what a term makes of an activation. `from-low` is x − l and `from-high` x − h for a box l ≤ x ≤ h. */
export type InputMap = 'identity' | 'one' | 'positive' | 'negative' | 'from-low' | 'from-high'

/** m(w): what a term makes of a weight; `{ gamma, favours }` is w + γ·w⁺ or w + γ·w⁻. */
export type WeightMap =
  | 'identity'
  | 'one'
  | 'square'
  | 'positive'
  | 'negative'
  | { readonly gamma: number; readonly favours: 'positive' | 'negative' }

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

/** A rule of one part: the search direction v that its terms multiply to v·w. */
function direction(name: string, ...terms: readonly (readonly [InputMap, WeightMap])[]): Rule {
  return { name, parts: [{ terms: terms.map(([input, weight]) => ({ input, weight })) }] }
}

/** v = w: the nearest root in ℝ. The w²-rule of Montavon et al. 2017, section 4.1. */
export const wSquare: Rule = direction('w²', ['one', 'square'])

/** v = x·1[w > 0]: the root in ℝ₊ towards which only helping inputs shrink. The z⁺-rule of Montavon et al. 2017, section 4.2. */
export const zPlus: Rule = direction('z⁺', ['identity', 'positive'])

/** z⁺ for activations of both signs: contributions x·w > 0 share the relevance, all others get none. */
export const zPlusSigned: Rule = direction('signed z⁺', ['positive', 'positive'], ['negative', 'negative'])

/**
 * v = x − l·1[w > 0] − h·1[w < 0]: towards the corner of the box l ≤ x ≤ h where the neuron is off. The zᴮ-rule of
 * Montavon et al. 2017, section 4.2. Written as (x − l)·w⁺ + (x − h)·w⁻, equal to the paper's x·w − l·w⁺ − h·w⁻ with no cancellation: both
 * terms are ≥ 0 inside the box.
 */
export const zBox: Rule = direction('zᴮ', ['from-low', 'positive'], ['from-high', 'negative'])

/** v = x: shares in proportion to x·w, whatever their sign. The z-rule of Bach et al. 2015, also called LRP-0. */
export const z: Rule = direction('z', ['identity', 'identity'])

/** Every connection shares alike, whatever x and w are. Lapuschkin et al. 2019 (LRP-flat). */
export const flat: Rule = direction('flat', ['one', 'one'])

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
  const favouring = (favours: 'positive' | 'negative'): WeightMap => ({ gamma, favours })
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
