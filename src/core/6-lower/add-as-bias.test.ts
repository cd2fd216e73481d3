/** A number added behind a layer as its bias; what is no such thing is left alone. */

import { describe, expect, it } from 'vitest'
import { floats, modelOf, node, Random } from '../../../test/support/models.ts'
import { expectSameFunction, operatorsOf } from '../../../test/support/passes.ts'
import type { Graph, Node } from '../0-graph/graph.ts'
import { verify } from '../0-graph/verify.ts'
import { addAsBias } from './add-as-bias.ts'

const random = new Random(5)
const constants = {
  w: random.constant([4, 1, 2, 2]),
  v: random.constant([4, 3]),
  b: random.constant([4]),
  number: floats([], [0.75]),
  row: random.constant([5]),
}

async function rewritten(
  nodes: readonly Node[],
  inputs: Readonly<Record<string, readonly (number | string)[]>>,
  outputs = ['y'],
) {
  const model = modelOf({ nodes, inputs, outputs, constants })
  const graph: Graph = addAsBias(model.graph)
  expect(verify(graph)).toEqual([])
  await expectSameFunction(model, { ...model, graph })
  return operatorsOf(graph)
}

const picture = { x: ['n', 2, 6, 6] } as const

describe('addAsBias', () => {
  it('behind a Conv in groups, and behind a Gemm', async () => {
    const conv = await rewritten(
      [node('Conv', ['x', 'w'], 'c', { group: 2 }), node('Add', ['c', 'number'], 'y')],
      picture,
    )
    expect(conv).not.toContain('Add')
    const gemm = await rewritten([node('Gemm', ['x', 'v'], 'c'), node('Add', ['c', 'number'], 'y')], { x: ['n', 4] })
    expect(gemm).toEqual(['Reshape', 'Gemm'])
  })

  it.each([
    [
      'the layer has a bias',
      [node('Conv', ['x', 'w', 'b'], 'c', { group: 2 }), node('Add', ['c', 'number'], 'y')],
      ['y'],
    ],
    ['it is more than a number', [node('Conv', ['x', 'w'], 'c', { group: 2 }), node('Add', ['c', 'row'], 'y')], ['y']],
    [
      'the result is an output',
      [node('Conv', ['x', 'w'], 'c', { group: 2 }), node('Add', ['c', 'number'], 'y')],
      ['y', 'c'],
    ],
    [
      'somebody else reads the result',
      [node('Conv', ['x', 'w'], 'c', { group: 2 }), node('Add', ['c', 'number'], 'd'), node('Mul', ['c', 'd'], 'y')],
      ['y'],
    ],
  ] as const)('leaves it where %s', async (_, nodes, outputs) => {
    expect(await rewritten(nodes, picture, [...outputs])).toContain('Add')
  })
})
