/** Methods that visit many points: against their definitions in float64, and that they are the same in every run and batch. */

import { describe, expect, it } from 'vitest'
import { loadCase, sampleDims } from '../../../test/support/cases.ts'
import {
  explained,
  floats,
  modelOf,
  node,
  oracle,
  Random,
  relativeError,
  run,
  tensor,
} from '../../../test/support/models.ts'
import { GraphBuilder } from '../0-graph/builder.ts'
import type { Model } from '../0-graph/graph.ts'
import { compileModel } from '../compile.ts'
import { type GradientOptions, gradients } from './gradients.ts'
import { noise } from './noise.ts'

/** float32 sums of some hundred terms. */
const rounding = 2e-5

/** y = v·softplus(x·w): smooth, and its gradient is known. */
function smooth(seed: number) {
  const random = new Random(seed)
  const [w, v] = [random.numbers(12), random.numbers(3)].map(list => Array.from(Float32Array.from(list))) as [
    number[],
    number[],
  ]
  const nodes = [node('Gemm', ['x', 'w'], 'a'), node('Softplus', ['a'], 'h'), node('Gemm', ['h', 'v'], 'y')]
  const constants = { w: floats([4, 3], w), v: floats([3, 1], v) }
  const model = modelOf({ nodes, inputs: { x: ['n', 4] }, outputs: ['y'], constants })
  const activations = (x: readonly number[]) =>
    [0, 1, 2].map(j => x.reduce((sum, value, i) => sum + value * (w[i * 3 + j] as number), 0))
  const value = (x: readonly number[]) =>
    activations(x).reduce((sum, a, j) => sum + (v[j] as number) * Math.log1p(Math.exp(a)), 0)
  const gradient = (x: readonly number[]) => {
    const a = activations(x)
    return x.map((_, i) =>
      a.reduce((sum, z, j) => sum + ((w[i * 3 + j] as number) * (v[j] as number)) / (1 + Math.exp(-z)), 0),
    )
  }
  return { model, value, gradient, x: random.tensor([1, 4], -2, 2) }
}

const mean = (lists: readonly (readonly number[])[]) =>
  (lists[0] ?? []).map((_, i) => lists.reduce((sum, list) => sum + (list[i] as number), 0) / lists.length)

/** The noise of a step, as the graph makes it. */
async function noiseOf(dims: readonly number[], step: number, seed: number): Promise<number[]> {
  const model = modelOf({ nodes: [], inputs: { x: dims, step: [] }, outputs: [] })
  const typed = { name: 'step', type: { dtype: 'int64', dims: [] } } as const
  const graph = { ...model.graph, inputs: [model.graph.inputs[0] as (typeof model.graph.inputs)[0], typed] }
  const b = new GraphBuilder(graph)
  const shapes = new Map([['x', { dtype: 'float32', dims } as const]])
  const context = { b, shapes, active: new Set<string>(), constants: new Set<string>(), initializers: new Map() }
  const output = noise(context, 'x', 'step', seed)
  const written: Model = { ...model, graph: b.appendTo(graph, [{ name: output, type: undefined }]) }
  const size = dims.reduce((product, dim) => product * dim, 1)
  const feeds = {
    x: tensor(dims, Array(size).fill(0)),
    step: { dtype: 'int64' as const, dims: [], data: BigInt64Array.of(BigInt(step)) },
  }
  return (await run(written, feeds))[output]?.data as number[]
}

const method = (name: Parameters<typeof gradients>[0], options: GradientOptions = {}) => ({
  method: gradients(name, options),
})

