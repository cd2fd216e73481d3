/** What can be explained besides one class: contrasts, functionals, several targets at once, hidden neurons and channels. */

import { describe, expect, it } from 'vitest'
import { loadCase, sampleDims } from '../../../test/support/cases.ts'
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
import type { Model, Node } from '../0-graph/graph.ts'
import type { Tensor as Constant } from '../0-graph/tensor.ts'
import { compileModel } from '../compile.ts'
import type { CompileOptions } from '../emit.ts'
import { deepTaylor } from './deep-taylor.ts'
import { gradients } from './gradients.ts'
import { type HiddenNeuron, parseHidden } from './hidden.ts'
import { lrp } from './lrp.ts'
import type { Method } from './method.ts'
import type { TargetMode } from './target.ts'

const box = { low: -2, high: 2 }
/** float32 sums of a few hundred terms, in another order. */
const rounding = 1e-5

const methods: readonly (readonly [string, Method])[] = [
  ['deep-taylor', deepTaylor()],
  ['deep-taylor, biases absorbing', deepTaylor({ bias: 'absorb' })],
  ['epsilon', lrp('epsilon', { epsilon: 0.01 })],
  ['gamma', lrp('gamma')],
  ['alpha-beta', lrp('alpha-beta')],
]

/** Ends of networks on h ≥ 0 of 4 channels and 6 places, by what makes their 3 logits; `t` merges them into one. */
interface End {
  readonly nodes: (suffix: string) => readonly Node[]
  readonly constants: (random: Random) => Readonly<Record<string, Constant>>
  readonly merge: (
    constants: Readonly<Record<string, readonly number[]>>,
    t: readonly number[],
  ) => Record<string, Constant>
  /** Nodes of the merged network, where they are not the same. */
  readonly mergedNodes?: () => readonly Node[]
}

/** Columns of a rows × 3 matrix, summed by t. */
const columns = (w: readonly number[], t: readonly number[]) =>
  Array.from({ length: w.length / 3 }, (_, i) =>
    t.reduce((sum, weight, c) => sum + weight * (w[i * 3 + c] as number), 0),
  )
/** Rows of a 3 × columns matrix, summed by t. */
const rows = (w: readonly number[], t: readonly number[]) => {
  const width = w.length / 3
  return Array.from({ length: width }, (_, i) =>
    t.reduce((sum, weight, c) => sum + weight * (w[c * width + i] as number), 0),
  )
}
const flat = [node('Flatten', ['h'], 'f')]

const ends: Readonly<Record<string, End>> = {
  Gemm: {
    nodes: () => [...flat, node('Gemm', ['f', 'u', 'c'], 'y')],
    constants: random => ({ u: random.constant([24, 3]), c: random.constant([3]) }),
    merge: ({ u = [], c = [] }, t) => ({ u: floats([24, 1], columns(u, t)), c: floats([1], columns(c, t)) }),
  },
  'MatMul and Add, moved about': {
    nodes: () => [
      ...flat,
      node('MatMul', ['f', 'u'], 'm'),
      node('Add', ['m', 'c'], 'd'),
      node('Unsqueeze', ['d', 'axis'], 'e'),
      node('Squeeze', ['e', 'axis'], 'y'),
    ],
    constants: random => ({ u: random.constant([24, 3]), c: random.constant([3]), axis: ints([2]) }),
    merge: ({ u = [], c = [] }, t) => ({
      u: floats([24, 1], columns(u, t)),
      c: floats([1], columns(c, t)),
      axis: ints([2]),
    }),
  },
  'a convolution of the whole map': {
    nodes: () => [node('Conv', ['h', 'u', 'c'], 'm', { kernel_shape: [2, 3] }), node('Flatten', ['m'], 'y')],
    constants: random => ({ u: random.constant([3, 4, 2, 3]), c: random.constant([3]) }),
    merge: ({ u = [], c = [] }, t) => ({ u: floats([1, 4, 2, 3], rows(u, t)), c: floats([1], rows(c, t)) }),
  },
  'global average pooling': {
    nodes: () => [node('Conv', ['h', 'u', 'c'], 'k'), node('Relu', ['k'], 'r'), node('GlobalAveragePool', ['r'], 'y')],
    constants: random => ({ u: random.constant([3, 4, 1, 1]), c: random.constant([3]) }),
    merge: ({ u = [], c = [] }, t) => ({
      u: floats([3, 4, 1, 1], u),
      c: floats([3], c),
      t: floats(
        [18, 1],
        t.flatMap(weight => Array<number>(6).fill(weight / 6)),
      ),
    }),
    mergedNodes: () => [
      node('Conv', ['h', 'u', 'c'], 'k'),
      node('Relu', ['k'], 'r'),
      node('Flatten', ['r'], 'f'),
      node('Gemm', ['f', 't'], 'y'),
    ],
  },
}

