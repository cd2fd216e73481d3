/** Measures that need nothing of the model: each looks at one case's relevance by itself. */

import { perPlace } from './layout.ts'
import type { Case, Measure, NotApplicable, Outcome } from './measure.ts'

/** `evaluate` of a measure that looks at one case at a time. */
export function perCase(outcomeOf: (of: Case) => Outcome): Measure['evaluate'] {
  return async (cases, { signal }) =>
    cases.map(of => {
      signal?.throwIfAborted()
      return outcomeOf(of)
    })
}

/** No value, and why; one clause without a full stop. */
export function notApplicable(why: string): NotApplicable {
  return { value: null, why }
}

/** Relevance per place, channels summed; what is wrong where a number is not finite: it can be neither ranked nor added. */
export function finiteRelevance({ relevance, layout }: Case): Float64Array | NotApplicable {
  const places = perPlace(relevance, layout)
  return places.every(Number.isFinite) ? places : notApplicable('relevance is not finite')
}

/** Whether it is an outcome and not numbers. */
export function isOutcome(found: ArrayLike<number> | NotApplicable): found is NotApplicable {
  return 'why' in found
}
