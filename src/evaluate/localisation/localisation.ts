/**
 * Does relevance lie where the thing is? Measures against a mask of the truth.
 *
 * Relevance of a place is the sum over its channels. Where equal numbers would have to be ranked, a value is its expectation
 * over all orders, so that a constant heatmap gets what chance gets.
 */

import type { Case, Measure, NotApplicable, Outcome } from '../measure.ts'
import { finiteRelevance, isOutcome, notApplicable, perCase } from '../per-case.ts'
import { areaUnderRoc, massInside, pointing, sizeOf, topInside } from './hits.ts'

/** Parameters of the measures of localisation. */
export interface LocalisationOptions {
  /** How far beside the truth the largest relevance may lie in the pointing game, in places. Default 0; Zhang et al. took 15 pixels. */
  readonly pointingTolerance?: number
  /** How many places the top-k intersection looks at. Default: 2 % of all, which is Theiner et al.'s 1000 of 224 × 224 pixels. */
  readonly topK?: number
}

/** The share of places that the top-k intersection looks at unless told. */
const topShare = 0.02

/** The measures against ground truth. */
export function localisation(options: LocalisationOptions = {}): readonly Measure[] {
  const { pointingTolerance = 0, topK } = options
  return [
    pointingGame(pointingTolerance),
    relevanceMassAccuracy,
    massOverArea,
    relevanceRankAccuracy,
    attributionLocalisation,
    rocArea,
    topKIntersection(topK),
  ]
}

const shared = { group: 'localisation', direction: 'higher', needs: ['truth'], parameters: {} } as const

function pointingGame(tolerance: number): Measure {
  return {
    ...shared,
    name: 'pointing-game',
    title: 'Pointing game',
    unit: 'share of hits',
    range: `0…1; the mask itself gets 1; a constant or random heatmap ${tolerance > 0 ? 'the share of places that the mask and its margin cover' : 'the share of places that the mask covers'}`,
    definition:
      '1 where the place of largest relevance lies in the truth or at most the tolerance beside it, else 0; of several largest, the share that does. ' +
      'Negative relevance plays no part unless all is negative. Quantus: PointingGame, which counts several largest as a hit when any of them is one, and refuses constant heatmaps.',
    source: 'Zhang, Bargal, Lin, Brandt, Shen and Sclaroff 2018, Top-down neural attention by excitation backprop',
    parameters: { tolerance },
    evaluate: located((relevance, truth, { layout }) => ({
      value: pointing(relevance, truth, layout.spatial, tolerance),
    })),
  }
}

const relevanceMassAccuracy: Measure = {
  ...shared,
  name: 'relevance-mass-accuracy',
  title: 'Relevance mass accuracy',
  unit: 'share of relevance',
  range:
    '0…1; the mask itself gets 1; a constant heatmap the share of places that the mask covers, a random one about that',
  definition:
    'Σ R⁺ inside the truth / Σ R⁺ of all places, where R⁺ = max(0, R) of the sum over channels ("sum, pos"). ' +
    'Quantus: RelevanceMassAccuracy, which adds signed relevance and is the same where none is negative.',
  source: 'Arras, Osman and Samek 2022, CLEVR-XAI; on boxes the μ of Kohlbrenner et al. 2020',
  evaluate: located((relevance, truth) => shareOf(positive(relevance), truth, noPositive)),
}

const massOverArea: Measure = {
  ...shared,
  name: 'mass-over-area',
  title: 'Relevance mass over area',
  unit: 'times a constant heatmap',
  range:
    '0…1 / the share of places that the mask covers, which the mask itself gets; a constant heatmap gets 1, a random one about 1',
  definition:
    'The relevance mass accuracy over the share of places that the truth covers: how much denser relevance is inside than on average. ' +
    "Quantus: none; its AttributionLocalisation with weighted=True multiplies by that share, the paper's μ_w divides.",
  source:
    'Kohlbrenner, Bauer, Nakajima, Binder, Samek and Lapuschkin 2020, Towards best practice in explaining neural network decisions with LRP (μ_w, on positive relevance)',
  evaluate: located((relevance, truth) => {
    const found = shareOf(positive(relevance), truth, noPositive)
    return found.value === null ? found : { value: found.value / areaOf(truth) }
  }),
}

