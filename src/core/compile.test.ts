/** The pipeline as a whole: what it writes for a small network, what it refuses and in which words, which rule layers get. */

import { describe, expect, it } from 'vitest'
import {
  explained,
  floats,
  ints,
  modelOf,
  node,
  oracle,
  type Parts,
  Random,
  relativeError,
  tensor,
} from '../../test/support/models.ts'
import { print } from './0-graph/print.ts'
import { verify } from './0-graph/verify.ts'
import { decodeModel } from './1-codec/decode.ts'
import { encodeModel } from './1-codec/encode.ts'
import { deepTaylor } from './5-explain/deep-taylor.ts'
import { type AnalyzeOptions, analyze } from './analysis.ts'
import { compileModel } from './compile.ts'
import { DeepTaylorError } from './diagnostics.ts'

const random = new Random(11)
const tiny = modelOf({
  nodes: [
    node('Conv', ['x', 'w', 'b'], 'c', { pads: [1, 1, 1, 1] }),
    node('Relu', ['c'], 'h'),
    node('Flatten', ['h'], 'f'),
    node('Gemm', ['f', 'v'], 'y'),
  ],
  inputs: { x: ['n', 1, 2, 2] },
  outputs: ['y'],
  constants: { w: random.constant([2, 1, 3, 3]), b: floats([2], [0, 0]), v: random.constant([8, 3]) },
})

/** The error that compiling throws. */
async function refusal(parts: Parts, options: AnalyzeOptions = {}): Promise<DeepTaylorError> {
  const error = await compileModel(modelOf(parts), oracle, options).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(DeepTaylorError)
  return error as DeepTaylorError
}

/** `operator: rule` of every layer, from input to output. */
async function rulesOf(parts: Parts, options: AnalyzeOptions = {}): Promise<string[]> {
  const { steps } = await analyze(modelOf(parts), oracle, options)
  return steps.map(({ node: { opType }, decision }) =>
    decision.kind === 'rule' ? `${opType}: ${decision.rule.name}` : `${opType}: ${decision.kind}`,
  )
}

