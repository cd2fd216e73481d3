/** On the embedded scenes, whose masks are known: the mask itself explains best, noise worst, a constant as theory says. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { axioms } from '../src/evaluate/axioms/axioms.ts'
import { layoutOf, placesOf } from '../src/evaluate/layout.ts'
import { localisation } from '../src/evaluate/localisation/localisation.ts'
import { Random } from '../src/evaluate/random.ts'
import type { MeasuredValue } from '../src/evaluate/report.ts'
import { mean } from '../src/evaluate/statistics.ts'
import { summarise } from '../src/evaluate/summary.ts'
import { truthOfMask } from '../src/evaluate/truth.ts'
import { Explainer } from '../src/explainer/explainer.ts'
import { loadModel } from '../src/explainer/load-model.ts'
import { pictureGeometry } from '../src/inputs/geometry.ts'
import { decodeImage, readImage } from '../src/inputs/image.ts'
import { boxOf } from '../src/inputs/preprocessing.ts'
import { readSidecar } from '../src/inputs/sidecar.ts'
import { outcomeOf } from './support/heatmap-cases.ts'

const scenes = join(import.meta.dirname, '../examples/scenes')
const methods = ['oracle', 'deep-taylor', 'constant', 'random']
const measures = [...localisation(), ...axioms()]
/** Of the mask in the picture. */
const areas: number[] = []
const values: MeasuredValue[] = []
const summary = (measure: string) => {
  const rows = summarise(values, measures, methods, 0).filter(row => row.measure === measure)
  return Object.fromEntries(rows.map(row => [row.method, row]))
}

beforeAll(async () => {
  const path = join(scenes, 'scenes.onnx')
  const { preprocessing } = await readSidecar(path)
  if (!preprocessing) throw new Error('the example lacks its configuration')
  await using explainer = await Explainer.open(await loadModel(path), { box: boxOf(preprocessing, 3, 1) })
  const geometry = pictureGeometry(explainer.inputDims)
  if (!geometry) throw new Error('the example does not read pictures')
  for (const file of readdirSync(join(scenes, 'pictures')).sort()) {
    const { tensor } = await readImage(join(scenes, 'pictures', file), { name: file, preprocessing, geometry })
    const { relevance, samples } = await explainer.explain(tensor)
    const { width, height, data } = await decodeImage(join(scenes, 'masks', file), file)
    const layout = layoutOf(tensor.dims)
    const truth = truthOfMask({ width, height, values: data.filter((_, i) => i % 3 === 0) }, layout, file)
    areas.push(mean(truth))
    const random = new Random(0, file)
    const heatmaps: Readonly<Record<string, ArrayLike<number>>> = {
      oracle: Float32Array.from({ length: relevance.data.length }, (_, i) => truth[i % placesOf(layout)] as number),
      'deep-taylor': relevance.data,
      constant: relevance.data.map(() => 1),
      random: relevance.data.map(() => random.uniform()),
    }
    for (const [method, own] of Object.entries(heatmaps)) {
      const logit = samples[0]?.logit as number
      const parts = { spatial: layout.spatial, relevance: own, truth, logit, promised: logit }
      for (const { name } of measures) {
        const outcome = await outcomeOf(measures, name, parts)
        values.push({ input: file, method, measure: name, ...outcome })
      }
    }
  }
})

describe.each(localisation().map(({ name }) => name))('%s', measure => {
  it('the mask is best, deep Taylor next, noise and a constant last', () => {
    const { oracle, random, constant, ...rows } = summary(measure)
    const deepTaylor = rows['deep-taylor']
    expect(oracle).toMatchObject({ rank: 1, count: 10, without: 0 })
    expect(deepTaylor?.rank).toBe(2)
    // Chance is what both get: noise lies to either side of the constant.
    expect(deepTaylor?.low as number).toBeGreaterThan(random?.high as number)
    expect(deepTaylor?.low as number).toBeGreaterThan(constant?.mean as number)
  })

  it('a constant lands where theory says, and noise near it', () => {
    const { oracle, random, constant } = summary(measure)
    const chance = { 'localisation-auc': 0.5, 'mass-over-area': 1 }[measure] ?? mean(areas)
    expect(constant?.mean).toBeCloseTo(chance, 10)
    const best = measure === 'mass-over-area' ? mean(areas.map(area => 1 / area)) : 1
    expect(oracle?.mean).toBeCloseTo(best, 10)
    // Ten pictures; the pointing game hits or misses, at some 0.1 a picture: two hits by chance are no surprise.
    expect(Math.abs((random?.mean as number) - chance)).toBeLessThan(measure === 'pointing-game' ? 0.25 : 0.05)
  })
})

describe('the axioms', () => {
  it('deep Taylor keeps them on the network without positive biases; a constant and noise do not', () => {
    for (const measure of ['conservation', 'positivity', 'consistency', 'agreement']) {
      expect(summary(measure)['deep-taylor']?.mean as number, measure).toBeLessThan(1e-5)
    }
    for (const measure of ['conservation', 'consistency', 'agreement']) {
      expect(summary(measure).constant?.mean as number, measure).toBeGreaterThan(1)
    }
  })
})
