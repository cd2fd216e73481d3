/** The embedded example: it predicts what is drawn, and its relevance lies on the shape. */

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inspect } from '../src/explainer/inspect.ts'
import { loadModel } from '../src/explainer/load-model.ts'
import { explainScenes, scenes } from './support/scenes.ts'

/** How many times the share of a uniform heatmap must lie inside the mask. */
const leastFactor = 3

describe.each(['scenes.onnx', 'scenes-unconstrained.onnx'] as const)('%s', model => {
  it('names the shape, and gives it at least three times the relevance of a uniform heatmap', async () => {
    const results = await explainScenes(model)
    expect(results).toHaveLength(10)
    for (const { picture, predicted, inside, area } of results) {
      expect(predicted).toBe(picture.split('-')[0])
      expect(inside / area, picture).toBeGreaterThan(leastFactor)
    }
  })
})

describe('scenes.onnx', () => {
  it('has no positive bias, conserves exactly and gives no negative relevance', async () => {
    const { biases } = await inspect(await loadModel(join(scenes, 'scenes.onnx')), { box: { low: -1, high: 1 } })
    expect(biases).toEqual({ positive: 0, total: 190 })
    for (const { conservationError, negative } of await explainScenes('scenes.onnx')) {
      expect(conservationError).toBeLessThan(1e-5)
      expect(negative).toBeLessThan(1e-6)
    }
  })

  it('has a twin with positive biases', async () => {
    const { biases } = await inspect(await loadModel(join(scenes, 'scenes-unconstrained.onnx')))
    expect(biases.positive).toBeGreaterThan(0)
  })
})
