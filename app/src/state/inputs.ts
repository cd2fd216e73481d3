/** What is explained: pictures (later texts and tables), the one that is looked at, and what the network gets of it. */

import { batch, computed, effect, signal } from '@preact/signals'
import type { FloatTensor, InputBox } from '../../../src/web.ts'
import { ask } from '../lab.ts'
import type { Bytes, PreparedPicture } from '../worker/protocol.ts'
import { isAbort, report } from './activity.ts'
import { boxFor, model, preprocessing } from './model.ts'
import { change } from './settings.ts'

/** One input. */
export type Input =
  | {
      readonly kind: 'picture'
      readonly id: string
      readonly name: string
      readonly bytes: Bytes
      readonly isExample: boolean
    }
  | { readonly kind: 'array'; readonly id: string; readonly name: string; readonly tensor: FloatTensor }

/** An input as the network gets it. */
export interface PreparedInput extends Partial<Pick<PreparedPicture, 'picture' | 'natural'>> {
  readonly input: Input
  /** The model that it was prepared for. */
  readonly model: string
  readonly tensor: FloatTensor
  /** What its values lie in, as pixels and preprocessing imply it; undefined for arrays, of which nobody knows. */
  readonly box?: InputBox
}

/** All of them, in the order in which they came. */
export const inputs = signal<readonly Input[]>([])

/** The id of the one that is looked at. */
export const selected = signal<string | undefined>(undefined)

/** The one that is looked at. */
export const input = computed(() => inputs.value.find(({ id }) => id === selected.value))

/** As the network gets it; undefined while it is read. */
export const prepared = signal<PreparedInput | undefined>(undefined)

let count = 0

/** An id for an input that comes along. */
export function newInputId(): string {
  return `input-${++count}`
}

/** Adds inputs and looks at the first of them. What the embedded example brought along gives way. */
export function addInputs(added: readonly Input[], replace = false): void {
  const [first] = added
  if (!first) return
  batch(() => {
    const kept = inputs.value.filter(one => one.kind !== 'picture' || !one.isExample)
    inputs.value = [...(replace ? [] : kept), ...added]
    select(first)
  })
}

/** Looks at another input. */
export function select(one: Input): void {
  batch(() => {
    selected.value = one.id
    change({ example: one.kind === 'picture' && one.isExample ? one.name.replace(/\.png$/, '') : '' })
  })
}

/** Takes an input away. */
export function removeInput(one: Input): void {
  batch(() => {
    const place = inputs.value.indexOf(one)
    inputs.value = inputs.value.filter(other => other !== one)
    const next = inputs.value[Math.min(place, inputs.value.length - 1)]
    if (selected.value !== one.id) return
    if (next) select(next)
    else {
      selected.value = undefined
      prepared.value = undefined
    }
  })
}

/** Begins to prepare whatever is looked at for whatever model is open; call it once. */
export function watchInputs(): () => void {
  return effect(() => {
    const [wanted, open, how] = [input.value, model.value, preprocessing.value]
    if (!wanted || !open) return
    const controller = new AbortController()
    prepare(wanted, open.id, controller.signal).then(
      found => {
        if (!controller.signal.aborted) prepared.value = found
      },
      error => {
        if (isAbort(error)) return
        prepared.value = undefined
        report(error)
      },
    )
    void how
    return () => controller.abort(superseded)
  })
}

/** A reason to cancel: something newer is asked for. */
export const superseded = new DOMException('superseded', 'AbortError')

/** Prepares any input for the model that is open. */
export async function prepare(wanted: Input, id: string, signal?: AbortSignal): Promise<PreparedInput> {
  if (wanted.kind === 'array') return { input: wanted, model: id, tensor: wanted.tensor }
  const { name, bytes } = wanted
  const [geometry, how] = [model.peek()?.facts.geometry, preprocessing.peek()?.value]
  if (!geometry || !how) {
    throw new Error(`${name}: ${model.peek()?.facts.name} reads no pictures: drop a .npy array of its input's shape`)
  }
  const options = signal ? { signal } : {}
  const made = await ask('prepare', { name, bytes, preprocessing: how, geometry }, options)
  return { input: wanted, model: id, ...made, box: boxFor(geometry, how) }
}
