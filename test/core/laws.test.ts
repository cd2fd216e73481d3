/** What must hold for every network: conservation, positivity, and what a change of the input or the weights must do. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Model } from '../../src/core/0-graph/graph.ts'
import type { InputBox } from '../../src/core/4-analyze/input-domain.ts'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import { dagInput, randomDag } from '../support/dag.ts'
import { explained, floats, ints, modelOf, node, Random, relativeError, run, tensor } from '../support/models.ts'

/** float32 sums of some hundred shares, through some ten layers. */
const conservation = 1e-5
const agreement = 2e-5

const domains: readonly { name: string; low: number; high: number; box: InputBox | undefined }[] = [
  { name: 'unconstrained', low: -2, high: 2, box: undefined },
  { name: 'boxed', low: -2, high: 2, box: { low: -2, high: 2 } },
  { name: 'boxed by channel', low: 0, high: 1, box: { low: [-1, 0, -0.5], high: [1, 1, 2] } },
  { name: 'non-negative', low: 0, high: 3, box: { low: 0, high: Number.POSITIVE_INFINITY } },
]

/** Draws networks by seed; fast-check reports the seed that fails. */
async function forAll(check: (random: Random) => Promise<void>, runs = 15): Promise<void> {
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), seed => check(new Random(seed)))
  await fc.assert(property, { numRuns: runs, seed: 20170101, endOnFailure: true })
}

describe('networks with b ≤ 0', () => {
  it.each(domains)('conserve relevance and keep it positive ($name)', async ({ low, high, box }) => {
    let positive = 0
    await forAll(async random => {
      const model = randomDag(random)
      const feeds = { x: random.tensor([2, ...dagInput], low, high) }
      const { relevance, logit, sum } = await explained(model, feeds, box ? { box } : {})
      logit.forEach((f, i) => {
        if (f <= 0) return
        positive++
        expect(Math.abs((sum[i] as number) - f) / f).toBeLessThan(conservation)
        const own = relevance.slice((i * relevance.length) / 2, ((i + 1) * relevance.length) / 2)
        expect(Math.min(...own)).toBeGreaterThanOrEqual(-1e-6 * Math.max(...own))
        expect(Math.max(...own)).toBeGreaterThan(0)
      })
    })
    // A network that never fires would make this test empty.
    expect(positive).toBeGreaterThan(15)
  })

  it('conserve with winner-takes-all pooling too', async () => {
    await forAll(async random => {
      const feeds = { x: random.tensor([1, ...dagInput]) }
      const { logit, sum } = await explained(randomDag(random), feeds, { method: deepTaylor({ pooling: 'winner' }) })
      const [f, s] = [logit[0] as number, sum[0] as number]
      if (f > 0) expect(Math.abs(s - f) / f).toBeLessThan(conservation)
    })
  })
})

describe('any network', () => {
  const any = (random: Random): Model => randomDag(random, { biases: [-0.3, 0.3] })

  it('predicts what it predicted', async () => {
    await forAll(async random => {
      const model = any(random)
      const feeds = { x: random.tensor([2, ...dagInput]) }
      const [plain, { all }] = [await run(model, feeds), await explained(model, feeds)]
      expect(relativeError(all.y?.data as number[], plain.y?.data as number[])).toBeLessThan(agreement)
    })
  })

  it('explains a batch as it explains its samples', async () => {
    await forAll(async random => {
      const model = any(random)
      const box = { low: -1, high: 1 }
      const batch = random.tensor([3, ...dagInput])
      const together = await explained(model, { x: batch }, { box })
      const size = batch.data.length / 3
      for (let i = 0; i < 3; i++) {
        const x = tensor([1, ...dagInput], Array.from(batch.data, Number).slice(i * size, (i + 1) * size))
        const alone = await explained(model, { x }, { box })
        expect(relativeError(together.relevance.slice(i * size, (i + 1) * size), alone.relevance)).toBeLessThan(
          agreement,
        )
      }
    }, 6)
  })

  it('scales relevance with its last layer', async () => {
    await forAll(async random => {
      const seed = random.int(1, 1e6)
      const feeds = { x: random.tensor([1, ...dagInput]) }
      const once = await explained(randomDag(new Random(seed)), feeds, { target: 1 })
      const thrice = await explained(randomDag(new Random(seed), { scale: 3 }), feeds, { target: 1 })
      expect(
        relativeError(
          thrice.relevance,
          once.relevance.map(r => 3 * r),
        ),
      ).toBeLessThan(agreement)
    })
  })

  it('does not care in which order its layers are declared', async () => {
    await forAll(async random => {
      const model = any(random)
      const feeds = { x: random.tensor([1, ...dagInput]) }
      const reversed = {
        ...model,
        graph: { ...model.graph, initializers: new Map([...model.graph.initializers].reverse()) },
      }
      const [a, c] = [await explained(model, feeds), await explained(reversed, feeds)]
      expect(relativeError(c.relevance, a.relevance)).toBe(0)
    }, 5)
  })

  it('has the same targets by arg-max, by rank and by index', async () => {
    const model = any(new Random(5))
    const x = new Random(6).tensor([3, ...dagInput])
    const top = await explained(model, { x })
    const asked = (values: readonly number[]) =>
      ({ dtype: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) }) as const
    const first = await explained(model, { x, target: asked([-1]) }, { target: 'input' })
    expect(first.relevance).toEqual(top.relevance)
    expect(first.chosen).toEqual(top.chosen)
    const perSample = await explained(model, { x, target: asked(top.chosen) }, { target: 'input' })
    expect(perSample.relevance).toEqual(top.relevance)
    const second = await explained(model, { x, target: asked([-2, -2, -2]) }, { target: 'input' })
    const fixed = await explained(model, { x }, { target: second.chosen[0] as number })
    const size = x.data.length / 3
    expect(fixed.relevance.slice(0, size)).toEqual(second.relevance.slice(0, size))
    const y = top.all.y?.data as number[]
    second.logit.forEach((logit, i) => {
      const row = y.slice(i * 4, i * 4 + 4).sort((a, c) => c - a)
      expect(logit).toBe(row[1])
    })
    for (const wrong of [4, -5])
      await expect(explained(model, { x, target: asked([wrong]) }, { target: 'input' })).rejects.toThrow()
  })
})

