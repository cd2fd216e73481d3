/** The model that is open. Another takes its place only when it can be explained: until then nothing changes. */

import { batch, computed, signal } from '@preact/signals'
import {
  boxOf,
  channelAxisOf,
  type InputBox,
  type PictureGeometry,
  type Preprocessing,
  preprocessingFrom,
} from '../../../src/web.ts'
import { ask, labelModel, loadModel, unloadModel } from '../lab.ts'
import type { Bytes, ExplainerRequest, ModelFacts, TokenSource } from '../worker/protocol.ts'
import { change, methodOptions, type Settings, setting, settings } from './settings.ts'

/** A model that is open. */
export interface OpenModel {
  /** What the worker knows it by. */
  readonly id: string
  readonly facts: ModelFacts
  readonly isExample: boolean
  readonly labels: readonly string[] | undefined
}

/** How pictures become its input, and who says so. */
export interface PreprocessingState {
  readonly value: Preprocessing
  /** `beside`: a file that came with the model; `assumed`: nobody; `chosen`: the user. */
  readonly from: 'beside' | 'assumed' | 'chosen'
}

/** What came with a model. */
export interface Sidecars {
  readonly preprocessing?: Preprocessing
  readonly labels?: readonly string[]
  readonly external?: ReadonlyMap<string, Blob>
  /** Of a model that reads texts. */
  readonly tokens?: TokenSource
}

/** The model that is open; undefined until the first one is. */
export const model = signal<OpenModel | undefined>(undefined)

/** What a file says that came with the model, or later. */
export const foundPreprocessing = signal<Preprocessing | undefined>(undefined)

/** What gives words their numbers, of a model that reads texts. */
export const tokenSource = signal<TokenSource | undefined>(undefined)

const chosen = setting('preprocessing')

/** Of a model that reads pictures. */
export const preprocessing = computed(() =>
  preprocessingFor(model.value?.facts.geometry, foundPreprocessing.value, chosen.value),
)

let count = 0

/**
 * Opens a model: reads it, and compiles its explanation as the settings ask, so that a fault shows before it replaces the
 * one that is open.
 */
export async function openModel(
  source: { readonly name: string; readonly bytes: Bytes; readonly isExample?: boolean },
  sidecars: Sidecars = {},
  wanted: Settings = settingsFor(source.isExample ?? false),
): Promise<void> {
  const { name, bytes, isExample = false } = source
  const { labels, external } = sidecars
  const id = `model-${++count}`
  const asked = settings.value
  const facts = await loadModel({ model: id, name, bytes, ...(labels && { labels }), ...(external && { external }) })
  try {
    const how = preprocessingFor(facts.geometry, sidecars.preprocessing, wanted.preprocessing)
    const box = facts.geometry && how && boxFor(facts.geometry, how.value)
    await ask('open', { ...explainerRequest(id, wanted), ...(box && { box }) })
    const before = model.value
    batch(() => {
      model.value = { id, facts, isExample, labels: labels ?? facts.labels }
      foundPreprocessing.value = sidecars.preprocessing
      tokenSource.value = sidecars.tokens
      settings.value = { ...wanted, ...chosenSince(asked) }
    })
    if (before) await unloadModel(before.id)
  } catch (error) {
    await unloadModel(id)
    throw error
  }
}

/** What is about no model and was chosen while one was read: it stays chosen. */
function chosenSince(before: Settings): Partial<Settings> {
  const now = settings.value
  const changed = ([name, value]: [string, unknown]) => value !== before[name as keyof Settings]
  const { view, panes, opacity, extent, gamma, neuron, methods, sharing } = now
  return Object.fromEntries(
    Object.entries({ view, panes, opacity, extent, gamma, neuron, methods, sharing }).filter(changed),
  )
}

/** What of the settings is about one model does not go over to another. */
function settingsFor(isExample: boolean): Settings {
  const now = settings.value
  // What a link says of the first model is meant for it.
  if (model.value === undefined) return isExample ? now : { ...now, example: '' }
  return { ...now, rules: [], target: 'top', versus: '', preprocessing: null, ...(!isExample && { example: '' }) }
}

/** Gives the open model other labels. */
export async function relabel(labels: readonly string[]): Promise<void> {
  const open = model.value
  if (!open) return
  await labelModel(open.id, labels)
  batch(() => {
    model.value = { ...open, labels }
    change({ target: 'top', versus: '' })
  })
}

/** How a model is explained, as the worker takes it; the box is the caller's. */
export function explainerRequest(id: string, given: Settings): ExplainerRequest {
  const { method, rules } = given
  return { model: id, method, options: methodOptions(given), rules }
}

/** The box that pixels become under a preprocessing. */
export function boxFor(geometry: PictureGeometry, value: Preprocessing): InputBox {
  return boxOf(value, geometry.channels, channelAxisOf(geometry))
}

/** The command line's order: as stated, what lies beside the model, what most networks of that kind were trained with. */
function preprocessingFor(
  geometry: PictureGeometry | undefined,
  found: Preprocessing | undefined,
  stated: Preprocessing | null,
): PreprocessingState | undefined {
  if (!geometry) return undefined
  if (stated) return { value: stated, from: 'chosen' }
  if (found) return { value: found, from: 'beside' }
  return { value: preprocessingFrom(geometry.channels === 3 ? 'imagenet' : 'unit'), from: 'assumed' }
}