describe('a tiny network', () => {
  it('is compiled to this', async () => {
    const { model } = await compileModel(tiny, oracle, { target: 1 })
    expect(print(model.graph)).toMatchInlineSnapshot(`
      "inputs   x: float32[n,1,2,2]
      constant w: float32[2,1,3,3]
      constant b: float32[2]
      constant v: float32[8,3]
      constant deeptaylor/int_0_3: int64[2]
      constant deeptaylor/int_0: int64[1]
      constant deeptaylor/int_1: int64[1]
      constant deeptaylor/float_1: float32[]
      constant deeptaylor/int_0_1: int64[2]
      constant deeptaylor/int_0_8: int64[2]
      constant deeptaylor/float_1e-20: float32[]
      constant deeptaylor/int_0_2_2_2: int64[4]
      constant deeptaylor/int_1_2_3: int64[3]
      constant deeptaylor/int_2: int64[1]
      Conv:c/conv/bias = Expand(deeptaylor/float_1e-20, deeptaylor/int_2)
      c = Conv(x, w, b) {pads=[1,1,1,1]}
      h = Relu(c)
      f = Flatten(h)
      y = Gemm(f, v) {transB=0}
      target/table = Reshape(y, deeptaylor/int_0_3)
      target/shape = Shape(target/table)
      target/samples = Slice(target/shape, deeptaylor/int_0, deeptaylor/int_1)
      target/column = Concat(target/samples, deeptaylor/int_1) {axis=0}
      target/fixed = Expand(deeptaylor/int_1, target/column)
      target/chosen = Reshape(target/fixed, deeptaylor/int_0)
      target/logit = GatherElements(target/table, target/fixed) {axis=1}
      target/logit_2 = Reshape(target/logit, deeptaylor/int_0)
      of_class = Reshape(target/logit_2, deeptaylor/int_0_1)
      Gemm:y/row = Gather(v, target/chosen) {axis=1}
      Gemm:y/row_2 = Transpose(Gemm:y/row) {perm=[1,0]}
      Gemm:y/row_3 = Reshape(Gemm:y/row_2, deeptaylor/int_0_8)
      Gemm:y/w_positive = Relu(Gemm:y/row_3)
      Gemm:y/contributions = Mul(f, Gemm:y/w_positive)
      Gemm:y/neuron = ReduceSum(Gemm:y/contributions, deeptaylor/int_1)
      Gemm:y/guarded = Add(Gemm:y/neuron, deeptaylor/float_1e-20)
      Gemm:y/s = Div(of_class, Gemm:y/guarded)
      Gemm:y/transposed = Mul(Gemm:y/s, Gemm:y/w_positive)
      Flatten:f/reshaped = Reshape(Gemm:y/transposed, deeptaylor/int_0_2_2_2)
      Relu:h/share = Mul(h, Flatten:f/reshaped)
      Conv:c/shape = Shape(x)
      Conv:c/ones = Expand(deeptaylor/float_1, Conv:c/shape)
      Conv:c/w_square = Mul(w, w)
      Conv:c/guarded = Conv(Conv:c/ones, Conv:c/w_square, Conv:c/conv/bias) {kernel_shape=[3,3] strides=[1,1] dilations=[1,1] group=1 pads=[1,1,1,1]}
      Conv:c/s = Div(Relu:h/share, Conv:c/guarded)
      Conv:c/transposed = ConvTranspose(Conv:c/s, Conv:c/w_square) {kernel_shape=[3,3] strides=[1,1] dilations=[1,1] group=1 pads=[1,1,1,1]}
      x/share = Mul(Conv:c/ones, Conv:c/transposed)
      relevance = Identity(x/share)
      explained_class = Identity(target/chosen)
      explained_logit = Identity(target/logit_2)
      sum = ReduceSum(x/share, deeptaylor/int_1_2_3) {keepdims=0}
      relevance_sum = Identity(sum)
      outputs  y, relevance: float32[n,1,2,2], explained_class: int64[n], explained_logit: float32[n], relevance_sum: float32[n]"
    `)
  })

  it('in a box is compiled to this', async () => {
    const { model } = await compileModel(tiny, oracle, { target: 1, box: { low: -1, high: 2 } })
    const first = print(model.graph)
      .split('\n')
      .filter(line => /^(Conv:c\/|x\/|relevance =)/.test(line))
    expect(first.join('\n')).toMatchInlineSnapshot(`
      "Conv:c/conv/bias = Expand(deeptaylor/float_1e-20, deeptaylor/int_2)
      Conv:c/x_from_low = Sub(x, deeptaylor/float_-1)
      Conv:c/w_positive = Relu(w)
      Conv:c/x_from_high = Sub(x, deeptaylor/float_2)
      Conv:c/w_negative = Min(w, deeptaylor/float_0)
      Conv:c/guarded = Conv(Conv:c/x_from_low, Conv:c/w_positive, Conv:c/conv/bias) {kernel_shape=[3,3] strides=[1,1] dilations=[1,1] group=1 pads=[1,1,1,1]}
      Conv:c/conv_2 = Conv(Conv:c/x_from_high, Conv:c/w_negative) {kernel_shape=[3,3] strides=[1,1] dilations=[1,1] group=1 pads=[1,1,1,1]}
      Conv:c/z = Add(Conv:c/guarded, Conv:c/conv_2)
      Conv:c/s = Div(Relu:h/share, Conv:c/z)
      Conv:c/transposed = ConvTranspose(Conv:c/s, Conv:c/w_positive) {kernel_shape=[3,3] strides=[1,1] dilations=[1,1] group=1 pads=[1,1,1,1]}
      Conv:c/transposed_2 = ConvTranspose(Conv:c/s, Conv:c/w_negative) {kernel_shape=[3,3] strides=[1,1] dilations=[1,1] group=1 pads=[1,1,1,1]}
      x/share = Mul(Conv:c/x_from_low, Conv:c/transposed)
      x/share_2 = Mul(Conv:c/x_from_high, Conv:c/transposed_2)
      x/shares = Add(x/share, x/share_2)
      relevance = Identity(x/shares)"
    `)
  })

  it('says in its metadata what was done', async () => {
    const { model } = await compileModel(tiny, oracle, { method: deepTaylor({ bias: 'absorb' }) })
    const { metadata } = await decodeModel(encodeModel(model))
    expect(JSON.parse(metadata.get('deeptaylor.method') ?? '')).toEqual({
      name: 'deep-taylor',
      bias: 'absorb',
      pooling: 'proportional',
      stabilizer: 0,
    })
    expect(JSON.parse(metadata.get('deeptaylor.rules') ?? '').map((r: { rule: string }) => r.rule)).toEqual([
      'w²',
      'pass',
      'adjoint',
      'z⁺',
    ])
  })

  it('keeps names that the model uses already', async () => {
    const parts = {
      ...tiny.graph,
      constants: Object.fromEntries(tiny.graph.initializers),
      inputs: { relevance: ['n', 1, 2, 2] },
    }
    const nodes = tiny.graph.nodes.map(n => ({ ...n, inputs: n.inputs.map(i => (i === 'x' ? 'relevance' : i)) }))
    const model = modelOf({ nodes, inputs: parts.inputs, constants: parts.constants, outputs: ['y'] })
    const { model: compiled, names } = await compileModel(model, oracle)
    expect(names.input).toBe('relevance')
    expect(names.explanations[0]?.relevance).not.toBe('relevance')
    expect(verify(compiled.graph)).toEqual([])
  })

  it('explains nothing where the logit is nothing', async () => {
    // The convolution is all ≤ 0 (x ≥ 0, w ≤ 0): h = 0, f = 0, R = 0 and no 0/0.
    const initializers = new Map([...tiny.graph.initializers, ['w', floats([2, 1, 3, 3], Array(18).fill(-1))] as const])
    const dead = { ...tiny, graph: { ...tiny.graph, initializers } }
    const x = tensor([2, 1, 2, 2], [1, 2, 3, 4, 0, 0, 0, 0])
    for (const options of [{}, { box: { low: 0, high: 5 } }, { method: deepTaylor({ stabilizer: 1e-6 }) }]) {
      const { relevance, logit, sum } = await explained(dead, { x }, { ...options, target: 0 })
      expect(relevance.map(Math.abs)).toEqual(Array(8).fill(0))
      expect([...logit, ...sum].map(Math.abs)).toEqual([0, 0, 0, 0])
    }
  })
})

