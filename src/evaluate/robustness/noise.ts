/** How much an explanation changes when noise is added to its input: absolutely (max-sensitivity), and per change of the input (local Lipschitz). */

import type { Case, Measure, Outcome, Tools } from '../measure.ts'
import { explainCopies, type Neighbourhood, neighboursOf, norm, notFinite, silent, unmoved } from './nearby.ts'

const draws =
  '‖R‖ by the norm of the parameters, l2 (Frobenius) where nothing else is asked for; δ uniform in the cube ' +
  '|δ_i| ≤ radius · w, w the width of the box, or of what the input holds where no box is known, by channel; ' +
  'x + δ is kept inside the box'

/** Max-sensitivity. */
export function maxSensitivity(neighbourhood: Neighbourhood): Measure {
  return {
    name: 'max-sensitivity',
    title: 'Max-sensitivity',
    group: 'robustness',
    direction: 'lower',
    unit: 'share of ‖R‖',
    range:
      '0 and more; 0 for an explanation that does not depend on the input, about √2 for one that is random each time',
    definition:
      `max over δ of ‖R(x + δ) − R(x)‖ / ‖R(x)‖, by Monte Carlo; ${draws}. A lower bound of the true maximum. The detail "absolute" is ` +
      'the numerator alone, as the paper has it; the division makes methods of different scale comparable, as the authors and Quantus do',
    source: 'Yeh et al. 2019, On the (In)fidelity and Sensitivity of Explanations, SENS_MAX',
    needs: ['numbers'],
    parameters: { ...neighbourhood },
    evaluate: (cases, tools) =>
      each(cases, of => largest(of, neighbourhood, tools, 'max-sensitivity', changed => changed)),
  }
}

/** The local Lipschitz estimate. */
export function localLipschitz(neighbourhood: Neighbourhood): Measure {
  return {
    name: 'local-lipschitz',
    title: 'Local Lipschitz estimate',
    group: 'robustness',
    direction: 'lower',
    unit: 'share of ‖R‖ per unit of the input',
    range: '0 and more; 0 for an explanation that does not depend on the input',
    definition:
      `max over δ of ‖R(x) − R(x + δ)‖ / ‖δ‖₂, relative to ‖R(x)‖, by Monte Carlo; ${draws}. A lower bound of the true maximum. The ` +
      'detail "absolute" is not relative to ‖R(x)‖, as the paper has it',
    source:
      'Alvarez-Melis and Jaakkola 2018, On the Robustness of Interpretability Methods, the local Lipschitz estimate',
    needs: ['numbers'],
    parameters: { ...neighbourhood },
    evaluate: (cases, tools) =>
      each(cases, of => largest(of, neighbourhood, tools, 'local-lipschitz', (changed, moved) => changed / moved)),
  }
}

/** The largest change of the explanation, by `rate` from its norm and the input's. */
async function largest(
  of: Case,
  neighbourhood: Neighbourhood,
  tools: Tools,
  purpose: string,
  rate: (changed: number, moved: number) => number,
): Promise<Outcome> {
  const whole = norm(of.relevance.data, neighbourhood.norm)
  if (whole === 0) return silent
  const neighbours = neighboursOf(of, neighbourhood, tools, purpose)
  if ('why' in neighbours) return neighbours
  let absolute: number | undefined
  let isAllFinite = true
  await explainCopies(of, neighbours, tools, (copy, relevance) => {
    const moved = norm(copy, 'l2', of.input.data)
    if (moved === 0) return
    const found = rate(norm(relevance, neighbourhood.norm, of.relevance.data), moved)
    isAllFinite &&= Number.isFinite(found)
    absolute = Math.max(absolute ?? 0, found)
  })
  if (absolute === undefined) return unmoved
  return isAllFinite ? { value: absolute / whole, details: { absolute } } : notFinite
}

/** One case after another: each is batches of its own. */
export async function each(
  cases: readonly Case[],
  evaluate: (of: Case) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const of of cases) outcomes.push(await evaluate(of))
  return outcomes
}
