/** The pipeline, from a model to the model that explains itself: a table of contents of the phases. */

import type { Model } from './0-graph/graph.ts'
import type { Oracle } from './4-analyze/oracle.ts'
import { analyze } from './analysis.ts'
import { type Compiled, type CompileOptions, emit } from './emit.ts'

/**
 * Compiles the explanation into the model: what comes back returns the model's outputs and the relevance.
 *
 * @throws DeepTaylorError as `analyze`, and `target-invalid`
 */
export async function compileModel(model: Model, oracle: Oracle, options: CompileOptions = {}): Promise<Compiled> {
  return emit(await analyze(model, oracle, options), options)
}
