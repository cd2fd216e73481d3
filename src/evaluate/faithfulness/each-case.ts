/** Measures whose cases have nothing to do with each other: one after the other. */

import type { Case, Outcome, Tools } from '../measure.ts'
import type { Settings } from './options.ts'
import { type Replacement, replacementText } from './replacement.ts'

/** A measure's `evaluate`, from what it does with one case. */
export function eachCase(
  one: (of: Case, tools: Tools) => Promise<Outcome>,
): (cases: readonly Case[], tools: Tools) => Promise<readonly Outcome[]> {
  return async (cases, tools) => {
    const outcomes: Outcome[] = []
    for (const of of cases) outcomes.push(await one(of, tools))
    return outcomes
  }
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
