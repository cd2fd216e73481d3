/** What is known of a graph before anything is written: intervals, the explained output, what relevance can reach. */

import { describe, expect, it } from 'vitest'
import { factsOf, floats, ints, modelOf, node, oracle, type Parts, Random } from '../../../test/support/models.ts'
import { float } from '../0-graph/builder.ts'
import { canonizeStructure } from '../2-canonize/canonize.ts'
import { describeDomain } from '../3-operators/domain.ts'
import { domainsOf } from './domains.ts'
import { explainedOutput } from './explained-output.ts'
import { type InputBox, inputDomain } from './input-domain.ts'
import { reach } from './reach.ts'
import { inferShapes } from './shapes.ts'

const random = new Random(1)
const picture = ['n', 3, 4, 4] as const

/** The domain of `y` in words. */
async function domainOf(nodes: Parts['nodes'], box?: InputBox, constants: Parts['constants'] = {}): Promise<string> {
  const model = modelOf({ nodes, inputs: { x: picture }, outputs: ['y'], constants })
  const facts = await factsOf(model, 'x', 'y')
  const domains = domainsOf(reach(model.graph, ['x'], 'y').nodes, facts, new Map([['x', inputDomain(box)]]))
  const domain = domains.get('y')
  return domain ? describeDomain(domain) : 'none'
}

const pool = { kernel_shape: [2, 2] }
const w = random.constant([2, 3, 1, 1])

