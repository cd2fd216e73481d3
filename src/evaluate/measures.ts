/** All measures, group by group: what `evaluate` runs and docs/measures.md lists. */

import { axioms } from './axioms/axioms.ts'
import { type ComplexityOptions, complexity } from './complexity/complexity.ts'
import { type LocalisationOptions, localisation } from './localisation/localisation.ts'
import type { Measure } from './measure.ts'

/** Parameters of all groups. */
export interface MeasureOptions extends LocalisationOptions, ComplexityOptions {}

/** Every measure, with the parameters given. */
export function allMeasures(options: MeasureOptions = {}): readonly Measure[] {
  return [...localisation(options), ...complexity(options), ...axioms()]
}
