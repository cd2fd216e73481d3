/** Classic models of `ai.onnx.ml`: explained as the linear layers that they are. */

import { describe, expect, it } from 'vitest'
import { type AttributeInput, float } from '../../src/core/0-graph/builder.ts'
import type { Model, Node } from '../../src/core/0-graph/graph.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import type { ExplanationNames } from '../../src/core/5-explain/outputs.ts'
import { compileModel } from '../../src/core/compile.ts'
import type { CompileOptions } from '../../src/core/emit.ts'
import { floats, modelOf, node, oracle, Random, relativeError, run, runtime } from '../support/models.ts'

const rounding = 1e-5
/** The evidence of a linear model, feature by feature, and its intercept as the baseline: LRP-0 with absorbing biases. */
const evidence = lrp('epsilon', { epsilon: 0, stabilizer: 0 })

const list = (value: readonly number[]) => ({ type: 'floats', value }) as const

function classic(
  opType: string,
  inputs: string[],
  outputs: string[],
  attributes: Record<string, AttributeInput>,
): Node {
  return { ...node(opType, inputs, outputs, attributes), domain: 'ai.onnx.ml' }
}

function model(nodes: readonly Node[], outputs: readonly string[], constants = {}): Model {
  const made = modelOf({ nodes, inputs: { x: ['n', 3] }, outputs, constants })
  return { ...made, opsets: new Map([...made.opsets, ['ai.onnx.ml', 3]]) }
}

/** Relevance of `output`, and the tensors among the outputs: dictionaries cannot be fetched. */
async function explained(whole: Model, output: string, options: CompileOptions = {}) {
  const { model: compiled, names } = await compileModel(whole, oracle, { ...options, output })
  const [one] = names.explanations as [ExplanationNames]
  const session = await runtime.open(encodeModel(compiled))
  try {
    const tensors = whole.graph.outputs.map(({ name }) => name).filter(name => name !== 'map')
    const fetched = [...tensors, one.relevance, one.explainedLogit, one.relevanceSum]
    const results = await session.run({ x }, fetched)
    const numbers = (name: string) => Array.from(results[name]?.data ?? [], Number)
    return {
      relevance: numbers(one.relevance),
      logit: numbers(one.explainedLogit),
      sum: numbers(one.relevanceSum),
      numbers,
    }
  } finally {
    await session.close()
  }
}

const random = new Random(4)
const x = random.tensor([2, 3])
const at = Array.from(x.data, Number)
const [w, b] = [random.numbers(6).map(Math.fround), random.numbers(2).map(Math.fround)] as [number[], number[]]
const [offset, scale] = [random.numbers(3).map(Math.fround), random.numbers(3, 0.5, 2).map(Math.fround)] as [
  number[],
  number[],
]
const linear = { coefficients: list(w), intercepts: list(b) }

describe('a linear classifier', () => {
  const classifier = (post: string, from = 'x') =>
    classic('LinearClassifier', [from], ['label', 'p'], {
      ...linear,
      classlabels_ints: [0, 1],
      post_transform: post,
    })

  it.each(['NONE', 'LOGISTIC', 'SOFTMAX'])('has evidence w·x per feature (%s)', async post => {
    const whole = model(
      [classifier(post), classic('ZipMap', ['p'], ['map'], { classlabels_int64s: [0, 1] })],
      ['label', 'p', 'map'],
    )
    const { relevance, logit, numbers } = await explained(whole, 'map', { method: evidence, target: 1 })
    expect(
      relativeError(
        relevance,
        at.map((value, i) => value * (w[3 + (i % 3)] as number)),
      ),
    ).toBeLessThan(rounding)
    for (const [n, f] of logit.entries()) {
      const sum = [0, 1, 2].reduce(
        (total, i) => total + (at[n * 3 + i] as number) * (w[3 + i] as number),
        b[1] as number,
      )
      expect(f).toBeCloseTo(sum, 5)
    }
    const alone = await run(model([classifier(post)], ['label', 'p']), { x })
    expect(numbers('label')).toEqual(alone.label?.data)
    expect(relativeError(numbers('p'), alone.p?.data ?? [])).toBeLessThan(rounding)
  })

  it('is looked through to behind its rescaled probabilities, and scaled features count from their mean', async () => {
    const nodes = [
      classic('Scaler', ['x'], ['s'], { offset: list(offset), scale: list(scale) }),
      classifier('LOGISTIC', 's'),
      classic('Normalizer', ['p'], ['q'], { norm: 'L1' }),
      classic('ZipMap', ['q'], ['map'], { classlabels_int64s: [0, 1] }),
    ]
    const { relevance } = await explained(model(nodes, ['label', 'map']), 'map', { method: evidence, target: 0 })
    const expected = at.map(
      (value, i) => (value - (offset[i % 3] as number)) * (scale[i % 3] as number) * (w[i % 3] as number),
    )
    expect(relativeError(relevance, expected)).toBeLessThan(rounding)
  })
})

