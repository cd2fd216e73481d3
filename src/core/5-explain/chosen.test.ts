/** One class by its own row of the last layer: the same relevance, and nothing of the other classes is computed. */

import { describe, expect, it } from 'vitest'
import { modelOf, node, oracle, Random, relativeError, run } from '../../../test/support/models.ts'
import type { Node } from '../0-graph/graph.ts'
import { compileModel } from '../compile.ts'
import { deepTaylor } from './deep-taylor.ts'
import { lrp } from './lrp.ts'
import type { Method } from './method.ts'

/** Two roundings of some twenty float32 terms. */
const tolerance = 1e-5
const classes = 5

const ends: Readonly<Record<string, { readonly nodes: readonly Node[]; readonly weights: readonly number[] }>> = {
  'maps that are averaged': {
    nodes: [
      node('Conv', ['h', 'v', 'c'], 'maps', { kernel_shape: [1, 1] }),
      node('Relu', ['maps'], 'on'),
      node('GlobalAveragePool', ['on'], 'mean'),
      node('Flatten', ['mean'], 'y'),
    ],
    weights: [classes, 4, 1, 1],
  },
  'a dense layer': {
    nodes: [node('Flatten', ['h'], 'flat'), node('Gemm', ['flat', 'v', 'c'], 'y', { transB: 1 })],
    weights: [classes, 4 * 9],
  },
  'a dense layer the other way round': {
    nodes: [node('Flatten', ['h'], 'flat'), node('Gemm', ['flat', 'v', 'c'], 'y')],
    weights: [4 * 9, classes],
  },
}

const methods: readonly Method[] = [
  deepTaylor(),
  deepTaylor({ bias: 'absorb' }),
  lrp('epsilon', { epsilon: 0.1 }),
  lrp('gamma'),
  lrp('alpha-beta'),
]

function network(name: string) {
  const random = new Random(7)
  const { nodes, weights } = ends[name] as (typeof ends)[string]
  return modelOf({
    nodes: [node('Conv', ['x', 'w', 'b'], 'z', { kernel_shape: [2, 2] }), node('Relu', ['z'], 'h'), ...nodes],
    inputs: { x: ['n', 2, 4, 4] },
    outputs: ['y'],
    constants: {
      w: random.constant([4, 2, 2, 2]),
      b: random.constant([4]),
      v: random.constant(weights),
      c: random.constant([classes]),
    },
  })
}

describe.each(Object.keys(ends))('%s', name => {
  it.each(methods.map(method => [`${method.name}, ${method.bias}`, method] as const))('%s', async (_, method) => {
    const model = network(name)
    const x = new Random(8).tensor([2, 2, 4, 4], -1, 1)
    const box = { low: -1, high: 1 }
    const alone = await compileModel(model, oracle, { method, box, target: 'top' })
    // Asked for the relevance of the logits, all classes are walked.
    const layer = model.graph.nodes.at(-1)?.name as string
    const whole = await compileModel(model, oracle, { method, box, target: 'top', layers: [layer] })
    const [a, b] = [await run(alone.model, { x }), await run(whole.model, { x })]
    const of = (results: typeof a, names: string | undefined) => results[names ?? '']?.data as number[]
    const [own, all] = [of(a, alone.names.explanations[0]?.relevance), of(b, whole.names.explanations[0]?.relevance)]
    expect(relativeError(own, all)).toBeLessThan(tolerance)
    // The last layer is neither divided nor transposed for all classes.
    const readers = alone.model.graph.nodes.filter(({ inputs }) => inputs.includes('v'))
    expect(readers.map(({ opType }) => opType).sort()).toEqual([nodeOf(model.graph.nodes), 'Gather'].sort())
  })
})

function nodeOf(nodes: readonly Node[]): string {
  return nodes.find(({ inputs }) => inputs.includes('v'))?.opType ?? ''
}
