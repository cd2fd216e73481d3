/** One class by its own row of the last layer: the same relevance, and nothing of the other classes is computed. */

import { describe, expect, it } from 'vitest'
import { ints, modelOf, node, oracle, Random, relativeError, run } from '../../../test/support/models.ts'
import type { Node } from '../0-graph/graph.ts'
import { compileModel } from '../compile.ts'
import { deepTaylor } from './deep-taylor.ts'
import { lrp } from './lrp.ts'
import type { Method } from './method.ts'

/** Two roundings of some twenty float32 terms. */
const tolerance = 1e-5
const classes = 5

interface End {
  readonly nodes: readonly Node[]
  readonly weights: readonly number[]
}

const ends: Readonly<Record<string, End>> = {
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
  return ending(random, ends[name] as End, classes)
}

/** A convolution, and what stands behind it. */
function ending(random: Random, { nodes, weights }: End, outputs: number) {
  return modelOf({
    nodes: [node('Conv', ['x', 'w', 'b'], 'z', { kernel_shape: [2, 2] }), node('Relu', ['z'], 'h'), ...nodes],
    inputs: { x: ['n', 2, 4, 4] },
    outputs: ['y'],
    constants: {
      w: random.constant([4, 2, 2, 2]),
      b: random.constant([4]),
      v: random.constant(weights),
      c: random.constant([outputs]),
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

it('all classes are walked where a mean is taken over the axis that classes seem to have', async () => {
  // Nine maps of nine places: the mean is over the maps, and the classes are the places.
  const nodes = [
    node('Conv', ['h', 'v', 'c'], 'maps', { kernel_shape: [1, 1] }),
    node('Relu', ['maps'], 'on'),
    node('Reshape', ['on', 'size'], 'rows'),
    node('ReduceMean', ['rows'], 'y', { axes: [1], keepdims: 0 }),
  ]
  const made = ending(new Random(9), { nodes, weights: [9, 4, 1, 1] }, 9)
  const { graph } = made
  const model = {
    ...made,
    graph: { ...graph, initializers: new Map([...graph.initializers, ['size', ints([0, 9, 9])]]) },
  }
  const x = new Random(10).tensor([1, 2, 4, 4], -1, 1)
  const layer = graph.nodes.at(-1)?.name as string
  const [plain, asked] = await Promise.all(
    [[], [layer]].map(layers => compileModel(model, oracle, { box: { low: -1, high: 1 }, target: 3, layers })),
  )
  const of = async (compiled: typeof plain) =>
    (await run((compiled as NonNullable<typeof plain>).model, { x })).relevance?.data as number[]
  expect(relativeError(await of(plain), await of(asked))).toBeLessThan(tolerance)
})

function nodeOf(nodes: readonly Node[]): string {
  return nodes.find(({ inputs }) => inputs.includes('v'))?.opType ?? ''
}
