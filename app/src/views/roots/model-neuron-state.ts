/** A neuron of the model that is open: which one is looked at, and what its root point is. */

import { batch, computed, effect, signal } from '@preact/signals'
import type { LayerReport, LayerRoots } from '../../../../src/web.ts'
import { ask } from '../../lab.ts'
import { isAbort, troubleOf } from '../../state/activity.ts'
import { type Shown, shown, targetOf } from '../../state/explanation.ts'
import { superseded } from '../../state/inputs.ts'

/** What is known of the neuron. */
export interface ModelRoots {
  readonly of: Shown
  readonly layer: LayerReport
  readonly neuron: readonly number[]
  readonly roots: LayerRoots
}

/** Whether anybody looks: nothing is computed before. */
export const isOpen = signal(false)

/** The layers whose neurons have root points. */
export const layers = signal<readonly LayerReport[]>([])

/** The layer by name; the first one where there is no such layer. */
export const layerName = signal('')

/** The layer that is looked at. */
export const layer = computed(() => layers.value.find(({ name }) => name === layerName.value) ?? layers.value[0])

/** The neuron's coordinates; undefined for the one through which most relevance flows. */
export const neuron = signal<readonly number[] | undefined>(undefined)

/** What was found; it stays while the next is looked for. */
export const found = signal<ModelRoots | undefined>(undefined)

/** Why nothing was found, in words. */
export const fault = signal<string | undefined>(undefined)

/** Begins to look; returns what ends it. */
export function watchModelNeuron(): () => void {
  const ends = [
    following(async (of, signal) => {
      const { layers: all } = await ask('inspect', of.request, { signal })
      const isFixed = (dims: LayerReport['outputDims']) => dims?.slice(1).every(dim => typeof dim === 'number')
      if (signal.aborted) return
      batch(() => {
        layers.value = all.filter(
          ({ rule, outputDims, cost }) => !ruleless.has(rule) && cost !== undefined && isFixed(outputDims),
        )
        neuron.value = undefined
      })
    }),
    following(async (of, signal) => {
      const [wanted, place] = [layer.value, neuron.value]
      if (!wanted) return
      const at = place ?? (await mostRelevant(of, wanted, signal))
      const { request } = of
      const { tensor, input } = of.of
      const roots = await ask(
        'rootPoints',
        { ...request, input: tensor, name: input.name, layer: wanted.name, neurons: [at] },
        { signal },
      )
      if (!signal.aborted) found.value = { of, layer: wanted, neuron: at, roots }
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

const ruleless: ReadonlySet<string> = new Set(['none', 'pass', 'adjoint', 'winner', 'proportional', 'signal'])

/** Work about the explanation that is shown, again whenever anything changes that it reads before it first waits. */
function following(work: (of: Shown, signal: AbortSignal) => Promise<void>): () => void {
  return effect(() => {
    const of = shown.value
    if (!of || !isOpen.value) return
    const controller = new AbortController()
    work(of, controller.signal).then(
      () => {
        if (!controller.signal.aborted) fault.value = undefined
      },
      error => {
        if (!controller.signal.aborted && !isAbort(error)) fault.value = troubleOf(error).words
      },
    )
    return () => controller.abort(superseded)
  })
}

/** The neuron of a layer through which most relevance flows; the first where that is not known. */
async function mostRelevant(of: Shown, { name, outputDims = [] }: LayerReport, signal: AbortSignal): Promise<number[]> {
  const dims = outputDims.slice(1).map(Number)
  const { request, settings } = of
  const { tensor, input } = of.of
  const asked = { ...request, layers: [name], input: tensor, name: input.name, target: targetOf(settings) }
  const relevance = await ask('explain', asked, { signal }).then(
    result => result.layers.get(name)?.data,
    error => {
      if (signal.aborted) throw error
      // The last layer is no hidden one.
      return undefined
    },
  )
  const largest = relevance?.reduce((best, value, i) => (value > (relevance[best] ?? 0) ? i : best), 0) ?? 0
  return coordinatesOf(largest, dims)
}

/** Where the n-th element of a shape is. */
export function coordinatesOf(index: number, dims: readonly number[]): number[] {
  let rest = index
  return [...dims]
    .reverse()
    .map(size => {
      const at = rest % size
      rest = Math.floor(rest / size)
      return at
    })
    .reverse()
}
