/** One explanation, start to finish: for scripts that explain once. */

import type { FloatTensor } from '../runtime/session.ts'
import { Explainer, type ExplainerOptions, type ExplainOptions } from './explainer.ts'
import type { Explanation } from './explanation.ts'
import type { LoadedModel } from './model-bytes.ts'

/** Options of `explain`: those of an `Explainer` and of its `explain`. */
export type ExplainOnceOptions = ExplainerOptions & ExplainOptions

/**
 * Explains one input or batch. To explain more, open an `Explainer` and keep it.
 *
 * @param input float32; of the model's input shape, with or without the batch axis
 * @throws DeepTaylorError as `Explainer.open` and `Explainer.explain`
 */
export async function explain(
  model: LoadedModel,
  input: FloatTensor,
  options: ExplainOnceOptions = {},
): Promise<Explanation> {
  const { target = 'top' } = options
  const explainer = await Explainer.open(model, { targets: [target], ...options })
  try {
    return await explainer.explain(input, options)
  } finally {
    await explainer.close()
  }
}
