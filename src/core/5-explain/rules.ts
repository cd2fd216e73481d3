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

/** m(w): what a term makes of a weight. */
export type WeightMap = 'identity' | 'one' | 'square' | 'positive' | 'negative'

/** One term a(x)·m(w) of v·w. */
export interface Term {
  readonly input: InputMap
  readonly weight: WeightMap
}

/** A redistribution rule. */
export interface Rule {
  /** The field's name for it. */
  readonly name: string
  readonly terms: readonly Term[]
}

/** v = w: the nearest root in ℝ. The w²-rule of Montavon et al. 2017, section 4.1. */
export const wSquare: Rule = { name: 'w²', terms: [{ input: 'one', weight: 'square' }] }

/** v = x·1[w > 0]: the root in ℝ₊ towards which only helping inputs shrink. The z⁺-rule of Montavon et al. 2017, section 4.2. */
export const zPlus: Rule = { name: 'z⁺', terms: [{ input: 'identity', weight: 'positive' }] }

/** z⁺ for activations of both signs: contributions x·w > 0 share the relevance, all others get none. */
export const zPlusSigned: Rule = {
  name: 'signed z⁺',
  terms: [
    { input: 'positive', weight: 'positive' },
    { input: 'negative', weight: 'negative' },
  ],
}

/**
 * v = x − l·1[w > 0] − h·1[w < 0]: towards the corner of the box l ≤ x ≤ h where the neuron is off. The zᴮ-rule of
 * Montavon et al. 2017, section 4.2. Written as (x − l)·w⁺ + (x − h)·w⁻, equal to the paper's x·w − l·w⁺ − h·w⁻ with no cancellation: both
 * terms are ≥ 0 inside the box.
 */
export const zBox: Rule = {
  name: 'zᴮ',
  terms: [
    { input: 'from-low', weight: 'positive' },
    { input: 'from-high', weight: 'negative' },
  ],
}

/** v = x: shares in proportion to x·w, whatever their sign. The z-rule of Bach et al. 2015, also called LRP-0. */
export const z: Rule = { name: 'z', terms: [{ input: 'identity', weight: 'identity' }] }
