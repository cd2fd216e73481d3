/** Whether an explanation depends on the class that it explains. */

import { perPlace } from '../layout.ts'
import type { Case, Measure, Outcome, Tools } from '../measure.ts'
import { rankCorrelation } from './rank-correlation.ts'

/** The random-logit test. */
export function randomLogit(): Measure {
  return {
    name: 'random-logit',
    title: 'Random logit',
    group: 'randomisation',
    direction: 'lower',
    unit: 'rank correlation',
    range: '−1 … 1; 1 for an explanation that is the same for every class, about 0 for a random one',
    definition:
      'similarity of the explanation of the target and of that of another class, drawn at random: Spearman rank correlation of relevance by ' +
      'place (summed over channels), of magnitudes |R|, because evidence for one class that is drawn as evidence against the other is still in the same ' +
      'places; the detail "signed" is that of R. Where one logit stands for two classes it is 1 for every method. The paper and Quantus compare ' +
      'by SSIM, which depends on a window and a range that only pictures have. Beside a constant explanation of the other class it counts as 0',
    source:
      'Sixt, Granz and Landgraf 2020, When Explanations Lie: Why Many Modified BP Attributions Fail, random logit',
    needs: [],
    parameters: {},
    evaluate: async (cases, tools) => {
      const outcomes: Outcome[] = []
      for (const of of cases) outcomes.push(await compared(of, tools))
      return outcomes
    },
  }
}

async function compared(of: Case, tools: Tools): Promise<Outcome> {
  if (tools.classes < 2) return { value: null, why: 'the network has one output: there is no other class' }
  const was = perPlace(of.relevance, of.layout)
  const magnitudes = was.map(Math.abs)
  if (rankCorrelation(magnitudes, magnitudes) === undefined)
    return { value: null, why: 'the explanation is the same at every place' }
  tools.signal?.throwIfAborted()
  const drawn = of.random('random-logit').below(tools.classes - 1)
  const other = drawn < of.target ? drawn : drawn + 1
  const is = perPlace(await tools.explain(of, of.input, other), of.layout)
  return {
    value: rankCorrelation(magnitudes, is.map(Math.abs)) ?? 0,
    details: { signed: rankCorrelation(was, is) ?? 0 },
  }
}
