/** Methods by the names that the command line has for them, each with its defaults. */

import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import { type GradientMethod, gradientMethods, gradients } from '../../src/core/5-explain/gradients.ts'
import { type LrpMethod, lrp, lrpMethods } from '../../src/core/5-explain/lrp.ts'
import type { Method } from '../../src/core/5-explain/method.ts'

/** Every method's name. */
export const methodNames: readonly MethodName[] = ['deep-taylor', ...lrpMethods, ...gradientMethods]

/** One of them. */
export type MethodName = 'deep-taylor' | LrpMethod | GradientMethod

/** What `all` stands for: the methods that cost a few forward passes, and not hundreds as sampling does. */
export const presets: readonly MethodName[] = ['deep-taylor', ...lrpMethods.filter(name => name !== 'evidence')]

/** A method with its defaults. */
export function methodOf(name: MethodName): Method {
  if (name === 'deep-taylor') return deepTaylor()
  return isGradient(name) ? gradients(name) : lrp(name)
}

function isGradient(name: MethodName): name is GradientMethod {
  return gradientMethods.includes(name as GradientMethod)
}
