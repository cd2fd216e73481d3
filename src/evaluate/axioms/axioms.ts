/**
 * Does an explanation keep what deep Taylor decomposition asks of every one: that relevance sums to what is explained, and is
 * nowhere negative?
 */

import type { Case, Measure, Outcome } from '../measure.ts'
import { notApplicable, perCase } from '../per-case.ts'

/** The measures of the axioms. */
export function axioms(): readonly Measure[] {
  return [conservation, positivity, consistency, agreement]
}

const shared = { group: 'axioms', direction: 'lower', needs: [], parameters: {} } as const

const montavon =
  'Montavon, Lapuschkin, Binder, Samek and Müller 2017, Explaining nonlinear classification decisions with deep Taylor decomposition'

const conservation: Measure = {
  ...shared,
  name: 'conservation',
  title: 'Conservation',
  unit: 'share of the promised sum',
  range: '0…∞; 0 is conserved, 1 what a heatmap of zeros gets; a constant or random one whatever it happens to sum to',
  definition:
    '|ΣR − P| / |P|, where P is what the method promises its relevance to sum to: the explained logit, less a baseline where the method has one. ' +
    'Not of methods that promise nothing (gradients). Quantus: none; its Completeness compares exactly.',
  source: `${montavon}, definition 1`,
  evaluate: perCase(of => lossOf(of)),
}

const positivity: Measure = {
  ...shared,
  name: 'positivity',
  title: 'Positivity',
  unit: 'share of |relevance|',
  range: '0…1; 0 is nowhere negative, as a constant heatmap above 0 is; noise around 0 gets about 1/2',
  definition:
    'Σ max(0, −R) / Σ |R| over all elements of the input: the share of relevance that is negative; 0 where all is 0. ' +
    'Of logits that are not negative, as a sum of what is nowhere negative cannot be. Quantus: none.',
  source: `${montavon}, definition 2`,
  evaluate: perCase(of => negativeOf(of)),
}

const consistency: Measure = {
  ...shared,
  name: 'consistency',
  title: 'Consistency',
  unit: 'share',
  range:
    '0…∞; 0 is conserved and nowhere negative; a heatmap of zeros gets 1, a constant or random one what conservation and positivity give it',
  definition:
    'The larger of the two errors, of conservation and of positivity: 0 where the explanation is conservative and positive. Of methods and logits that both apply to. Quantus: none.',
  source: `${montavon}, definition 3`,
  evaluate: perCase(of => {
    const lost = lossOf(of)
    if (lost.value === null) return lost
    const negative = negativeOf(of)
    if (negative.value === null) return negative
    return {
      value: Math.max(lost.value, negative.value),
      details: { conservation: lost.value, positivity: negative.value },
    }
  }),
}

const agreement: Measure = {
  ...shared,
  name: 'agreement',
  title: 'Relevance against the logit',
  unit: 'share of the logit',
  range:
    '0…∞; 0 lies on the diagonal of the scatter, 1 is what a heatmap of zeros gets; a constant or random one whatever it happens to sum to',
  definition:
    '|ΣR − x_f| / |x_f|: how far the point (x_f, ΣR) lies from the diagonal, of all methods, whatever they promise. Beside it the point itself, from which the scatter is drawn. Quantus: none.',
  source: `${montavon}, the scatter of f(x) against ΣR`,
  evaluate: perCase(({ logit, relevanceSum }) => {
    const value = relativeError(relevanceSum, logit)
    if (value === undefined) return notApplicable('the logit is 0 and the relevance is not')
    return Number.isFinite(value) ? { value, details: { logit, relevanceSum } } : notApplicable(notFinite)
  }),
}

const notFinite = 'relevance is not finite'

function lossOf({ promised, relevanceSum }: Case): Outcome {
  if (promised === undefined) return notApplicable('the method promises no sum')
  const value = relativeError(relevanceSum, promised)
  if (value === undefined) return notApplicable('the promised sum is 0 and the relevance is not')
  return Number.isFinite(value) ? { value, details: { relevanceSum, promised } } : notApplicable(notFinite)
}

function negativeOf({ logit, relevance: { data } }: Case): Outcome {
  if (logit < 0) return notApplicable('the logit is negative')
  let negative = 0
  let all = 0
  for (const own of data as Float32Array) {
    all += Math.abs(own)
    if (own < 0) negative -= own
  }
  if (!Number.isFinite(all)) return notApplicable(notFinite)
  return { value: all > 0 ? negative / all : 0 }
}

/** 0 where both are 0; undefined where only the expected is. */
function relativeError(found: number, expected: number): number | undefined {
  if (found === expected) return 0
  return expected === 0 ? undefined : Math.abs(found - expected) / Math.abs(expected)
}