describe('domains', () => {
  const box = { low: -1, high: [2, 3, 4] }
  const onInput: readonly (readonly [
    what: string,
    nodes: Parts['nodes'],
    expected: string,
    constants?: Parts['constants'],
  ])[] = [
    ['nothing', [node('Flatten', ['x'], 'y')], 'input [-1, 4]'],
    ['Transpose', [node('Transpose', ['x'], 'y', { perm: [0, 2, 3, 1] })], 'input [-1, 4]'],
    ['Pad', [node('Pad', ['x', 'pads'], 'y')], 'input [-1, 4]', { pads: ints([0, 0, 1, 0, 0, 0, 0, 0]) }],
    [
      'Pad with a value',
      [node('Pad', ['x', 'pads', 'value'], 'y')],
      'input [-5, 4]',
      { pads: ints([0, 0, 1, 0, 0, 0, 0, 0]), value: floats([], [-5]) },
    ],
    ['AveragePool', [node('AveragePool', ['x'], 'y', pool)], 'input [-1, 4]'],
    ['MaxPool', [node('MaxPool', ['x'], 'y', pool)], 'input [-1, 4]'],
    ['Concat', [node('Concat', ['x', 'x'], 'y', { axis: 1 })], 'input [-1, 4]'],
    [
      'Concat with constants',
      [node('Concat', ['x', 'c'], 'y', { axis: 1 })],
      'input [-1, 9]',
      { c: floats([1, 1, 4, 4], [3, 9, ...Array(14).fill(0)]) },
    ],
    ['Sub of a mean', [node('Sub', ['x', 'c'], 'y')], 'input, a rescaled box', { c: floats([1], [2]) }],
    ['Div by a deviation', [node('Div', ['x', 'c'], 'y')], 'input, a rescaled box', { c: floats([1], [2]) }],
    ['Relu', [node('Relu', ['x'], 'y')], 'hidden [0, 4]'],
    ['Conv', [node('Conv', ['x', 'w'], 'y')], 'hidden ℝ', { w }],
  ]
  const cases = onInput.map(([what, nodes, expected, constants = {}]) => [what, nodes, expected, constants] as const)
  it.each(cases)('of a box through %s', async (_, nodes, expected, constants) => {
    expect(await domainOf(nodes, box, constants)).toBe(expected)
  })

  it('of padding outside the box', async () => {
    const pads = ints([0, 0, 1, 0, 0, 0, 0, 0])
    expect(await domainOf([node('Pad', ['x', 'pads'], 'y')], { low: 2, high: 3 }, { pads })).toBe('input [0, 3]')
    expect(await domainOf([node('AveragePool', ['x'], 'y', pool)], { low: 2, high: 3 })).toBe('input [0, 3]')
  })

  const bounds = { zero: floats([], [0]), six: floats([], [6]), low: floats([], [-2]) }
  const hidden: readonly (readonly [what: string, nodes: Parts['nodes'], expected: string])[] = [
    ['Relu', [node('Relu', ['a'], 'y')], 'hidden ≥ 0'],
    ['ReLU6', [node('Clip', ['a', 'zero', 'six'], 'y')], 'hidden [0, 6]'],
    ['ReLU6 in two nodes', [node('Relu', ['a'], 'b'), node('Clip', ['b', '', 'six'], 'y')], 'hidden [0, 6]'],
    ['Clip from below', [node('Clip', ['a', 'low'], 'y')], 'hidden ℝ'],
    ['LeakyRelu', [node('LeakyRelu', ['a'], 'y')], 'hidden ℝ'],
    [
      'LeakyRelu of a Clip',
      [node('Clip', ['a', 'low', 'six'], 'b'), node('LeakyRelu', ['b'], 'y', { alpha: float(0.5) })],
      'hidden [-1, 6]',
    ],
    ['LeakyRelu without slope', [node('LeakyRelu', ['a'], 'y', { alpha: float(0) })], 'hidden ≥ 0'],
    ['LeakyRelu of negative slope', [node('LeakyRelu', ['a'], 'y', { alpha: float(-1) })], 'hidden ℝ'],
    ['Sigmoid', [node('Sigmoid', ['a'], 'y')], 'hidden [0, 1]'],
    ['Tanh', [node('Tanh', ['a'], 'y')], 'hidden [-1, 1]'],
    ['Softplus', [node('Softplus', ['a'], 'y')], 'hidden ≥ 0'],
    ['Relu + ReLU6', [...halves('Relu', 'Clip'), node('Add', ['b', 'c'], 'y')], 'hidden ≥ 0'],
    ['ReLU6 + ReLU6', [...halves('Clip', 'Clip'), node('Sum', ['b', 'c'], 'y')], 'hidden [0, 12]'],
    ['ReLU6 − ReLU6', [...halves('Clip', 'Clip'), node('Sub', ['b', 'c'], 'y')], 'hidden ℝ'],
    ['the sum of ReLUs', [node('Relu', ['a'], 'b'), node('ReduceSum', ['b'], 'y')], 'hidden ≥ 0'],
    ['the mean of ReLU6', [node('Clip', ['a', 'zero', 'six'], 'b'), node('ReduceMean', ['b'], 'y')], 'hidden [0, 6]'],
    ['LRN of ReLU', [node('Relu', ['a'], 'b'), node('LRN', ['b'], 'y', { size: 3 })], 'hidden ≥ 0'],
  ]
  it.each(hidden)('of %s', async (_, nodes, expected) => {
    expect(await domainOf([node('Conv', ['x', 'w'], 'a'), ...nodes], undefined, { w, ...bounds })).toBe(expected)
  })

  /** b and c, two activations of a. */
  function halves(...kinds: ('Relu' | 'Clip')[]): Parts['nodes'] {
    return kinds.map((kind, i) => node(kind, kind === 'Clip' ? ['a', 'zero', 'six'] : ['a'], 'bc'[i] as string))
  }
})

