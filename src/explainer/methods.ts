/** Methods by name: what the command line and the Lab have in common. */

import { deepTaylor } from '../core/5-explain/deep-taylor.ts'
import { type GradientMethod, gradientMethods, gradients } from '../core/5-explain/gradients.ts'
import { type LrpMethod, lrp, lrpMethods } from '../core/5-explain/lrp.ts'
import type { BiasPolicy, Method, Pooling } from '../core/5-explain/method.ts'

/** A method by name. */
export type MethodName = 'deep-taylor' | LrpMethod | GradientMethod

/** All of them. */
export const methodNames: readonly [MethodName, ...MethodName[]] = ['deep-taylor', ...lrpMethods, ...gradientMethods]

/** The options that tune a method; what is not given is the method's own default. */
export interface MethodOptions {
  readonly bias?: BiasPolicy | undefined
  readonly pooling?: Pooling | undefined
  readonly stabilizer?: number | undefined
  readonly epsilon?: number | undefined
  readonly gamma?: number | undefined
  readonly alpha?: number | undefined
  readonly beta?: number | undefined
  readonly steps?: number | undefined
  readonly samples?: number | undefined
  readonly noise?: number | undefined
  readonly seed?: number | undefined
  readonly patch?: number | undefined
  readonly camLayer?: string | undefined
}

/**
 * A method with the options that it takes; others are passed over.
 *
 * @throws DeepTaylorError `option-invalid`
 */
export function methodFrom(name: MethodName, options: MethodOptions = {}): Method {
  const { bias, pooling, stabilizer, epsilon, gamma, alpha, beta } = options
  const given = defined({ bias, pooling, stabilizer, epsilon, gamma, alpha, beta })
  if (name === 'deep-taylor') return deepTaylor(given)
  if (!isGradient(name)) return lrp(name, given)
  const { steps, samples, noise, seed, patch, camLayer: layer } = options
  return gradients(name, defined({ steps, samples, noise, seed, patch, layer }))
}

/** What was given, without what was not. */
function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

/** Whether a method belongs to the gradient family: it sums to nothing in particular, and has no rules per layer. */
export function isGradient(name: MethodName): name is GradientMethod {
  return gradientMethods.includes(name as GradientMethod)
}