describe('what other tools get wrong without a word', () => {
  const box = { low: 0, high: Number.POSITIVE_INFINITY }

  it('relu(x + f(x)) conserves with no hint', async () => {
    // x > 0 and f dense: every summand, negative ones too, has somebody to give its relevance to.
    let positive = 0
    await forAll(async random => {
      const nodes = [
        node('Gemm', ['x', 'w', 'b'], 'f'),
        node('Add', ['f', 'x'], 's'),
        node('Relu', ['s'], 'r'),
        node('Gemm', ['r', 'ones'], 'y'),
      ]
      const constants = {
        w: random.constant([12, 12], -0.3, 0.3),
        b: random.constant([12], -0.2, 0),
        ones: random.constant([12, 1], 0, 1),
      }
      const model = modelOf({ nodes, inputs: { x: ['n', 12] }, outputs: ['y'], constants })
      const { logit, sum } = await explained(model, { x: random.tensor([1, 12], 0, 1) }, { box })
      const [f, s] = [logit[0] as number, sum[0] as number]
      if (f <= 0) return
      positive++
      // Shares of both signs cancel: a sum near 0 magnifies rounding.
      expect(Math.abs(s - f) / f).toBeLessThan(1e-3)
    })
    expect(positive).toBeGreaterThan(10)
  })

  it('one layer applied twice is two neurons', async () => {
    // h = relu(W x), y = relu(W h), logit Σ y: as the same network with W stored twice.
    const random = new Random(3)
    const w = random.constant([4, 4], -0.5, 1)
    const nodes = (second: string) => [
      node('Gemm', ['x', 'w'], 'a'),
      node('Relu', ['a'], 'h'),
      node('Gemm', ['h', second], 'c'),
      node('Relu', ['c'], 'r'),
      node('Gemm', ['r', 'ones'], 'y'),
    ]
    const of = (second: string) =>
      modelOf({
        nodes: nodes(second),
        inputs: { x: ['n', 4] },
        outputs: ['y'],
        constants: { w, copy: w, ones: floats([4, 1], [1, 1, 1, 1]) },
      })
    const feeds = { x: random.tensor([2, 4], 0, 1) }
    const [shared, stored] = [await explained(of('w'), feeds, { box }), await explained(of('copy'), feeds, { box })]
    expect(shared.relevance).toEqual(stored.relevance)
    shared.logit.forEach((f, i) => {
      expect(shared.sum[i]).toBeCloseTo(f, 4)
    })
  })

  it('two layers that read the input are both first', async () => {
    const random = new Random(4)
    const nodes = [
      node('Gemm', ['x', 'w'], 'a'),
      node('Relu', ['a'], 'h'),
      node('Gemm', ['x', 'v'], 'c'),
      node('Relu', ['c'], 'g'),
      node('Concat', ['h', 'g'], 'j', { axis: 1 }),
      node('Gemm', ['j', 'ones'], 'y'),
    ]
    const ones = floats([6, 1], [1, 1, 1, 1, 1, 1])
    const model = modelOf({
      nodes,
      inputs: { x: ['n', 4] },
      outputs: ['y'],
      constants: { w: random.constant([4, 3]), v: random.constant([4, 3]), ones },
    })
    const x = [0.5, -0.25, 1, -1]
    const { relevance, all } = await explained({ ...model }, { x: tensor([1, 4], x) }, { box: { low: -1, high: 1 } })
    // By hand, from the definition of zᴮ on each of the six neurons.
    const expected = x.map(() => 0)
    for (const name of ['w', 'v']) {
      const W = new Float32Array(model.graph.initializers.get(name)?.bytes.slice().buffer as ArrayBuffer)
      for (let j = 0; j < 3; j++) {
        const weights = x.map((_, i) => W[i * 3 + j] as number)
        const activation = Math.max(
          0,
          weights.reduce((sum, weight, i) => sum + weight * (x[i] as number), 0),
        )
        const terms = weights.map((weight, i) => (x[i] as number) * weight + Math.max(0, weight) - Math.min(0, weight))
        const total = terms.reduce((sum, term) => sum + term, 0)
        terms.forEach((term, i) => {
          expected[i] = (expected[i] as number) + (term / total) * activation
        })
      }
    }
    expect(all.y?.data[0]).toBeGreaterThan(0)
    expect(relativeError(relevance, expected)).toBeLessThan(agreement)
  })

  it('padding written as a node or as an attribute is the same', async () => {
    await forAll(async random => {
      const constants = {
        w: random.constant([3, 3, 3, 3]),
        pads: ints([0, 0, 1, 2, 0, 0, 2, 1]),
        one: random.constant([3, 1], 0, 1),
      }
      const rest = [
        node('Relu', ['c'], 'r'),
        node('GlobalAveragePool', ['r'], 'm'),
        node('Flatten', ['m'], 'f'),
        node('Gemm', ['f', 'one'], 'y'),
      ]
      const attribute = [node('Conv', ['x', 'w'], 'c', { pads: [1, 2, 2, 1] }), ...rest]
      const written = [node('Pad', ['x', 'pads'], 'p'), node('Conv', ['p', 'w'], 'c'), ...rest]
      const feeds = { x: random.tensor([1, ...dagInput]) }
      for (const domain of domains) {
        const of = (nodes: typeof rest) =>
          explained(
            modelOf({ nodes, inputs: { x: ['n', ...dagInput] }, outputs: ['y'], constants }),
            feeds,
            domain.box ? { box: domain.box } : {},
          )
        const [asNode, asAttribute] = [await of(written), await of(attribute)]
        expect(relativeError(asNode.relevance, asAttribute.relevance), domain.name).toBeLessThan(agreement)
      }
    }, 8)
  })

  it('normalisation inside the model keeps the box', async () => {
    // (x − mean)/std before the first layer: zᴮ with the box of raw pixels, as zᴮ on normalised ones with the box by hand.
    const random = new Random(9)
    const [mean, std] = [
      [10, 20, 30],
      [2, 4, 5],
    ]
    const constants = {
      w: random.constant([2, 3, 3, 3]),
      one: floats([2, 1], [1, 1]),
      mean: floats([1, 3, 1, 1], mean),
      std: floats([1, 3, 1, 1], std),
      negative: floats([], [-1]),
    }
    const rest = (from: string) => [
      node('Conv', [from, 'w'], 'c'),
      node('Relu', ['c'], 'r'),
      node('GlobalAveragePool', ['r'], 'm'),
      node('Flatten', ['m'], 'f'),
      node('Gemm', ['f', 'one'], 'y'),
    ]
    const inputs = { x: ['n', ...dagInput] }
    const raw = random.numbers(216, 0, 255)
    const normalised = raw.map(
      (value, i) => -(value - (mean[Math.floor(i / 72)] as number)) / (std[Math.floor(i / 72)] as number),
    )
    const inside = modelOf({
      nodes: [
        node('Sub', ['x', 'mean'], 'd'),
        node('Div', ['d', 'std'], 'q'),
        node('Mul', ['q', 'negative'], 'n'),
        ...rest('n'),
      ],
      inputs,
      outputs: ['y'],
      constants,
    })
    const outside = modelOf({ nodes: rest('x'), inputs, outputs: ['y'], constants })
    const ours = await explained(inside, { x: tensor([1, ...dagInput], raw) }, { box: { low: 0, high: 255 } })
    const box = {
      low: mean.map((m, c) => -(255 - m) / (std[c] as number)),
      high: mean.map((m, c) => m / (std[c] as number)),
    }
    const byHand = await explained(outside, { x: tensor([1, ...dagInput], normalised) }, { box })
    expect(relativeError(ours.relevance, byHand.relevance)).toBeLessThan(1e-4)
  })
})
