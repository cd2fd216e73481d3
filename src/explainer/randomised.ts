/** A loaded model with random weights in some of its layers, to be explained as any other. */

import { randomizeWeights, type WeightedAnalysis } from '../core/randomize.ts'
import type { LoadedModel } from './model-bytes.ts'
import { Random } from './random.ts'

export { weightedLayers } from '../core/randomize.ts'

/**
 * The model that `analysis` found, with the weights of some layers shuffled (`randomizeWeights` in the core says how). What one tensor
 * becomes depends on the seed and its name alone, so that a layer has the same random weights whichever others have.
 *
 * It is the canonical model, with sizes as they were analysed and layers of the same names; open it with the options of the analysis, but for
 * `shape`.
 *
 * @param layers some of `weightedLayers`
 * @throws DeepTaylorError `layer-unknown`
 */
export function randomisedModel(
  loaded: LoadedModel,
  analysis: WeightedAnalysis,
  layers: readonly string[],
  seed: number,
): LoadedModel {
  const model = randomizeWeights(analysis, layers, tensor => {
    const random = new Random(seed, `weights ${tensor}`)
    return end => random.below(end)
  })
  return { model, source: loaded.source, path: undefined, byteLength: loaded.byteLength, isMade: true }
}