describe('integrated gradients', () => {
  it('are x times the mean gradient on the way from 0', async () => {
    for (const seed of [1, 2, 3]) {
      const { model, gradient, x } = smooth(seed)
      const at = Array.from(x.data, Number)
      const points = Array.from({ length: 7 }, (_, k) => gradient(at.map(value => (value * (k + 1)) / 7)))
      const expected = mean(points).map((value, i) => value * (at[i] as number))
      const { relevance } = await explained(model, { x }, method('integrated-gradients', { steps: 7 }))
      expect(relativeError(relevance, expected)).toBeLessThan(rounding)
    }
  })

  it.each(['lenet', 'resnet', 'inception', 'leaky'])('are complete to 1 %% at 200 steps: %s', async name => {
    const model = await loadCase(name)
    const dims = sampleDims(model)
    const x = new Random(4).tensor([3, ...dims], -2, 2)
    const { sum, logit, all } = await explained(
      model,
      { x },
      { ...method('integrated-gradients', { steps: 200 }), target: 2 },
    )
    const expected = all.expected_sum?.data ?? []
    expect(expected).toHaveLength(3)
    for (const [i, total] of sum.entries()) {
      expect(Math.abs(total - (expected[i] as number))).toBeLessThan(
        0.01 * Math.max(Math.abs(expected[i] as number), Math.abs(logit[i] as number)),
      )
    }
  })
})

describe('SmoothGrad', () => {
  it('is the mean gradient in noise of its range', async () => {
    const { model, gradient, x } = smooth(5)
    const at = Array.from(x.data, Number)
    const sigma = 0.3 * (Math.max(...at) - Math.min(...at))
    const points: number[][] = []
    for (let step = 0; step < 6; step++) {
      const n = await noiseOf([1, 4], step, 11)
      points.push(gradient(at.map((value, i) => value + sigma * (n[i] as number))))
    }
    const options = { samples: 6, noise: 0.3, seed: 11 }
    const { relevance } = await explained(model, { x }, method('smooth-grad', options))
    expect(relativeError(relevance, mean(points))).toBeLessThan(rounding)
  })

  it('is the same in every run and batch, and another with another seed', async () => {
    const model = await loadCase('lenet')
    const x = new Random(6).tensor([2, 1, 28, 28], -2, 2)
    const second = tensor([1, 1, 28, 28], Array.from(x.data.slice(784), Number))
    const of = (seed: number) => method('smooth-grad', { samples: 5, seed })
    const both = (await explained(model, { x }, { ...of(1), target: 1 })).relevance
    const again = (await explained(model, { x }, { ...of(1), target: 1 })).relevance
    const alone = (await explained(model, { x: second }, { ...of(1), target: 1 })).relevance
    expect(again).toEqual(both)
    expect(relativeError(alone, both.slice(784))).toBeLessThan(rounding)
    expect((await explained(model, { x }, { ...of(2), target: 1 })).relevance).not.toEqual(both)
  })

  it('has noise that is normal and shares nothing with its neighbours', async () => {
    const size = 20_000
    const [a, b, c] = [await noiseOf([1, size], 0, 0), await noiseOf([1, size], 1, 0), await noiseOf([1, size], 0, 1)]
    const moment = (list: readonly number[], power: number) =>
      list.reduce((sum, n) => sum + n ** power, 0) / list.length
    for (const list of [a, b, c]) {
      // Four standard errors of each moment of 20,000 normal numbers.
      expect(Math.abs(moment(list, 1))).toBeLessThan(0.03)
      expect(Math.abs(moment(list, 2) - 1)).toBeLessThan(0.04)
      expect(Math.abs(moment(list, 3))).toBeLessThan(0.12)
      expect(Math.abs(moment(list, 4) - 3)).toBeLessThan(0.3)
    }
    const correlation = (p: readonly number[], q: readonly number[]) =>
      p.reduce((sum, n, i) => sum + n * (q[i] ?? 0), 0) / p.length
    for (const lag of [1, 2, 64, 224]) expect(Math.abs(correlation(a, a.slice(lag)))).toBeLessThan(0.03)
    expect(Math.abs(correlation(a, b))).toBeLessThan(0.03)
    expect(Math.abs(correlation(a, c))).toBeLessThan(0.03)
    expect(Math.abs(correlation(a, c.slice(1)))).toBeLessThan(0.03)
  })
})