describe('neurons that only their bias excites', () => {
  it('give nothing to their inputs', async () => {
    // y = Σ relu(1 − relu(x)): no input helps, so none has a share; the bias keeps it (absorb).
    const model = modelOf({
      nodes: [
        node('Gemm', ['x', 'w'], 'a'),
        node('Relu', ['a'], 'h'),
        node('Sub', ['ones', 'h'], 's'),
        node('Relu', ['s'], 'r'),
        node('ReduceSum', ['r', 'axis'], 'y'),
      ],
      inputs: { x: ['n', 2] },
      outputs: ['y'],
      constants: { w: floats([2, 2], [1, 0, 0, 1]), ones: floats([2], [1, 1]), axis: ints([1]) },
    })
    const { relevance, logit } = await explained(
      model,
      { x: tensor([1, 2], [0.5, 0.25]) },
      { method: deepTaylor({ bias: 'absorb' }) },
    )
    expect(logit[0]).toBeCloseTo(1.25, 6)
    expect(relevance.map(Math.abs)).toEqual([0, 0])
  })
})

describe('refusals', () => {
  const x = { x: ['n', 4] } as const

  it('list all unsupported nodes at once, by name', async () => {
    const { code, message } = await refusal({
      nodes: [
        node('Cos', ['x'], 'a'),
        node('Relu', ['a'], 'b'),
        node('Gemm', ['b', 'x'], 'c'),
        node('Sin', ['c'], 'y'),
      ],
      inputs: x,
      outputs: ['y'],
    })
    expect(code).toBe('unsupported-operators')
    expect(message).toContain('these 3 nodes')
    for (const name of ['Cos "Cos:a"', 'Gemm "Gemm:c"', 'Sin "Sin:y"']) expect(message).toContain(name)
  })

  it('does not ask for rules beside the way', async () => {
    const parts: Parts = {
      nodes: [node('Erf', ['x'], 'other'), node('Gemm', ['x', 'w'], 'y')],
      inputs: x,
      outputs: ['y', 'other'],
      constants: { w: random.constant([4, 2]) },
    }
    expect(await rulesOf(parts)).toEqual(['Gemm: w²'])
  })

  it.each(['If', 'Loop', 'Scan'])('name %s', async opType => {
    const body = { body: { type: 'other', value: 'GRAPH' } } as const
    const parts: Parts = {
      nodes: [node('Relu', ['x'], 'h'), node(opType, ['h'], 'a', body), node('Relu', ['a'], 'y')],
      inputs: x,
      outputs: ['y'],
    }
    const { message } = await refusal(parts)
    expect(message).toContain(`${opType} "${opType}:a"`)
  })

  it('ask which of several inputs is meant', async () => {
    const parts: Parts = {
      nodes: [node('Add', ['x', 'z'], 'y')],
      inputs: { x: ['n', 4], z: ['n', 4] },
      outputs: ['y'],
    }
    const { code, message } = await refusal(parts)
    expect(code).toBe('option-invalid')
    expect(message).toMatch(/several inputs \(x, z\)/)
    expect(await rulesOf(parts, { input: 'z' })).toHaveLength(1)
    expect((await refusal(parts, { input: 'no' })).message).toContain('it has x, z')
    expect((await refusal(parts, { output: 'no' })).message).toContain('it has y')
  })

  const gemm = {
    nodes: [node('Gemm', ['x', 'w'], 'y')],
    inputs: x,
    outputs: ['y'],
    constants: { w: random.constant([4, 2]) },
  }

  it.each([
    [{ target: 2 }, /classes 0 to 1/],
    [{ target: -3 }, /classes 0 to 1/],
    [{ target: 0.5 }, /classes 0 to 1/],
    [{ box: { low: 1, high: 1 } }, /not all below/],
    [{ box: { low: [0, 0], high: [1, -1] } }, /not all below/],
    [{ box: { low: [0, 0, 0], high: 1 } }, /bounds for 3 channels and the input has 4/],
    [{ shape: [1, 4, 1] }, /has 2 dimensions/],
  ] as const)('say what is wrong with options (%#)', async (options, message) => {
    expect((await refusal(gemm, options as AnalyzeOptions)).message).toMatch(message)
  })

  it('say what is wrong with a stabilizer', () => {
    for (const stabilizer of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => deepTaylor({ stabilizer })).toThrow(DeepTaylorError)
    }
  })

  it('say that nothing leads to the output', async () => {
    const parts = { ...gemm, nodes: [node('Gemm', ['x', 'w'], 'h'), node('Relu', ['w'], 'y')] }
    expect((await refusal(parts)).code).toBe('no-path')
  })

  it('of integers as input', async () => {
    const model = modelOf({ nodes: [node('Cast', ['x'], 'y', { to: 1 })], inputs: x, outputs: ['y'] })
    const inputs = [{ name: 'x', type: { dtype: 'int64', dims: ['n', 4] } }] as const
    const error = await compileModel({ ...model, graph: { ...model.graph, inputs } }, oracle).catch(e => e)
    expect(error.message).toContain('int64')
  })
})

