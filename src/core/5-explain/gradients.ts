/**
 * The gradient family, compiled by the same reverse pass from the same operator tables: linear layers send Lᵀ(g; W) back,
 * activation functions their derivative. It starts from 1, not from the logit.
 */

import { DeepTaylorError } from '../diagnostics.ts'
import type { Decision, LayerFacts, Method } from './method.ts'
import { z, zPlusSigned } from './rules.ts'
import type { Sampling } from './sampling.ts'

/** The names of the gradient methods, and of occlusion, which asks the network itself. */
export const gradientMethods = [
  'gradient',
  'gradient-x-input',
  'sensitivity',
  'integrated-gradients',
  'smooth-grad',
  'grad-cam',
  'occlusion',
  'guided-backprop',
  'deconvnet',
  'excitation-backprop',
] as const

/** One of them. */
export type GradientMethod = (typeof gradientMethods)[number]

/** Options of those that have some; the others take no notice of them. */
export interface GradientOptions {
  /** Points on the path of integrated gradients, 1 to 10,000. Default 50. */
  readonly steps?: number
  /** Noisy copies of SmoothGrad, 1 to 10,000. Default 25. */
  readonly samples?: number
  /** σ of its noise, as a share of the input's range max − min. Default 0.1. */
  readonly noise?: number
  /** Which noise: a whole number from 0 to 2³¹ − 2. Default 0. */
  readonly seed?: number
  /** Elements a side of what occlusion hides. Default: a fourteenth of the side; of a row of features, one. */
  readonly patch?: number
  /** The layer of Grad-CAM's map. Default: the last layer with weights that still has places. */
  readonly layer?: string
}

/** Zennit's ε. */
const peerStabilizer = 1e-6
/** More points than this are a mistake. */
const mostPoints = 10_000

/**
 * A gradient method by name.
 *
 * `gradient` is ∂x_f/∂x; `gradient-x-input` that times x; `sensitivity` its square (Simonyan et al. 2014; Gevrey et al.
 * 2003); `guided-backprop` lets only positive gradients through open ReLUs (Springenberg et al. 2015), `deconvnet` through
 * all ReLUs (Zeiler and Fergus 2014), other activation functions keep their derivative as in Zennit;
 * `excitation-backprop` is z⁺ started from 1, biases keeping their share as in Zennit (Zhang et al. 2018);
 * `integrated-gradients` is x times the mean gradient on the way from 0 to x (Sundararajan et al. 2017), by the right
 * Riemann sum; `smooth-grad` the mean gradient in Gaussian noise (Smilkov et al. 2017); `grad-cam` the map of a layer's
 * channels (Selvaraju et al. 2017), spread evenly over the input's channels; `occlusion` how much x_f drops when a patch
 * is set to 0, spread evenly over the patch (Zeiler and Fergus 2014).
 *
 * @throws DeepTaylorError `option-invalid` when an option is out of its range
 */
export function gradients(name: GradientMethod, options: GradientOptions = {}): Method {
  const finish =
    name === 'gradient-x-input' || name === 'integrated-gradients'
      ? 'times-input'
      : name === 'sensitivity'
        ? 'squared'
        : undefined
  const sampling = samplingOf(name, options)
  return {
    name,
    bias: name === 'excitation-backprop' ? 'absorb' : 'ignore',
    pooling: 'winner',
    stabilizer: peerStabilizer,
    start: 'one',
    conserves: false,
    ...(sampling && { sampling }),
    ...(name === 'grad-cam' && { map: { layer: options.layer } }),
    ...(finish && { finish }),
    decide: layer => decide(name, layer),
  }
}

function samplingOf(name: GradientMethod, options: GradientOptions): Sampling | undefined {
  const { steps = 50, samples = 25, noise = 0.1, seed = 0, patch } = options
  const whole = (option: string, value: number, least: number, most: number) => {
    if (Number.isInteger(value) && value >= least && value <= most) return value
    const reason = `${value} is not a whole number from ${least} to ${most}`
    throw new DeepTaylorError('option-invalid', { option, reason })
  }
  switch (name) {
    case 'integrated-gradients':
      return { kind: 'path', steps: whole('steps', steps, 1, mostPoints) }
    case 'smooth-grad':
      if (!(noise >= 0 && Number.isFinite(noise))) {
        throw new DeepTaylorError('option-invalid', { option: 'noise', reason: `${noise} is not a number ≥ 0` })
      }
      return {
        kind: 'noise',
        samples: whole('samples', samples, 1, mostPoints),
        level: noise,
        seed: whole('seed', seed, 0, 2 ** 31 - 2),
      }
    case 'occlusion':
      return { kind: 'occlusion', patch: patch === undefined ? undefined : whole('patch', patch, 1, mostPoints) }
    default:
      return undefined
  }
}

function decide(name: GradientMethod, { operator, node }: LayerFacts): Decision {
  switch (operator.kind) {
    case 'rearranging':
      return { kind: 'adjoint', why: 'moves elements: the gradient moves back the same way' }
    case 'selecting':
      return { kind: 'winner', why: 'the gradient of a maximum: all to the largest' }
    case 'product':
      return { kind: 'gradient', why: 'the product rule' }
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
