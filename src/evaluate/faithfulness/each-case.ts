/** Measures whose cases have nothing to do with each other: one after the other. */

import type { Case, Outcome, Tools } from '../measure.ts'
import type { Settings } from './options.ts'
import { type Replacement, replacementText } from './replacement.ts'

/** A measure's `evaluate`, from what it does with one case. Where relevance or scores are not finite there is no value. */
export function eachCase(
  one: (of: Case, tools: Tools) => Promise<Outcome>,
): (cases: readonly Case[], tools: Tools) => Promise<readonly Outcome[]> {
  return async (cases, tools) => {
    const outcomes: Outcome[] = []
    for (const of of cases) {
      if (of.relevance.data.every(Number.isFinite)) outcomes.push(finite(await one(of, tools)))
      else outcomes.push({ value: null, why: 'the relevance is not finite' })
    }
    return outcomes
  }
}

function finite(outcome: Outcome): Outcome {
  if (outcome.value === null || Number.isFinite(outcome.value)) return outcome
  return { value: null, why: 'the scores of perturbed inputs are not finite' }
}

/** The parameters that say what is removed and what it becomes. */
export function removalParameters(
  { patch }: Pick<Settings, 'patch'>,
  replacement: Replacement,
): Record<string, string | number> {
  return {
    patch: patch ?? '1 feature, or a 16th of each side of a picture',
    replacement: replacementText(replacement),
  }
}

/** What scores are measured in: the run says which it took. */
export const scoreUnit = 'score (logit or probability)'
