/** Files of an evaluation's data as its inputs: each is read when its turn comes. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import type { EvaluationInput, EvaluationItem } from '../evaluate/options.ts'
import type { FurtherInputs } from '../explainer/further-inputs.ts'
import type { ModelContext } from './context.ts'
import type { DataFile, DataFiles } from './data-set.ts'
import { companionsOf, type Input, readInput } from './inputs.ts'

/** An input, with what it is shown as. */
export interface Sample extends EvaluationInput, Pick<Input, 'picture' | 'features' | 'text'> {}

/** What files are read with. */
export interface ReadOptions {
  readonly context: ModelContext
  /** What the model reads besides the data. */
  readonly further: FurtherInputs
  /** Of a file, its ground truth. */
  readonly truthOf?: ((file: DataFile) => Promise<Uint8Array | undefined>) | undefined
  /** Called with what a reader of the figures must know. */
  readonly onWarning: (message: string) => void
}

/** The inputs of a run. */
export async function samplesOf(
  { files }: DataFiles,
  options: ReadOptions,
): Promise<readonly EvaluationItem<Sample>[]> {
  return files.map(file => ({ id: file.id, label: file.label, read: () => readSample(file, options) }))
}

async function readSample(file: DataFile, { context, further, truthOf, onWarning }: ReadOptions): Promise<Sample> {
  const { warnings = [], ...input } = await readInput(file.path, context)
  for (const warning of warnings) onWarning(warning)
  const truth = await truthOf?.(file)
  return { ...input, ...further, ...companionsOf(input), ...(truth && { truth }) }
}

/** @throws DeepTaylorError */
export function refuse(input: string, reason: string): never {
  throw new DeepTaylorError('input-invalid', { input, reason })
}
