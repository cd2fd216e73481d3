/**
 * Additive models, whose logit is a baseline and one term per feature: naive Bayes and linear models, written as converters of
 * scikit-learn write them. Their evidence (Poulin et al. 2006) is compared with the terms themselves, in float64.
 */

import { describe, expect, it } from 'vitest'
import { float } from '../../src/core/0-graph/builder.ts'
import type { Model, Node } from '../../src/core/0-graph/graph.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import { Explainer } from '../../src/explainer/explainer.ts'
import type { SampleExplanation } from '../../src/explainer/explanation.ts'
import type { Target } from '../../src/explainer/target.ts'
import { floats, ints, modelOf, node, Random, relativeError } from '../support/models.ts'

const [classes, features] = [3, 4]
const random = new Random(9)
const rounded = (count: number, low: number, high: number) => random.numbers(count, low, high).map(Math.fround)
const theta = rounded(classes * features, -1, 1)
const sigma = rounded(classes * features, 0.3, 2)
const [scatter, prior] = [rounded(classes, -3, 0), rounded(classes, -2, 0)]
const x = rounded(features, -2, 2)
const at = (values: readonly number[], c: number, i: number) => values[c * features + i] as number

/** exp(z − log Σ exp z), as the converters write it. */
const scores: readonly Node[] = [
  node('ReduceLogSumExp', ['z', 'second'], 'total', { keepdims: 0 }),
  node('Reshape', ['total', 'column'], 'totals'),
  node('Sub', ['z', 'totals'], 'log_scores'),
  node('Exp', ['log_scores'], 'scores'),
]

function model(nodes: readonly Node[], { classlabels = ['a', 'b', 'c'], from = 'scores' } = {}): Model {
  const zipped = {
    ...node('ZipMap', [from], 'map', { classlabels_strings: { type: 'strings', value: classlabels } }),
    domain: 'ai.onnx.ml',
  }
  const made = modelOf({
    nodes: [...nodes, ...(from === 'scores' ? scores : []), zipped],
    inputs: { x: ['n', features] },
    outputs: ['map'],
    opset: 18,
    constants: {
      theta: floats([1, classes, features], theta),
      sigma: floats([1, classes, features], sigma),
      table: floats(
        [features, classes],
        Array.from({ length: features * classes }, (_, k) => at(theta, k % classes, Math.floor(k / classes))),
      ),
      one: floats([features, 1], theta.slice(0, features)),
      scatter: floats([1, classes], scatter),
      prior: floats([1, classes], prior),
      intercept: floats([1], [0.25]),
      half: floats([], [0.5]),
      unity: floats([], [1]),
      threshold: floats([], [0.1]),
      two: floats([], [2]),
      apart: ints([-1, 1, features]),
      second: ints([1]),
      last: ints([2]),
      column: ints([-1, 1]),
    },
  })
  return { ...made, opsets: new Map([...made.opsets, ['ai.onnx.ml', 3]]) }
}

async function evidence(of: Model, target: Target): Promise<SampleExplanation & { readonly terms: readonly number[] }> {
  const loaded = { model: of, source: 'test', path: undefined, byteLength: 0 }
  await using explainer = await Explainer.open(loaded, { method: lrp('evidence'), targets: [target] })
  const { relevance, samples } = await explainer.explain(
    { dims: [1, features], data: Float32Array.from(x) },
    { target },
  )
  return { ...(samples[0] as SampleExplanation), terms: Array.from(relevance.data) }
}

const gaussian = [
  node('Reshape', ['x', 'apart'], 'rows'),
  node('Sub', ['rows', 'theta'], 'd'),
  node('Pow', ['d', 'two'], 'squares'),
  node('Div', ['squares', 'sigma'], 'ratios'),
  node('ReduceSum', ['ratios', 'last'], 'sums', { keepdims: 0 }),
  node('Mul', ['sums', 'half'], 'halves'),
  node('Sub', ['scatter', 'halves'], 'likelihood'),
  node('Add', ['prior', 'likelihood'], 'z'),
]
const bernoulli = [
  node('Greater', ['x', 'threshold'], 'is_there'),
  node('Cast', ['is_there'], 'there', { to: 1 }),
  node('MatMul', ['there', 'table'], 'm'),
  node('Add', ['m', 'scatter'], 's'),
  node('Add', ['s', 'prior'], 'z'),
]
const multinomial = [node('MatMul', ['x', 'table'], 'm'), node('Add', ['m', 'prior'], 'z')]

