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
import { ask, loadModel, unloadModel } from '../lab.ts'
import type { Bytes, ExplainerRequest, ModelFacts } from '../worker/protocol.ts'
import { methodOptions, type Settings, settings } from './settings.ts'

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
}

/** The model that is open; undefined until the first one is. */
export const model = signal<OpenModel | undefined>(undefined)

/** Of a model that reads pictures. */
export const preprocessing = signal<PreprocessingState | undefined>(undefined)

/** The box that the input lies in, as pixels and preprocessing imply it. */
export const pictureBox = computed((): InputBox | undefined => {
  const { facts } = model.value ?? {}
  return facts?.geometry && preprocessing.value && boxFor(facts.geometry, preprocessing.value.value)
})

let count = 0

/**
 * Opens a model: reads it, and compiles its explanation as the settings ask, so that a fault shows before it replaces the
 * one that is open.
 */
export async function openModel(
  source: { readonly name: string; readonly bytes: Bytes; readonly isExample?: boolean },
  sidecars: Sidecars = {},
  signal?: AbortSignal,
): Promise<void> {
  const { name, bytes, isExample = false } = source
  const { labels, external } = sidecars
  const id = `model-${++count}`
  const options = signal ? { signal } : {}
  const facts = await loadModel(
    { model: id, name, bytes, ...(labels && { labels }), ...(external && { external }) },
    options,
  )
  try {
    const found = preprocessingFor(facts.geometry, sidecars.preprocessing)
    // Rules by layer are another model's: they stay where they fit, which nobody knows before they are tried.
    const rules = isExample === model.value?.isExample ? settings.value.rules : []
    const box = facts.geometry && found && boxFor(facts.geometry, found.value)
    await ask('open', { ...explainerRequest(id, { ...settings.value, rules }), ...(box && { box }) }, options)
    const before = model.value
    batch(() => {
      model.value = { id, facts, isExample, labels: labels ?? facts.labels }
      preprocessing.value = found
      if (before && !isExample) settings.value = { ...settings.value, rules, target: 'top', versus: '' }
    })
    if (before) await unloadModel(before.id)
  } catch (error) {
    await unloadModel(id)
    throw error
  }
}

/** How a model is explained, as the worker takes it; the box is the caller's. */
export function explainerRequest(id: string, given: Settings): ExplainerRequest {
  const { method, rules } = given
  return { model: id, method, options: methodOptions(given), rules }
}

function boxFor(geometry: PictureGeometry, value: Preprocessing): InputBox {
  return boxOf(value, geometry.channels, channelAxisOf(geometry))
}

/** The command line's order: what lies beside the model, else what most networks of that kind were trained with. */
function preprocessingFor(
  geometry: PictureGeometry | undefined,
  found: Preprocessing | undefined,
): PreprocessingState | undefined {
  if (!geometry) return undefined
  if (found) return { value: found, from: 'beside' }
  return { value: preprocessingFrom(geometry.channels === 3 ? 'imagenet' : 'unit'), from: 'assumed' }
}
