/**
 * The gradient family, compiled by the same reverse pass from the same operator tables: linear layers send Lᵀ(g; W) back,
 * activation functions their derivative. It starts from 1, not from the logit.
 */

import type { Decision, LayerFacts, Method } from './method.ts'
import { z, zPlusSigned } from './rules.ts'

/** The names of the gradient methods. */
export const gradientMethods = [
  'gradient',
  'gradient-x-input',
  'sensitivity',
  'guided-backprop',
  'deconvnet',
  'excitation-backprop',
] as const

/** One of them. */
export type GradientMethod = (typeof gradientMethods)[number]

/** Zennit's ε. */
const peerStabilizer = 1e-6

/**
 * A gradient method by name.
 *
 * `gradient` is ∂x_f/∂x; `gradient-x-input` that times x; `sensitivity` its square (Simonyan et al. 2014; Gevrey et al.
 * 2003); `guided-backprop` lets only positive gradients through open ReLUs (Springenberg et al. 2015), `deconvnet` through
 * all ReLUs (Zeiler and Fergus 2014), other activation functions keep their derivative as in Zennit;
 * `excitation-backprop` is z⁺ started from 1, biases keeping their share as in Zennit (Zhang et al. 2018).
 */
export function gradients(name: GradientMethod): Method {
  const finish = name === 'gradient-x-input' ? 'times-input' : name === 'sensitivity' ? 'squared' : undefined
  return {
    name,
    bias: name === 'excitation-backprop' ? 'absorb' : 'ignore',
    pooling: 'winner',
    stabilizer: peerStabilizer,
    start: 'one',
    conserves: false,
    ...(finish && { finish }),
    decide: layer => decide(name, layer),
  }
}

function decide(name: GradientMethod, { operator, node }: LayerFacts): Decision {
  switch (operator.kind) {
    case 'rearranging':
      return { kind: 'adjoint', why: 'moves elements: the gradient moves back the same way' }
    case 'selecting':
      return { kind: 'winner', why: 'the gradient of a maximum: all to the largest' }
    case 'gate':
    case 'normalising':
      if (node.opType !== 'Relu') return { kind: 'gradient', why: 'its derivative' }
      if (name === 'guided-backprop') return { kind: 'guided', why: 'positive gradients of open ReLUs' }
      if (name === 'deconvnet') return { kind: 'deconvolved', why: 'positive gradients, open or not' }
      return { kind: 'gradient', why: 'its derivative' }
    case 'linear': {
      if (name !== 'excitation-backprop') return { kind: 'gradient', why: 'the transposed layer' }
      if (operator.hasFixedWeights) return { kind: 'rule', rule: z, why: 'shares in proportion', bias: 'ignore' }
      return { kind: 'rule', rule: zPlusSigned, why: 'winning probabilities: positive contributions share' }
    }
  }
}
