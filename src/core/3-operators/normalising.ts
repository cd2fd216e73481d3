/** Normalisation across channels: with the normaliser held fixed it is a scaling, element by element. */

import type { Domain } from './domain.ts'
import type { PassingOperator } from './operator.ts'

/**
 * ONNX LRN. The divisor (bias + α/n·Σx²)^β is held fixed, so each output has one input, which takes all of its relevance.
 * The paper says nothing of it; this is our choice, and the usual one.
 */
export const LRN: PassingOperator = {
  kind: 'normalising',
  domain: (_, [x]) => {
    const { origin, low } = x as Domain
    return { origin, low: low >= 0 ? 0 : Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  },
}
