/** What can be asked of the measures of faithfulness, checked, with what holds where nothing was asked. */

import { DeepTaylorError } from '../../core/diagnostics.ts'
import type { Need } from '../measure.ts'
import { type Replacement, type ReplacementName, replacementNames } from './replacement.ts'

/** How the measures remove parts of an input. */
export interface FaithfulnessOptions {
  /** Removals along a curve; as many as there are regions, where that is less. Default 100 (Samek et al. 2017). */
  readonly steps?: number
  /**
   * Places along each spatial axis of a region. Default: 1 along one axis (features, tokens); of pictures a 16th of each side,
   * rounded up: at most 256 regions.
   */
  readonly patch?: number
  /**
   * What removed regions become, except in insertion and deletion. Default `mean`: it needs no box, draws nothing, stays inside any
   * box, and adds neither the noise of `uniform` nor, as `blur` does, part of what was to be removed.
   */
  readonly replacement?: ReplacementName | Replacement
  /** What insertion starts from. Default `blur` (Petsiuk et al. 2018). */
  readonly insertionStart?: ReplacementName | Replacement
  /** What deletion ends with. Default `mean`: the paper's networks take 0, which is the mean of their pictures. */
  readonly deletionEnd?: ReplacementName | Replacement
  /**
   * Inputs are numbers of tokens, and this one stands for none (padding is often 0). It is what removed tokens become in every
   * measure, whatever else is asked. Without it the measures need inputs that are numbers.
   */
  readonly replacementToken?: number
  /** Random removals per input, and per size of sensitivity-n. Default 50. */
  readonly samples?: number
  /** Sizes of sensitivity-n's subsets, as shares of the regions, ascending. Default 0.02, 0.05, 0.1, 0.2, 0.5. */
  readonly subsetShares?: readonly number[]
  /** Size of faithfulness correlation's subsets, as a share of the regions. Default 0.2. */
  readonly subsetShare?: number
  /**
   * What relevance counts in infidelity. `contribution` (default): parts of the score, as deep Taylor, LRP and integrated gradients
   * give; what was removed is summed. `slope`: score per unit of input, as a gradient is; it is multiplied by the change.
   */
  readonly relevanceAs?: 'contribution' | 'slope'
}

/** The options, settled. */
export interface Settings {
  readonly steps: number
  readonly patch: number | undefined
  readonly replacement: Replacement
  readonly insertionStart: Replacement
  readonly deletionEnd: Replacement
  readonly samples: number
  readonly subsetShares: readonly number[]
  readonly subsetShare: number
  readonly relevanceAs: 'contribution' | 'slope'
  /** What every one of the measures needs. */
  readonly needs: readonly Need[]
}

/** @throws DeepTaylorError `option-invalid` */
export function settle(options: FaithfulnessOptions): Settings {
  const token = options.replacementToken
  if (token !== undefined) whole('replacement token', token, 0)
  const choice = (name: string, given: ReplacementName | Replacement | undefined, byDefault: Replacement) =>
    token === undefined ? replacementFrom(name, given, byDefault) : ({ kind: 'value', value: token } as const)
  const { relevanceAs = 'contribution', subsetShares = [0.02, 0.05, 0.1, 0.2, 0.5], subsetShare = 0.2 } = options
  if (relevanceAs !== 'contribution' && relevanceAs !== 'slope') {
    throw fault('relevance as', `${relevanceAs} is neither contribution nor slope`)
  }
  if (subsetShares.length === 0) throw fault('subset shares', 'give at least one')
  for (const share of [...subsetShares, subsetShare]) {
    if (!(share > 0 && share < 1)) throw fault('subset share', `${share} is not between 0 and 1`)
  }
  if (subsetShares.some((share, i) => i > 0 && share <= (subsetShares[i - 1] as number))) {
    throw fault('subset shares', 'they must ascend')
  }
  return {
    steps: whole('steps', options.steps ?? 100, 1),
    patch: options.patch === undefined ? undefined : whole('patch', options.patch, 1),
    replacement: choice('replacement', options.replacement, { kind: 'mean' }),
    insertionStart: choice('start of insertion', options.insertionStart, { kind: 'blur' }),
    deletionEnd: choice('end of deletion', options.deletionEnd, { kind: 'mean' }),
    samples: whole('samples', options.samples ?? 50, 2),
    subsetShares,
    subsetShare,
    relevanceAs,
    needs: token === undefined ? ['numbers'] : [],
  }
}

function replacementFrom(
  name: string,
  given: ReplacementName | Replacement | undefined,
  byDefault: Replacement,
): Replacement {
  if (given === undefined) return byDefault
  if (typeof given === 'string') {
    if (!replacementNames.includes(given)) throw fault(name, `${given} is none of ${replacementNames.join(', ')}`)
    return given === 'zero' ? { kind: 'value', value: 0 } : { kind: given }
  }
  if (given.kind === 'blur' && given.sigma !== undefined && !(given.sigma > 0 && Number.isFinite(given.sigma))) {
    throw fault(name, `sigma ${given.sigma} is not a positive number`)
  }
  if (given.kind === 'noise' && given.size !== undefined && !(given.size > 0 && Number.isFinite(given.size))) {
    throw fault(name, `size ${given.size} is not a positive number`)
  }
  if (given.kind === 'value' && !Number.isFinite(given.value)) throw fault(name, `${given.value} is not a number`)
  return given
}

function whole(option: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least) throw fault(option, `${value} is not a whole number from ${least} on`)
  return value
}

function fault(option: string, reason: string): DeepTaylorError {
  return new DeepTaylorError('option-invalid', { option, reason })
}
