/** Pixel flipping: how the score falls while regions are removed, the most relevant first, and how late it does in reverse. */

import type { Case, Found, Measure, Tools } from '../measure.ts'
import { type Curves, onGrid, overCurve } from './curves.ts'
import { eachCase, removalParameters, scoreUnit } from './each-case.ts'
import type { Settings } from './options.ts'

const xLabel = 'share of regions removed'

const regionsInWords =
  'Regions are patches of places; a region’s relevance is its sum over places and channels; equal ones come in a random order, the ' +
  'same in both curves. Removed regions stay removed; L removals in equal portions, after the last nothing is left.'

/** Samek et al. 2017: the area over the curve of the most relevant first. Compared with Quantus' PixelFlipping and RegionPerturbation. */
export function pixelFlipping(settings: Settings, curves: Curves): Measure {
  return {
    name: 'pixel-flipping',
    title: 'Pixel flipping (AOPC)',
    group: 'faithfulness',
    direction: 'higher',
    unit: scoreUnit,
    range:
      'At most the score less the least score on the way; 0 where removal changes nothing; a constant heatmap removes in random order.',
    definition:
      'AOPC = 1/(L+1) · Σ_{k=0…L} (f(x⁰) − f(xᵏ)), where x⁰ is the input and xᵏ lacks the most relevant regions up to the k-th ' +
      `removal. ${regionsInWords} Details: the same with the least relevant first, and the area between the curves.`,
    source: 'Samek et al. 2017, Evaluating the visualization of what a deep neural network has learned, eq. 12',
    needs: settings.needs,
    parameters: { steps: settings.steps, ...removalParameters(settings, settings.replacement) },
    evaluate: eachCase(async (of, tools) => {
      const { morf, lerf, shown } = await both(of, tools, settings, curves)
      const details = { 'AOPC, least relevant first': lerf, 'area between curves': morf - lerf }
      return { value: morf, curves: shown, details }
    }),
  }
}

/** Samek et al. 2017: how far apart the two curves of pixel flipping are. */
export function areaBetweenCurves(settings: Settings, curves: Curves): Measure {
  return {
    name: 'area-between-curves',
    title: 'Area between the curves (MoRF, LeRF)',
    group: 'faithfulness',
    direction: 'higher',
    unit: scoreUnit,
    range:
      'Either sign; exactly 0 for a constant heatmap, whose two orders are one; about 0 on average for a random one.',
    definition:
      'ABC = 1/(L+1) · Σ_{k=0…L} (f(xᵏ, least relevant first) − f(xᵏ, most relevant first)), the difference of the two curves of ' +
      `pixel flipping. ${regionsInWords}`,
    source:
      'Samek et al. 2017, Evaluating the visualization of what a deep neural network has learned, section III (ABPC)',
    needs: settings.needs,
    parameters: { steps: settings.steps, ...removalParameters(settings, settings.replacement) },
    evaluate: eachCase(async (of, tools): Promise<Found> => {
      const { morf, lerf, shown } = await both(of, tools, settings, curves)
      return { value: morf - lerf, curves: shown }
    }),
  }
}

async function both(of: Case, tools: Tools, { patch, steps, replacement }: Settings, curves: Curves) {
  const morf = await curves.of(of, tools, { order: 'MoRF', replacement, patch, steps })
  const lerf = await curves.of(of, tools, { order: 'LeRF', replacement, patch, steps })
  return {
    morf: overCurve(morf),
    lerf: overCurve(lerf),
    shown: {
      'most relevant first': onGrid(morf, steps, xLabel),
      'least relevant first': onGrid(lerf, steps, xLabel),
    },
  }
}
