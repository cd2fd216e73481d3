/** Some consecutive inputs of an evaluation, from reading to the last figure; nothing of them stays but the figures. */

import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { checkFinite } from '../explainer/check-input.ts'
import type { Explanation } from '../explainer/explanation.ts'
import { withBatchAxis } from '../explainer/feeds.ts'
import type { FurtherInputs } from '../explainer/further-inputs.ts'
import { type CaseOptions, caseOf, type ReadInput, toolsFor } from './cases.ts'
import { type ControlName, controlCase, controlTools, saysNothingOf } from './controls.ts'
import { type Layout, layoutOf, placesOf } from './layout.ts'
import type { Case, Measure, Need, Outcome, Tools } from './measure.ts'
import type { Chunk, EvaluatedMethod, EvaluationInput, EvaluationItem, Show, SkippedInput } from './options.ts'
import type { MeasuredValue } from './report.ts'
import type { Subject } from './subject.ts'

/** What is done with every chunk. */
export interface ChunkWork<T extends EvaluationInput> extends CaseOptions {
  readonly subject: Subject
  readonly measures: readonly Measure[]
  readonly controls: readonly ControlName[]
  readonly channelAxis: number | undefined
  /** Of the first `shown` items. */
  readonly shown: number
  readonly show: Show<T> | undefined
  /** A fault of the only input there is is the run's. */
  readonly isAlone: boolean
  readonly onSkipped: (skipped: SkippedInput) => void
  /** Called with the figures that are done, and what is under way. */
  readonly onFigures: (count: number, what: string) => void
}

/** Inputs of a chunk, and the class that is asked for of each; undefined for the model's own top class. */
export interface ChunkInputs<T extends EvaluationInput> {
  readonly index: number
  /** Which of all items the first one is. */
  readonly from: number
  readonly items: readonly EvaluationItem<T>[]
  readonly targets: readonly (number | undefined)[]
}

/** Evaluates a chunk: every method's explanations, by every measure. */
export async function evaluateChunk<T extends EvaluationInput>(
  { index, from, items, targets }: ChunkInputs<T>,
  work: ChunkWork<T>,
): Promise<Chunk> {
  const { subject, measures, controls } = work
  const skipped: SkippedInput[] = []
  const perInput = (subject.methods.length + controls.length) * measures.length
  const skip = (id: string, error: unknown): void => {
    if (error instanceof WrongTruth) throw error.fault
    if (work.isAlone || !(error instanceof DeepTaylorError)) throw error
    const one = { input: id, code: error.code, message: reasonOf(error) }
    skipped.push(one)
    work.onSkipped(one)
    work.onFigures(perInput, id)
  }
  let inputs: ReadInput<T>[] = []
  for (const [i, item] of items.entries()) {
    work.signal?.throwIfAborted()
    work.onFigures(0, item.id)
    const read = await readOne(item, targets[i], work).catch(error => skip(item.id, error))
    if (read) inputs.push(read)
  }
  const explained = new Map<string, Map<string, Explanation>>()
  for (const { name } of subject.methods) {
    work.onFigures(0, `${name}, explaining`)
    const found = await explainedBy(name, inputs, subject, skip)
    inputs = inputs.filter(({ id }) => found.has(id))
    explained.set(name, found)
  }
  const values: MeasuredValue[] = []
  for (const method of subject.methods) {
    values.push(...(await measured(method, inputs, explained.get(method.name) as Map<string, Explanation>, work)))
  }
  for (const control of controls) values.push(...(await measuredControl(control, inputs, work)))
  const shown = new Set(items.slice(0, Math.max(0, work.shown - from)).map(({ id }) => id))
  const about = inputs.map(async ({ id, source, about }) => {
    if (!work.show || !shown.has(id)) return about
    const explanations = subject.methods.map(({ name }) => ({
      method: name,
      explanation: explained.get(name)?.get(id) as Explanation,
    }))
    return { ...about, shown: await work.show(source, explanations) }
  })
  return plain({ index, inputs: await Promise.all(about), values, skipped })
}

/** As a journal gives it back, so that a resumed run goes on from the very same. */
function plain(chunk: Chunk): Chunk {
  return JSON.parse(JSON.stringify(chunk)) as Chunk
}

