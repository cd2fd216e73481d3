/**
 * Methods that look at the network at many points around the input: along a path, in noise, behind a patch. The points are
 * visited by a loop inside the graph, so that one model explains in one run and memory does not grow with their number.
 */

import type { Value } from '../0-graph/builder.ts'
import type { Graph, ValueInfo } from '../0-graph/graph.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import { zerosLike } from '../3-operators/like.ts'
import type { Context } from '../3-operators/operator.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import { copied } from './copied.ts'
import { receivedFrom } from './functional.ts'
import { noise } from './noise.ts'
import { evidence, type TargetValues } from './target.ts'
import { type Walk, walk } from './walk.ts'

/** Which points are visited. */
export type Sampling =
  /** x·k/steps for k = 1…steps: integrated gradients with a baseline of zeros. */
  | { readonly kind: 'path'; readonly steps: number }
  /** x + σ·n, n standard normal and σ a share (`level`) of the sample's range max − min: SmoothGrad. */
  | { readonly kind: 'noise'; readonly samples: number; readonly level: number; readonly seed: number }
  /** x with a window of `patch` elements a side set to 0, one window after the other: occlusion. */
  | { readonly kind: 'occlusion'; readonly patch: number | undefined }

/**
 * A loop that is still written flat: `variables` stand for what its body is given, `results` are what the body makes of
 * the state, `outputs` stand for the final state. `6-lower/loops.ts` folds it into a Scan.
 */
export interface Loop {
  /** The iteration's element of `over`, then the state. */
  readonly variables: readonly ValueInfo[]
  readonly results: readonly Value[]
  readonly outputs: readonly ValueInfo[]
  /** The state at first. */
  readonly initial: readonly Value[]
  /** What is iterated over: its first axis. */
  readonly over: Value
}

/** One relevance per target, and what it should sum to where the method has such a sum. */
export interface Sampled {
  readonly loop: Loop
  readonly relevances: readonly Value[]
  readonly expected: readonly (Value | undefined)[]
}

/** Writes the loop for all targets at once: they share the forward passes. */
export function sampledRelevances(
  plan: Walk,
  graph: Graph,
  { input, tokens }: { readonly input: ValueInfo; readonly tokens: ValueInfo | undefined },
  targets: readonly TargetValues[],
  sampling: Sampling,
): Sampled {
  const { context } = plan
  const { b } = context
  const x = input.name
  const points = pointsOf(context, x, sampling, tokens !== undefined)
  const type = { dtype: 'float32', dims: undefined } as const
  const step = { name: b.fresh('step'), type: { dtype: points.dtype, dims: [] } } as const
  const states = targets.map(() => ({ name: b.fresh('sum'), type }))
  const outputs = targets.map(() => ({ name: b.fresh('total'), type }))
  const { at, mask } = points.point(step.name)
  const there = copied(plan, graph, x, at)
  const changes = targets.map(target => {
    const moved: TargetValues = { ...target, at: there.renamed(target.at) }
    if (mask === undefined) return walk(there.plan, receivedFrom(there.plan, moved)).get(at) ?? zerosLike(context, x)
    const drop = b.op('Sub', [target.logit, evidence(there.plan.context, moved)], {}, 'drop')
    const spread = [-1, ...(dimsOf(context.shapes, x) ?? []).slice(1).map(() => 1)]
    return b.op('Mul', [mask, b.op('Reshape', [drop, b.ints(spread)], {}, 'drop_spread')], {}, 'occluded')
  })
  const loop: Loop = {
    variables: [step, ...states],
    results: changes.map((change, i) => b.op('Add', [states[i]?.name as Value, change], {}, 'next')),
    outputs,
    initial: targets.map(() => zerosLike(context, x)),
    over: points.over,
  }
  const scaled = outputs.map(({ name }) =>
    points.count === 1 ? name : b.op('Div', [name, b.floats(points.count)], {}, 'mean'),
  )
  return {
    loop,
    relevances: scaled,
    expected: targets.map(target => (sampling.kind === 'path' ? difference(plan, graph, x, target) : undefined)),
  }
}

/** f(x) − f(0), which integrated gradients sum to. */
function difference(plan: Walk, graph: Graph, x: Value, target: TargetValues): Value {
  const { b } = plan.context
  const origin = copied(plan, graph, x, zerosLike(plan.context, x))
  const there = evidence(origin.plan.context, { ...target, at: origin.renamed(target.at) })
  return b.op('Sub', [target.logit, there], {}, 'difference')
}

interface Points {
  readonly over: Value
  readonly dtype: 'float32' | 'int64'
  /** What the sum is divided by. */
  readonly count: number
  /** The point of a step; `mask` is 1/size of the window inside it, 0 outside. */
  readonly point: (step: Value) => { readonly at: Value; readonly mask?: Value }
}

