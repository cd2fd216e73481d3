/**
 * Sizes that depend on the batch in ways that the runtime does not see through (a Shape taken apart, multiplied and put
 * together again): the model is looked at with two batches, and what is the same in both does not depend on the batch.
 */

import type { Dim, Model, ValueType } from '../0-graph/graph.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import { withInputDims } from './shapes.ts'

/** Batches of no size that a network is likely to have elsewhere. */
const batches = [3, 7] as const

/** Whether only the batch of the inputs is free, and yet sizes besides the first are not known. */
export function isVague({ graph }: Model, shapes: Shapes): boolean {
  const free = graph.inputs.map(({ type }) => (type?.dims ?? []).map(dim => typeof dim === 'string'))
  if (!free.some(axes => axes[0]) || free.some(axes => axes.slice(1).includes(true))) return false
  return graph.nodes.some(({ outputs }) =>
    outputs.some(output => {
      const dims = output === '' ? [] : dimsOf(shapes, output)
      return dims === undefined || dims.slice(1).some(dim => typeof dim === 'string')
    }),
  )
}

/** What two batches agree on; nothing where the model does not take them. `look` tells the shapes of a model of fixed sizes. */
export async function probe(model: Model, look: (fixed: Model) => Promise<Shapes>): Promise<Shapes> {
  const [some, others] = await Promise.all(batches.map(batch => lookWith(model, batch, look)))
  const agreed = new Map<string, ValueType>()
  for (const [name, { dtype, dims }] of some ?? []) {
    const other = others && dimsOf(others, name)
    if (!dims || dims.length !== other?.length) continue
    agreed.set(name, { dtype, dims: dims.map((dim, axis): Dim => (dim === other[axis] ? dim : '')) })
  }
  return agreed
}

async function lookWith(
  model: Model,
  batch: number,
  look: (fixed: Model) => Promise<Shapes>,
): Promise<Shapes | undefined> {
  const sizes = model.graph.inputs.map(({ name, type }): [string, (number | undefined)[]] => [
    name,
    (type?.dims ?? []).map((dim, axis) => (axis === 0 && typeof dim === 'string' ? batch : undefined)),
  ])
  try {
    return await look({ ...model, graph: withInputDims(model.graph, new Map(sizes)) })
  } catch (error) {
    // A model whose batch is fixed somewhere inside: what the runtime told of the free batch is all there is.
    if (error instanceof DeepTaylorError && error.code.startsWith('runtime')) return undefined
    throw error
  }
}

/** Shapes, with sizes that were not known taken from what was agreed on. */
export function sharpened(shapes: Shapes, agreed: Shapes): Shapes {
  const result = new Map(shapes)
  for (const [name, type] of agreed) {
    const known = dimsOf(shapes, name)
    const dims =
      known?.length === type.dims?.length
        ? known?.map((dim, axis): Dim => (typeof dim === 'number' ? dim : type.dims?.[axis] || dim))
        : type.dims
    result.set(name, { ...type, dims })
  }
  return result
}
