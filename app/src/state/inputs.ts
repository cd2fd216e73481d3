/** What is explained: pictures, texts, rows of tables, arrays; the one that is looked at, and what the network gets of it. */

import { batch, computed, effect, signal } from '@preact/signals'
import type { Tokens } from '../../../src/inputs/tokens.ts'
import type { FloatTensor, InputBox } from '../../../src/web.ts'
import { ask, askQuietly } from '../lab.ts'
import type { Bytes, ModelFacts, PreparedPicture } from '../worker/protocol.ts'
import { isAbort, report } from './activity.ts'
import { boxFor, model, preprocessing, tokenSource } from './model.ts'
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
  | {
      readonly kind: 'text'
      readonly id: string
      readonly name: string
      readonly text: string
      readonly isExample: boolean
    }
  /** A row of a table; `features` are its columns' names. */
  | {
      readonly kind: 'row'
      readonly id: string
      readonly name: string
      readonly tensor: FloatTensor
      readonly features: readonly string[]
    }

/** An input as the network gets it. */
export interface PreparedInput extends Partial<Pick<PreparedPicture, 'picture' | 'natural'>> {
  readonly input: Input
  /** The model that it was prepared for. */
  readonly model: string
  readonly tensor: FloatTensor
  /** What its values lie in, as pixels and preprocessing imply it; undefined for arrays, of which nobody knows. */
  readonly box?: InputBox
  /** Of a text, its tokens. */
  readonly text?: Tokens
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
    const kept = inputs.value.filter(one => !isExample(one))
    inputs.value = [...(replace ? [] : kept), ...added]
    select(first)
  })
}

/** Whether it came with the Lab. */
export function isExample(one: Input): boolean {
  return (one.kind === 'picture' || one.kind === 'text') && one.isExample
}

/** Looks at another input. */
export function select(one: Input): void {
  batch(() => {
    selected.value = one.id
    change({ example: isExample(one) ? one.name.replace(/\.(png|txt)$/, '') : '' })
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
    const [wanted, open] = [input.value, model.value]
    const how = [preprocessing.value, tokenSource.value]
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
export function prepare(wanted: Input, id: string, signal?: AbortSignal): Promise<PreparedInput> {
  return prepareBy(ask, wanted, id, signal)
}

/** The same without a word: for whoever shows the progress of many as one. */
export function prepareQuietly(wanted: Input, id: string, signal?: AbortSignal): Promise<PreparedInput> {
  return prepareBy(askQuietly, wanted, id, signal)
}

async function prepareBy(by: typeof ask, wanted: Input, id: string, signal?: AbortSignal): Promise<PreparedInput> {
  const { facts } = model.peek() ?? {}
  const options = signal ? { signal } : {}
  switch (wanted.kind) {
    case 'array':
    case 'row':
      return { input: wanted, model: id, tensor: wanted.tensor }
    case 'text': {
      const source = tokenSource.peek()
      if (!facts?.readsTokens) throw new Error(`${wanted.name}: ${facts?.name} reads no texts: open a model that does`)
      if (!source) {
        throw new Error(
          `${wanted.name}: its words have no numbers. Drop the vocab.txt or tokenizer.json of ${facts.name}`,
        )
      }
      const places = facts.input.dims[1]
      const request = { name: wanted.name, text: wanted.text, source, places: Number(places) || undefined }
      const text = await by('tokens', request, options)
      return { input: wanted, model: id, tensor: text.tensor, text }
    }
    case 'picture': {
      const { name, bytes } = wanted
      const [geometry, how] = [facts?.geometry, preprocessing.peek()?.value]
      if (!geometry || !how) {
        throw new Error(`${name}: ${facts?.name} reads no pictures: drop ${wordsForWanted(facts)}`)
      }
      const made = await by('prepare', { name, bytes, preprocessing: how, geometry }, options)
      return { input: wanted, model: id, ...made, box: boxFor(geometry, how) }
    }
  }
}

function wordsForWanted(facts: ModelFacts | undefined): string {
  return facts?.readsTokens ? 'a text (.txt)' : "a .npy array of its input's shape, or a .csv table"
}