describe('the explained output', () => {
  const graphOf = (...nodes: Parts['nodes']) => modelOf({ nodes, inputs: { x: ['n', 3] }, outputs: ['y'] }).graph

  it.each([
    ['Softmax', 'softmax'],
    ['LogSoftmax', 'log-softmax'],
    ['Sigmoid', 'sigmoid'],
  ] as const)('is what a final %s reads', (opType, head) => {
    expect(explainedOutput(graphOf(node('Relu', ['x'], 'h'), node(opType, ['h'], 'y')), 'y')).toEqual({
      output: 'y',
      logits: 'h',
      head,
      labels: undefined,
      isOfTwo: false,
    })
    const moved = graphOf(node('Relu', ['x'], 'h'), node(opType, ['h'], 'p'), node('Flatten', ['p'], 'y'))
    expect(explainedOutput(moved, 'y')).toMatchObject({ logits: 'h', head })
  })

  it('is the output itself elsewhere', () => {
    expect(explainedOutput(graphOf(node('Softmax', ['x'], 'h'), node('Relu', ['h'], 'y')), 'y')).toMatchObject({
      logits: 'y',
      head: 'none',
    })
    expect(explainedOutput(graphOf(node('Relu', ['x'], 'h'), node('Flatten', ['h'], 'y')), 'y').logits).toBe('y')
  })
})

describe('the explained output of an old model', () => {
  // Before opset 13 both normalised over all axes from one on, so the upgrade puts each between Flatten and Reshape.
  it.each(['Softmax', 'LogSoftmax'])('is what a final %s of opset 11 reads', opType => {
    const nodes = [node('Relu', ['x'], 'h'), node(opType, ['h'], 'y', { axis: 1 })]
    const { graph } = canonizeStructure(modelOf({ nodes, inputs: { x: ['n', 3] }, outputs: ['y'], opset: 11 }))
    const { logits, head } = explainedOutput(graph, 'y')
    expect(head).toBe(opType === 'Softmax' ? 'softmax' : 'log-softmax')
    expect(graph.nodes.find(({ outputs }) => outputs[0] === logits)).toMatchObject({ opType: 'Flatten', inputs: ['h'] })
  })
})

describe('reach', () => {
  it('follows data, not shapes, and only what leads to the output', () => {
    const { graph } = modelOf({
      nodes: [
        node('Relu', ['x'], 'a'),
        node('Shape', ['a'], 'dims'),
        node('Reshape', ['k', 'dims'], 'b'),
        node('Add', ['a', 'b'], 'y'),
        node('Neg', ['a'], 'other'),
      ],
      inputs: { x: [2] },
      outputs: ['y', 'other'],
      constants: { k: floats([2], [1, 2]) },
    })
    const { active, nodes } = reach(graph, ['x'], 'y')
    expect([...active].sort()).toEqual(['a', 'x', 'y'])
    expect(nodes.map(n => n.outputs[0])).toEqual(['a', 'y'])
  })
})

describe('shapes', () => {
  it('are told for every value, free sizes by name, and unknown ranks as unknown', async () => {
    const model = modelOf({
      nodes: [
        node('Conv', ['x', 'w'], 'a', { strides: [2, 2] }),
        node('ReduceSum', ['a'], 'scalar', { keepdims: 0 }),
        node('NonZero', ['scalar'], 'places'),
        node('Reshape', ['x', 'to'], 'unknown'),
        node('Shape', ['unknown'], 'y'),
      ],
      inputs: { x: picture, to: ['m'] },
      outputs: ['y'],
      constants: { w },
    })
    const graph = { ...model.graph, inputs: model.graph.inputs.map(retyped) }
    const shapes = await inferShapes({ ...model, graph }, oracle)
    expect(shapes.get('a')).toEqual({ dtype: 'float32', dims: ['n', 2, 2, 2] })
    expect(shapes.get('scalar')?.dims).toEqual([])
    expect(shapes.get('unknown')?.dims).toBeUndefined()
    expect(shapes.get('w')?.dims).toEqual([2, 3, 1, 1])
  })

  const retyped = (info: ReturnType<typeof modelOf>['graph']['inputs'][number]) =>
    info.name === 'to' ? { ...info, type: { dtype: 'int64' as const, dims: ['m'] } } : info
})