/** What a layer hands on: the output of the activation function behind it, if it has one. */
function activationOf({ graph }: Model, layer: string): string {
  const output = graph.nodes.find(({ name }) => name === layer)?.outputs[0] as string
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(output))
  const [reader] = readers
  return readers.length === 1 && /Relu/.test(reader?.opType ?? '') ? (reader?.outputs[0] as string) : output
}

function valuesOf(model: Model, layers: readonly string[]): Model {
  const outputs = layers.map(layer => ({ name: activationOf(model, layer), type: undefined }))
  return { ...model, graph: { ...model.graph, outputs } }
}

const seeds = [1, 2, 3]
const ts: readonly (readonly [string, TargetMode, readonly number[]])[] = [
  ['a contrast', { class: 0, versus: 2 }, [1, 0, -1]],
  ['evidence against', { not: 1 }, [0, -1, 0]],
  ['a functional', { functional: [0.5, -2, 1] }, [0.5, -2, 1]],
]

function networks(end: End, seed: number, t: readonly number[]): { whole: Model; merged: Model; random: Random } {
  const random = new Random(seed)
  const base = { w: random.constant([4, 2, 1, 1]), b: random.constant([4]) }
  const own = end.constants(random)
  const start = [node('Conv', ['x', 'w', 'b'], 'a'), node('Relu', ['a'], 'h')]
  const numbers = Object.fromEntries(
    Object.entries(own).map(([name, { bytes }]) => [name, Array.from(new Float32Array(bytes.slice().buffer))]),
  )
  const parts = { inputs: { x: ['n', 2, 2, 3] }, outputs: ['y'] }
  return {
    random,
    whole: modelOf({ ...parts, nodes: [...start, ...end.nodes('')], constants: { ...base, ...own } }),
    merged: modelOf({
      ...parts,
      nodes: [...start, ...(end.mergedNodes?.() ?? end.nodes(''))],
      constants: { ...base, ...end.merge(numbers, t) },
    }),
  }
}

describe.each(Object.keys(ends))('a functional is one neuron, behind %s', name => {
  const end = ends[name] as End
  describe.each(ts)('%s', (_, target, t) => {
    it.each(methods)('by %s', async (__, method) => {
      // Sums and averages follow a rule of their own in LRP; merged with other weights they are layers like any other.
      if (name.startsWith('global') && !method.name.startsWith('deep')) return
      for (const seed of seeds) {
        const { whole, merged, random } = networks(end, seed, t)
        const x = random.tensor([2, 2, 2, 3], -1, 1)
        const ours = await explained(whole, { x }, { method, box, target })
        const theirs = await explained(merged, { x }, { method, box, target: 0 })
        expect(relativeError(ours.logit, theirs.logit)).toBeLessThan(rounding)
        expect(relativeError(ours.relevance, theirs.relevance), `seed ${seed}`).toBeLessThan(rounding)
      }
    })
  })
})

