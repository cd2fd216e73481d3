/** Products of activations: which operand is the gate, what it gets, and the product rule of gradients. */

import { describe, expect, it } from 'vitest'
import { differencesOf, differencesTolerance } from '../../../test/support/differences.ts'
import { explained, floats, modelOf, node, oracle, Random, relativeError, run } from '../../../test/support/models.ts'
import type { Model, Node } from '../0-graph/graph.ts'
import { gradients } from '../5-explain/gradients.ts'
import { analyze } from '../analysis.ts'

const box = { low: -1, high: 1 }
const random = new Random(3)
const constants = {
  w: random.constant([4, 3, 1, 1], -0.5, 1),
  v: random.constant([4, 4, 1, 1]),
  three: floats([], [3]),
  six: floats([], [6]),
  low: floats([], [0]),
  high: floats([], [6]),
  half: floats([], [0.5]),
  one: floats([], [1]),
  root: floats([], [Math.SQRT2]),
  u: random.constant([4, 2], 0, 1),
}

/** x → conv → `middle` (from a to h) → mean → dense. */
function network(middle: readonly Node[], after = 'h'): Model {
  const nodes = [
    node('Conv', ['x', 'w'], 'a'),
    ...middle,
    node('GlobalAveragePool', [after], 'g'),
    node('Flatten', ['g'], 'f'),
    node('Gemm', ['f', 'u'], 'y'),
  ]
  return modelOf({ nodes, inputs: { x: ['n', 3, 2, 3] }, outputs: ['y'], constants })
}

const squeeze = [node('Relu', ['a'], 'r'), node('GlobalAveragePool', ['r'], 's'), node('Conv', ['s', 'v'], 't')]

/** Middles of networks, and the name of the node that multiplies with the decision that it should get. */
const middles: Readonly<
  Record<string, readonly [nodes: readonly Node[], product: string, signal: number | undefined]>
> = {
  SiLU: [[node('Sigmoid', ['a'], 's'), node('Mul', ['a', 's'], 'h')], 'Mul:h', 0],
  'SiLU, the gate first': [[node('Sigmoid', ['a'], 's'), node('Mul', ['s', 'a'], 'h')], 'Mul:h', 1],
  'squeeze and excite': [[...squeeze, node('Sigmoid', ['t'], 'e'), node('Mul', ['e', 'r'], 'h')], 'Mul:h', 1],
  'squeeze and excite by HardSigmoid': [
    [...squeeze, node('HardSigmoid', ['t'], 'e'), node('Mul', ['r', 'e'], 'h')],
    'Mul:h',
    0,
  ],
  'a gate that is only smaller': [[...squeeze, node('Mul', ['t', 'r'], 'h')], 'Mul:h', 1],
  'HardSwish in pieces': [
    [
      node('Add', ['a', 'three'], 'p'),
      node('Clip', ['p', 'low', 'high'], 'c'),
      node('Mul', ['a', 'c'], 'm'),
      node('Div', ['m', 'six'], 'h'),
    ],
    'Mul:m',
    0,
  ],
  'HardSwish, divided first': [
    [
      node('Add', ['a', 'three'], 'p'),
      node('Clip', ['p', 'low', 'high'], 'c'),
      node('Div', ['c', 'six'], 'd'),
      node('Mul', ['a', 'd'], 'h'),
    ],
    'Mul:h',
    0,
  ],
  'GELU in pieces': [
    [
      node('Div', ['a', 'root'], 'z'),
      node('Erf', ['z'], 'e'),
      node('Add', ['e', 'one'], 'o'),
      node('Mul', ['a', 'o'], 'm'),
      node('Mul', ['m', 'half'], 'h'),
    ],
    'Mul:m',
    0,
  ],
  'two signals': [[node('Conv', ['a', 'v'], 'b'), node('Mul', ['a', 'b'], 'h')], 'Mul:h', undefined],
  'a signal and its divisor': [
    [node('Exp', ['a'], 'e'), node('Add', ['e', 'one'], 'o'), node('Div', ['a', 'o'], 'h')],
    'Div:h',
    0,
  ],
}

describe.each(Object.keys(middles))('%s', name => {
  const [nodes, product, signal] = middles[name] as (typeof middles)[string]
  const model = network(nodes)
  const x = random.tensor([2, 3, 2, 3])

  it('knows its gate', async () => {
    const { steps } = await analyze(model, oracle, { box })
    const step = steps.find(one => one.node.name === product)
    expect(step?.operator.kind).toBe('product')
    expect(step?.decision).toMatchObject({ kind: 'signal', signal })
  })

  it('has the gradient of central differences', async () => {
    const expected = await differencesOf(model, { x }, 1)
    const { relevance } = await explained(model, { x }, { method: gradients('gradient'), target: 1 })
    expect(relativeError(relevance.slice(0, 18), expected)).toBeLessThan(differencesTolerance)
  })
})

describe('relevance', () => {
  it('goes through squeeze and excite as if the gate were fixed', async () => {
    const gated = network([...squeeze, node('Sigmoid', ['t'], 'e'), node('Mul', ['e', 'r'], 'h')])
    const x = random.tensor([1, 3, 2, 3])
    const gate = (await run({ ...gated, graph: { ...gated.graph, outputs: [{ name: 'e', type: undefined }] } }, { x }))
      .e
    const parts = { inputs: { x: ['n', 3, 2, 3] }, outputs: ['y'] }
    const fixed = modelOf({
      ...parts,
      nodes: gated.graph.nodes
        .filter(({ name }) => !/Sigmoid|Conv:t|GlobalAveragePool:s/.test(name))
        .map(one => (one.name === 'Mul:h' ? node('Mul', ['k', 'r'], 'h') : one)),
      constants: { ...constants, k: floats(gate?.dims ?? [], gate?.data ?? []) },
    })
    const ours = await explained(gated, { x }, { box, target: 0 })
    const theirs = await explained(fixed, { x }, { box, target: 0 })
    expect(relativeError(ours.relevance, theirs.relevance)).toBeLessThan(1e-5)
    expect(ours.sum[0]).toBeCloseTo(ours.logit[0] as number, 5)
  })

  it('is halved where neither operand is a gate', async () => {
    const nodes = [node('Relu', ['x'], 'p'), node('Mul', ['p', 'p'], 'm'), node('ReduceSum', ['m', 'axis'], 'y')]
    const axis = { axis: { dtype: 'int64' as const, dims: [1], bytes: new Uint8Array(BigInt64Array.of(1n).buffer) } }
    const model = modelOf({ nodes, inputs: { x: ['n', 3] }, outputs: ['y'], constants: axis })
    const x = { dtype: 'float32' as const, dims: [1, 3], data: Float32Array.of(1, 2, -3) }
    const { relevance } = await explained(model, { x })
    expect(relevance).toEqual([1, 4, 0])
  })
})