/**
 * Reads an input and asks the model about it.
 *
 * @throws DeepTaylorError where it cannot be read or does not fit the model
 */
export async function readOne<T extends EvaluationInput>(
  { id, label = null, read }: EvaluationItem<T>,
  wanted: number | undefined,
  { subject, channelAxis }: Pick<ChunkWork<T>, 'subject' | 'channelAxis'>,
): Promise<ReadInput<T>> {
  const source = await read()
  const { tensor: given, truth, companions, inputs } = source
  const tensor = withBatchAxis(given, subject.inputDims, id)
  const invalid = (reason: string) => new DeepTaylorError('input-invalid', { input: id, reason })
  if (tensor.dims[0] !== 1) throw invalid(`it holds ${tensor.dims[0]} samples, and one was expected`)
  checkFinite(tensor, id)
  const layout = layoutOf(tensor.dims, channelAxis)
  const places = placesOf(layout)
  if (truth && truth.length !== places) throw new WrongTruth(id, truth.length, layout)
  const further = { ...(companions && { companions }), ...(inputs && { inputs }) }
  const { logits, probabilities } = await subject.scores(tensor, further, id)
  const classes = await subject.classes(tensor.dims)
  const top = largest(logits)
  const target = wanted ?? top
  const about = {
    id,
    label: label === null ? null : typeof label === 'number' ? classes.labelOf(label) : label,
    target: { index: target, label: classes.labelOf(target) },
    predicted: { index: top, label: classes.labelOf(top), score: probabilities[top] as number },
    logit: logits[target] as number,
    hasTruth: truth !== undefined,
  }
  return { id, source, tensor, further, layout, truth, logits, probabilities, target, about }
}

/** A mask of another size than the input's: no fault of one file but of the whole set, so the run ends. */
class WrongTruth extends Error {
  readonly fault: DeepTaylorError
  constructor(id: string, length: number, { spatial }: Layout) {
    const reason = `its ground truth has ${length} places and the input ${spatial.join(' × ')}`
    super(reason)
    this.fault = new DeepTaylorError('input-invalid', { input: id, reason })
  }
}

/** The first of the largest. */
function largest(values: Float32Array): number {
  let at = 0
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[at] as number)) at = i
  return at
}

/** Inputs by what they are explained for together. */
async function explainedBy<T>(
  method: string,
  inputs: readonly ReadInput<T>[],
  subject: Subject,
  skip: (id: string, error: unknown) => void,
): Promise<Map<string, Explanation>> {
  const found = new Map<string, Explanation>()
  for (const target of new Set(inputs.map(input => input.target))) {
    const some = inputs.filter(input => input.target === target)
    const named = some.map(({ id, tensor, further }) => ({ name: id, tensor, further }))
    for (const [i, outcome] of (await subject.explain(method, named, target)).entries()) {
      const { id } = some[i] as ReadInput<T>
      if (outcome instanceof DeepTaylorError) skip(id, outcome)
      else found.set(id, outcome)
    }
  }
  return found
}

/** One method's figures, input by input and measure by measure. */
async function measured<T extends EvaluationInput>(
  { name, method }: EvaluatedMethod,
  inputs: readonly ReadInput<T>[],
  explained: ReadonlyMap<string, Explanation>,
  work: ChunkWork<T>,
): Promise<readonly MeasuredValue[]> {
  const { subject } = work
  const [first] = inputs
  if (!first) return []
  const cases: Case[] = []
  for (const input of inputs) {
    cases.push(await caseOf(input, explained.get(input.id) as Explanation, method, subject, work))
  }
  return figuresOf(name, cases, await toolsOf(name, inputs, work), work)
}

/** A control's figures. */
async function measuredControl<T extends EvaluationInput>(
  control: ControlName,
  inputs: readonly ReadInput<T>[],
  work: ChunkWork<T>,
): Promise<readonly MeasuredValue[]> {
  const [method] = work.subject.methods
  if (inputs.length === 0 || !method) return []
  const cases = inputs.map(input => controlCase(control, input, work))
  const there = cases.filter(one => one !== undefined)
  const tools = controlTools(await toolsOf(method.name, inputs, work))
  const absent = inputs.filter((_, i) => cases[i] === undefined)
  work.onFigures(absent.length * work.measures.length, control)
  return [
    ...(await figuresOf(control, there, tools, work)),
    ...absent.flatMap(({ id }) =>
      work.measures.map(({ name }) => ({
        ...{ input: id, method: control, measure: name, value: null },
        why: 'it has no ground truth to be shown as a heatmap',
      })),
    ),
  ]
}