describe('a functional', () => {
  it('of gradients is the sum of gradients', async () => {
    const { whole, random } = networks(ends.Gemm as End, 5, [])
    const x = random.tensor([2, 2, 2, 3], -1, 1)
    const of = async (target: TargetMode) =>
      (await explained(whole, { x }, { method: gradients('gradient'), target })).relevance
    const [a, b, contrast] = [await of(0), await of(2), await of({ class: 0, versus: 2 })]
    expect(
      relativeError(
        contrast,
        a.map((value, i) => value - (b[i] as number)),
      ),
    ).toBeLessThan(rounding)
  })

  it('behind a ReLU is a linear layer of its own', async () => {
    const random = new Random(4)
    const constants = { w: random.constant([4, 3]), b: random.constant([3], 0.5, 1), t: floats([3, 1], [1, 0, -1]) }
    const start = [node('Gemm', ['x', 'w', 'b'], 'a'), node('Relu', ['a'], 'y')]
    const parts = { inputs: { x: ['n', 4] }, constants }
    const whole = modelOf({ ...parts, nodes: start, outputs: ['y'] })
    const extended = modelOf({ ...parts, nodes: [...start, node('Gemm', ['y', 't'], 'z')], outputs: ['z'] })
    const x = random.tensor([3, 4])
    const ours = await explained(whole, { x }, { target: { class: 0, versus: 2 } })
    const theirs = await explained(extended, { x }, { target: 0 })
    expect(relativeError(ours.relevance, theirs.relevance)).toBeLessThan(rounding)
  })

  it.each(methods)('of a class and itself is nothing (%s)', async (_, method) => {
    const model = await loadCase('lenet')
    const x = new Random(9).tensor([2, 1, 28, 28], -2, 2)
    const { relevance, logit } = await explained(model, { x }, { method, box, target: { class: 3, versus: 3 } })
    expect(logit).toEqual([0, 0])
    expect(Math.max(...relevance.map(Math.abs))).toBe(0)
  })

  it('is chosen when the model runs: classes, ranks and rows of t', async () => {
    const { whole, random } = networks(ends.Gemm as End, 6, [])
    const x = random.tensor([2, 2, 2, 3], -1, 1)
    const { model, names } = await compileModel(whole, oracle, {
      box,
      target: [{ class: 'input', versus: 'input' }, { functional: 'input' }, { class: 'top', versus: -2 }],
    })
    const [a, b, c] = names.explanations
    const int64 = (...values: number[]) => ({
      dtype: 'int64' as const,
      dims: [values.length],
      data: BigInt64Array.from(values, BigInt),
    })
    const t = { dtype: 'float32' as const, dims: [2, 3], data: Float32Array.of(0.5, 0, 1, 0, -1, 0) }
    const outputs = await run(model, {
      x,
      [a?.target ?? '']: int64(-1, 1),
      [a?.versus ?? '']: int64(-2),
      [b?.functional ?? '']: t,
    })
    const halves = (name: string) =>
      [outputs[name]?.data.slice(0, 12) ?? [], outputs[name]?.data.slice(12) ?? []] as const
    const fixed = async (target: TargetMode, sample: number) =>
      (await explained(whole, { x }, { box, target })).relevance.slice(sample * 12, sample * 12 + 12)
    expect(halves(a?.relevance ?? '')[0]).toEqual(halves(c?.relevance ?? '')[0])
    expect(outputs[c?.explainedClass ?? '']?.data[0]).toBe(outputs[a?.explainedClass ?? '']?.data[0])
    expect(outputs[c?.versusClass ?? '']?.data).toEqual(outputs[a?.versusClass ?? '']?.data)
    const second = { class: 1, versus: outputs[a?.versusClass ?? '']?.data[1] as number }
    expect(halves(a?.relevance ?? '')[1]).toEqual(await fixed(second, 1))
    expect(halves(b?.relevance ?? '')[0]).toEqual(await fixed({ functional: [0.5, 0, 1] }, 0))
    expect(halves(b?.relevance ?? '')[1]).toEqual(await fixed({ not: 1 }, 1))
  })
})

describe.each(['lenet', 'resnet', 'inception'])('several targets of %s', name => {
  it.each(methods)('equal one run each (%s)', async (_, method) => {
    const model = await loadCase(name)
    const dims = sampleDims(model)
    const x = new Random(2).tensor([2, ...dims], -2, 2)
    const targets: TargetMode[] = ['top', -2, 3, { class: 1, versus: 'top' }]
    const { model: compiled, names } = await compileModel(model, oracle, { method, box, target: targets })
    const outputs = await run(compiled, { [names.input]: x })
    for (const [i, target] of targets.entries()) {
      const alone = await explained(model, { x }, { method, box, target })
      expect(outputs[names.explanations[i]?.relevance ?? '']?.data).toEqual(alone.relevance)
    }
  })

  it('share the forward pass and every denominator', async () => {
    const model = await loadCase(name)
    const count = async (target: readonly TargetMode[]) => {
      const { model: compiled } = await compileModel(model, oracle, { box, target })
      return compiled.graph.nodes.filter(({ opType }) => /^(Conv|Gemm|ConvTranspose)$/.test(opType)).length
    }
    const own = model.graph.nodes.filter(({ opType }) => /^(Conv|Gemm)$/.test(opType)).length
    const [one, two, four] = [await count([0]), await count([0, 1]), await count([0, 1, 2, 3])]
    // A further target costs one transposed pass: not more nodes than the layers have, transposes of pooling apart.
    expect(two - one).toBeLessThan(one - own)
    expect(four - two).toBe(2 * (two - one))
  })
})

