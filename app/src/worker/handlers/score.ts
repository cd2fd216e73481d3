/** Scores without explanations: what curves of perturbed inputs are made of. */

import type { Handler } from '../context.ts'

/** The model's scores of a batch. */
export const score: Handler<'score'> = async ({ model, batch }, { host, signal, transfer }) => {
  const scores = await (await host.scorer(model)).score(batch, { signal })
  transfer.push(scores.logits.buffer, scores.probabilities.buffer)
  return scores
}