/** What measures may ask about inputs, of which there is at least one. */
function toolsOf<T extends EvaluationInput>(
  method: string,
  inputs: readonly ReadInput<T>[],
  work: ChunkWork<T>,
): Promise<Tools> {
  const { tensor, layout } = inputs[0] as ReadInput<T>
  const furthers = new Map<string, FurtherInputs>(inputs.map(({ id, further }) => [id, further]))
  const furtherOf = (one: Case) => furthers.get(one.id) ?? {}
  return toolsFor(method, work.subject, furtherOf, { ...work, dims: tensor.dims, layout })
}

/** Figures of cases, measure by measure. */
async function figuresOf<T extends EvaluationInput>(
  name: string,
  cases: readonly Case[],
  tools: Tools,
  work: ChunkWork<T>,
): Promise<readonly MeasuredValue[]> {
  const { subject, measures, controls } = work
  const isControl = controls.some(control => control === name)
  const readsTokens = subject.readsTokens()
  const values: MeasuredValue[] = []
  for (const measure of measures) {
    work.signal?.throwIfAborted()
    work.onFigures(0, `${name}, ${measure.name}`)
    const nothing = isControl ? saysNothingOf(measure) : undefined
    const outcomes = nothing ? cases.map(() => nothing) : await outcomesOf(measure, cases, tools, readsTokens)
    for (const [i, outcome] of outcomes.entries()) {
      values.push({ input: (cases[i] as Case).id, method: name, measure: measure.name, ...finite(outcome) })
    }
    work.onFigures(cases.length, `${name}, ${measure.name}`)
  }
  return values
}

/** A measure's outcomes, those of cases that it is not made for among them. */
async function outcomesOf(
  measure: Measure,
  cases: readonly Case[],
  tools: Tools,
  readsTokens: boolean,
): Promise<readonly Outcome[]> {
  const lacks = cases.map(one => measure.needs.find(need => !isThere[need](one, tools, readsTokens)))
  const fitting = cases.filter((_, i) => lacks[i] === undefined)
  const found = fitting.length > 0 ? await measure.evaluate(fitting, tools) : []
  let next = 0
  return lacks.map(lack => (lack === undefined ? (found[next++] as Outcome) : { value: null, why: absent[lack] }))
}

const isThere: Readonly<Record<Need, (one: Case, tools: Tools, readsTokens: boolean) => boolean>> = {
  truth: ({ truth }) => truth !== undefined,
  numbers: (_, __, readsTokens) => !readsTokens,
  picture: ({ layout }, _, readsTokens) => layout.spatial.length === 2 && !readsTokens,
  weights: (_, { layers }) => layers.length > 0,
}

const absent: Readonly<Record<Need, string>> = {
  truth: 'it needs ground truth, and there is none',
  numbers: 'it moves inputs a little, and tokens cannot be moved',
  picture: 'it needs places along two axes',
  weights: 'it replaces weights, and the model has no layers whose weights could be',
}

/** What is no finite number is no value; JSON has no word for it either. */
function finite(outcome: Outcome): Omit<MeasuredValue, 'input' | 'method' | 'measure'> {
  if (outcome.value === null) return outcome
  const { value, curves, details } = outcome
  if (!Number.isFinite(value)) return { value: null, why: `it came out as ${value}` }
  const isWhole = ({ x, y }: { readonly x: readonly number[]; readonly y: readonly number[] }) =>
    [...x, ...y].every(Number.isFinite)
  return {
    value,
    ...(curves && { curves: Object.fromEntries(Object.entries(curves).filter(([, curve]) => isWhole(curve))) }),
    ...(details && {
      details: Object.fromEntries(Object.entries(details).filter(([, detail]) => Number.isFinite(detail))),
    }),
  }
}
