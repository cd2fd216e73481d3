/** The cells of the grid: one explanation per method and input, made one after the other, kept until what they depend on changes. */

import { computed, effect, signal, untracked } from '@preact/signals'
import { isGradient, type MethodName, type Plane, planeOf, type SampleExplanation } from '../../../../src/web.ts'
import { askQuietly } from '../../lab.ts'
import { activity, isAbort, report, troubleOf } from '../../state/activity.ts'
import { requestFor, targetOf } from '../../state/explanation.ts'
import { type Input, inputs, type PreparedInput, prepareQuietly, superseded } from '../../state/inputs.ts'
import { model, preprocessing, tokenSource } from '../../state/model.ts'
import { type Settings, settings } from '../../state/settings.ts'
import { cancelledByUser, WorkerFault } from '../../worker/bridge.ts'
import { explainedText } from '../explain/relevance-words.ts'
import { type Thumbnail, thumbnailOf } from './thumbnail.ts'

/** What an input is, ready to be explained and small enough to keep. */
export interface Ready {
  readonly prepared: PreparedInput
  readonly thumbnail: Thumbnail | undefined
}

/** An explanation, or why there is none. */
export type Cell =
  | {
      readonly plane: Plane
      readonly sample: SampleExplanation
      readonly relevance: Float32Array
      /** The largest |R|; of a text, that of its own words. */
      readonly extent: number
    }
  | { readonly fault: string }

/** Cells by `cellKey`. */
export const cells = signal<ReadonlyMap<string, Cell>>(new Map())

/** Inputs by id, as the network gets them. */
export const ready = signal<ReadonlyMap<string, Ready>>(new Map())

/** Whether the user stopped the work before it was done. */
export const isStopped = signal(false)

/** What names a cell among those of one context. */
export function cellKey(input: string, method: MethodName): string {
  return `${input} ${method}`
}

/** What inputs are prepared by. */
const inputContext = computed(() =>
  JSON.stringify([model.value?.id, preprocessing.value?.value, tokenSource.value?.file]),
)

/** What all explanations depend on, besides the method and the input. */
export const context = computed(() => {
  const { target, versus, bias, pooling, parameters, rules, runtime } = settings.value
  const labels = model.value?.labels
  return JSON.stringify([inputContext.value, labels, target, versus, bias, pooling, parameters, rules, runtime])
})

const methods = computed(() => settings.value.methods)

/** The settings under which a method is compared: rules by layer are for methods that have rules. */
export function settingsFor(method: MethodName): Settings {
  const given = settings.peek()
  return { ...given, method, rules: isGradient(method) ? [] : given.rules }
}

/** Begins to make the cells that are missing, and goes on whenever others are; call it while the grid is looked at. */
export function watchCells(): () => void {
  return effect(() => {
    const [of, columns] = [inputs.value, methods.value]
    const [inputsBy, cellsBy] = [inputContext.value, context.value]
    void again.value
    if (!model.value) return
    const controller = new AbortController()
    untracked(() => {
      forget(inputsBy, cellsBy)
      isStopped.value = false
      void fill(of, columns, controller.signal)
    })
    return () => controller.abort(superseded)
  })
}

let made = { inputsBy: '', cellsBy: '' }

/** What was made under other circumstances goes, even if they changed while nobody watched. */
function forget(inputsBy: string, cellsBy: string): void {
  if (made.inputsBy !== inputsBy) ready.value = new Map()
  if (made.cellsBy !== cellsBy) cells.value = new Map()
  made = { inputsBy, cellsBy }
}

const again = signal(0)

/** Goes on after a stop. */
export function goOn(): void {
  again.value++
}

async function fill(of: readonly Input[], columns: readonly MethodName[], signal: AbortSignal): Promise<void> {
  const missing = columns.flatMap(method =>
    of.filter(({ id }) => !cells.peek().has(cellKey(id, method))).map(input => ({ input, method })),
  )
  if (missing.length === 0) return
  try {
    await activity.watch({ signal }, async ({ signal: stop = signal, onProgress }) => {
      for (const [done, { input, method }] of missing.entries()) {
        onProgress?.({ words: `Comparing: ${method}, ${input.name}`, done, total: missing.length })
        const cell = await cellOf(input, method, stop)
        stop.throwIfAborted()
        cells.value = new Map(cells.peek()).set(cellKey(input.id, method), cell)
      }
    })
  } catch (error) {
    if (error === cancelledByUser) isStopped.value = true
    else if (!isAbort(error)) report(error)
  }
}

async function cellOf(input: Input, method: MethodName, signal: AbortSignal): Promise<Cell> {
  try {
    const { prepared } = await readyInput(input, signal)
    const given = settingsFor(method)
    const { relevance, sample } = await askQuietly(
      'explain',
      {
        ...requestFor(prepared, prepared.model, given),
        input: prepared.tensor,
        name: input.name,
        target: targetOf(given),
        ...(prepared.text && { companions: { ...prepared.text.companions } }),
      },
      { signal },
    )
    const isNhwc = model.peek()?.facts.geometry?.layout === 'NHWC'
    const plane = planeOf({ dims: relevance.dims.slice(1), data: relevance.data }, isNhwc)
    const extent = explainedText(prepared, relevance.data)?.extent ?? plane.extent
    return { plane, sample, relevance: relevance.data, extent }
  } catch (error) {
    // What is wrong with one cell leaves the others.
    if (error instanceof WorkerFault && error.code !== 'unexpected') return { fault: troubleOf(error).words }
    throw error
  }
}

/** An input as the network gets it, with a picture of it that is small enough to keep. */
export async function readyInput(input: Input, signal: AbortSignal): Promise<Ready> {
  const before = ready.peek().get(input.id)
  const open = model.peek()
  if (before) return before
  if (!open) throw superseded
  const { picture, ...prepared } = await prepareQuietly(input, open.id, signal)
  const made = { prepared, thumbnail: picture && (await thumbnailOf(picture)) }
  signal.throwIfAborted()
  ready.value = new Map(ready.peek()).set(input.id, made)
  return made
}
