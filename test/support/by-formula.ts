/** Cases and tools for measures whose explanations are formulas, written down in the test. */

import { layoutOf } from '../../src/evaluate/layout.ts'
import type { Case, Found, Measure, Outcome, Tools } from '../../src/evaluate/measure.ts'
import { Random } from '../../src/evaluate/random.ts'
import type { FloatTensor } from '../../src/runtime/session.ts'

/** Relevance of one input for a class. */
export type Formula = (x: Float32Array, target: number) => ArrayLike<number>

/** An input with its explanation. */
export function caseOf(
  dims: readonly number[],
  values: ArrayLike<number>,
  formula: Formula,
  { target = 0, random = purpose => new Random(1, purpose) }: Partial<Pick<Case, 'target' | 'random'>> = {},
): Case {
  const data = Float32Array.from(values)
  return {
    id: 'case',
    input: { dims, data },
    layout: layoutOf(dims),
    relevance: { dims, data: Float32Array.from(formula(data, target)) },
    target,
    score: 1,
    logit: 1,
    relevanceSum: 1,
    promised: undefined,
    truth: undefined,
    random,
  }
}

/** Tools that explain by a formula; what else is asked for must be given. */
export function toolsOf(formula: Formula, given: Partial<Tools> = {}): Tools {
  const refuse = () => Promise.reject(new Error('the measure asked for what it does not need'))
  return {
    box: undefined,
    score: refuse,
    explain: async (of, batch, target = of.target): Promise<FloatTensor> => {
      const size = of.input.data.length
      const data = new Float32Array(batch.data.length)
      for (let at = 0; at < data.length; at += size)
        data.set(Array.from(formula(batch.data.subarray(at, at + size), target)), at)
      return { dims: batch.dims, data }
    },
    classes: 2,
    layers: [],
    explainRandomised: refuse,
    seed: 1,
    signal: undefined,
    ...given,
  }
}

/** The measure of a name. */
export function named(measures: readonly Measure[], name: string): Measure {
  const measure = measures.find(one => one.name === name)
  if (!measure) throw new Error(`no measure ${name}`)
  return measure
}

/** What a measure finds of one case. */
export async function outcomeOf(measure: Measure, of: Case, tools: Tools): Promise<Outcome> {
  return (await measure.evaluate([of], tools))[0] as Outcome
}

/** The same where there must be a value. */
export async function foundOf(measure: Measure, of: Case, tools: Tools): Promise<Found> {
  const outcome = await outcomeOf(measure, of, tools)
  if (outcome.value === null) throw new Error(outcome.why)
  return outcome
}
