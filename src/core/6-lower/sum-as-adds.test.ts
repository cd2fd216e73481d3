/** Sums as additions compute the same, whatever they sum. */

import { describe, expect, it } from 'vitest'
import { modelOf, node } from '../../../test/support/models.ts'
import { expectSameFunction, operatorsOf } from '../../../test/support/passes.ts'
import { verify } from '../0-graph/verify.ts'
import { sumAsAdds } from './sum-as-adds.ts'

const inputs = { a: ['n', 3, 4], b: [3, 1], c: ['n', 1, 4], d: [4] } as const

describe('sumAsAdds', () => {
  it.each([
    [['a', 'b'], ['Add']],
    [
      ['b', 'c', 'd'],
      ['Add', 'Add'],
    ],
    [
      ['d', 'b', 'c', 'a', 'a'],
      ['Add', 'Add', 'Add', 'Add'],
    ],
    [['a'], ['Identity']],
  ])('of %s', async (summands, operators) => {
    const used = Object.fromEntries(Object.entries(inputs).filter(([name]) => summands.includes(name)))
    const model = modelOf({ nodes: [node('Sum', summands, 'y')], inputs: used, outputs: ['y'] })
    const graph = sumAsAdds(model.graph)
    expect(verify(graph)).toEqual([])
    expect(operatorsOf(graph)).toEqual(operators)
    await expectSameFunction(model, { ...model, graph })
  })

  it('takes names that nobody has', async () => {
    const nodes = [node('Sum', ['a', 'b', 'c'], 'y'), node('Relu', ['y'], 'y_2'), node('Sum', ['y', 'y_2', 'd'], 'z')]
    const model = modelOf({ nodes, inputs, outputs: ['z'] })
    const graph = sumAsAdds(model.graph)
    expect(verify(graph)).toEqual([])
    await expectSameFunction(model, { ...model, graph })
  })
})
