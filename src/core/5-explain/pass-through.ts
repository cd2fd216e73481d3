/** What every method does where there are no weights: activation functions, rearrangements, max pooling by request. */

import { type Domain, isNonNegative } from '../3-operators/domain.ts'
import type { LinearOperator, Operator, ProductOperator } from '../3-operators/operator.ts'
import type { Decision, LayerFacts, Pooling } from './method.ts'
import type { Rule } from './rules.ts'

/** The decision for an operator that is no linear layer; `weighing` is the rule of sums that activations weigh. */
export function decideOther(
  operator: Exclude<Operator, LinearOperator>,
  { domains, signal }: LayerFacts,
  pooling: Pooling,
  weighing: Rule,
): Decision {
  switch (operator.kind) {
    case 'product':
      return decideProduct(operator, signal, weighing)
    case 'rearranging':
      return { kind: 'adjoint', why: 'moves elements: relevance moves back the same way' }
    case 'gate':
      return { kind: 'pass', why: 'activation function: one input, which takes everything' }
    case 'normalising':
      return { kind: 'pass', why: 'its normaliser is held fixed: one input, which takes everything' }
    case 'selecting':
      return decideSelecting(domains[0] as Domain, pooling)
  }
}

function decideProduct(operator: ProductOperator, signal: number | undefined, weighing: Rule): Decision {
  const neither = 'a product of two activations, neither of which is a gate: half each'
  if (!operator.layerOf) {
    const why = signal === undefined ? neither : 'a gate scales a signal: the signal takes everything'
    return { kind: 'signal', signal, why }
  }
  const why =
    signal === undefined ? neither : 'attention is held fixed, and weighs a signal: the signal takes everything'
  return { kind: 'signal', signal, rule: weighing, why }
}

function decideSelecting(domain: Domain, pooling: Pooling): Decision {
  if (pooling === 'winner') return { kind: 'winner', why: 'winner takes all, as asked' }
  if (isNonNegative(domain)) {
    return { kind: 'proportional', why: 'shares in proportion to activation, which is never negative' }
  }
  if (domain.origin === 'activation') {
    return {
      kind: 'proportional',
      why: 'shares in proportion to activation; activations of both signs can give negative shares',
    }
  }
  return {
    kind: 'winner',
    why: 'winner takes all: its input has both signs and no ReLU follows, so proportional shares are undefined',
  }
}
