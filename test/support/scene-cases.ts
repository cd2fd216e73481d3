/** The embedded scenes as cases for measures: explanations that must win and lose, and tools that are the real network. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { layoutOf, placesOf } from '../../src/evaluate/layout.ts'
import type { Case, Tools } from '../../src/evaluate/measure.ts'
import { Random } from '../../src/evaluate/random.ts'
import { Explainer } from '../../src/explainer/explainer.ts'
import { loadModel } from '../../src/explainer/load-model.ts'
import { Scorer } from '../../src/explainer/scorer.ts'
import { readImage } from '../../src/inputs/image.ts'
import { preprocessingFrom } from '../../src/inputs/preprocessing.ts'
import { scenes } from './scenes.ts'

/** Heatmaps of the scenes. */
export const sceneMethods = ['oracle', 'deep-taylor', 'constant', 'random'] as const

/** One of them: the mask itself, a real one, the same everywhere, or normal noise. */
export type SceneMethod = (typeof sceneMethods)[number]

/** Tools that can score: what measures of faithfulness ask. */
export type ScoreTools = Pick<Tools, 'box' | 'score' | 'signal'>

/** Cases by method; close what it gives back. */
export interface SceneCases extends AsyncDisposable {
  readonly cases: Readonly<Record<SceneMethod, readonly Case[]>>
  readonly tools: Tools
}

/** All embedded pictures, the predicted class's logit or probability as score. */
export async function sceneCases(score: 'logits' | 'probabilities', seed = 7): Promise<SceneCases> {
  const model = await loadModel(join(scenes, 'scenes.onnx'))
  const scorer = await Scorer.open(model, { batchSize: 32 })
  await using explainer = await Explainer.open(model, { box: { low: -1, high: 1 } })
  const cases = Object.fromEntries(sceneMethods.map(method => [method, [] as Case[]])) as Record<SceneMethod, Case[]>
  for (const id of readdirSync(join(scenes, 'pictures')).sort()) {
    const { tensor: input } = await readImage(join(scenes, 'pictures', id), {
      name: id,
      preprocessing: { ...preprocessingFrom('unit'), mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
      geometry: { channels: 3, layout: 'NCHW', width: 64, height: 64 },
    })
    const explained = await explainer.explain(input)
    const sample = explained.samples[0]
    if (!sample) throw new Error('no sample')
    const mask = await sharp(join(scenes, 'masks', id))
      .greyscale()
      .raw()
      .toBuffer()
    const truth = Uint8Array.from(mask, value => (value > 127 ? 1 : 0))
    const noise = new Random(seed, `${id} noise`)
    const target = sample.target.index
    const heatmaps: Record<SceneMethod, (i: number) => number> = {
      oracle: i => truth[i % truth.length] as number,
      'deep-taylor': i => explained.relevance.data[i] as number,
      constant: () => 1,
      random: () => noise.normal(),
    }
    const layout = layoutOf(input.dims)
    if (placesOf(layout) !== truth.length) throw new Error('the mask does not fit')
    const scores = await scorer.score(input)
    for (const method of sceneMethods) {
      cases[method].push({
        id,
        input,
        layout,
        relevance: { dims: input.dims, data: Float32Array.from(input.data, (_, i) => heatmaps[method](i)) },
        target,
        score: scores[score][target] as number,
        logit: sample.logit,
        relevanceSum: sample.relevanceSum,
        promised: undefined,
        truth,
        random: purpose => new Random(seed, `${id} ${purpose}`),
      })
    }
  }
  return { cases, tools: toolsOf(scorer, score, seed), [Symbol.asyncDispose]: () => scorer.close() }
}

/** Tools that score and refuse the rest: faithfulness asks for nothing else. */
export function toolsOf(scorer: Scorer, score: 'logits' | 'probabilities', seed = 7): Tools {
  const refuse = () => Promise.reject(new Error('not asked of these tools'))
  return {
    box: { low: [-1, -1, -1], high: [1, 1, 1] },
    score: async (of, batch, target = of.target) => {
      const scores = await scorer.score(batch)
      return Float32Array.from({ length: batch.dims[0] as number }, (_, i) => {
        return scores[score][i * scores.classes + target] as number
      })
    },
    explain: refuse,
    explainRandomised: refuse,
    classes: scorer.classes,
    layers: [],
    seed,
    signal: undefined,
  }
}
