/** Methods as the page offers them: their names in words, and the parameters that each of them has. */

import { isGradient, type MethodName, methodNames } from '../../../../src/web.ts'
import type { Choice } from '../../components/select-field.tsx'
import type { ParameterName, Settings } from '../../state/settings.ts'

const words: Readonly<Partial<Record<MethodName, string>>> = {
  'deep-taylor': 'Deep Taylor',
  'z-plus': 'z⁺',
  'w-square': 'w²',
  epsilon: 'ε',
  gamma: 'γ',
  'alpha-beta': 'αβ',
  flat: 'flat',
  'epsilon-plus': 'ε and z⁺',
  'epsilon-plus-flat': 'ε, z⁺ and flat',
  'epsilon-alpha2-beta1': 'ε and α2β1',
  'epsilon-alpha2-beta1-flat': 'ε, α2β1 and flat',
  'epsilon-gamma-box': 'ε, γ and box',
  gradient: 'Gradient',
  'gradient-x-input': 'Gradient × input',
  sensitivity: 'Sensitivity',
  'integrated-gradients': 'Integrated gradients',
  'smooth-grad': 'SmoothGrad',
  'grad-cam': 'Grad-CAM',
  occlusion: 'Occlusion',
  'guided-backprop': 'Guided backpropagation',
  deconvnet: 'Deconvnet',
  'excitation-backprop': 'Excitation backpropagation',
}

/** All methods, in families. */
export const methodChoices: readonly Choice<MethodName>[] = methodNames.map(value => ({
  value,
  label: words[value] ?? value.charAt(0).toUpperCase() + value.slice(1),
  group: value === 'deep-taylor' ? 'Deep Taylor decomposition' : isGradient(value) ? 'Gradients and others' : 'LRP',
}))

/** Whether a method shares relevance layer by layer, by rules that may be changed. */
export function sharesByRules(method: MethodName): boolean {
  return !isGradient(method)
}

/** What biases may do. */
export function biasChoices(method: MethodName): readonly Choice<Settings['bias']>[] {
  const own = method === 'deep-taylor' ? 'ignored' : 'absorb'
  return [
    { value: 'default', label: `${own} (default)` },
    { value: 'ignore', label: 'ignored' },
    { value: 'absorb', label: 'absorb' },
    { value: 'keep', label: 'kept in z' },
  ]
}

/** How max pooling may share. */
export function poolingChoices(method: MethodName): readonly Choice<Settings['pooling']>[] {
  const own = method === 'deep-taylor' ? 'proportional' : 'winner'
  return [
    { value: 'default', label: `${own} (default)` },
    { value: 'proportional', label: 'proportional' },
    { value: 'winner', label: 'winner' },
  ]
}

/** A parameter as a field. */
export interface Parameter {
  readonly name: ParameterName
  readonly label: string
  readonly placeholder: string
  readonly step?: number
}

const stabilizer = (placeholder: string): Parameter => ({ name: 'stabilizer', label: 'Stabiliser', placeholder })
const epsilon: Parameter = { name: 'epsilon', label: 'ε', placeholder: '1e-6' }
const gamma: Parameter = { name: 'gamma', label: 'γ', placeholder: '0.25' }

const own: Readonly<Partial<Record<MethodName, readonly Parameter[]>>> = {
  epsilon: [epsilon],
  gamma: [gamma],
  'alpha-beta': [
    { name: 'alpha', label: 'α', placeholder: '2' },
    { name: 'beta', label: 'β', placeholder: '1' },
  ],
  'epsilon-plus': [epsilon],
  'epsilon-plus-flat': [epsilon],
  'epsilon-alpha2-beta1': [epsilon],
  'epsilon-alpha2-beta1-flat': [epsilon],
  'epsilon-gamma-box': [epsilon, gamma],
  'integrated-gradients': [{ name: 'steps', label: 'Steps', placeholder: '50', step: 1 }],
  'smooth-grad': [
    { name: 'samples', label: 'Samples', placeholder: '25', step: 1 },
    { name: 'noise', label: 'Noise', placeholder: '0.1' },
    { name: 'seed', label: 'Seed', placeholder: '0', step: 1 },
  ],
  occlusion: [{ name: 'patch', label: 'Patch', placeholder: 'side ÷ 14', step: 1 }],
}

/** The parameters that a method has. */
export function parametersOf(method: MethodName): readonly Parameter[] {
  const shared = sharesByRules(method) ? [stabilizer(method === 'deep-taylor' ? '0' : '1e-6')] : []
  return [...(own[method] ?? []), ...shared]
}
