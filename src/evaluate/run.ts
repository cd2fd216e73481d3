/** An evaluation from beginning to end: inputs stream through in chunks, only figures are kept, and the same run gives the same report. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import { version } from '../core/version.ts'
import type { LoadedModel } from '../explainer/model-bytes.ts'
import { auditsOf, warningsOf } from './audits.ts'
import type { ReadInput } from './cases.ts'
import { type ChunkWork, evaluateChunk, readOne } from './chunk.ts'
import type { Measure } from './measure.ts'
import type { Chunk, EvaluateOptions, EvaluationInput, EvaluationItem } from './options.ts'
import type { EvaluationReport } from './report.ts'
import { Subject } from './subject.ts'
import { meanCurves, summarise } from './summary.ts'

const defaultChunk = 8
const defaultAudited = 8
const defaultShown = 8

/**
 * Explains every input by every method, takes every measure of every explanation, and sums up.
 *
 * Memory does not grow with the inputs but for the figures. What cannot be read is skipped and listed. With the same model, items, options and
 * runtime the report is the same to the last bit, also where chunks of an earlier run are given as `finished`.
 *
 * @throws DeepTaylorError `option-invalid`; `target-invalid` for labels that are no classes; `input-invalid` where no input can be
 *   evaluated, or ground truth does not fit; as `Explainer.open` and the measures; the signal's reason
 */
export async function evaluate<T extends EvaluationInput>(
  model: LoadedModel,
  items: readonly EvaluationItem<T>[],
  options: EvaluateOptions<T>,
): Promise<EvaluationReport> {
  const { methods, measures, controls = [], signal, finished = new Map(), audited = defaultAudited } = options
  checkOptions(items, options)
  const subject = await Subject.of(model, methods, options)
  try {
    const classes = await classesFor(subject, items)
    const score = options.score ?? subject.usualScore(classes)
    const work = { ...workOf(subject, options), score, isAlone: items.length === 1 }
    const targets = classes.targetsOf(items, options.target)
    const perInput = (methods.length + controls.length) * measures.length
    const size = options.chunkSize ?? defaultChunk
    const chunks: Chunk[] = []
    let done = 0
    const onFigures = (count: number, what: string): void => {
      done += count
      options.onProgress?.(done, items.length * perInput, what)
    }
    for (let index = 0; index * size < items.length; index++) {
      signal?.throwIfAborted()
      const [from, to] = [index * size, (index + 1) * size]
      const before = finished.get(index)
      const given = { index, from, items: items.slice(from, to), targets: targets.slice(from, to) }
      if (before) for (const skipped of before.skipped) options.onSkipped?.(skipped)
      const chunk = before ?? (await evaluateChunk(given, { ...work, onFigures }))
      if (before) onFigures(given.items.length * perInput, '')
      else await options.onChunk?.(chunk)
      chunks.push(chunk)
    }
    const inputs = chunks.flatMap(chunk => chunk.inputs)
    const skipped = chunks.flatMap(chunk => chunk.skipped)
    if (inputs.length === 0) {
      const reason = `none of its ${items.length} inputs could be evaluated; of the first: ${skipped[0]?.message}`
      throw new DeepTaylorError('input-invalid', { input: options.data ?? 'data', reason })
    }
    onFigures(0, 'books')
    const known = new Set(inputs.map(({ id }) => id))
    const first = await readAgain(items, targets, known, Math.max(1, audited), work)
    const values = chunks.flatMap(chunk => chunk.values)
    const { seed } = work
    return {
      version,
      model: model.source,
      runtime: subject.runtime.name,
      data: options.data ?? 'data',
      preprocessing: options.preprocessing ?? null,
      seed,
      score: work.score,
      methods: [...methods.map(({ name }) => name), ...controls],
      controls,
      measures: measures.map(({ evaluate: _, ...about }) => about),
      inputs,
      values,
      summary: summarise(values, measures, [...methods.map(({ name }) => name), ...controls], seed, controls),
      curves: meanCurves(values, { seed }),
      skipped,
      warnings: await warningsOf(subject, first[0]?.tensor.dims ?? []),
      audits: await auditsOf(subject, first.slice(0, audited)),
    }
  } finally {
    await subject.close()
  }
}

function workOf<T extends EvaluationInput>(
  subject: Subject,
  options: EvaluateOptions<T>,
): Omit<ChunkWork<T>, 'onFigures' | 'isAlone' | 'score'> {
  const { seed = 0, signal, measures, controls = [], channelAxis, shown = defaultShown, show, onSkipped } = options
  return {
    subject,
    controls,
    seed,
    signal,
    measures,
    channelAxis,
    shown,
    show,
    onSkipped: skipped => onSkipped?.(skipped),
  }
}

function checkOptions<T extends EvaluationInput>(
  items: readonly EvaluationItem<T>[],
  { methods, measures, controls = [], seed = 0, chunkSize = defaultChunk }: EvaluateOptions<T>,
): void {
  const invalid = (option: string, reason: string) => new DeepTaylorError('option-invalid', { option, reason })
  if (items.length === 0) throw invalid('inputs', 'there are none')
  if (methods.length === 0) throw invalid('methods', 'there are none')
  if (measures.length === 0) throw invalid('measures', 'there are none')
  if (!Number.isSafeInteger(seed) || seed < 0) throw invalid(`seed ${seed}`, 'a whole number ≥ 0 was expected')
  if (!Number.isSafeInteger(chunkSize) || chunkSize < 1) throw invalid('chunkSize', 'a whole number ≥ 1 was expected')
  const twice = (names: readonly string[]) => names.find((name, i) => names.indexOf(name) !== i)
  for (const names of [[...methods.map(({ name }) => name), ...controls], measures.map(({ name }: Measure) => name)]) {
    const name = twice(names)
    if (name !== undefined) throw invalid(name, 'it is there twice')
  }
  const ids = new Set<string>()
  for (const { id } of items) {
    if (ids.has(id)) throw invalid('inputs', `two are called ${id}`)
    ids.add(id)
  }
}

/** The model's classes: known of the model itself, or where its sizes are free with the first input that can be read. */
async function classesFor<T extends EvaluationInput>(
  subject: Subject,
  items: readonly EvaluationItem<T>[],
): ReturnType<Subject['classes']> {
  if (subject.inputDims.slice(1).every(dim => typeof dim === 'number')) return subject.classes()
  let fault: unknown
  for (const { read } of items) {
    try {
      const { dims } = (await read()).tensor
      return await subject.classes(dims.length < subject.inputDims.length ? [1, ...dims] : dims)
    } catch (error) {
      if (!(error instanceof DeepTaylorError)) throw error
      fault ??= error
    }
  }
  throw fault
}

/** The first inputs that were evaluated, once more. */
async function readAgain<T extends EvaluationInput>(
  items: readonly EvaluationItem<T>[],
  targets: readonly (number | undefined)[],
  known: ReadonlySet<string>,
  count: number,
  work: Pick<ChunkWork<T>, 'subject' | 'channelAxis'>,
): Promise<readonly ReadInput<T>[]> {
  const found: ReadInput<T>[] = []
  for (const [i, item] of items.entries()) {
    if (found.length === count) break
    if (known.has(item.id)) found.push(await readOne(item, targets[i], work))
  }
  return found
}