describe('Grad-CAM', () => {
  it('is the weighted sum of channels, where it is positive', async () => {
    const random = new Random(7)
    const constants = { w: random.constant([3, 2, 3, 3]), b: random.constant([3]), u: random.constant([3, 2]) }
    const nodes = [
      node('Conv', ['x', 'w', 'b'], 'a', { pads: [1, 1, 1, 1] }),
      node('Relu', ['a'], 'h'),
      node('GlobalAveragePool', ['h'], 'g'),
      node('Flatten', ['g'], 'f'),
      node('Gemm', ['f', 'u'], 'y'),
    ]
    const parts = { nodes, inputs: { x: ['n', 2, 4, 5] }, constants }
    const x = random.tensor([2, 2, 4, 5])
    const h = (await run(modelOf({ ...parts, outputs: ['h'] }), { x })).h?.data ?? []
    const u = Array.from(new Float32Array(constants.u.bytes.slice().buffer))
    const map = Array.from({ length: 2 * 20 }, (_, i) => {
      const [sample, place] = [Math.floor(i / 20), i % 20]
      const sum = [0, 1, 2].reduce(
        (total, c) => total + ((u[c * 2 + 1] as number) / 20) * (h[sample * 60 + c * 20 + place] as number),
        0,
      )
      return Math.max(0, sum)
    })
    const { relevance } = await explained(
      modelOf({ ...parts, outputs: ['y'] }),
      { x },
      { ...method('grad-cam'), target: 1 },
    )
    const ours = Array.from({ length: 40 }, (_, i) => {
      const [sample, place] = [Math.floor(i / 20), i % 20]
      return (relevance[sample * 40 + place] as number) + (relevance[sample * 40 + 20 + place] as number)
    })
    expect(relativeError(ours, map)).toBeLessThan(rounding)
  })

  it('is enlarged to the input, and takes the layer that is asked for', async () => {
    const model = await loadCase('lenet')
    const x = new Random(8).tensor([2, 1, 28, 28], -2, 2)
    const last = await explained(model, { x }, { ...method('grad-cam'), target: 1 })
    const first = await explained(model, { x }, { ...method('grad-cam', { layer: '/0/Conv' }), target: 1 })
    expect(last.relevance).toHaveLength(2 * 784)
    expect(Math.min(...last.relevance)).toBeGreaterThanOrEqual(0)
    expect(last.relevance).not.toEqual(first.relevance)
    const refused = (layer: string) => compileModel(model, oracle, method('grad-cam', { layer }))
    await expect(refused('/9/Gemm')).rejects.toThrow(/layer "\/9\/Gemm" has no places/)
    await expect(refused('nowhere')).rejects.toThrow(/no layer "nowhere"/)
    const dense = smooth(1).model
    await expect(compileModel(dense, oracle, method('grad-cam'))).rejects.toThrow(/it is for convolutional networks/)
  })
})

