/** All measures, group by group: what `evaluate` runs and docs/measures.md lists. */

import { axioms } from './axioms/axioms.ts'
import { type ComplexityOptions, complexity } from './complexity/complexity.ts'
import { type FaithfulnessOptions, faithfulness } from './faithfulness/faithfulness.ts'
import { type LocalisationOptions, localisation } from './localisation/localisation.ts'
import type { Measure } from './measure.ts'
import { type RandomisationOptions, randomisation } from './randomisation/randomisation.ts'
import { type RobustnessOptions, robustness } from './robustness/robustness.ts'

/** Parameters of all groups. `samples` is one number for all measures that draw, where it is given. */
export interface MeasureOptions
  extends FaithfulnessOptions,
    RobustnessOptions,
    LocalisationOptions,
    ComplexityOptions,
    RandomisationOptions {}

/**
 * Every measure, with the parameters given. One list serves one model.
 *
 * @throws DeepTaylorError `option-invalid`
 */
export function allMeasures(options: MeasureOptions = {}): readonly Measure[] {
  return [
    ...faithfulness(options),
    ...robustness(options),
    ...localisation(options),
    ...complexity(options),
    ...randomisation(options),
    ...axioms(),
  ]
}
