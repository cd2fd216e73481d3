/** What the command line finds, by the library in Node. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Explainer, type ExplainerOptions } from '../../../src/explainer/explainer.ts'
import type { Explanation } from '../../../src/explainer/explanation.ts'
import { loadModel } from '../../../src/explainer/load-model.ts'
import type { Target } from '../../../src/explainer/target.ts'
import { readImage } from '../../../src/inputs/image.ts'
import { labelsIn } from '../../../src/inputs/labels.ts'
import { boxOf, parsePreprocessorConfig } from '../../../src/inputs/preprocessing.ts'
import type { FloatTensor } from '../../../src/runtime/session.ts'

const scenes = join(import.meta.dirname, '../../../examples/scenes')
const json = (name: string) => JSON.parse(readFileSync(join(scenes, name), 'utf8'))

/** The embedded example's preprocessing. */
export const scenesPreprocessing = parsePreprocessorConfig(json('preprocessor_config.json'), 'preprocessor_config.json')

/** One of the embedded pictures as the network gets it. */
export async function preparedScene(picture: string): Promise<FloatTensor> {
  const { tensor } = await readImage(join(scenes, 'pictures', `${picture}.png`), {
    name: picture,
    preprocessing: scenesPreprocessing,
    geometry: { channels: 3, layout: 'NCHW', width: 64, height: 64 },
  })
  return tensor
}

/** An explanation of one of the embedded pictures. */
export async function explainScene(
  picture: string,
  target: Target = 'top',
  options: ExplainerOptions = {},
): Promise<Explanation> {
  const tensor = await preparedScene(picture)
  const labels = labelsIn(json('config.json'), 'config.json')
  const box = boxOf(scenesPreprocessing, 3, 1)
  return explainFile(join(scenes, 'scenes.onnx'), tensor, target, { box, ...(labels && { labels }), ...options })
}

/** An explanation of an array by a model's file. */
export async function explainFile(
  path: string,
  tensor: FloatTensor,
  target: Target = 'top',
  options: ExplainerOptions = {},
): Promise<Explanation> {
  await using explainer = await Explainer.open(await loadModel(path), options)
  return explainer.explain(tensor, { target })
}

/** The largest difference, as a share of the largest value. */
export function differenceOf(shown: FloatTensor, reference: FloatTensor): number {
  if (String(shown.dims) !== String(reference.dims)) return Number.POSITIVE_INFINITY
  let [difference, largest] = [0, 0]
  for (const [i, value] of reference.data.entries()) {
    difference = Math.max(difference, Math.abs(value - (shown.data[i] as number)))
    largest = Math.max(largest, Math.abs(value))
  }
  return difference / largest
}
