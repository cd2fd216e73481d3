/** What the user chose: one plain object, which is all that a link or a file has to hold to bring a view back. */

import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import type { ColormapName } from '../../../src/render/colormap.ts'
import type { ChannelPooling } from '../../../src/render/plane.ts'
import type { BiasPolicy, MethodName, NamedMethodOptions, Pooling, Preprocessing } from '../../../src/web.ts'
import type { RuntimeChoice } from '../worker/protocol.ts'

/** Everything that is chosen. Plain JSON. */
export interface Settings {
  /** Which view is open, by its id in `views.ts`. */
  readonly view: string
  /** The embedded example's picture, by name; empty for a picture of the user's. */
  readonly example: string
  /** `top`, `top2`, …, an index, or a label. */
  readonly target: string
  /** A class to hold the target against; empty for none. */
  readonly versus: string
  readonly method: MethodName
  /** `default`: the method's own. */
  readonly bias: BiasPolicy | 'default'
  readonly pooling: Pooling | 'default'
  /** Parameters of methods, those that differ from their defaults. */
  readonly parameters: Readonly<Partial<Record<ParameterName, number>>>
  /** `PATTERN=RULE`; later ones win. */
  readonly rules: readonly string[]
  /** How pictures become the input, where the user says so; null for what lies beside the model, or was assumed. */
  readonly preprocessing: Preprocessing | null
  readonly runtime: RuntimeChoice
  /** Which pictures are shown: all three, or a single one, larger. */
  readonly panes: 'all' | PaneName
  /** How a place's channels become one number. */
  readonly channels: ChannelPooling
  readonly colormap: ColormapName
  /** Of relevance over the picture, 0…1. */
  readonly opacity: number
  /** The |R| of the full colour; 0 for the largest in the picture. */
  readonly extent: number
  /** Exponent from |R| to strength of colour; 1 is linear. */
  readonly gamma: number
  /** The neuron of the view of root points, as that view writes it; empty for its first preset. */
  readonly neuron: string
  /** What is compared. */
  readonly methods: readonly MethodName[]
  /** Which heatmaps that are compared share a scale of colours. */
  readonly sharing: 'own' | 'row' | 'all'
}

/** The pictures of an explanation. */
export type PaneName = 'picture' | 'heatmap' | 'overlay'

/** Parameters that are numbers. */
export type ParameterName = Extract<
  keyof NamedMethodOptions,
  'stabilizer' | 'epsilon' | 'gamma' | 'alpha' | 'beta' | 'steps' | 'samples' | 'noise' | 'seed' | 'patch'
>

/** What a fresh page has. */
export const defaults: Settings = {
  view: 'explain',
  example: 'star-1',
  target: 'top',
  versus: '',
  method: 'deep-taylor',
  bias: 'default',
  pooling: 'default',
  parameters: {},
  rules: [],
  preprocessing: null,
  runtime: 'auto',
  panes: 'all',
  channels: 'sum',
  colormap: 'blue-red',
  opacity: 1,
  extent: 0,
  gamma: 0.5,
  neuron: '',
  methods: ['deep-taylor', 'epsilon', 'alpha-beta', 'gradient-x-input'],
  sharing: 'own',
}

/** What is chosen now. */
export const settings = signal<Settings>(defaults)

/** Changes some of it. */
export function change(some: Partial<Settings>): void {
  batch(() => {
    settings.value = { ...settings.value, ...some }
  })
}

/** One setting by itself: whoever reads it is not told of the others. */
export function setting<K extends keyof Settings>(name: K): ReadonlySignal<Settings[K]> {
  return computed(() => settings.value[name])
}

/** Method, parameters, pooling and bias as the library takes them. */
export function methodOptions({ bias, pooling, parameters }: Settings): NamedMethodOptions {
  return {
    ...parameters,
    ...(bias !== 'default' && { bias }),
    ...(pooling !== 'default' && { pooling }),
  }
}
