/** The adjoint identity where a node has several operands or results that relevance travels through, one by one. */

import { describe, expect, it } from 'vitest'
import { dot, ints, modelOf, node, oracle, Random, run } from '../../../test/support/models.ts'
import { GraphBuilder } from '../0-graph/builder.ts'
import { constantsOf, type Dim, type Node } from '../0-graph/graph.ts'
import type { Tensor } from '../0-graph/tensor.ts'
import { inferShapes } from '../4-analyze/shapes.ts'
import type { Facts } from './operator.ts'
import { operatorOf } from './table.ts'

/** Inner products of some hundred float32 terms. */
const tolerance = 1e-5

interface Case {
  readonly node: Node
  /** Sizes of the operands that relevance goes to; `n` is declared free and is 2. */
  readonly operands: Readonly<Record<string, readonly Dim[]>>
  readonly constants?: Readonly<Record<string, Tensor>>
}

const random = new Random(40)
const sizes = (dims: readonly Dim[]) => dims.map(dim => (typeof dim === 'number' ? dim : 2))

/** The facts of a graph of one node, all of whose inputs are active but constants. */
async function setUp({ node: operation, operands, constants = {} }: Case) {
  const model = modelOf({ nodes: [operation], inputs: operands, outputs: operation.outputs, constants })
  const facts: Facts = {
    shapes: await inferShapes(model, oracle),
    constants: constantsOf(model.graph),
    active: new Set([...Object.keys(operands), ...operation.outputs]),
    initializers: model.graph.initializers,
  }
  const values = Object.fromEntries(
    Object.entries(operands).map(([name, dims]) => [name, random.tensor(sizes(dims))] as const),
  )
  return { model, facts, values, plain: await run(model, values) }
}

const numbers = (data: ArrayLike<number | bigint>) => Array.from(data, Number)

describe('sums: every operand is a branch of its own', () => {
  const [a, b, c] = [
    ['n', 3, 4],
    ['n', 1, 4],
    [3, 1],
  ] as const
  const cases: Readonly<Record<string, Case>> = {
    'Add of equals': { node: node('Add', ['u', 'v'], 'y'), operands: { u: a, v: a } },
    'Add that repeats the right': { node: node('Add', ['u', 'v'], 'y'), operands: { u: a, v: b } },
    'Add that repeats the left, of lower rank': { node: node('Add', ['v', 'u'], 'y'), operands: { v: c, u: a } },
    'Add that repeats both': { node: node('Add', ['u', 'v'], 'y'), operands: { u: b, v: c } },
    Sub: { node: node('Sub', ['u', 'v'], 'y'), operands: { u: b, v: a } },
    'Sum of three and a constant': {
      node: node('Sum', ['u', 'k', 'v', 'w'], 'y'),
      operands: { u: a, v: c, w: b },
      constants: { k: random.constant([4]) },
    },
    'Add of a value to itself': { node: node('Add', ['u', 'u'], 'y'), operands: { u: a } },
    'Sub of a value from itself': { node: node('Sub', ['u', 'u'], 'y'), operands: { u: a } },
  }

  it.each(Object.keys(cases))('%s', async name => {
    const example = cases[name] as Case
    const { model, facts, values, plain } = await setUp(example)
    const operator = operatorOf(example.node.opType, '')
    if (operator?.kind !== 'linear') throw new Error('a linear operator was expected')
    expect(operator.refuse?.(example.node, facts)).toBeUndefined()
    const builder = new GraphBuilder(model.graph)
    const context = { ...facts, b: builder }
    const branches = operator.branches(example.node, context)
    const active = example.node.inputs.flatMap((input, i) => (facts.active.has(input) ? [i] : []))
    expect(branches.map(branch => branch.input)).toEqual(active)
    const written = branches.map(branch => ({
      x: branch.x,
      // Forward may broadcast; adding zeros of the output's shape makes it of that shape.
      forward: builder.op('Add', [branch.forward(branch.x, branch.weights), 'zeros']),
      back: branch.transpose('s', branch.weights),
    }))
    const bias = operator.bias?.(example.node, context)
    const dims = plain.y?.dims as number[]
    const names = written.flatMap(({ forward, back }) => [
      builder.op('Identity', [forward]),
      builder.op('Identity', [back]),
    ])
    const extra = ['s', 'zeros'].map(input => ({ name: input, type: { dtype: 'float32', dims } as const }))
    const outputs = [...new Set(names), ...(bias ? [builder.op('Identity', [bias])] : [])]
    const graph = builder.appendTo(
      model.graph,
      outputs.map(output => ({ name: output, type: undefined })),
      extra,
    )
    const s = random.tensor(dims)
    const results = await run({ ...model, graph }, { ...values, s, zeros: random.tensor(dims, 0, 0) })
    const total = numbers(plain.y?.data ?? []).map(() => 0)
    for (const [i, { x }] of written.entries()) {
      const [forward, back] = [results[names[2 * i] as string], results[names[2 * i + 1] as string]]
      expect(back?.dims, x).toEqual(values[x]?.dims)
      const [left, right] = [
        dot(forward?.data ?? [], numbers(s.data)),
        dot(numbers(values[x]?.data ?? []), back?.data ?? []),
      ]
      expect(Math.abs(left - right), x).toBeLessThan(tolerance * s.data.length)
      forward?.data.forEach((value, at) => {
        total[at] = (total[at] as number) + value
      })
    }
    // y = Σ L_b(x_b) + bias.
    const constant = bias ? (results[outputs.at(-1) as string]?.data as number[]) : [0]
    plain.y?.data.forEach((value, at) => {
      expect((total[at] as number) + (constant[at % constant.length] as number)).toBeCloseTo(value, 5)
    })
  })
})