function pointsOf(context: Context, x: Value, sampling: Sampling, isTokens: boolean): Points {
  const { b } = context
  const count = (n: number) => Array.from({ length: n }, (_, i) => i)
  switch (sampling.kind) {
    case 'path': {
      const { steps } = sampling
      const over = b.floats(count(steps).map(k => (k + 1) / steps))
      return { over, dtype: 'float32', count: steps, point: step => ({ at: b.op('Mul', [x, step], {}, 'on_path') }) }
    }
    case 'noise': {
      const { samples, level, seed } = sampling
      return {
        over: b.ints(count(samples)),
        dtype: 'int64',
        count: samples,
        point: step => {
          const scale = b.op('Mul', [rangeOf(context, x), b.floats(level)], {}, 'sigma')
          const moved = b.op('Mul', [noise(context, x, step, seed), scale], {}, 'noise')
          return { at: b.op('Add', [x, moved], {}, 'noisy') }
        },
      }
    }
    case 'occlusion':
      return windowsOf(context, x, isTokens ? (sampling.patch ?? 1) : sampling.patch, isTokens)
  }
}

/** Largest minus smallest element of every sample, in a shape that broadcasts to x. */
function rangeOf({ b, shapes }: Context, x: Value): Value {
  const row = b.op('Reshape', [x, b.ints([0, 1, -1])], {}, 'row')
  const top = b.op('GlobalMaxPool', [row], {}, 'largest')
  const bottom = b.op('Neg', [b.op('GlobalMaxPool', [b.op('Neg', [row])], {}, 'smallest')])
  const range = b.op('Sub', [top, bottom], {}, 'range')
  return b.op('Reshape', [range, b.ints((dimsOf(shapes, x) ?? []).map((_, i) => (i === 0 ? -1 : 1)))], {}, 'range')
}

/** How many windows a side has when nothing is said. */
const windowsPerSide = 14

/** Windows side by side over the spatial axes; of a row of features, one feature each. */
function windowsOf({ b, shapes }: Context, x: Value, asked: number | undefined, isTokens: boolean): Points {
  const dims = dimsOf(shapes, x) ?? []
  const axes = isTokens ? [1] : spatialAxes(dims)
  const sizes = axes.map(axis => dims[axis])
  if (axes.length === 0 || !sizes.every(size => typeof size === 'number')) {
    const shown = `[${dims.map(dim => (dim === '' ? '?' : dim))}]`
    const reason = `it needs the sizes of the input, which has shape ${shown}: fix them with --shape`
    throw new DeepTaylorError('option-invalid', { option: 'method occlusion', reason })
  }
  const patches = sizes.map(size => Math.min(asked ?? (dims.length > 2 ? Math.ceil(size / windowsPerSide) : 1), size))
  const counts = sizes.map((size, i) => Math.ceil(size / (patches[i] as number)))
  const windows = counts.reduce((product, count) => product * count, 1)
  const along = (axis: number, values: readonly number[]) =>
    b.op('Reshape', [b.ints(values), b.ints(dims.map((_, i) => (i === axis ? -1 : 1)))], {}, 'along')
  return {
    over: b.ints(Array.from({ length: windows }, (_, i) => i)),
    dtype: 'int64',
    count: 1,
    point: step => {
      let rest = step
      const inside = [...axes.keys()].reverse().map(i => {
        const [axis, patch, count] = [axes[i] as number, patches[i] as number, counts[i] as number]
        const place = b.op('Mod', [rest, b.ints(count)], {}, 'place')
        rest = b.op('Div', [rest, b.ints(count)], {}, 'rest')
        const windowOf = along(
          axis,
          Array.from({ length: sizes[i] as number }, (_, at) => Math.floor(at / patch)),
        )
        return b.op('Equal', [windowOf, place], {}, 'is_inside')
      })
      const isInside = inside.reduce((all, one) => b.op('And', [all, one], {}, 'is_window'))
      const window = b.op('Where', [isInside, b.floats(1), b.floats(0)], {}, 'window')
      // A drop is shared by the window's elements over all channels, so that relevance sums to the drops.
      const places = b.op('ReduceSum', [window], { keepdims: 0 }, 'places')
      const others = dims.reduce<number>(
        (product, dim, i) => (i === 0 || axes.includes(i) || typeof dim !== 'number' ? product : product * dim),
        1,
      )
      const size = b.op('Mul', [places, b.floats(others)], {}, 'size')
      const shown = b.op('Where', [isInside, b.floats(0), x], {}, 'occluded_input')
      return { at: shown, mask: b.op('Div', [window, size], {}, 'mask') }
    },
  }
}

/** Rows and columns of a picture, the samples of a series; channels are the small axis of a picture, else the second. */
function spatialAxes(dims: readonly (number | string)[]): readonly number[] {
  const rest = dims.map((_, i) => i).slice(1)
  if (dims.length <= 2) return rest
  const isFew = (dim: number | string | undefined) => typeof dim === 'number' && dim <= 4
  const channels = !isFew(dims[1]) && isFew(dims.at(-1)) ? dims.length - 1 : 1
  return rest.filter(axis => axis !== channels)
}
