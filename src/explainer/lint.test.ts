/** What is said about models before they are explained. */

import { describe, expect, it } from 'vitest'
import { floats, modelOf, node, Random, runtime } from '../../test/support/models.ts'
import { float } from '../core/0-graph/builder.ts'
import type { Model, Node } from '../core/0-graph/graph.ts'
import { gradients } from '../core/5-explain/gradients.ts'
import { lrp } from '../core/5-explain/lrp.ts'
import { type InspectOptions, inspect } from './inspect.ts'

const random = new Random(1)
const box = { low: -1, high: 1 }

/** A network on pictures of 2 × 4 × 4, from its nodes between x and y. */
function network(nodes: readonly Node[], biases: readonly number[] = [-1, -1]): Model {
  const constants = {
    w: random.constant([2, 2, 1, 1]),
    b: floats([2], biases),
    u: random.constant([2, 3]),
    k: random.constant([2, 2, 1, 1]),
  }
  const end = [node('GlobalAveragePool', ['h'], 'g'), node('Flatten', ['g'], 'f'), node('Gemm', ['f', 'u'], 'z')]
  return modelOf({ nodes: [...nodes, ...end], inputs: { x: ['n', 2, 4, 4] }, outputs: ['z'], constants })
}

async function warningsOf(model: Model, options: InspectOptions = {}): Promise<Record<string, string>> {
  const loaded = { model, source: 'test', path: undefined, byteLength: 0 }
  const { warnings, verdict } = await inspect(loaded, { runtime, ...options })
  for (const { message } of warnings) expect(verdict).toContain(`${message}.`)
  return Object.fromEntries(warnings.map(({ code, message }) => [code, message]))
}

const plain = [node('Conv', ['x', 'w', 'b'], 'a'), node('Relu', ['a'], 'h')]

describe('nothing is said', () => {
  it('of a ReLU network with b ≤ 0 and a box around 0', async () => {
    expect(await warningsOf(network(plain), { box })).toEqual({})
  })

  it('of any network under gradients, which assume nothing', async () => {
    const model = network([node('Conv', ['x', 'w', 'b'], 'a'), node('Sigmoid', ['a'], 'h')], [1, 1])
    expect(await warningsOf(model, { method: gradients('gradient') })).toEqual({})
  })
})

describe('biases are counted', () => {
  it('where they are constants: what is repeated to the size of the input is none', async () => {
    const model = network([
      node('Conv', ['x', 'w'], 'a'),
      node('Shape', ['a'], 'size'),
      node('Expand', ['places', 'size'], 'p'),
      node('Add', ['a', 'p'], 's'),
      node('Conv', ['s', 'k', 'b'], 'c'),
      node('Relu', ['c'], 'h'),
    ])
    const initializers = new Map(model.graph.initializers).set('places', floats([2, 1, 1], [1, 2]))
    const warnings = await warningsOf({ ...model, graph: { ...model.graph, initializers } }, { box })
    expect(warnings['positive-bias']).toBeUndefined()
  })
})

describe('it is said that', () => {
  it.each([
    [
      'positive-bias',
      plain,
      [1, -1],
      { box },
      /^1 of 2 biases are positive \(Conv:a 1 of 2\), against the assumption b ≤ 0: they get no share/,
    ],
    ['positive-bias', plain, [1, 2], { box, method: lrp('epsilon') }, /2 of 2 biases .* they keep their share/],
    ['box-without-zero', plain, [-1, -1], { box: { low: 1, high: 2 } }, /the box of the input does not contain 0/],
    [
      'signed-hidden',
      [node('Conv', ['x', 'w', 'b'], 'a'), node('Conv', ['a', 'k'], 'c'), node('Relu', ['c'], 'h')],
      [-1, -1],
      { box },
      /^Conv:c reads hidden values of both signs, for which the paper has no rule/,
    ],
    [
      'signed-sum',
      [
        node('Conv', ['x', 'w', 'b'], 'a'),
        node('Relu', ['a'], 'r'),
        node('Conv', ['r', 'k'], 'c'),
        node('Add', ['c', 'r'], 's'),
        node('Relu', ['s'], 'h'),
      ],
      [-1, -1],
      { box },
      /^Add:s adds or averages values of both signs: relevance may turn negative there/,
    ],
    [
      'winner-takes-all',
      [
        node('Conv', ['x', 'w', 'b'], 'a'),
        node('MaxPool', ['a'], 'p', { kernel_shape: [2, 2] }),
        node('Tanh', ['p'], 'h'),
      ],
      [-1, -1],
      { box },
      /^MaxPool:p: winner takes all/,
    ],
    [
      'normaliser-fixed',
      [
        node('Conv', ['x', 'w', 'b'], 'a'),
        node('Relu', ['a'], 'r'),
        node('LRN', ['r'], 'h', { size: 1, alpha: float(1) }),
      ],
      [-1, -1],
      { box },
      /^LRN:h normalises across channels: the paper has no rule for it/,
    ],
    [
      'gates',
      [node('Conv', ['x', 'w', 'b'], 'a'), node('Sigmoid', ['a'], 'h')],
      [-1, -1],
      { box },
      /^Sigmoid:h is an activation function other than ReLU/,
    ],
  ] as const)('%s', async (code, nodes, biases, options, words) => {
    expect((await warningsOf(network(nodes, biases), options as InspectOptions))[code]).toMatch(words)
  })

  it('a softmax is looked through', async () => {
    const model = network(plain)
    const nodes = [...model.graph.nodes, node('Softmax', ['z'], 'y', { axis: 1 })]
    const outputs = [{ name: 'y', type: undefined }]
    const found = await warningsOf({ ...model, graph: { ...model.graph, nodes, outputs } }, { box })
    expect(found['softmax-head']).toMatch(/the output ends in a softmax, .* explained is the logit before it \(z\)/)
  })
})
