/** Faithfulness on the embedded scenes: the mask itself must win, noise must lose, a constant lands where theory says. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faithfulness } from '../src/evaluate/faithfulness/faithfulness.ts'
import { type SceneCases, type SceneMethod, sceneCases, sceneMethods } from './support/scene-cases.ts'

/** Of ten pictures. Removal in any order soon ruins a picture, so that single pictures may rank a lucky order above the mask. */
const leastWins = 6

/**
 * A constant heatmap and a random one both remove in random order; how far their means over ten pictures may be apart, as a share of
 * how far the mask is from the random one. Seeds move it: the curves of ten pictures are few.
 */
const luck = 0.5

describe.each(['logits', 'probabilities'] as const)('on %s', score => {
  let scenes: SceneCases
  const measures = faithfulness({ steps: 40, samples: 30 })
  const values = new Map<string, Readonly<Record<SceneMethod, readonly (number | null)[]>>>()

  beforeAll(async () => {
    scenes = await sceneCases(score)
    for (const measure of measures) {
      const found: Partial<Record<SceneMethod, readonly (number | null)[]>> = {}
      for (const method of sceneMethods) {
        found[method] = (await measure.evaluate(scenes.cases[method], scenes.tools)).map(({ value }) => value)
      }
      values.set(measure.name, found as Record<SceneMethod, readonly (number | null)[]>)
    }
  })
  afterAll(() => scenes[Symbol.asyncDispose]())

  const meanOf = (name: string, method: SceneMethod) => {
    const all = (values.get(name)?.[method] ?? []) as readonly number[]
    return all.reduce((sum, value) => sum + value, 0) / all.length
  }

  it.each(measures)('$name: the mask and deep Taylor win over noise', ({ name, direction }) => {
    const sign = direction === 'higher' ? 1 : -1
    for (const method of ['oracle', 'deep-taylor'] as const) {
      expect(sign * (meanOf(name, method) - meanOf(name, 'random')), method).toBeGreaterThan(0)
      const [better, noise] = [values.get(name)?.[method] ?? [], values.get(name)?.random ?? []]
      const wins = better.filter((value, i) => sign * ((value as number) - (noise[i] as number)) > 0).length
      expect(wins, method).toBeGreaterThanOrEqual(leastWins)
    }
  })

  it('a constant heatmap has no area between its curves, and no correlation', () => {
    expect(values.get('area-between-curves')?.constant).toEqual(Array(10).fill(0))
    expect(values.get('sensitivity-n')?.constant).toEqual(Array(10).fill(null))
    expect(values.get('faithfulness-correlation')?.constant).toEqual(Array(10).fill(null))
  })

  it.each(['pixel-flipping', 'insertion', 'deletion'])('a constant heatmap is a random order: %s', name => {
    const [oracle, constant, random] = (['oracle', 'constant', 'random'] as const).map(method => meanOf(name, method))
    const apart = Math.abs((oracle as number) - (random as number))
    expect(Math.abs((constant as number) - (random as number)) / apart).toBeLessThan(luck)
  })
})
