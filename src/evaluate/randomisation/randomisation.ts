/** Randomisation: an explanation should change when what it explains does, be it the weights or the class. */

import { DeepTaylorError } from '../../core/diagnostics.ts'
import type { Measure } from '../measure.ts'
import { randomLogit } from './random-logit.ts'
import { layerRandomisation, modelRandomisation } from './weights.ts'

/** How much is randomised. */
export interface RandomisationOptions {
  /** The most steps of a cascade, and the most layers that are randomised one by one. Default 8. */
  readonly mostLayers?: number
}

/**
 * Cascading and layer-by-layer randomisation of the weights, and the random-logit test.
 *
 * @throws DeepTaylorError `option-invalid`
 */
export function randomisation({ mostLayers = 8 }: RandomisationOptions = {}): readonly Measure[] {
  if (!Number.isSafeInteger(mostLayers) || mostLayers < 1) {
    const reason = 'give a whole number above 0'
    throw new DeepTaylorError('option-invalid', { option: `most layers ${mostLayers}`, reason })
  }
  return [modelRandomisation(mostLayers), layerRandomisation(mostLayers), randomLogit()]
}
