/** All measures, for whoever chooses among them by name. */

import type { Measure } from './measure.ts'

/** Parameters of measures; what is not given is the measure's own default. */
export interface MeasureOptions {
  /** Steps of curves. */
  readonly steps?: number | undefined
  /** Places a side that are replaced together. */
  readonly patch?: number | undefined
  /** What replaced places hold. */
  readonly replace?: string | undefined
  /** Random copies or subsets. */
  readonly samples?: number | undefined
  /** How far copies are from the input, as a share of its range. */
  readonly radius?: number | undefined
}

/** Every measure that there is, with its parameters. */
export function allMeasures(_options: MeasureOptions = {}): readonly Measure[] {
  return [conservation]
}

/** |ΣR − promised| / |promised|: what relevance misses of its promise. */
const conservation: Measure = {
  name: 'conservation',
  title: 'Conservation error',
  group: 'axioms',
  direction: 'lower',
  unit: 'share of the promised sum',
  range: '0 and more; 0 where relevance sums to what it promised',
  definition: '|Σ_p R_p − s| / |s|, s what relevance should sum to: the explained logit',
  source: 'Montavon et al. 2017, definition 1',
  needs: [],
  parameters: {},
  evaluate: async cases =>
    cases.map(({ relevanceSum, promised }) =>
      promised === undefined || promised === 0
        ? { value: null, why: 'the method promises no sum' }
        : { value: Math.abs(relevanceSum - promised) / Math.abs(promised) },
    ),
}