it('a linear regressor of chosen columns', async () => {
  const nodes = [
    classic('ArrayFeatureExtractor', ['x', 'columns'], ['c'], {}),
    classic('LinearRegressor', ['c'], ['y'], { coefficients: list([2, -3]), intercepts: list([0.5]), targets: 1 }),
  ]
  const columns = { dtype: 'int64' as const, dims: [2], bytes: new Uint8Array(BigInt64Array.of(2n, 0n).buffer) }
  const { relevance, logit } = await explained(model(nodes, ['y'], { columns }), 'y', { method: evidence })
  const expected = at.map((value, i) => value * ([-3, 0, 2][i % 3] as number))
  expect(relativeError(relevance, expected)).toBeLessThan(rounding)
  expect(logit[0]).toBeCloseTo((expected[0] as number) + (expected[2] as number) + 0.5, 5)
})

it('a perceptron of two classes, whose probabilities are 1 − p and p', async () => {
  const nodes = [
    node('Gemm', ['x', 'w', 'b'], 'a'),
    node('Relu', ['a'], 'h'),
    node('Gemm', ['h', 'u'], 'z'),
    node('Sigmoid', ['z'], 'p'),
    node('Sub', ['one', 'p'], 'q'),
    node('Concat', ['q', 'p'], 'both', { axis: 1 }),
    classic('ZipMap', ['both'], ['map'], { classlabels_int64s: [0, 1] }),
  ]
  const constants = {
    w: random.constant([3, 4]),
    b: random.constant([4], -0.2, 0),
    u: random.constant([4, 1], 0, 1),
    one: floats([], [1]),
  }
  const { logit, sum, numbers } = await explained(model(nodes, ['both', 'map'], constants), 'map')
  for (const [i, f] of logit.entries()) {
    expect(sum[i]).toBeCloseTo(f, 5)
    expect(numbers('both')[i * 2 + 1]).toBeCloseTo(1 / (1 + Math.exp(-f)), 5)
  }
})

it.each(['L1', 'L2', 'MAX'])('rows of unit length: the divisor is held fixed (%s)', async norm => {
  const nodes = [
    classic('Normalizer', ['x'], ['u'], { norm }),
    classic('LinearRegressor', ['u'], ['y'], { coefficients: list([1, 2, -1]), targets: 1 }),
  ]
  const { relevance, logit } = await explained(model(nodes, ['y']), 'y', { method: evidence })
  const row = at.slice(0, 3)
  const lengths = { L1: row.reduce((s, v) => s + Math.abs(v), 0), L2: Math.hypot(...row), MAX: Math.max(...row) }
  const length = lengths[norm as keyof typeof lengths]
  expect(
    relativeError(
      relevance.slice(0, 3),
      row.map((v, i) => (v / length) * ([1, 2, -1][i] as number)),
    ),
  ).toBeLessThan(rounding)
  expect(logit[0]).toBeCloseTo(
    relevance.slice(0, 3).reduce((s, v) => s + v, 0),
    5,
  )
})

it.each([[[2, 3]], [[2, 1, 3]]])('support vectors with a linear kernel, %j of each class', async perClass => {
  const total = perClass.reduce((sum, count) => sum + count, 0)
  const attributes = {
    classlabels_ints: perClass.map((_, i) => i),
    vectors_per_class: perClass,
    coefficients: list(random.numbers(total * (perClass.length - 1))),
    support_vectors: list(random.numbers(total * 3)),
    rho: list(random.numbers((perClass.length * (perClass.length - 1)) / 2)),
    kernel_type: 'LINEAR',
    kernel_params: list([0.5, 0, 3]),
  }
  const whole = model([classic('SVMClassifier', ['x'], ['label', 's'], attributes)], ['label', 's'])
  const { s: scores } = await run(whole, { x })
  for (const target of perClass.keys()) {
    const { relevance, logit } = await explained(whole, 's', { method: lrp('evidence'), target })
    expect(logit[0]).toBeCloseTo(scores?.data[target] as number, 5)
    // Linear in x: where x is doubled, its evidence is.
    const baseline = (logit[0] as number) - relevance.slice(0, 3).reduce((sum, value) => sum + value, 0)
    const twice = await run(whole, { x: { ...x, data: Float32Array.from(at, value => 2 * value) } })
    expect(2 * ((logit[0] as number) - baseline) + baseline).toBeCloseTo(twice.s?.data[target] as number, 5)
  }
})

it.each([
  ['lacks an input', classic('ArrayFeatureExtractor', ['x'], ['y'], {})],
  ['lacks all inputs', classic('LinearRegressor', [], ['y'], { coefficients: list([1, 2, 3]) })],
  [
    'has coefficients for half an output',
    classic('LinearRegressor', ['x'], ['y'], { coefficients: list([1, 2, 3]), targets: 2 }),
  ],
  [
    'has a strange ending',
    classic('LinearRegressor', ['x'], ['y'], { coefficients: list([1, 2, 3]), post_transform: 'constructor' }),
  ],
])('a broken model that %s is refused in one line', async (_, broken) => {
  const refused = compileModel(model([broken], ['y']), oracle)
  await expect(refused).rejects.toMatchObject({ name: 'DeepTaylorError' })
})

it('what is not linear is refused by name', async () => {
  const nodes = [classic('TreeEnsembleRegressor', ['x'], ['y'], { n_targets: float(1) })]
  await expect(compileModel(model(nodes, ['y']), oracle)).rejects.toThrow()
})
