/** What every rewrite of a graph must keep: a well-formed graph that computes what it computed before. */

import { expect } from 'vitest'
import type { Graph, Model } from '../../src/core/0-graph/graph.ts'
import type { Shapes } from '../../src/core/0-graph/shapes.ts'
import { verify } from '../../src/core/0-graph/verify.ts'
import { inferShapes } from '../../src/core/4-analyze/shapes.ts'
import { oracle, Random, relativeError, run } from './models.ts'

/** Factors multiplied in another order, in float32, through a handful of nodes. */
const tolerance = 1e-5

/** Sizes for the free dimensions of a test model. */
const batch = 2

/** Without the runtime's own optimiser, which could mend what a pass broke. */
const asWritten = { optimize: 'none' } as const

/** Runs both models on the same random inputs and compares every output, by name, shape and value. */
export async function expectSameFunction(before: Model, after: Model, seed = 1): Promise<void> {
  const random = new Random(seed)
  const initializers = before.graph.initializers
  const inputs = before.graph.inputs.filter(({ name }) => !initializers.has(name))
  const feeds = Object.fromEntries(
    inputs.map(({ name, type }) => [
      name,
      random.tensor((type?.dims ?? []).map(dim => (typeof dim === 'number' ? dim : batch))),
    ]),
  )
  const [expected, ours] = [await run(before, feeds, asWritten), await run(after, feeds, asWritten)]
  expect(Object.keys(ours)).toEqual(Object.keys(expected))
  for (const [name, { dims, data }] of Object.entries(expected)) {
    expect(ours[name]?.dims, name).toEqual(dims)
    expect(Math.max(...data.map(Math.abs)), `${name} says nothing`).toBeGreaterThan(0)
    expect(relativeError(ours[name]?.data ?? [], data), name).toBeLessThan(tolerance)
  }
}

/** The graph after `pass`: well formed, and computing the same. */
export async function rewritten(model: Model, pass: (graph: Graph, shapes: Shapes) => Graph): Promise<Graph> {
  const graph = pass(model.graph, await inferShapes(model, oracle))
  expect(verify(graph)).toEqual([])
  await expectSameFunction(model, { ...model, graph })
  return graph
}

/** The operators of a graph, in order. */
export function operatorsOf(graph: Graph): readonly string[] {
  return graph.nodes.map(node => node.opType)
}
