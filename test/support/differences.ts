/** The gradient of a model's output, by central differences of what the runtime computes. */

import type { Model } from '../../src/core/0-graph/graph.ts'
import type { Tensor } from '../../src/runtime/session.ts'
import { run, tensor } from './models.ts'

/** Half of the way that an input is moved: the differences' rounding and their third derivative are then of one size. */
const step = 1 / 512

/** How far such differences in float32 may lie from a gradient, relative to the largest of its elements. */
export const differencesTolerance = 3e-3

/** ∂y[target]/∂x for the first sample of `x`; other inputs are fed as they are. */
export async function differencesOf(
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
  target: number,
  names: { readonly x: string; readonly y: string } = { x: 'x', y: 'y' },
): Promise<number[]> {
  const x = feeds[names.x] as Tensor
  const dims = [1, ...x.dims.slice(1)]
  const at = Array.from(x.data, Number).slice(
    0,
    dims.reduce((a, b) => a * b),
  )
  const f = async (data: readonly number[]) =>
    (await run(model, { ...feeds, [names.x]: tensor(dims, data) }))[names.y]?.data[target] as number
  const result: number[] = []
  for (const i of at.keys()) {
    const moved = (by: number) => f(at.map((value, j) => (i === j ? value + by : value)))
    result.push(((await moved(step)) - (await moved(-step))) / (2 * step))
  }
  return result
}
