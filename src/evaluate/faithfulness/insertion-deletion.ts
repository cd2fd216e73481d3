/** Insertion and deletion: areas under the curves of the score while the most relevant regions come, or go. */

import type { Measure } from '../measure.ts'
import { type Curves, onGrid, type RemovalCurve, underCurve } from './curves.ts'
import { eachCase, removalParameters, scoreUnit } from './each-case.ts'
import type { Settings } from './options.ts'

const source =
  'Petsiuk et al. 2018, RISE: Randomized input sampling for explanation of black-box models, section 4.1 and algorithm 1'

/** Petsiuk et al. 2018. Quantus has no such measure. */
export function deletion(settings: Settings, curves: Curves): Measure {
  const { steps, patch, deletionEnd } = settings
  return {
    name: 'deletion',
    title: 'Deletion',
    group: 'faithfulness',
    direction: 'lower',
    unit: scoreUnit,
    range: 'As scores: 0 … 1 of probabilities; a constant heatmap deletes in random order.',
    definition:
      'Area (trapezoids) under f(x without the most relevant regions) over the share of regions removed, 0 … 1. The paper removes ' +
      'pixels and takes probabilities; here regions, and the score that the run asked for.',
    source,
    needs: settings.needs,
    parameters: { steps, ...removalParameters(settings, deletionEnd) },
    evaluate: eachCase(async (of, tools) => {
      const curve = await curves.of(of, tools, { order: 'MoRF', replacement: deletionEnd, patch, steps })
      return { value: underCurve(curve), curves: { deletion: onGrid(curve, steps, 'share of regions removed') } }
    }),
  }
}

/** Petsiuk et al. 2018. Quantus has no such measure. */
export function insertion(settings: Settings, curves: Curves): Measure {
  const { steps, patch, insertionStart } = settings
  return {
    name: 'insertion',
    title: 'Insertion',
    group: 'faithfulness',
    direction: 'higher',
    unit: scoreUnit,
    range: 'As scores: 0 … 1 of probabilities; a constant heatmap inserts in random order.',
    definition:
      'Area (trapezoids) under f(the replaced input with the most relevant regions put back) over the share of regions put back, ' +
      '0 … 1. The paper inserts pixels into a blurred picture and takes probabilities; here regions, and the score that the run asked for.',
    source,
    needs: settings.needs,
    parameters: { steps, ...removalParameters(settings, insertionStart) },
    evaluate: eachCase(async (of, tools) => {
      // To put the most relevant back first is to remove the least relevant first, seen from its end.
      const removal = await curves.of(of, tools, { order: 'LeRF', replacement: insertionStart, patch, steps })
      const curve = reversed(removal)
      return { value: underCurve(curve), curves: { insertion: onGrid(curve, steps, 'share of regions put back') } }
    }),
  }
}

function reversed({ shares, scores }: RemovalCurve): RemovalCurve {
  return { shares: shares.map(share => 1 - share).reverse(), scores: [...scores].reverse() }
}