const relevanceRankAccuracy: Measure = {
  ...shared,
  name: 'relevance-rank-accuracy',
  title: 'Relevance rank accuracy',
  unit: 'share of places',
  range: '0…1; the mask itself gets 1; a constant or random heatmap expects the share of places that the mask covers',
  definition:
    'Of the K places of largest relevance, the share in the truth, where K is how many places the truth has. Negative relevance ranks last. ' +
    'Places that tie for the last ranks count by their expected share. Quantus: RelevanceRankAccuracy, which takes ties in the order that sorting leaves them in.',
  source: 'Arras, Osman and Samek 2022, CLEVR-XAI',
  evaluate: located((relevance, truth) => ({ value: topInside(relevance, truth, sizeOf(truth)) })),
}

const attributionLocalisation: Measure = {
  ...shared,
  name: 'attribution-localisation',
  title: 'Attribution localisation',
  unit: 'share of |relevance|',
  range:
    '0…1; the mask itself gets 1; a constant heatmap the share of places that the mask covers, a random one about that',
  definition:
    'μ = Σ |R| inside the truth / Σ |R| of all places; beside it "weighted", μ_w = μ / the share of places that the truth covers, of which a constant heatmap gets 1. ' +
    'The paper counts positive relevance only, which is the relevance mass accuracy; here negative relevance elsewhere counts against a heatmap, as Quantus has it by default. ' +
    'Quantus: AttributionLocalisation; with weighted=True it multiplies by the share where the paper divides.',
  source:
    'Kohlbrenner, Bauer, Nakajima, Binder, Samek and Lapuschkin 2020, Towards best practice in explaining neural network decisions with LRP (μ and μ_w)',
  evaluate: located((relevance, truth) => {
    const found = shareOf(relevance.map(Math.abs), truth, noRelevance)
    return found.value === null ? found : { ...found, details: { weighted: found.value / areaOf(truth) } }
  }),
}

const rocArea: Measure = {
  ...shared,
  name: 'localisation-auc',
  title: 'Area under the ROC curve',
  unit: 'probability',
  range:
    '0…1; the mask itself gets 1, the heatmap with its sign turned 1 − AUC; a constant heatmap gets 1/2, a random one about that',
  definition:
    'The area under the curve of true against false positives when places of relevance above a threshold are said to be the truth: the probability that a place inside ' +
    'has more relevance than one outside, equal ones counting half. Negative relevance ranks last. Quantus: AUC.',
  source: 'Fawcett 2006, An introduction to ROC analysis; as a measure of heatmaps Quantus (Hedström et al. 2023)',
  evaluate: located((relevance, truth) => ({ value: areaUnderRoc(relevance, truth) })),
}

function topKIntersection(topK: number | undefined): Measure {
  return {
    ...shared,
    name: 'top-k-intersection',
    title: 'Top-k intersection',
    unit: 'share of places',
    range: '0…1; the mask itself gets 1; a constant or random heatmap expects the share of places that the mask covers',
    definition:
      'Of the k places of largest relevance, the share in the truth; k is at most how many places the truth has, so that all can be hit. Ties as in the relevance rank accuracy. ' +
      'Quantus: TopKIntersection, whose k may exceed the truth.',
    source: 'Theiner, Müller-Budack and Ewerth 2022, Interpretable semantic photo geolocation',
    parameters: topK === undefined ? { 'share of places': topShare } : { k: topK },
    evaluate: located((relevance, truth) => {
      const asked = topK ?? Math.max(1, Math.round(topShare * truth.length))
      return { value: topInside(relevance, truth, Math.min(asked, sizeOf(truth))) }
    }),
  }
}

const noPositive = 'no relevance is positive'
const noRelevance = 'all relevance is 0'

/** Of cases whose truth tells places apart. */
function located(outcomeOf: (relevance: Float64Array, truth: Uint8Array, of: Case) => Outcome): Measure['evaluate'] {
  return perCase(of => {
    const { truth } = of
    if (truth === undefined) return notApplicable('no truth is known')
    const size = sizeOf(truth)
    if (size === 0) return notApplicable('the truth has no place')
    if (size === truth.length) return notApplicable('the truth covers every place')
    const relevance = finiteRelevance(of)
    return isOutcome(relevance) ? relevance : outcomeOf(relevance, truth, of)
  })
}

function shareOf(mass: Float64Array, truth: Uint8Array, why: string): { readonly value: number } | NotApplicable {
  const value = massInside(mass, truth)
  return Number.isNaN(value) ? notApplicable(why) : { value }
}

function positive(relevance: Float64Array): Float64Array {
  return relevance.map(own => Math.max(0, own))
}

/** The share of places that the truth covers. */
function areaOf(truth: Uint8Array): number {
  return sizeOf(truth) / truth.length
}
