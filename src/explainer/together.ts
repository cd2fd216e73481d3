/** Several inputs as one batch, and the batch's explanation as theirs. */

import { DeepTaylorError, type Warning } from '../core/diagnostics.ts'
import type { FloatTensor } from '../runtime/session.ts'
import type { Explanation } from './explanation.ts'
import { type FurtherInputs, furtherRows, rowsOf } from './further-inputs.ts'
import type { Target } from './target.ts'

/** One of several inputs. */
export interface NamedInput extends FurtherInputs {
  /** float32; of the model's input shape, with or without the batch axis. */
  readonly tensor: FloatTensor
  /** What messages call it. Default `input`. */
  readonly name?: string
}

/** Samples that fit a model, each with its batch axis; what is fed beside them; and the graph that explains them. */
export interface Checked {
  readonly ready: object
  readonly batch: FloatTensor
  readonly further: FurtherInputs
  readonly warnings: readonly Warning[]
}

/** What is done with inputs. */
export interface Steps<C extends Checked> {
  /** Axes of the input, with that of the batch. */
  readonly rank: number
  /** Whether samples of several inputs may be one batch. */
  readonly mayJoin: boolean
  /** Graphs that were found to take one sample at a time. */
  readonly alone: WeakSet<object>
  readonly check: (input: NamedInput) => Promise<C>
  /** `atOnce` is how many samples go through the model at a time, if more than usual. */
  readonly explain: (checked: C, atOnce?: number) => Promise<readonly Explanation[]>
}

type Outcome = readonly Explanation[] | DeepTaylorError

/** Explains several inputs in as few runs as their sizes allow. Returns, in their order, what became of each. */
export async function explainedTogether<C extends Checked>(
  inputs: readonly NamedInput[],
  steps: Steps<C>,
): Promise<readonly Outcome[]> {
  const results: Outcome[] = []
  // One group after the other: a graph may be put away for that of the next size.
  for (const group of alike(inputs, steps.rank)) {
    const places: number[] = []
    const checked: C[] = []
    for (const i of group) {
      const one = await faultOr(steps.check(inputs[i] as NamedInput))
      if (one instanceof DeepTaylorError) results[i] = one
      else {
        places.push(i)
        checked.push(one)
      }
    }
    const explained = await explainedAlike(checked, steps)
    for (const [k, place] of places.entries()) results[place] = explained[k] as Outcome
  }
  return results
}

/** Inputs of one size as one batch, or each alone where that cannot be. */
async function explainedAlike<C extends Checked>(inputs: readonly C[], steps: Steps<C>): Promise<readonly Outcome[]> {
  const [first] = inputs
  const isBatch = first !== undefined && inputs.length > 1 && steps.mayJoin && !steps.alone.has(first.ready)
  if (isBatch) {
    const together = await faultOr(explainedAsOne(first, inputs, steps))
    if (!(together instanceof DeepTaylorError)) return together
  }
  const results: Outcome[] = []
  for (const one of inputs) results.push(await faultOr(steps.explain(one)))
  if (isBatch && results.every(result => !(result instanceof DeepTaylorError))) steps.alone.add(first.ready)
  return results
}

async function explainedAsOne<C extends Checked>(
  first: C,
  inputs: readonly C[],
  { explain }: Steps<C>,
): Promise<readonly (readonly Explanation[])[]> {
  const whole = await explain({ ...first, ...concatenated(inputs), warnings: [] }, inputs.length)
  const counts = inputs.map(({ batch }) => batch.dims[0] ?? 1)
  const byTarget = whole.map(explanation => divided(explanation, counts))
  return inputs.map(({ warnings }, i) =>
    byTarget.map(parts => {
      const { samples, ...rest } = parts[i] as Explanation
      return { ...rest, samples: samples.map(s => ({ ...s, warnings: [...warnings, ...s.warnings] })) }
    }),
  )
}

/** What an input is at fault for, as a result among others. */
async function faultOr<T>(promise: Promise<T>): Promise<T | DeepTaylorError> {
  return promise.catch(error => {
    if (error instanceof DeepTaylorError) return error
    throw error
  })
}

/** Inputs in groups that can be one batch: of one size, and with the same further inputs. */
function alike(inputs: readonly NamedInput[], rank: number): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>()
  for (const [i, { tensor, companions = {}, inputs: others = {} }] of inputs.entries()) {
    const size = tensor.dims.length === rank - 1 ? tensor.dims : tensor.dims.slice(1)
    const key = JSON.stringify([size, Object.keys(companions).sort(), Object.keys(others).sort()])
    const group = groups.get(key)
    if (group) group.push(i)
    else groups.set(key, [i])
  }
  return [...groups.values()]
}

/** Whether every sample is explained for the same targets. A list of several is one target per sample of its own input. */
export function isForAll(targets: readonly Target[]): boolean {
  return targets.every(target => !Array.isArray(target) || target.length === 1)
}

/** Samples of one size, one after the other. */
function concatenated(parts: readonly Checked[]): Pick<Checked, 'batch' | 'further'> {
  const counts = parts.map(({ batch }) => batch.dims[0] ?? 1)
  // What is given once for all samples of an input is repeated: other inputs have another.
  const rows = parts.map(({ further }, i) => furtherRows(further, 0, counts[i] as number, counts[i] as number))
  return {
    batch: stacked(parts.map(({ batch }) => batch)),
    further: {
      companions: stackedAll(rows.map(({ companions = {} }) => companions)),
      inputs: stackedAll(rows.map(({ inputs = {} }) => inputs)),
    },
  }
}

function stackedAll(maps: readonly Readonly<Record<string, FloatTensor>>[]): Record<string, FloatTensor> {
  const names = Object.keys(maps[0] ?? {})
  return Object.fromEntries(names.map(name => [name, stacked(maps.map(map => map[name] as FloatTensor))]))
}

function stacked(tensors: readonly FloatTensor[]): FloatTensor {
  const data = new Float32Array(tensors.reduce((size, tensor) => size + tensor.data.length, 0))
  let at = 0
  for (const tensor of tensors) {
    data.set(tensor.data, at)
    at += tensor.data.length
  }
  const rows = tensors.reduce((count, { dims }) => count + (dims[0] ?? 0), 0)
  return { dims: [rows, ...(tensors[0]?.dims.slice(1) ?? [])], data }
}

/**
 * A batch's explanation as those of inputs of `counts` samples, each with memory of its own. Hidden layers are left out:
 * nothing says that their first axis is the samples.
 *
 * @throws DeepTaylorError `runtime-failed` where the model does not keep samples apart
 */
function divided({ relevance, samples }: Explanation, counts: readonly number[]): readonly Explanation[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (samples.length !== total || relevance.dims[0] !== total) {
    const reason = `the model makes ${samples.length} results of ${total} samples`
    throw new DeepTaylorError('runtime-failed', { reason })
  }
  let from = 0
  return counts.map(count => {
    const { dims, data } = rowsOf(relevance, from, from + count)
    const own = samples.slice(from, from + count)
    from += count
    return { relevance: { dims, data: data.slice() }, samples: own, layers: new Map(), factors: new Map() }
  })
}