describe('moves: the adjoint of all operands and results together', () => {
  const part = [2, 3, 4] as const
  const cases: Readonly<Record<string, Case>> = {
    'Concat of unequal parts': {
      node: node('Concat', ['u', 'v', 'w'], 'y', { axis: -2 }),
      operands: { u: ['n', 1, 4], v: ['n', 3, 4], w: ['n', 2, 4] },
    },
    'Concat along the first axis': {
      node: node('Concat', ['u', 'v'], 'y', { axis: 0 }),
      operands: { u: part, v: [5, 3, 4] },
    },
    'Split into unequal parts': {
      node: node('Split', ['u', 'k'], ['y', 'z', 'q'], { axis: 1 }),
      operands: { u: ['n', 6, 2] },
      constants: { k: ints([1, 3, 2]) },
    },
    'Split into equal parts': { node: node('Split', ['u'], ['y', 'z'], { axis: -1 }), operands: { u: ['n', 3, 4] } },
    'Transpose of a free batch': {
      node: node('Transpose', ['u'], 'y', { perm: [0, 2, 3, 1] }),
      operands: { u: ['n', 2, 3, 4] },
    },
    'Reshape of a free batch': {
      node: node('Reshape', ['u', 'k'], 'y'),
      operands: { u: ['n', 4, 3] },
      constants: { k: ints([0, 2, -1]) },
    },
    'Flatten of a free batch': { node: node('Flatten', ['u'], 'y'), operands: { u: ['n', 4, 3] } },
    'Slice of a free batch': {
      node: node('Slice', ['u', 'from', 'to', 'axes', 'steps'], 'y'),
      operands: { u: ['n', 7, 5] },
      constants: { from: ints([-1, 1]), to: ints([-8, 4]), axes: ints([1, -1]), steps: ints([-3, 2]) },
    },
    'Pad of a free batch, partly negative': {
      node: node('Pad', ['u', 'k', ''], 'y'),
      operands: { u: ['n', 7, 5] },
      constants: { k: ints([0, 2, -1, 0, -3, 1]) },
    },
  }

  it.each(Object.keys(cases))('%s', async name => {
    const example = cases[name] as Case
    const { model, facts, values, plain } = await setUp(example)
    const operator = operatorOf(example.node.opType, '')
    if (operator?.kind !== 'rearranging') throw new Error('a rearranging operator was expected')
    expect(operator.refuse?.(example.node, facts)).toBeUndefined()
    const builder = new GraphBuilder(model.graph)
    const given = example.node.outputs.map(output => `r_${output}`)
    const shares = operator.adjoint(example.node, given, { ...facts, b: builder })
    const names = example.node.inputs.flatMap((input, i) =>
      facts.active.has(input) ? [[input, builder.op('Identity', [shares[i] as string])] as const] : [],
    )
    const r = example.node.outputs.map(output => random.tensor(plain[output]?.dims as number[]))
    const graph = builder.appendTo(
      { ...model.graph, outputs: [] },
      names.map(([, output]) => ({ name: output, type: undefined })),
      given.map((input, i) => ({ name: input, type: { dtype: 'float32', dims: r[i]?.dims ?? [] } as const })),
    )
    const feeds = Object.fromEntries(given.map((input, i) => [input, r[i] as (typeof r)[number]]))
    const results = await run({ ...model, graph }, { ...values, ...feeds })
    const forward = example.node.outputs.reduce(
      (sum, output, i) => sum + dot(plain[output]?.data ?? [], numbers(r[i]?.data ?? [])),
      0,
    )
    let back = 0
    for (const [input, output] of names) {
      expect(results[output]?.dims, input).toEqual(values[input]?.dims)
      back += dot(numbers(values[input]?.data ?? []), results[output]?.data ?? [])
    }
    expect(Math.abs(forward - back)).toBeLessThan(tolerance * 100)
    expect(Math.abs(forward)).toBeGreaterThan(0.01)
  })
})
