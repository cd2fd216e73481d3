/** Numbers, names and formulas of the view, as they are read. */

import type { NeuronDomain, NeuronRule } from '../../worker/protocol.ts'

/** So many decimals, with a true minus sign and no −0. */
export function fixed(value: number, digits = 2): string {
  if (Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (Math.abs(value) >= 1e5) return value.toExponential(1).replace('-', '−').replace('e+', 'e')
  const text = value.toFixed(digits)
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−')
}

/** A point or a vector. */
export function vector(values: readonly number[], digits = 2): string {
  return `(${values.map(value => fixed(value, digits)).join(', ')})`
}

/** ₁ or ₂. */
export function subscript(i: number): string {
  return i === 0 ? '₁' : '₂'
}

/** What a domain is called. */
export function domainName(domain: NeuronDomain): string {
  return { real: 'ℝ²', positive: 'ℝ₊²', box: 'the box' }[domain]
}

/** How a rule is called and where it looks for its root. */
export interface RuleWords {
  readonly id: NeuronRule
  readonly name: string
  /** v, as a formula. */
  readonly direction: string
  /** The same in words. */
  readonly words: string
}

/** The rules in the order of the page. */
export const ruleWords: readonly RuleWords[] = [
  { id: 'w-square', name: 'w²', direction: 'v = w', words: 'straight to the hinge: the nearest root' },
  { id: 'z-plus', name: 'z⁺', direction: 'vᵢ = xᵢ·1[wᵢ > 0]', words: 'helping inputs shrink towards 0' },
  {
    id: 'z-box',
    name: 'zᴮ',
    direction: 'vᵢ = xᵢ − lᵢ·1[wᵢ > 0] − hᵢ·1[wᵢ < 0]',
    words: 'towards the corner where the neuron is weakest',
  },
  { id: 'free', name: 'free', direction: 'v = x − x₀', words: 'through the point x₀, which you drag' },
]
