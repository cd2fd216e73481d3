/** The embedded pictures, their masks, and how much of the relevance lies inside. Shared by the test and the table. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { Explainer } from '../../src/explainer/explainer.ts'
import { loadModel } from '../../src/explainer/load-model.ts'
import { pictureGeometry } from '../../src/inputs/geometry.ts'
import { readImage } from '../../src/inputs/image.ts'
import { boxOf } from '../../src/inputs/preprocessing.ts'
import { readSidecar } from '../../src/inputs/sidecar.ts'
import { planeOf } from '../../src/render/plane.ts'

export const scenes: string = join(import.meta.dirname, '../../examples/scenes')

/** What was found of one picture. */
export interface SceneResult {
  readonly picture: string
  readonly predicted: string
  readonly conservationError: number
  /** Share of the positive relevance inside the mask. */
  readonly inside: number
  /** Share of the pixels inside the mask: what a uniform heatmap would have. */
  readonly area: number
  readonly negative: number
}

/** Explains all embedded pictures with one of the two networks. */
export async function explainScenes(
  model: 'scenes.onnx' | 'scenes-unconstrained.onnx',
): Promise<readonly SceneResult[]> {
  const path = join(scenes, model)
  const { preprocessing, labels } = await readSidecar(path)
  if (!preprocessing || !labels) throw new Error('the example lacks its configuration')
  await using explainer = await Explainer.open(await loadModel(path), { box: boxOf(preprocessing, 3, 1), labels })
  const geometry = pictureGeometry(explainer.inputDims)
  if (!geometry) throw new Error('the example does not read pictures')
  const results: SceneResult[] = []
  for (const file of readdirSync(join(scenes, 'pictures')).sort()) {
    const { tensor } = await readImage(join(scenes, 'pictures', file), { name: file, preprocessing, geometry })
    const { relevance, samples } = await explainer.explain(tensor)
    const { values } = planeOf({ dims: relevance.dims.slice(1), data: relevance.data })
    const mask = await sharp(join(scenes, 'masks', file))
      .greyscale()
      .raw()
      .toBuffer()
    let [positive, inside, negative, area] = [0, 0, 0, 0]
    values.forEach((value, i) => {
      const isInside = (mask[i] as number) > 127
      if (isInside) area++
      if (value > 0) positive += value
      else negative -= value
      if (value > 0 && isInside) inside += value
    })
    const [sample] = samples
    results.push({
      picture: file.replace('.png', ''),
      predicted: sample?.target.label ?? '',
      conservationError: sample?.conservationError ?? Number.NaN,
      inside: inside / positive,
      area: area / values.length,
      negative: negative / positive,
    })
  }
  return results
}