/** Models, and one term of theirs: of class c in feature i. */
const models: Readonly<Record<string, readonly [nodes: readonly Node[], term: (c: number, i: number) => number]>> = {
  'Gaussian naive Bayes': [gaussian, (c, i) => -(((x[i] as number) - at(theta, c, i)) ** 2) / at(sigma, c, i) / 2],
  'Bernoulli naive Bayes': [bernoulli, (c, i) => ((x[i] as number) > Math.fround(0.1) ? at(theta, c, i) : 0)],
  'multinomial naive Bayes': [multinomial, (c, i) => (x[i] as number) * at(theta, c, i)],
}

describe.each(Object.keys(models))('%s', name => {
  const [nodes, term] = models[name] as (typeof models)[string]
  const baseline = (c: number) => (prior[c] as number) + (nodes === multinomial ? 0 : (scatter[c] as number))
  const terms = (c: number) => x.map((_, i) => term(c, i))

  it.each([0, 1, 2])('the evidence for class %d is its terms', async c => {
    const { terms: ours, baseline: rest, logit, conservationError, target } = await evidence(model(nodes), c)
    expect(relativeError(ours, terms(c))).toBeLessThan(1e-5)
    expect(rest).toBeCloseTo(baseline(c), 5)
    expect(logit).toBeCloseTo(
      terms(c).reduce((sum, value) => sum + value, baseline(c)),
      5,
    )
    expect(conservationError).toBeNull()
    expect(target.label).toBe('abc'[c])
  })

  it('the log-odds of two classes are the difference of their terms', async () => {
    const { terms: ours, baseline: rest, warnings } = await evidence(model(nodes), { class: 'b', versus: 'c' })
    const difference = terms(1).map((value, i) => value - (terms(2)[i] as number))
    // Each class's terms go through quotients by its logit, which may be small beside them: float32 loses a digit there.
    expect(relativeError(ours, difference)).toBeLessThan(1e-4)
    expect(rest).toBeCloseTo(baseline(1) - baseline(2), 5)
    expect(warnings).toEqual([])
  })
})

describe('two classes behind one logit', () => {
  const nodes = [
    node('MatMul', ['x', 'one'], 'm'),
    node('Add', ['m', 'intercept'], 'z'),
    node('Sigmoid', ['z'], 'p'),
    node('Sub', ['unity', 'p'], 'rest'),
    node('Concat', ['rest', 'p'], 'both', { axis: 1 }),
  ]
  const terms = x.map((value, i) => value * at(theta, 0, i))
  const logit = terms.reduce((sum, value) => sum + value, 0.25)
  const p = 1 / (1 + Math.exp(-logit))

  it.each([
    [['no', 'yes'], 'yes', 1],
    [['no', 'yes'], 'no', -1],
    [['0', '1'], '1', 1],
    [['0', '1'], '0', -1],
  ] as const)('have the labels of the file, %s: %s', async (classlabels, target, sign) => {
    const {
      terms: ours,
      baseline,
      target: explained,
      prediction,
    } = await evidence(model(nodes, { classlabels: [...classlabels], from: 'both' }), target)
    expect(
      relativeError(
        ours,
        terms.map(value => sign * value),
      ),
    ).toBeLessThan(1e-5)
    expect(baseline).toBeCloseTo(sign * 0.25, 5)
    expect(explained.label).toBe(target)
    const score = (label: string) => prediction.find(one => one.label === label)?.score
    expect(score(classlabels[1])).toBeCloseTo(p, 5)
    expect(score(classlabels[0])).toBeCloseTo(1 - p, 5)
    expect(prediction[0]?.score).toBeGreaterThan(0.5)
  })
})

it('a Binarizer is a step', async () => {
  const binarizer = { ...node('Binarizer', ['x'], 'there', { threshold: float(0.1) }), domain: 'ai.onnx.ml' }
  const { terms } = await evidence(model([binarizer, ...bernoulli.slice(2)]), 1)
  expect(
    relativeError(
      terms,
      x.map((value, i) => (value > 0.1 ? at(theta, 1, i) : 0)),
    ),
  ).toBeLessThan(1e-6)
})

it('a number that is no logit has no classes', async () => {
  const regressor = modelOf({
    nodes: [node('MatMul', ['x', 'w'], 'm'), node('Unsqueeze', ['m', 'axis'], 'y')],
    inputs: { x: ['n', features] },
    outputs: ['y'],
    constants: { w: floats([features], theta.slice(0, features)), axis: ints([1]) },
  })
  const { prediction, terms, baseline } = await evidence(regressor, 'top')
  expect(prediction).toEqual([])
  expect(
    relativeError(
      terms,
      x.map((value, i) => value * at(theta, 0, i)),
    ),
  ).toBeLessThan(1e-6)
  expect(baseline).toBeCloseTo(0, 6)
})