describe('the rule of a layer follows from the domain of its input', () => {
  const gemm = (from: string, to: string, w = 'w') => node('Gemm', [from, w], to)
  const over = (...nodes: Parts['nodes']): Parts => ({
    nodes,
    inputs: { x: ['n', 3] },
    outputs: ['y'],
    constants: {
      w: random.constant([3, 3]),
      c: floats([3], [0.5, -1, 2]),
      positive: floats([3], [0.5, 1, 2]),
      zero: floats([], [0]),
      six: floats([], [6]),
      negative: floats([], [-1]),
    },
  })
  const last = async (parts: Parts, options: AnalyzeOptions = {}) => (await rulesOf(parts, options)).at(-1)

  it.each([
    [undefined, 'w²'],
    [{ low: -1, high: 1 }, 'zᴮ'],
    [{ low: 0, high: 1 }, 'zᴮ'],
    [{ low: 0, high: Number.POSITIVE_INFINITY }, 'z⁺'],
    [{ low: Number.NEGATIVE_INFINITY, high: 1 }, 'w²'],
    [{ low: [0, -1, 0], high: Number.POSITIVE_INFINITY }, 'w²'],
  ])('the input itself (%#)', async (box, rule) => {
    expect(await last(over(gemm('x', 'y')), box ? { box } : {})).toBe(`Gemm: ${rule}`)
  })

  const hidden: readonly (readonly [what: string, nodes: Parts['nodes'], rule: string])[] = [
    ['Relu', [node('Relu', ['a'], 'h')], 'z⁺'],
    ['ReLU6', [node('Clip', ['a', 'zero', 'six'], 'h')], 'z⁺'],
    ['Clip from −1', [node('Clip', ['a', 'negative', 'six'], 'h')], 'signed z⁺'],
    ['Clip from above alone', [node('Clip', ['a', '', 'six'], 'h')], 'signed z⁺'],
    ['Sigmoid', [node('Sigmoid', ['a'], 'h')], 'z⁺'],
    ['Tanh', [node('Tanh', ['a'], 'h')], 'signed z⁺'],
    ['LeakyRelu', [node('LeakyRelu', ['a'], 'h')], 'signed z⁺'],
    ['LeakyRelu of an activation', [node('Relu', ['a'], 'r'), node('LeakyRelu', ['r'], 'h')], 'z⁺'],
    ['no activation', [node('Flatten', ['a'], 'h')], 'signed z⁺'],
    ['Relu plus a constant', [node('Relu', ['a'], 'r'), node('Add', ['r', 'c'], 'h')], 'signed z⁺'],
    ['Relu times a constant', [node('Relu', ['a'], 'r'), node('Mul', ['r', 'c'], 'h')], 'signed z⁺'],
    ['Relu plus something positive', [node('Relu', ['a'], 'r'), node('Add', ['r', 'positive'], 'h')], 'z⁺'],
    ['Relu minus something positive', [node('Relu', ['a'], 'r'), node('Sub', ['r', 'positive'], 'h')], 'signed z⁺'],
    ['something positive minus Relu', [node('Relu', ['a'], 'r'), node('Sub', ['positive', 'r'], 'h')], 'signed z⁺'],
    ['Relu times something positive', [node('Relu', ['a'], 'r'), node('Mul', ['r', 'positive'], 'h')], 'z⁺'],
    ['Relu over something positive', [node('Relu', ['a'], 'r'), node('Div', ['r', 'positive'], 'h')], 'z⁺'],
    ['Relu over something of both signs', [node('Relu', ['a'], 'r'), node('Div', ['r', 'c'], 'h')], 'signed z⁺'],
    ['Relu plus Relu', [node('Relu', ['a'], 'r'), node('Add', ['r', 'r'], 'h')], 'z⁺'],
    ['Relu minus Relu', [node('Relu', ['a'], 'r'), node('Sub', ['r', 'r'], 'h')], 'signed z⁺'],
  ]
  it.each(hidden)('%s', async (_, nodes, rule) => {
    expect(await last(over(gemm('x', 'a'), ...nodes, gemm('h', 'y')))).toBe(`Gemm: ${rule}`)
  })

  it.each([
    ['a ReLU alone', [node('Relu', ['s'], 'y')], 'z'],
    ['a LeakyReLU', [node('LeakyRelu', ['s'], 'y')], 'z⁺ by sign'],
    ['a layer', [gemm('s', 'y')], 'z⁺ by sign'],
    ['a ReLU and a layer', [node('Relu', ['s'], 'r'), gemm('s', 't'), node('Add', ['r', 't'], 'y')], 'z⁺ by sign'],
    ['nothing', [], 'z⁺ by sign'],
  ] as const)('a sum of both signs read by %s', async (_, readers, rule) => {
    const last = readers.length === 0 ? 'y' : 's'
    const nodes = [gemm('x', 'a'), node('Relu', ['a'], 'r0'), gemm('r0', 'b'), node('Add', ['b', 'r0'], last)]
    expect(await rulesOf(over(...nodes, ...readers))).toContain(`Add: ${rule}`)
  })

  it('a constant put beside activations may be negative', async () => {
    const parts = over(
      gemm('x', 'a'),
      node('Relu', ['a'], 'r'),
      node('Concat', ['r', 'coordinates'], 'h', { axis: 1 }),
      gemm('h', 'y', 'v'),
    )
    const beside = (values: number[]) => ({
      ...parts,
      inputs: { x: [1, 3] },
      constants: { ...parts.constants, v: random.constant([5, 2]), coordinates: floats([1, 2], values) },
    })
    expect(await last(beside([-1, 1]))).toBe('Gemm: signed z⁺')
    expect(await last(beside([0, 1]))).toBe('Gemm: z⁺')
  })

  it.each([
    ['proportional', 'Relu', 'proportional'],
    ['proportional', 'LeakyRelu', 'proportional'],
    ['proportional', 'Identity', 'winner'],
    ['winner', 'Relu', 'winner'],
  ] as const)('max pooling %s of %s: %s', async (pooling, activation, expected) => {
    const nodes = [
      node('Conv', ['x', 'w'], 'a'),
      node(activation, ['a'], 'h'),
      node('MaxPool', ['h'], 'p', { kernel_shape: [2] }),
      node('Flatten', ['p'], 'y'),
    ]
    const parts = { nodes, inputs: { x: ['n', 1, 4] }, outputs: ['y'], constants: { w: random.constant([2, 1, 1]) } }
    const rules = await rulesOf(parts, { method: deepTaylor({ pooling }) })
    expect(rules.find(rule => rule.startsWith('MaxPool'))).toBe(`MaxPool: ${expected}`)
  })
})

