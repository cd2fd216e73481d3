/** Infidelity: how far what relevance says of a change of the input is from what the change does to the score. */

import { type Layout, offsetOf, placesOf } from '../layout.ts'
import type { Case, Measure } from '../measure.ts'
import type { Random } from '../random.ts'
import type { Shared } from './curves.ts'
import { eachCase } from './each-case.ts'
import type { Settings } from './options.ts'
import { scoreSets } from './removal.ts'
import { type Filler, fillerFor, replacementText } from './replacement.ts'

/**
 * Yeh et al. 2019. Quantus' Infidelity takes the same mean of squares, unscaled, with `relevanceAs: 'slope'`, but removes all patches
 * one after the other without putting any back, where the paper draws perturbations at random.
 */
export function infidelity(settings: Settings, shared: Shared<Float64Array>): Measure {
  const { samples, replacement, relevanceAs } = settings
  return {
    name: 'infidelity',
    title: 'Infidelity (at the best scale)',
    group: 'faithfulness',
    direction: 'lower',
    unit: 'squared score',
    range:
      '0 … mean of squared drops, which a heatmap of zeros gets; a constant one is as good as the size of what is removed.',
    definition:
      'min_β mean over perturbations of (β·s − (f(x) − f(x̃)))². s is Σ R over what was replaced (contribution), or Σ R·(x − x̃) ' +
      '(slope, the paper’s Iᵀ Φ). β = mean(s·drop)/mean(s²) makes explanations of any scale comparable; details give β and the value at ' +
      'β = 1. Perturbations replace a square (along one axis: a random set) of up to half of each side, of random size and place.',
    source:
      'Yeh et al. 2019, On the (in)fidelity and sensitivity of explanations, eq. 1, with square removal and the optimal scale',
    needs: settings.needs,
    parameters: { samples, relevanceAs, replacement: replacementText(replacement) },
    evaluate: eachCase(async (of, tools) => {
      const random = of.random('infidelity')
      const sets = Array.from({ length: samples }, () => randomPatch(of.layout, random))
      const filler = fillerFor(replacement, of, tools)
      const key = ['infidelity', of.target, of.score, replacementText(replacement), samples].join(', ')
      const scores = await shared.get(of.input, key, () => scoreSets(of, tools, filler, sets))
      const predicted = sets.map(set => (relevanceAs === 'slope' ? slopeSum(of, filler, set) : sumOver(of, set)))
      const drops = Array.from(scores, score => of.score - score)
      const scale = bestScale(predicted, drops)
      return {
        value: squaredError(predicted, drops, scale),
        details: { 'infidelity at scale 1': squaredError(predicted, drops, 1), 'best scale': scale },
      }
    }),
  }
}

/** Mean of (scale·predicted − drop)²: Yeh et al. 2019, eq. 1, over what was drawn. */
export function squaredError(predicted: readonly number[], drops: readonly number[], scale: number): number {
  const squares = predicted.map((value, i) => (scale * value - (drops[i] as number)) ** 2)
  return squares.reduce((sum, square) => sum + square, 0) / squares.length
}

/** The scale of least error; 0 where nothing is predicted. */
export function bestScale(predicted: readonly number[], drops: readonly number[]): number {
  const product = predicted.reduce((sum, value, i) => sum + value * (drops[i] as number), 0)
  const square = predicted.reduce((sum, value) => sum + value * value, 0)
  return square === 0 ? 0 : product / square
}

/** Σ R over places and channels. */
function sumOver({ relevance, layout }: Case, places: Uint32Array): number {
  let sum = 0
  for (let channel = 0; channel < layout.channels; channel++) {
    for (const place of places) sum += relevance.data[offsetOf(layout, place, channel)] as number
  }
  return sum
}

/** Σ R·(x − x̃), x̃ with those places replaced. */
function slopeSum({ input, relevance }: Case, filler: Filler, places: Uint32Array): number {
  const changed = input.data.slice()
  filler.fill(changed, places, Array.from(places))
  return changeTimesRelevance(relevance.data, input.data, changed)
}

/** Iᵀ Φ of Yeh et al. 2019 with I = x − x̃. */
export function changeTimesRelevance(relevance: Float32Array, x: Float32Array, changed: Float32Array): number {
  return relevance.reduce((sum, value, i) => sum + value * ((x[i] as number) - (changed[i] as number)), 0)
}

/** A square somewhere, its sides up to half of the sample's; along one axis, whose order may mean nothing, a random set of up to half. */
export function randomPatch(layout: Layout, random: Random): Uint32Array {
  const { spatial } = layout
  const places = placesOf(layout)
  if (spatial.length === 1) return random.subset(places, 1 + random.below(Math.ceil(places / 2)))
  const share = random.uniform()
  const sides = spatial.map(size => 1 + Math.floor(share * Math.ceil(size / 2)))
  const from = spatial.map((size, axis) => random.below(size - (sides[axis] as number) + 1))
  const inside: number[] = []
  for (let place = 0; place < places; place++) {
    let rest = place
    let isInside = true
    for (let axis = spatial.length - 1; axis >= 0; axis--) {
      const size = spatial[axis] as number
      const at = (rest % size) - (from[axis] as number)
      isInside &&= at >= 0 && at < (sides[axis] as number)
      rest = Math.floor(rest / size)
    }
    if (isInside) inside.push(place)
  }
  return Uint32Array.from(inside)
}
