/** The measures of faithfulness: does the score change where the explanation says that it comes from? */

import type { Measure } from '../measure.ts'
import { Curves, Shared } from './curves.ts'
import { infidelity } from './infidelity.ts'
import { deletion, insertion } from './insertion-deletion.ts'
import { type FaithfulnessOptions, settle } from './options.ts'
import { areaBetweenCurves, pixelFlipping } from './pixel-flipping.ts'
import { faithfulnessCorrelation, sensitivityN } from './subsets.ts'

export type { FaithfulnessOptions } from './options.ts'
export { type Replacement, type ReplacementName, replacementNames } from './replacement.ts'

/**
 * Pixel flipping and the area between its curves, insertion and deletion, sensitivity-n, faithfulness correlation, infidelity.
 *
 * One list serves one model: curves are computed once per case, and scores of random removals once per input and target, however
 * many measures and methods ask for them (as long as these are given the same `Case` and the same `Case.input`).
 *
 * @throws DeepTaylorError `option-invalid`
 */
export function faithfulness(options: FaithfulnessOptions = {}): readonly Measure[] {
  const settings = settle(options)
  const [curves, scores] = [new Curves(), new Shared<Float64Array>()]
  return [
    pixelFlipping(settings, curves),
    areaBetweenCurves(settings, curves),
    insertion(settings, curves),
    deletion(settings, curves),
    sensitivityN(settings, scores),
    faithfulnessCorrelation(settings, scores),
    infidelity(settings, scores),
  ]
}