describe('hidden targets', () => {
  const random = new Random(8)
  const constants = {
    w: random.constant([5, 2, 2, 2]),
    b: random.constant([5]),
    v: random.constant([3, 5, 2, 2]),
    u: random.constant([12, 4]),
  }
  const start = [
    node('Conv', ['x', 'w', 'b'], 'a', { pads: [0, 0, 1, 1] }),
    node('Relu', ['a'], 'h'),
    node('Conv', ['h', 'v'], 'k'),
    node('Relu', ['k'], 'r'),
  ]
  const end = [node('Flatten', ['r'], 'f'), node('Gemm', ['f', 'u'], 'y')]
  const parts = { inputs: { x: ['n', 2, 3, 3] }, constants }
  const whole = modelOf({ ...parts, nodes: [...start, ...end], outputs: ['y'] })
  const x = random.tensor([2, 2, 3, 3])
  const of = (options: CompileOptions) => explained(whole, { x }, { box, ...options })
  const channel = (c: number): TargetMode => ({ layer: 'Conv:k', neuron: [c] })

  it('a channel is the sum of its neurons, which share in proportion to their activation', async () => {
    const picked = [
      node('Slice', ['r', 'from', 'to', 'axis'], 'p'),
      node('ReduceSum', ['p', 'places'], 'q', { keepdims: 0 }),
      node('Unsqueeze', ['q', 'axis'], 'y'),
    ]
    const more = { from: ints([1]), to: ints([2]), axis: ints([1]), places: ints([1, 2, 3]) }
    const cut = modelOf({
      ...parts,
      constants: { ...constants, ...more },
      nodes: [...start, ...picked],
      outputs: ['y'],
    })
    const ours = await of({ target: channel(1) })
    const theirs = await explained(cut, { x }, { box, target: 0 })
    expect(ours.chosen).toEqual([1, 1])
    expect(relativeError(ours.logit, theirs.logit)).toBeLessThan(rounding)
    expect(relativeError(ours.relevance, theirs.relevance)).toBeLessThan(rounding)
  })

  it('the neurons of a channel add up to it, and are named by layer, value or activation', async () => {
    const one = await of({ target: channel(1) })
    for (const layer of ['Relu:r', 'r']) {
      const sum = one.relevance.map(() => 0)
      for (const row of [0, 1]) {
        for (const column of [0, 1]) {
          const { relevance } = await of({ target: { layer, neuron: [1, row, column] } })
          for (const [i, value] of relevance.entries()) sum[i] = (sum[i] as number) + value
        }
      }
      expect(relativeError(sum, one.relevance)).toBeLessThan(rounding)
    }
  })

  it('relevance restricted to channels adds up to the whole, and is what flows through them', async () => {
    const all = await of({ target: 0, layers: ['Conv:k'] })
    const channels = [0, 1, 2]
    const parts_ = await Promise.all(
      channels.map(c => of({ target: 0, through: [{ layer: 'Conv:k', neuron: [c] }], layers: ['Conv:k'] })),
    )
    const total = all.relevance.map((_, i) => parts_.reduce((sum, part) => sum + (part.relevance[i] as number), 0))
    expect(relativeError(total, all.relevance)).toBeLessThan(rounding)
    const two = await of({ target: 0, through: [0, 2].map(c => ({ layer: 'Conv:k', neuron: [c] })) })
    const expected = two.relevance.map(
      (_, i) => (parts_[0]?.relevance[i] as number) + (parts_[2]?.relevance[i] as number),
    )
    expect(relativeError(two.relevance, expected)).toBeLessThan(rounding)
    const hidden = all.all['relevance_of/Conv:k']
    expect(hidden?.dims).toEqual([2, 3, 2, 2])
    const own = parts_[1]?.all['relevance_of/Conv:k']?.data ?? []
    expect(own).toEqual(hidden?.data.map((value, i) => (Math.floor(i / 4) % 3 === 1 ? value : 0)))
  })

  it('messages of one neuron add up to its relevance where nothing is lost', async () => {
    const all = await of({ target: 0, layers: ['Conv:k'] })
    const relevance = all.all['relevance_of/Conv:k']?.data ?? []
    const options = { target: 0, layers: ['Conv:a'], through: [{ layer: 'Conv:k', neuron: [1, 0, 1] }] }
    const messages = (await of(options)).all['relevance_of/Conv:a']
    expect(messages?.dims).toEqual([2, 5, 3, 3])
    for (const sample of [0, 1]) {
      const sent = (messages?.data ?? []).slice(sample * 45, sample * 45 + 45).reduce((sum, value) => sum + value, 0)
      expect(sent).toBeCloseTo(relevance[sample * 12 + 5] as number, 5)
    }
  })

  it.each([
    ['deep-taylor', deepTaylor()],
    ['winner-takes-all and absorbing', deepTaylor({ pooling: 'winner', bias: 'absorb' })],
    ['epsilon', lrp('epsilon')],
    ['alpha-beta', lrp('alpha-beta')],
  ])('relevance is activation times factor, whatever lies behind (%s)', async (_, method) => {
    for (const name of ['lenet', 'resnet', 'inception', 'overlap', 'leaky']) {
      const model = await loadCase(name)
      const dims = sampleDims(model)
      const input = new Random(7).tensor([2, ...dims], -2, 2)
      const named = model.graph.nodes.filter(({ opType }) => opType === 'Conv').map(({ name: layer }) => layer)
      const layers = named.slice(0, 3)
      const { all } = await explained(model, { x: input }, { method, box, target: 1, layers, factors: layers })
      const activations = await run(valuesOf(model, layers), { x: input })
      for (const layer of layers) {
        const x = activations[activationOf(model, layer)]?.data ?? []
        const product = all[`factor_of/${layer}`]?.data.map((factor, i) => factor * (x[i] as number)) ?? []
        expect(relativeError(product, all[`relevance_of/${layer}`]?.data ?? []), `${name} ${layer}`).toBeLessThan(1e-4)
      }
    }
  })

  it('factors of gradients are refused', async () => {
    const refused = compileModel(whole, oracle, { target: 0, factors: ['Conv:a'], method: gradients('gradient') })
    await expect(refused).rejects.toThrow(/method gradient: gradients are not relevance x·c, and have no factors/)
  })

  it('factors of a rule that does not look at x are refused', async () => {
    const refused = compileModel(whole, oracle, { box, target: 0, factors: ['Conv:a'], method: lrp('w-square') })
    await expect(refused).rejects.toThrow(/the rule of "Conv:k" does not multiply by the input, so R = x·c has no c/)
  })

  it.each<[string, CompileOptions, string, RegExp]>([
    [
      'a layer that does not exist',
      { target: { layer: 'Conv:z', neuron: [0] } },
      'layer-unknown',
      /no layer "Conv:z" lies between input and output: the layers are Conv:a, Relu:h/,
    ],
    ['a layer of further outputs', { layers: ['nowhere'] }, 'layer-unknown', /no layer "nowhere"/],
    ['a concept of no layer', { through: [{ layer: 'no', neuron: [0] }] }, 'layer-unknown', /no layer "no"/],
    [
      'a channel that does not exist',
      { target: channel(3) },
      'target-invalid',
      /target Conv:k:3: the layer's output has shape \[n,3,2,2\]: coordinate 1 goes from 0 to 2/,
    ],
    [
      'a region that ends before it begins',
      { target: { layer: 'Conv:k', neuron: [0, [1, 0], 0] } },
      'target-invalid',
      /Conv:k:0,1-0,0: .* coordinate 2 goes from 0 to 1/,
    ],
    [
      'too few coordinates',
      { target: { layer: 'Conv:k', neuron: [0, 1] } },
      'target-invalid',
      /give a channel, or all 3 coordinates of a neuron/,
    ],
    [
      'a functional of another length',
      { target: { functional: [1, 2] } },
      'target-invalid',
      /a functional is 4 finite numbers, one for each class/,
    ],
    [
      'a contrast with a class out of range',
      { target: { class: 0, versus: 4 } },
      'target-invalid',
      /the model has classes 0 to 3/,
    ],
  ])('refuses %s', async (_, options, code, words) => {
    const refused = compileModel(whole, oracle, { box, ...options })
    await expect(refused).rejects.toThrow(words)
    await expect(refused).rejects.toMatchObject({ code })
  })

  it('reads LAYER:CHANNEL, colons in names included', () => {
    expect(parseHidden('seg:2,3-10,4')).toEqual({ layer: 'seg', neuron: [2, [3, 10], 4] })
    expect(parseHidden('a/b:0:12')).toEqual({ layer: 'a/b:0', neuron: [12] })
    expect(parseHidden('conv:1,2,3')).toEqual({ layer: 'conv', neuron: [1, 2, 3] })
    for (const text of ['conv', ':1', 'conv:', 'conv:x', 'conv:-1', 'conv:1,'])
      expect(parseHidden(text)).toBeUndefined()
  })
})

