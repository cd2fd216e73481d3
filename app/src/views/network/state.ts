/** What the network view looks at: the boxes, where they are drawn, every layer's relevance, the books, one layer, one neuron. */

import { batch, computed, effect, signal } from '@preact/signals'
import type { AuditReport, FloatTensor, ModelReport, NeuronMessages } from '../../../../src/web.ts'
import { ask } from '../../lab.ts'
import { isAbort, trouble, troubleOf } from '../../state/activity.ts'
import { type Shown, shown, targetOf } from '../../state/explanation.ts'
import { superseded } from '../../state/inputs.ts'
import { model } from '../../state/model.ts'
import { setting } from '../../state/settings.ts'
import { type LayersRequest, type LayersResult, type LayoutResult, theInput } from '../../worker/protocol.ts'
import { type Block, blocksOf } from './blocks.ts'

/** The boxes, and the report that they are drawn from. */
export interface Network {
  /** What was inspected, and how. */
  readonly key: string
  readonly report: ModelReport
  readonly blocks: readonly Block[]
}

/** The relevance of all layers, and the explanation that it belongs to. */
export interface Flow extends LayersResult {
  readonly of: Shown
  readonly request: LayersRequest
}

/** A neuron of the layer that is looked at. */
export interface Neuron {
  readonly layer: string
  readonly at: readonly number[]
}

export const network = signal<Network | undefined>(undefined)
export const drawing = signal<LayoutResult | undefined>(undefined)
export const flow = signal<Flow | undefined>(undefined)
/** The books, or why there are none. */
export const books = signal<AuditReport | string | undefined>(undefined)
/** Whether the books of a large network are asked for. */
export const wantsBooks = signal(false)
/** Why there is no relevance of layers. */
export const noFlow = signal<string | undefined>(undefined)
/** The box that is looked at, counted from the input; undefined is the output's. */
const place = signal<number | undefined>(undefined)
/** The relevance of the layer that is looked at. */
export const tensor = signal<{ readonly layer: string; readonly of: Flow; readonly value: FloatTensor } | undefined>(
  undefined,
)
export const neuron = signal<Neuron | undefined>(undefined)
export const messages = signal<NeuronMessages | undefined>(undefined)
export const isPlaying = signal(false)
/** From top to bottom where the page is narrow. */
export const isNarrow = signal(false)

/** The place of the box that is looked at. */
export const current = computed(() => {
  const last = (network.value?.blocks.length ?? 1) - 1
  return Math.min(place.value ?? last, last)
})
export const block = computed(() => network.value?.blocks[current.value])
export const summary = computed(() => flow.value?.layers.get(block.value?.id ?? theInput))

/** Nothing of what was looked at is another model's. */
function forget(): void {
  flow.value = undefined
  tensor.value = undefined
  neuron.value = undefined
  place.value = undefined
  wantsBooks.value = false
}

/** Looks at another box. */
export function lookAt(index: number): void {
  const count = network.value?.blocks.length ?? 0
  place.value = Math.max(0, Math.min(count - 1, index))
}

/** Looks at another neuron, of the layer that is looked at. */
export function lookAtNeuron(at: readonly number[]): void {
  const layer = block.peek()?.id
  if (layer !== undefined) neuron.value = { layer, at }
}

/** How a box is drawn: large networks in small, without pictures. */
export const boxSize = computed(() => {
  const isLarge = (network.value?.blocks.length ?? 0) > 80
  return isLarge ? { width: 120, height: 80, isLarge } : { width: 112, height: 152, isLarge }
})

const view = setting('view')
let count = 0

/** Runs `work` whenever what it reads changes and the view is open; what comes too late is thrown away. */
function follow(work: (signal: AbortSignal) => (() => Promise<void>) | undefined): () => void {
  return effect(() => {
    if (view.value !== 'network') return
    const controller = new AbortController()
    const run = work(controller.signal)
    run?.().catch(() => {})
    return () => controller.abort(superseded)
  })
}

/** Asks; a failure is told to `fail`, unless nobody wants to know any more. */
async function tell<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  done: (value: T) => void,
  fail: (words: string) => void,
) {
  try {
    const value = await promise
    if (!signal.aborted) done(value)
  } catch (error) {
    if (!signal.aborted && !isAbort(error)) fail(troubleOf(error).words)
  }
}

