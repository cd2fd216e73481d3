/** The explained model as bytes, for whoever ships it. */

import { encodeModel } from '../core/1-codec/encode.ts'
import { compileModel } from '../core/compile.ts'
import type { Compiled, CompileOptions } from '../core/emit.ts'
import { defaultRuntime } from '../runtime/default.ts'
import { oracleOf } from '../runtime/oracle.ts'
import type { Runtime } from '../runtime/session.ts'
import type { LoadedModel } from './model-bytes.ts'

/**
 * Compiles the explanation into a model: the result returns the model's outputs, `relevance` (float32, the input's shape),
 * `explained_class` (int64), `explained_logit` and `relevance_sum` (float32), one each per sample.
 *
 * @throws DeepTaylorError `unsupported-*`, `no-path`, `option-invalid`, `target-invalid`
 */
export async function compile(
  model: LoadedModel,
  options: CompileOptions & { readonly runtime?: Runtime } = {},
): Promise<Compiled & { readonly bytes: Uint8Array }> {
  const { runtime = await defaultRuntime(), ...rest } = options
  const compiled = await compileModel(model.model, oracleOf(runtime), rest)
  return { ...compiled, bytes: encodeModel(compiled.model) }
}
