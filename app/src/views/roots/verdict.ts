/** What is to be said of each rule: unsuited to the domain, no root, a root inside, or one outside and which condition failed. */

import type { NeuronRule, Pair } from '../../worker/protocol.ts'
import { boundsOf, type Scene } from './scene.ts'
import { domainName, fixed, subscript } from './words.ts'

/** What the worker found, as far as it is judged. */
export interface Found {
  readonly preactivation: number
  readonly t: number
  readonly root: readonly number[]
}

/** The judgement. `leaves` says which bounds the root breaks. */
export type Verdict =
  | { readonly kind: 'unsuited' | 'off' | 'none' | 'inside'; readonly words: string }
  | { readonly kind: 'outside'; readonly words: string; readonly leaves: string }

/** Beyond this the direction runs along the hinge: what is left of Σ v·w is rounding. */
const farthest = 1e6
/** Rounding of float32 numbers, as the core's own check has it. */
const rounding = 1e-5

/** Why a rule is not for the domain; undefined where it is. */
export function unsuited(rule: NeuronRule, scene: Pick<Scene, 'domain' | 'low' | 'high'>): string | undefined {
  const { domain, low } = scene
  if (rule === 'z-plus' && domain === 'real') return 'it takes for granted that no input is negative.'
  if (rule === 'z-plus' && domain === 'box' && Math.min(...low) < 0) {
    return 'it holds negative inputs. Move its lower corner to 0 or above.'
  }
  if (rule === 'z-box' && domain !== 'box') return 'without bounds there is no corner to search towards.'
  return undefined
}

/** The verdict in two or three words. */
export function headOf({ kind }: Verdict, { domain }: Pick<Scene, 'domain'>): string {
  const name = domainName(domain)
  switch (kind) {
    case 'unsuited':
      return domain === 'box' ? 'Not for this box' : `Not for ${name}`
    case 'off':
      return 'No root needed'
    case 'none':
      return 'No root'
    case 'inside':
      return `Root in ${name}`
    case 'outside':
      return `Root outside ${name}`
  }
}

/** What is to be said of a rule. */
export function verdictOf(rule: NeuronRule, scene: Scene, found: Found): Verdict {
  const reason = unsuited(rule, scene)
  if (reason !== undefined) return { kind: 'unsuited', words: reason }
  if (!(found.preactivation > 0)) return { kind: 'off', words: 'the neuron is off: it has no relevance to share.' }
  if (!(Math.abs(found.t) < farthest)) return { kind: 'none', words: noRoot(rule, scene) }
  const leaves = broken(found.root, scene)
  if (leaves === undefined) return { kind: 'inside', words: whyInside(rule, scene, found) }
  return { kind: 'outside', leaves, words: whyOutside(rule, scene, found) }
}

/** The first bound that a root breaks, as an inequality. */
function broken(root: readonly number[], scene: Scene): string | undefined {
  const { low, high } = boundsOf(scene)
  for (const [i, value] of root.entries()) {
    const slack = rounding * Math.abs(scene.x[i as 0 | 1]) + 1e-6
    const [least, most] = [low[i as 0 | 1], high[i as 0 | 1]]
    const name = `x̃${subscript(i)} = ${fixed(value)}`
    if (value < least - slack) return `${name} < ${fixed(least)}`
    if (value > most + slack) return `${name} > ${fixed(most)}`
  }
  return undefined
}

function whyInside(rule: NeuronRule, scene: Scene, { t }: Found): string {
  const { domain, b, low, high } = scene
  if (domain === 'real') return 'every point will do.'
  const holdsZero = Math.max(...low) <= 0 && Math.min(...high) >= 0
  const isAimed = rule === 'z-plus' || rule === 'z-box'
  if (rule === 'z-plus' && domain === 'positive' && b <= 0) return `t = ${fixed(t)} ≤ 1, as b ≤ 0 guarantees.`
  if (isAimed && domain === 'box' && b <= 0 && holdsZero) {
    return `t = ${fixed(t)} ≤ 1, as b ≤ 0 and ${rule === 'z-box' ? 'l ≤ 0 ≤ h' : 'l = 0'} guarantee.`
  }
  if (isAimed) return `t = ${fixed(t)} ≤ 1; nothing guarantees it here${b > 0 ? ', as b > 0' : ''}.`
  return 'nothing guarantees it for this direction.'
}

function whyOutside(rule: NeuronRule, scene: Scene, { t, preactivation }: Found): string {
  const { b } = scene
  // What is left of the pre-activation where the segment ends: it falls evenly, from z at x to 0 at the root.
  const left = fixed(preactivation * (1 - 1 / t))
  const bias = b > 0 ? ` b = ${fixed(b)} > 0 made that possible.` : ''
  if (rule === 'z-plus' && t > 1) {
    return `t = ${fixed(t)} > 1: with its helping inputs at 0 the neuron still fires, Σ x·w⁻ + b = ${left} > 0.${bias}`
  }
  if (rule === 'z-plus') return `t = ${fixed(t)} ≤ 1, but the box does not reach down to 0, where the segment leads.`
  if (rule === 'z-box') {
    const corner = cornerWords(scene.w)
    return `t = ${fixed(t)} > 1: even at the corner ${corner}, where it is weakest, the neuron fires, z = ${left} > 0.${bias}`
  }
  if (rule === 'w-square')
    return `The nearest root takes no notice of the domain${b <= 0 ? '; b ≤ 0 does not help' : ''}.`
  if (t < 0) return `t = ${fixed(t)} < 0: the root lies behind x, away from x₀.`
  return t > 1 ? `t = ${fixed(t)} > 1: at x₀ the neuron still fires.` : 'A direction of one’s own guarantees nothing.'
}

function noRoot(rule: NeuronRule, { x, w, origin }: Scene): string {
  if (w.every(value => value === 0)) return 'with w = 0 there is no hinge.'
  switch (rule) {
    case 'z-plus':
      return 'no input helps (wᵢ ≤ 0 or xᵢ = 0), so v = 0 and v·w = 0. The neuron fires from its bias alone.'
    case 'z-box':
      return `x already lies at the corner ${cornerWords(w)}, where the neuron is weakest, so v·w = 0.`
    case 'free':
      if (x.every((value, i) => value === origin[i as 0 | 1])) return 'x₀ lies on x, so v = 0 has no direction.'
      return 'v·w = 0, the direction runs along the hinge and never meets it.'
    case 'w-square':
      return 'v·w = 0.'
  }
}

/** The corner of the box where the neuron is weakest. */
function cornerWords(w: Pair): string {
  return `(${w.map((value, i) => `${value < 0 ? 'h' : 'l'}${subscript(i)}`).join(', ')})`
}
