/** The explanation that is shown. It follows model, input and settings by itself; what comes too late is thrown away. */

import { computed, effect, signal } from '@preact/signals'
import { type Plane, planeOf, type Target } from '../../../src/web.ts'
import { ask } from '../lab.ts'
import { cancelledByUser } from '../worker/bridge.ts'
import type { ExplainerRequest, ExplainResult } from '../worker/protocol.ts'
import { report, trouble } from './activity.ts'
import { type PreparedInput, prepared, superseded } from './inputs.ts'
import { explainerRequest, model } from './model.ts'
import { change, type Settings, setting, settings } from './settings.ts'

/** An explanation, and what it is one of. */
export interface Shown {
  readonly result: ExplainResult
  readonly of: PreparedInput
  readonly settings: Settings
  /** What was asked of the worker, less the input. */
  readonly request: ExplainerRequest
}

/** The last explanation; it stays while the next is made. */
export const shown = signal<Shown | undefined>(undefined)

/** Whether what is shown is not (yet) what is asked for. */
export const isStale = signal(false)

const channels = setting('channels')

/** Relevance as a plane to look at, channels pooled as the settings say. */
export const plane = computed((): Plane | undefined => {
  const { result, of } = shown.value ?? {}
  if (!result || !of) return undefined
  const { dims, data } = result.relevance
  const isNhwc = model.peek()?.facts.geometry?.layout === 'NHWC'
  return planeOf({ dims: dims.slice(1), data }, isNhwc, channels.value)
})

/** What of the settings an explanation depends on. */
function partOf({ target, versus, method, bias, pooling, parameters, rules, runtime }: Settings): Partial<Settings> {
  return { target, versus, method, bias, pooling, parameters, rules, runtime }
}

const keyOf = (given: Settings) => JSON.stringify(partOf(given))
const asked = computed(() => keyOf(settings.value))

/** Whether the settings ask for something else than what is shown, and nothing is under way: it failed. */
export const isBefore = computed(
  () => !isStale.value && shown.value !== undefined && keyOf(shown.value.settings) !== asked.value,
)

/** The target as the library takes it. */
export function targetOf({ target, versus }: Pick<Settings, 'target' | 'versus'>): Target {
  return versus === '' ? target : { class: target, versus }
}

/** What is asked of the worker for an input with the settings as they are; views that explain for themselves begin with it. */
export function requestFor({ box }: PreparedInput, id: string, given: Settings): ExplainerRequest {
  return { ...explainerRequest(id, given), ...(box && { box }) }
}

/** Begins to explain whatever is looked at; call it once. */
export function watchExplanation(): () => void {
  return effect(() => {
    const [of, open] = [prepared.value, model.value]
    void asked.value
    if (!of) shown.value = undefined
    if (!of || of.model !== open?.id) return
    const given = settings.peek()
    const before = shown.peek()
    if (before?.of === of && keyOf(before.settings) === asked.peek()) {
      isStale.value = false
      return
    }
    const controller = new AbortController()
    isStale.value = true
    explain(of, open.id, given, controller.signal).then(
      result => {
        if (controller.signal.aborted) return
        if (!shown.peek()) performance.mark('first-heatmap')
        shown.value = result
        isStale.value = false
        trouble.value = undefined
      },
      error => {
        if (controller.signal.aborted) return
        isStale.value = false
        // Another input's heatmap must not stand in for one that there is not.
        if (shown.value?.of !== of) shown.value = undefined
        report(error)
        // Whoever cancels wants what was there before.
        if (error === cancelledByUser && shown.value) change(partOf(shown.value.settings))
      },
    )
    return () => controller.abort(superseded)
  })
}

async function explain(of: PreparedInput, id: string, given: Settings, signal: AbortSignal): Promise<Shown> {
  const request = requestFor(of, id, given)
  const { tensor, input } = of
  const result = await ask(
    'explain',
    {
      ...request,
      input: tensor,
      name: input.name,
      target: targetOf(given),
      ...(of.text && { companions: { ...of.text.companions } }),
    },
    { signal },
  )
  return { result, of, settings: given, request }
}
