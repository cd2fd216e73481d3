/** Pixel flipping of the methods that are compared: runs one after the other, kept until what they depend on changes. */

import { computed, effect, signal } from '@preact/signals'
import type { ReplacementName } from '../../../../src/evaluate/faithfulness/faithfulness.ts'
import { channelAxisOf, type MethodName } from '../../../../src/web.ts'
import { askQuietly } from '../../lab.ts'
import { activity, isAbort, report } from '../../state/activity.ts'
import { requestFor, targetOf } from '../../state/explanation.ts'
import { type Input, input, inputs, superseded } from '../../state/inputs.ts'
import { model } from '../../state/model.ts'
import { settings } from '../../state/settings.ts'
import { cancelledByUser } from '../../worker/bridge.ts'
import type { FlipResult, GrowingCurves } from '../../worker/protocol.ts'
import { context, readyInput, settingsFor } from './cells.ts'

/** What is asked of the measure. */
export interface FlippingOptions {
  /** On the input that is looked at, or on all of them. */
  readonly on: 'one' | 'all'
  readonly score: 'logit' | 'probability'
  readonly steps: number
  readonly replacement: ReplacementName
}

/** What is asked. */
export const options = signal<FlippingOptions>({ on: 'one', score: 'probability', steps: 100, replacement: 'mean' })

/** What was found of an input and a method. */
export interface Found extends FlipResult {
  readonly input: string
  readonly method: MethodName
}

/** By input and method. */
export const found = signal<ReadonlyMap<string, Found>>(new Map())

/** What is being computed, as far as it is known. */
export const growing = signal<(GrowingCurves & Pick<Found, 'input' | 'method'>) | undefined>(undefined)

/** Whether curves are being computed. */
export const isComputing = signal(false)

/** Inputs that are asked about. */
export const asked = computed((): readonly Input[] => {
  const all = inputs.value
  if (options.value.on === 'all') return all
  const one = input.value ?? all[0]
  return one ? [one] : []
})

const seed = 0
let controller: AbortController | undefined

const about = computed(() => {
  const { score, steps, replacement } = options.value
  return JSON.stringify([context.value, score, steps, replacement])
})

let before: string | undefined

/** Begins to forget what no longer holds; call it while the curves are looked at. */
export function watchFlipping(): () => void {
  const end = effect(() => {
    const { value } = about
    if (value === before) return
    before = value
    controller?.abort(superseded)
    found.value = new Map()
    growing.value = undefined
  })
  return () => {
    end()
    controller?.abort(superseded)
  }
}

/** Stops; what was found stays. */
export function stop(): void {
  controller?.abort(cancelledByUser)
}

/** Computes what is not yet known. */
export async function compute(): Promise<void> {
  controller?.abort(superseded)
  const own = new AbortController()
  controller = own
  isComputing.value = true
  const pairs = settings.peek().methods.flatMap(method => asked.peek().map(input => ({ input, method })))
  const missing = pairs.filter(({ input, method }) => !found.peek().has(`${input.id} ${method}`))
  try {
    await activity.watch({ signal: own.signal }, async ({ signal = own.signal, onProgress }) => {
      for (const [done, { input, method }] of missing.entries()) {
        const result = await flipOne(input, method, signal, grown => {
          onProgress?.({
            words: `Pixel flipping: ${method}, ${input.name}`,
            done: done + (grown.most.length + grown.least.length) / (2 * grown.steps),
            total: missing.length,
          })
          growing.value = { ...grown, input: input.id, method }
        })
        signal.throwIfAborted()
        found.value = new Map(found.peek()).set(`${input.id} ${method}`, { ...result, input: input.id, method })
        growing.value = undefined
      }
    })
  } catch (error) {
    if (!isAbort(error)) report(error)
  } finally {
    if (controller === own) {
      isComputing.value = false
      controller = undefined
    }
  }
}

async function flipOne(
  input: Input,
  method: MethodName,
  signal: AbortSignal,
  onGrown: (grown: GrowingCurves) => void,
): Promise<FlipResult> {
  const { prepared } = await readyInput(input, signal)
  const given = settingsFor(method)
  const { score, steps, replacement } = options.peek()
  const { geometry } = model.peek()?.facts ?? {}
  const { text, tensor } = prepared
  return askQuietly(
    'flip',
    {
      ...requestFor(prepared, prepared.model, given),
      ...{ input: tensor, name: input.name, target: targetOf(given), score, steps, replacement, seed },
      ...(geometry && { channelAxis: channelAxisOf(geometry) }),
      ...(text && {
        companions: { ...text.companions },
        token: paddingOf(text.tensor.data, text.start, text.tokens.length),
      }),
    },
    { signal, onProgress: ({ curves }) => curves && onGrown(curves) },
  )
}

/** What a removed token becomes: what stands where no token does, else 0, which most vocabularies begin with. */
function paddingOf(places: ArrayLike<number>, start: number, count: number): number {
  return (start > 0 ? places[0] : places[start + count]) ?? 0
}