describe('occlusion', () => {
  it('of a row of features hides one after the other', async () => {
    const { model, value, x } = smooth(9)
    const at = Array.from(x.data, Number)
    const expected = at.map((_, i) => value(at) - value(at.map((v, j) => (i === j ? 0 : v))))
    const { relevance } = await explained(model, { x }, method('occlusion'))
    expect(relativeError(relevance, expected)).toBeLessThan(rounding)
  })

  it.each([
    ['NCHW', [1, 2, 5, 7]],
    ['three axes', [1, 2, 7]],
    ['a volume', [1, 1, 3, 4, 2]],
    ['NHWC', [1, 5, 7, 3]],
  ])('of %s hides windows of all channels, smaller ones at the edges', async (layout, dims) => {
    const random = new Random(10)
    const size = dims.reduce((product, dim) => product * dim, 1)
    const w = random.numbers(size, -0.3, 1).map(Math.fround)
    const nodes = [node('Flatten', ['x'], 'f'), node('Gemm', ['f', 'w'], 'a'), node('Relu', ['a'], 'y')]
    const model = modelOf({
      nodes,
      inputs: { x: ['n', ...dims.slice(1)] },
      outputs: ['y'],
      constants: { w: floats([size, 1], w) },
    })
    const x = random.tensor(dims, 0, 1)
    const channel = layout === 'NHWC' ? 3 : 1
    const windowOf = (index: number) => {
      const place: number[] = []
      let rest = index
      for (const dim of [...dims].reverse()) {
        place.unshift(rest % dim)
        rest = Math.floor(rest / dim)
      }
      return String(place.filter((_, axis) => axis > 0 && axis !== channel).map(at => Math.floor(at / 2)))
    }
    const windows = Array.from({ length: size }, (_, i) => windowOf(i))
    const f = (values: readonly number[]) =>
      Math.max(
        0,
        values.reduce((sum, value, i) => sum + value * (w[i] as number), 0),
      )
    const at = Array.from(x.data, Number)
    const expected = windows.map(window => {
      const members = windows.filter(other => other === window).length
      return (f(at) - f(at.map((value, i) => (windows[i] === window ? 0 : value)))) / members
    })
    const { relevance } = await explained(model, { x }, method('occlusion', { patch: 2 }))
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0)
    expect(relativeError(relevance, expected)).toBeLessThan(rounding)
  })

  it('of a hidden channel asks the channel', async () => {
    const { model, x } = smooth(11)
    const at = Array.from(x.data, Number)
    const hidden = async (values: readonly number[]) =>
      (await explained(model, { x: tensor([1, 4], values) }, { target: { layer: 'Softplus:h', neuron: [1] } }))
        .logit[0] as number
    const own = await hidden(at)
    const expected: number[] = []
    for (const i of at.keys()) expected.push(own - (await hidden(at.map((v, j) => (i === j ? 0 : v)))))
    const target = { layer: 'Softplus:h', neuron: [1] }
    const { relevance } = await explained(model, { x }, { ...method('occlusion'), target })
    expect(relativeError(relevance, expected)).toBeLessThan(rounding)
  })
})

describe('all of them', () => {
  it.each([
    ['integrated-gradients', { steps: 4 }],
    ['smooth-grad', { samples: 4 }],
    ['occlusion', { patch: 9 }],
    ['grad-cam', {}],
  ] as const)('%s of several targets at once equals one run each', async (name, options) => {
    const model = await loadCase('resnet')
    const dims = sampleDims(model)
    const x = new Random(3).tensor([2, ...dims], -2, 2)
    const target = [0, 'top', { class: 1, versus: 2 }] as const
    const { model: compiled, names } = await compileModel(model, oracle, { ...method(name, options), target })
    const outputs = await run(compiled, { x })
    for (const [i, one] of target.entries()) {
      const alone = await explained(model, { x }, { ...method(name, options), target: one })
      expect(outputs[names.explanations[i]?.relevance ?? '']?.data).toEqual(alone.relevance)
    }
  })

  it.each<[Parameters<typeof gradients>[0], GradientOptions, RegExp]>([
    ['integrated-gradients', { steps: 0 }, /steps: 0 is not a whole number from 1/],
    ['integrated-gradients', { steps: 2.5 }, /steps: 2.5 is not a whole number/],
    ['smooth-grad', { samples: 1e9 }, /samples: 1000000000 is not a whole number from 1 to 10000/],
    ['smooth-grad', { noise: -1 }, /noise: -1 is not a number ≥ 0/],
    ['smooth-grad', { seed: -1 }, /seed: -1 is not a whole number/],
    ['occlusion', { patch: 0 }, /patch: 0 is not a whole number/],
  ])('%s refuses %o', (name, options, words) => {
    expect(() => gradients(name, options)).toThrow(words)
  })

  it('refuse hidden layers, which belong to one point', async () => {
    const refused = compileModel(await loadCase('lenet'), oracle, { ...method('smooth-grad'), layers: ['/3/Conv'] })
    await expect(refused).rejects.toThrow(
      /method smooth-grad: it looks at many points, and has no relevance of hidden layers/,
    )
  })
})
