/** How few places does an explanation name? What is simpler is easier to read, which is not to say that it is right. */

import type { Measure } from '../measure.ts'
import { finiteRelevance, isOutcome, notApplicable, perCase } from '../per-case.ts'
import { mean } from '../statistics.ts'

/** Parameters of the measures of complexity. */
export interface ComplexityOptions {
  /** The share of the largest |relevance| above which a place counts in the effective complexity. Default 1e-5, as in Quantus. */
  readonly complexityThreshold?: number
}

/** The measures of complexity. */
export function complexity({ complexityThreshold = 1e-5 }: ComplexityOptions = {}): readonly Measure[] {
  return [sparseness, entropy, effectiveComplexity(complexityThreshold)]
}

const shared = { group: 'complexity', needs: [], parameters: {} } as const

const sparseness: Measure = {
  ...shared,
  name: 'sparseness',
  title: 'Sparseness (Gini index)',
  direction: 'higher',
  unit: 'Gini index',
  range:
    '0…1 − 1/n of n places; one place alone gets 1 − 1/n, a constant heatmap 0, one of normal noise √2 − 1 ≈ 0.41, of uniform noise from 0 on 1/3',
  definition:
    'Σ_i (2i − n − 1)·a_i / (n·Σ a), where a_1 ≤ … ≤ a_n are the |R| of places: the Gini index, 1 − 2·Σ_i (a_i / Σ a)·(n − i + ½)/n. ' +
    'Quantus: Sparseness, which adds 1e-7 of the largest |R| to each.',
  source:
    'Chalasani, Chen, Chowdhury, Wu and Jha 2020, Concise explanations of neural networks using adversarial training; Hurley and Rickard 2009, Comparing measures of sparsity',
  evaluate: ofMagnitudes(({ magnitudes }) => gini(magnitudes)),
}

const entropy: Measure = {
  ...shared,
  name: 'entropy',
  title: 'Complexity (entropy)',
  direction: 'lower',
  unit: 'nats',
  range:
    '0…ln n of n places; one place alone gets 0, a constant heatmap ln n, one of normal noise about ln n − 0.28, of uniform noise from 0 on about ln n − 0.19',
  definition: '−Σ_i p_i·ln p_i, where p_i = |R_i| / Σ |R| of places. Quantus: Complexity.',
  source: 'Bhatt, Weller and Moura 2020, Evaluating and aggregating feature-based model explanations (complexity)',
  evaluate: ofMagnitudes(({ magnitudes, sum }) => {
    let nats = 0
    for (const own of magnitudes) if (own > 0) nats -= (own / sum) * Math.log(own / sum)
    return Math.max(0, nats)
  }),
}

function effectiveComplexity(threshold: number): Measure {
  return {
    ...shared,
    name: 'effective-complexity',
    title: 'Effective complexity',
    direction: 'lower',
    unit: 'places',
    range: '1…n of n places; one place alone gets 1, a constant heatmap n, a random one nearly n',
    definition:
      'How many places have |R| above the threshold times the largest |R|. Quantus: EffectiveComplexity. ' +
      'The paper asks instead how many of the largest have to be kept for the prediction to stay, which the curves of pixel flipping show.',
    source: 'Nguyen and Martínez 2020, On quantitative aspects of model interpretability, as Quantus counts',
    parameters: { threshold },
    evaluate: ofMagnitudes(({ magnitudes }) => {
      const least = threshold * (magnitudes.at(-1) as number)
      return magnitudes.length - magnitudes.findIndex(own => own > least)
    }),
  }
}

/** |R| of places, ascending. */
interface Magnitudes {
  readonly magnitudes: Float64Array
  readonly sum: number
}

function ofMagnitudes(measureOf: (found: Magnitudes) => number): Measure['evaluate'] {
  return perCase(of => {
    const relevance = finiteRelevance(of)
    if (isOutcome(relevance)) return relevance
    const magnitudes = relevance.map(Math.abs).sort()
    const sum = magnitudes.length * mean(magnitudes)
    return sum > 0 ? { value: measureOf({ magnitudes, sum }) } : notApplicable('all relevance is 0')
  })
}

function gini(ascending: Float64Array): number {
  const count = ascending.length
  let weighted = 0
  let sum = 0
  for (let i = 0; i < count; i++) {
    const own = ascending[i] as number
    weighted += (2 * (i + 1) - count - 1) * own
    sum += own
  }
  return weighted / (count * sum)
}