/** Begins to follow the explanation that is shown. */
export function watchNetwork(): void {
  follow(signal => {
    const now = shown.value
    if (!now || now.of.model !== model.value?.id) return undefined
    return async () => {
      const key = JSON.stringify(now.request)
      const before = network.peek()
      await tell(
        before?.key === key ? Promise.resolve(before.report) : ask('inspect', now.request, { signal }),
        signal,
        report => {
          if (report === before?.report) return
          batch(() => {
            // Another model's layers may have the same names.
            if (flow.peek()?.request.model !== now.request.model) forget()
            network.value = { key, report, blocks: blocksOf(report) }
          })
        },
        words => {
          noFlow.value = words
        },
      )
      const blocks = network.peek()?.blocks
      if (signal.aborted || !blocks) return
      const names = blocks.filter(({ id, rule }) => id !== theInput && rule !== 'none').map(({ id }) => id)
      const isNhwc = model.peek()?.facts.geometry?.layout === 'NHWC'
      const { tensor: input } = now.of
      const [name, target] = [now.of.input.name, targetOf(now.settings)]
      const request = {
        ...now.request,
        input,
        name,
        target,
        layers: names,
        key: `flow-${++count}`,
        channelsLast: isNhwc,
      }
      await tell(
        ask('layers', request, { signal }),
        signal,
        result => {
          batch(() => {
            flow.value = { ...result, of: now, request }
            noFlow.value = undefined
          })
        },
        words => {
          batch(() => {
            flow.value = undefined
            tensor.value = undefined
            noFlow.value = words
          })
        },
      )
    }
  })
  follow(signal => {
    const now = flow.value
    books.value = undefined
    // Of hundreds of layers the books take the worker's time for long: they are kept when somebody asks.
    if (!now || (boxSize.value.isLarge && !wantsBooks.value)) return undefined
    const { layers: _, key: __, channelsLast: ___, ...request } = now.request
    return async () => {
      // What is looked at is asked for first.
      await Promise.resolve()
      await tell(
        ask('audit', request, { signal }),
        signal,
        report => {
          books.value = report
        },
        words => {
          books.value = words
        },
      )
    }
  })
  follow(signal => {
    const [blocks, direction] = [network.value?.blocks, isNarrow.value ? 'TB' : 'LR'] as const
    const { width, height } = boxSize.value
    if (!blocks) return undefined
    const nodes = blocks.map(({ id }) => ({ id: nodeOf(id), width, height }))
    const edges = blocks.flatMap(({ id, reads }) => reads.map(from => ({ from: nodeOf(from), to: nodeOf(id) })))
    return () =>
      tell(
        ask('layout', { nodes, edges, direction }, { signal }),
        signal,
        result => {
          drawing.value = result
        },
        () => {},
      )
  })
  follow(signal => {
    const [now, open] = [flow.value, block.value]
    // While it plays, pictures of single channels would only come too late.
    if (!now || !open || isPlaying.value || !now.layers.has(open.id)) return undefined
    return () =>
      tell(
        ask('layer', { ...now.request, layer: open.id }, { signal }),
        signal,
        value => {
          tensor.value = { layer: open.id, of: now, value }
        },
        () => {},
      )
  })
  follow(signal => {
    const [now, one, open] = [flow.value, neuron.value, block.value]
    if (!now || !one || one.layer !== open?.id) {
      messages.value = undefined
      return undefined
    }
    const layer = one.layer === theInput ? (network.peek()?.report.input.name ?? '') : one.layer
    const { layers: _, key: __, channelsLast: ___, ...request } = now.request
    return () =>
      tell(
        ask('messages', { ...request, layer, neuron: one.at }, { signal }),
        signal,
        found => {
          messages.value = found
        },
        words => {
          batch(() => {
            neuron.value = undefined
            trouble.value = { words, remedy: 'Choose another neuron, or a layer of neurons.' }
          })
        },
      )
  })
}

/** What the layout calls a box: names must not be empty. */
export function nodeOf(id: string): string {
  return `layer ${id}`
}
