/** Random subsets of regions: does the score fall by what their relevance sums to? Sensitivity-n and faithfulness correlation. */

import { perPlace } from '../layout.ts'
import type { Case, Measure, NotApplicable, Tools } from '../measure.ts'
import { pearson } from './correlation.ts'
import type { Shared } from './curves.ts'
import { eachCase, removalParameters } from './each-case.ts'
import type { Settings } from './options.ts'
import { type Partition, partitionOf, regionSums } from './regions.ts'
import { regionPlaces, scoreSets } from './removal.ts'
import { fillerFor, type Replacement, replacementText } from './replacement.ts'

/**
 * Ancona et al. 2018. Quantus' SensitivityN is another measure: it removes features in the order of relevance and correlates over
 * the inputs of a batch; the paper draws subsets at random and correlates over them, input by input.
 */
export function sensitivityN(settings: Settings, shared: Shared<Float64Array>): Measure {
  const { samples, subsetShares, replacement } = settings
  return {
    name: 'sensitivity-n',
    title: 'Sensitivity-n',
    group: 'faithfulness',
    direction: 'higher',
    unit: 'correlation',
    range: '−1 … 1; about 0 on average for a random heatmap; undefined for a constant one.',
    definition:
      'Mean over n of Pearson’s correlation, over random sets S of n regions, of Σ_{i∈S} R_i and f(x) − f(x without S). The paper ' +
      'removes single features and sets them to 0.',
    source: 'Ancona et al. 2018, Towards better understanding of gradient-based attribution methods, section 4.1',
    needs: settings.needs,
    parameters: { samples, shares: subsetShares.join(' '), ...removalParameters(settings, replacement) },
    evaluate: eachCase(async (of, tools) => {
      const found: number[] = []
      for (const share of subsetShares) {
        const correlation = await correlationAt(of, tools, settings, share, `sensitivity-n ${share}`, shared)
        if (typeof correlation !== 'number') return correlation
        found.push(correlation)
      }
      const curve = { x: subsetShares, y: found, xLabel: 'share of regions removed', yLabel: 'correlation' }
      return { value: found.reduce((sum, one) => sum + one, 0) / found.length, curves: { 'sensitivity-n': curve } }
    }),
  }
}

/** Bhatt et al. 2020. Quantus' FaithfulnessCorrelation is the same with regions of one number (a channel of a pixel). */
export function faithfulnessCorrelation(settings: Settings, shared: Shared<Float64Array>): Measure {
  const { samples, subsetShare, replacement } = settings
  return {
    name: 'faithfulness-correlation',
    title: 'Faithfulness correlation',
    group: 'faithfulness',
    direction: 'higher',
    unit: 'correlation',
    range: '−1 … 1; about 0 on average for a random heatmap; undefined for a constant one.',
    definition:
      'Pearson’s correlation, over random sets S of a fixed number of regions, of Σ_{i∈S} R_i and f(x) − f(x without S).',
    source: 'Bhatt, Weller and Moura 2020, Evaluating and aggregating feature-based model explanations, definition 3',
    needs: settings.needs,
    parameters: { samples, share: subsetShare, ...removalParameters(settings, replacement) },
    evaluate: eachCase(async (of, tools) => {
      const correlation = await correlationAt(of, tools, settings, subsetShare, 'faithfulness correlation', shared)
      return typeof correlation === 'number' ? { value: correlation } : correlation
    }),
  }
}

async function correlationAt(
  of: Case,
  tools: Tools,
  { patch, replacement, samples }: Settings,
  share: number,
  purpose: string,
  shared: Shared<Float64Array>,
): Promise<number | NotApplicable> {
  const partition = partitionOf(of.layout, patch)
  const { count } = partition
  if (count < 2) return { value: null, why: 'the input is a single region' }
  // A set of all regions would be the only one of its kind.
  const size = Math.min(count - 1, Math.max(1, Math.round(share * count)))
  const random = of.random(purpose)
  const sets = Array.from({ length: samples }, () => random.subset(count, size))
  // The copies depend on the input and the draws, not on the explanation: methods share their scores.
  const key = [purpose, of.target, of.score, patch, replacementText(replacement), samples].join(', ')
  const scores = await shared.get(of.input, key, () => removedScores(of, tools, partition, sets, replacement))
  return correlationOf(of, partition, sets, scores)
}

/** Scores of the input without each set of regions. */
export function removedScores(
  of: Case,
  tools: Tools,
  partition: Partition,
  sets: readonly Uint32Array[],
  replacement: Replacement,
): Promise<Float64Array> {
  const places = sets.map(set => regionPlaces(partition, set))
  return scoreSets(of, tools, fillerFor(replacement, of, tools), places)
}

/** Pearson's correlation of the sets' relevance with the drops of the score, or why there is none. */
export function correlationOf(
  of: Case,
  partition: Partition,
  sets: readonly Uint32Array[],
  scores: Float64Array,
): number | NotApplicable {
  const sums = regionSums(perPlace(of.relevance, of.layout), partition)
  const relevance = sets.map(set => set.reduce((sum, region) => sum + (sums[region] as number), 0))
  const drops = Array.from(scores, score => of.score - score)
  const correlation = pearson(relevance, drops)
  if (correlation !== undefined) return correlation
  const isConstant = pearson(relevance, relevance) === undefined
  return {
    value: null,
    why: isConstant ? 'all subsets have the same relevance' : 'the score falls by the same whatever is removed',
  }
}
