/** Deep Taylor decomposition (Montavon, Lapuschkin, Binder, Samek, Müller 2017): the domain of a layer's input names the rule. */

import { type Domain, isBox, isNonNegative } from '../3-operators/domain.ts'
import type { LinearOperator } from '../3-operators/operator.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import type { BiasPolicy, Decision, LayerFacts, Method, MethodOptions, Pooling } from './method.ts'
import { decideOther } from './pass-through.ts'
import { wSquare, z, zBox, zOwnSign, zPlus, zPlusSigned } from './rules.ts'

/** Options of `deepTaylor`; the defaults are the paper's: biases ignored, proportional pooling, exact quotients. */
export type DeepTaylorOptions = MethodOptions

/**
 * The paper's method: w² where an unconstrained input is read, zᴮ where a boxed one is, z⁺ behind activations.
 *
 * @throws DeepTaylorError `option-invalid` when the stabilizer is negative or not a number
 */
export function deepTaylor(options: DeepTaylorOptions = {}): Method {
  const { bias = 'ignore', pooling = 'proportional', stabilizer = 0 } = options
  if (!(stabilizer >= 0) || !Number.isFinite(stabilizer)) {
    throw new DeepTaylorError('option-invalid', {
      option: 'stabilizer',
      reason: `${stabilizer} is not a number ≥ 0`,
    })
  }
  return { name: 'deep-taylor', bias, pooling, stabilizer, decide: layer => decide(layer, bias, pooling) }
}

function decide(layer: LayerFacts, bias: BiasPolicy, pooling: Pooling): Decision {
  const { operator } = layer
  return operator.kind === 'linear'
    ? decideLinear(operator, layer, bias)
    : decideOther(operator, layer, pooling, zOwnSign)
}

function decideLinear(operator: LinearOperator, { domains, isRectified }: LayerFacts, bias: BiasPolicy): Decision {
  const domain = domains[0] as Domain
  if (operator.isOneToOne && bias === 'ignore') {
    return { kind: 'pass', why: 'every output has one input: all search directions give it everything' }
  }
  if (operator.hasFixedWeights && domains.length > 1) return decideSum(domains, isRectified)
  if (domain.origin === 'input') {
    if (isBox(domain)) return { kind: 'rule', rule: zBox, why: 'reads the input, which is a box' }
    if (isNonNegative(domain)) return { kind: 'rule', rule: zPlus, why: 'reads the input, which is never negative' }
    return { kind: 'rule', rule: wSquare, why: 'reads the input, which is unconstrained' }
  }
  if (isNonNegative(domain)) return { kind: 'rule', rule: zPlus, why: 'its inputs are never negative' }
  if (operator.hasFixedWeights) {
    return { kind: 'rule', rule: zOwnSign, why: 'averages values of both signs: those of its own sign share' }
  }
  return { kind: 'rule', rule: zPlusSigned, why: 'hidden inputs of both signs: only helping contributions share' }
}

/**
 * Sums of activations. Where a ReLU follows, the sum is positive wherever there is relevance, and shares in proportion to
 * the summands are defined whatever their signs; Zennit's Norm has the same. Where none follows they are not: the sum may
 * vanish while its summands do not.
 */
function decideSum(domains: readonly Domain[], isRectified: boolean): Decision {
  if (domains.every(isNonNegative)) {
    return { kind: 'rule', rule: zPlus, why: 'a sum of activations ≥ 0: shares in proportion to them' }
  }
  if (isRectified) {
    return {
      kind: 'rule',
      rule: z,
      why: 'a rectified sum of both signs: shares in proportion to the summands, signs kept',
    }
  }
  return {
    kind: 'rule',
    rule: zOwnSign,
    why: 'a sum of both signs that no ReLU follows: summands of its own sign share',
  }
}
