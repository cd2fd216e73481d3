/** Ifs whose condition turns out to be known, as the first exporters wrote them, and those whose is not. */

import { describe, expect, it } from 'vitest'
import {
  explained,
  floats,
  ints,
  modelOf,
  node,
  oracle,
  Random,
  relativeError,
  run,
} from '../../../test/support/models.ts'
import type { Attribute, Graph, Model, Node } from '../0-graph/graph.ts'
import { decodeModel } from '../1-codec/decode.ts'
import { encodeModel } from '../1-codec/encode.ts'
import { analyze } from '../analysis.ts'

const random = new Random(2)

function branch(nodes: readonly Node[], output: string, constants: Graph['initializers'] = new Map()): Attribute {
  return {
    type: 'graph',
    value: { name: 'branch', nodes, inputs: [], outputs: [{ name: output, type: undefined }], initializers: constants },
  }
}

const choice = (then: Attribute, otherwise: Attribute, condition = 'c'): Node => ({
  ...node('If', [condition], 'h'),
  attributes: { then_branch: then, else_branch: otherwise },
})

/** x [n, 4] → Relu → the If → dense; the condition is `size` = 4, the size of x. */
function model(middle: readonly Node[], opset = 17): Model {
  return modelOf({
    nodes: [
      node('MatMul', ['x', 'w'], 'a'),
      node('Relu', ['a'], 'r'),
      node('Shape', ['r'], 'shape'),
      node('Gather', ['shape', 'one'], 'width'),
      node('Equal', ['width', 'size'], 'c'),
      ...middle,
      node('MatMul', ['h', 'u'], 'y'),
    ],
    inputs: { x: ['n', 4] },
    outputs: ['y'],
    opset,
    constants: { w: random.constant([4, 4]), u: random.constant([4, 2], 0.1, 1), one: ints(1), size: ints(4) },
  })
}

const doubled = branch([node('Mul', ['r', 'k'], 't')], 't', new Map([['k', floats([], [2])]]))
const halved = branch([node('Mul', ['r', 'k'], 't')], 't', new Map([['k', floats([], [0.5])]]))
const x = random.tensor([2, 4])

async function expectExplained(given: Model): Promise<void> {
  const whole = await decodeModel(encodeModel(given))
  const { y } = await run(whole, { x })
  const { logit, sum } = await explained(whole, { x }, { target: 1 })
  expect(relativeError(logit, [y?.data[1] as number, y?.data[3] as number])).toBeLessThan(1e-6)
  expect(relativeError(sum, logit)).toBeLessThan(1e-5)
  const { steps } = await analyze(whole, oracle)
  expect(steps.map(step => step.node.opType)).not.toContain('If')
}

describe('an If that is decided', () => {
  it('is the branch that runs', () => expectExplained(model([choice(doubled, halved)])))

  it('may have a branch that hands on what is around it', () =>
    expectExplained(model([choice(branch([node('Identity', ['r'], 't')], 't'), halved)])))

  it('may stand within another, and read what the other makes', async () => {
    const inner: Node = {
      ...node('If', ['c'], 'v'),
      attributes: {
        then_branch: branch([node('Add', ['t', 'r'], 's')], 's'),
        else_branch: branch([node('Sub', ['t', 'r'], 's')], 's'),
      },
    }
    const outer = branch([node('Mul', ['r', 'k'], 't'), inner], 'v', new Map([['k', floats([], [3])]]))
    await expectExplained(model([choice(outer, halved)]))
  })

  it('may read a value through an Identity that goes', () =>
    expectExplained(model([node('Identity', ['r'], 'i'), choice(branch([node('Abs', ['i'], 't')], 't'), halved)])))

  it('keeps apart what branches of two Ifs name alike', () => {
    const second: Node = { ...choice(doubled, halved), name: 'second', outputs: ['g'] }
    return expectExplained(model([second, choice(branch([node('Add', ['r', 'g'], 't')], 't'), halved)]))
  })
})

describe('control flow is refused', () => {
  it.each([
    [
      'whose condition depends on the input',
      [
        node('ReduceSum', ['r'], 'total', { keepdims: 0 }),
        node('Greater', ['total', 'zero'], 'd'),
        choice(doubled, halved, 'd'),
      ],
      17,
    ],
    ['of a model whose opset must be lifted', [choice(doubled, halved)], 11],
  ] as const)('%s', async (_, nodes, opset) => {
    const given = model([...nodes], opset)
    const graph = { ...given.graph, initializers: new Map(given.graph.initializers).set('zero', floats([], [0])) }
    const refused = decodeModel(encodeModel({ ...given, graph })).then(whole => analyze(whole, oracle))
    await expect(refused).rejects.toThrow(/If "If:h" .*control flow is not supported/)
    await expect(refused).rejects.toMatchObject({ code: 'unsupported-operators' })
  })

  it('whose branch reads what nothing makes, or itself', async () => {
    for (const inputs of [['nothing'], ['t']]) {
      const given = model([choice(branch([node('Relu', inputs, 't')], 't'), halved)])
      await expect(decodeModel(encodeModel(given)).then(whole => analyze(whole, oracle))).rejects.toMatchObject({
        name: 'DeepTaylorError',
      })
    }
  })
})
