/** Robustness: explanations of nearly equal inputs should be nearly equal. */

import type { Measure } from '../measure.ts'
import { checkCount, checkRadius, type NormName } from './nearby.ts'
import { localLipschitz, maxSensitivity } from './noise.ts'
import { continuity } from './translation.ts'

/** How far and how often inputs are moved. */
export interface RobustnessOptions {
  /** Neighbours that are drawn per input. Default 10. */
  readonly samples?: number
  /** How far a value may move, as a share of what its channel's values span. Default 0.02. */
  readonly radius?: number
  /** What the change of an explanation under noise is measured by. Default `l2`, which is the papers'. */
  readonly norm?: NormName
  /** The longest move of a picture, in places. Default 3. */
  readonly largestShift?: number
}

/**
 * Max-sensitivity, the local Lipschitz estimate, and continuity under translation.
 *
 * @throws DeepTaylorError `option-invalid`
 */
export function robustness({
  samples = 10,
  radius = 0.02,
  norm = 'l2',
  largestShift = 3,
}: RobustnessOptions = {}): readonly Measure[] {
  const neighbourhood = { samples: checkCount('samples', samples), radius: checkRadius(radius), norm }
  return [
    maxSensitivity(neighbourhood),
    localLipschitz(neighbourhood),
    continuity(checkCount('largest shift', largestShift)),
  ]
}