describe('a box stays a box until a layer reads it', () => {
  const box = { low: [0, 10, 20], high: [4, 30, 25] }
  const w = random.constant([2, 3, 2, 2])
  const size = [3, 4, 4] as const
  const x = random.numbers(3 * 48, 0, 4).map((v, i) => {
    const c = Math.floor(i / 16) % 3
    return (box.low[c] as number) + (v / 4) * ((box.high[c] as number) - (box.low[c] as number))
  })
  const head = [node('Relu', ['c'], 'h'), node('Flatten', ['h'], 'f'), node('ReduceSum', ['f', 'one'], 'y')]
  const constants = { w, one: ints([1]) }
  const explain = (
    nodes: Parts['nodes'],
    more: Parts['constants'] = {},
    inputs: Parts['inputs'] = { x: ['n', ...size] },
  ) =>
    explained(
      modelOf({ nodes: [...nodes, ...head], inputs, outputs: ['y'], constants: { ...constants, ...more } }),
      {
        x: tensor([3, ...size], x),
      },
      { box },
    )

  const tolerance = 1e-5

  it('Transpose there and back', async () => {
    const direct = await explain([node('Conv', ['x', 'w'], 'c')])
    const moved = await explain([
      node('Transpose', ['x'], 't', { perm: [0, 2, 3, 1] }),
      node('Transpose', ['t'], 'u', { perm: [0, 3, 1, 2] }),
      node('Conv', ['u', 'w'], 'c'),
    ])
    expect(direct.logit.every(f => f !== 0)).toBe(true)
    expect(relativeError(moved.relevance, direct.relevance)).toBeLessThan(tolerance)
  })

  it('a reversal of channels, as Slice, Split and Concat write it', async () => {
    const reversed = floats([2, 3, 2, 2], numbersReversed(w.bytes))
    const direct = await explain([node('Conv', ['x', 'w'], 'c')])
    const split = await explain(
      [
        node('Split', ['x', 'each'], ['r', 'g', 'b'], { axis: 1 }),
        node('Concat', ['b', 'g', 'r'], 'bgr', { axis: 1 }),
        node('Conv', ['bgr', 'w'], 'c'),
      ],
      { w: reversed, each: ints([1, 1, 1]) },
    )
    const sliced = await explain(
      [node('Slice', ['x', 'last', 'before', 'axis', 'back'], 'bgr'), node('Conv', ['bgr', 'w'], 'c')],
      { w: reversed, last: ints([-1]), before: ints([-(2 ** 31)]), axis: ints([1]), back: ints([-1]) },
    )
    expect(relativeError(split.relevance, direct.relevance)).toBeLessThan(tolerance)
    expect(relativeError(sliced.relevance, direct.relevance)).toBeLessThan(tolerance)
  })

  it('mean and deviation of the preprocessing', async () => {
    const [mean, std] = [
      [1, 15, 22],
      [2, -5, 10],
    ]
    const per = (values: number[]) => floats([1, 3, 1, 1], values)
    const inside = await explain(
      [node('Sub', ['x', 'mean'], 'm'), node('Div', ['m', 'std'], 's'), node('Conv', ['s', 'w'], 'c')],
      { mean: per(mean), std: per(std) },
    )
    // The same by hand; the second channel's deviation is negative and turns its interval round.
    const scaled = (value: number, c: number) => (value - (mean[c] as number)) / (std[c] as number)
    const ends = [0, 1, 2].map(c => [scaled(box.low[c] as number, c), scaled(box.high[c] as number, c)])
    const byHand = await explained(
      modelOf({
        nodes: [node('Conv', ['x', 'w'], 'c'), ...head],
        inputs: { x: ['n', ...size] },
        outputs: ['y'],
        constants,
      }),
      {
        x: tensor(
          [3, ...size],
          x.map((v, i) => scaled(v, Math.floor(i / 16) % 3)),
        ),
      },
      { box: { low: ends.map(e => Math.min(...e)), high: ends.map(e => Math.max(...e)) } },
    )
    expect(relativeError(inside.relevance, byHand.relevance)).toBeLessThan(1e-4)
  })

  it('zero padding: what was added has no share', async () => {
    const attribute = await explain([node('Conv', ['x', 'w'], 'c', { pads: [1, 0, 0, 2] })])
    const written = await explain([node('Pad', ['x', 'pads'], 'p'), node('Conv', ['p', 'w'], 'c')], {
      pads: ints([0, 0, 1, 0, 0, 0, 0, 2]),
    })
    expect(relativeError(written.relevance, attribute.relevance)).toBeLessThan(tolerance)
  })

  it('another input of the model beside it', async () => {
    // What else is fed shares by the same rule, of no box: together they make the logit.
    const model = modelOf({
      nodes: [node('Concat', ['x', 'z'], 'j', { axis: 1 }), node('Conv', ['j', 'v'], 'c'), ...head],
      inputs: { x: ['n', ...size], z: ['n', 2, 4, 4] },
      outputs: ['y'],
      constants: { v: random.constant([2, 5, 2, 2], -0.2, 1), one: ints([1]) },
    })
    const feeds = { x: tensor([3, ...size], x), z: random.tensor([3, 2, 4, 4]) }
    const { logit, sum, all } = await explained(model, feeds, { box, input: 'x' })
    const elsewhere = all.elsewhere_sum?.data as number[]
    expect(Math.min(...logit, ...elsewhere)).toBeGreaterThan(0)
    const together = sum.map((value, i) => value + (elsewhere[i] as number))
    expect(relativeError(together, logit)).toBeLessThan(tolerance)
  })

  it('channels reshaped to samples of their own', async () => {
    // One kernel over every channel: as a grouped convolution that repeats it, and as a batch of channels.
    const kernel = random.numbers(8)
    const samples = ints([-1, 1, 4, 4])
    const more = { w: floats([2, 1, 2, 2], kernel), samples, row: ints([-1, 54]) }
    const grouped = await explain([node('Conv', ['x', 'w'], 'c', { group: 3 })], {
      w: floats([6, 1, 2, 2], [...kernel, ...kernel, ...kernel]),
    })
    const reshaped = await explain(
      [node('Reshape', ['x', 'samples'], 's'), node('Conv', ['s', 'w'], 'd'), node('Reshape', ['d', 'row'], 'c')],
      more,
    )
    expect(relativeError(reshaped.relevance, grouped.relevance)).toBeLessThan(tolerance)
  })

  it('constants beside the input have no share', async () => {
    // With coordinates that no neuron stands behind, the input's own elements share everything.
    const beside = [
      node('Concat', ['x', 'coordinates'], 'j', { axis: 1 }),
      node('Pad', ['j', 'pads'], 'p'),
      node('Conv', ['p', 'v'], 'c'),
    ]
    const constants = {
      v: random.constant([2, 5, 2, 2], -0.2, 1),
      coordinates: random.constant([1, 2, 4, 4]),
      pads: ints([0, 0, 1, 0, 0, 0, 0, 2]),
    }
    const model = modelOf({
      nodes: [...beside, ...head],
      inputs: { x: [1, ...size] },
      outputs: ['y'],
      constants: { ...constants, one: ints([1]) },
    })
    for (const options of [{ box }, {}]) {
      const { logit, sum } = await explained(model, { x: tensor([1, ...size], x.slice(0, 48)) }, options)
      expect(logit[0]).toBeGreaterThan(0)
      expect(Math.abs((sum[0] as number) / (logit[0] as number) - 1)).toBeLessThan(tolerance)
    }
  })

  it('a batch reshaped to a size that the graph computes', async () => {
    // x.view(x.size(0), -1) in PyTorch.
    const more = { v: random.constant([48, 5]), first: ints([0]), rest: ints([-1]) }
    const dense = node('Gemm', ['g', 'v'], 'c')
    const direct = await explain([node('Flatten', ['x'], 'g'), dense], more)
    const computed = await explain(
      [
        node('Shape', ['x'], 'dims'),
        node('Gather', ['dims', 'first'], 'n', { axis: 0 }),
        node('Concat', ['n', 'rest'], 'to', { axis: 0 }),
        node('Reshape', ['x', 'to'], 'g'),
        dense,
      ],
      more,
    )
    expect(relativeError(computed.relevance, direct.relevance)).toBeLessThan(tolerance)
  })
})

function numbersReversed(bytes: Uint8Array): number[] {
  const values = [...new Float32Array(bytes.slice().buffer)]
  return values.map((_, i) => values[Math.floor(i / 12) * 12 + (2 - (Math.floor(i / 4) % 3)) * 4 + (i % 4)] as number)
}