describe('a network that answers with a map', () => {
  // Down, up, and a skip connection between: a U-Net in small.
  const random = new Random(12)
  const constants = {
    w: random.constant([4, 2, 3, 3]),
    v: random.constant([5, 4, 3, 3]),
    t: random.constant([5, 3, 2, 2]),
    u: random.constant([2, 7, 1, 1], 0, 1),
    scales: floats([4], [1, 1, 2, 2]),
  }
  const unet = (up: Node) =>
    modelOf({
      nodes: [
        node('Conv', ['x', 'w'], 'a', { pads: [1, 1, 1, 1] }),
        node('Relu', ['a'], 'h'),
        node('MaxPool', ['h'], 'p', { kernel_shape: [2, 2], strides: [2, 2] }),
        node('Conv', ['p', 'v'], 'k', { pads: [1, 1, 1, 1] }),
        node('Relu', ['k'], 'r'),
        up,
        node('Relu', ['up'], 'o'),
        node('Concat', ['o', 'h'], 'c', { axis: 1 }),
        node('Conv', ['c', up.opType === 'Resize' ? 'wide' : 'u'], 'y'),
      ],
      inputs: { x: ['n', 2, 8, 6] },
      outputs: ['y'],
      constants: { ...constants, wide: random.constant([2, 9, 1, 1], 0, 1) },
    })
  const x = random.tensor([2, 2, 8, 6])
  const ups = {
    ConvTranspose: node('ConvTranspose', ['r', 't'], 'up', { strides: [2, 2] }),
    Resize: node('Resize', ['r', '', 'scales'], 'up', { mode: 'linear' }),
  }

  it.each(Object.keys(ups) as (keyof typeof ups)[])('is explained by place, region and channel (%s)', async name => {
    const model = unet(ups[name])
    const of = (neuron: HiddenNeuron['neuron']) => explained(model, { x }, { box, target: { layer: 'Conv:y', neuron } })
    const [place, region, channel] = [await of([1, 3, 2]), await of([1, [3, 4], [2, 2]]), await of([1])]
    for (const one of [place, region, channel]) {
      for (const [i, f] of one.logit.entries()) expect(one.sum[i]).toBeCloseTo(f, 4)
    }
    const other = await of([1, 4, 2])
    expect(
      relativeError(
        region.relevance,
        place.relevance.map((r, i) => r + (other.relevance[i] as number)),
      ),
    ).toBeLessThan(rounding)
    const rows = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(row => of([1, row, [0, 5]])))
    const all = channel.relevance.map((_, i) => rows.reduce((sum, row) => sum + (row.relevance[i] as number), 0))
    expect(relativeError(all, channel.relevance)).toBeLessThan(rounding)
  })

  it('has no classes', async () => {
    const refused = compileModel(unet(ups.Resize), oracle, { target: 'top' })
    await expect(refused).rejects.toThrow(
      /output "y" of shape \[n,2,8,6\] is not one row of classes per sample: explain a channel of it/,
    )
  })
})
