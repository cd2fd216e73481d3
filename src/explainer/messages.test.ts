/** What a neuron receives and sends: by hand, against relevance that is let through it alone, and sums that must agree. */

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { floats, modelOf, node, Random, runtime } from '../../test/support/models.ts'
import type { Model } from '../core/0-graph/graph.ts'
import { lrp } from '../core/5-explain/lrp.ts'
import { Explainer } from './explainer.ts'
import { loadModel } from './load-model.ts'
import { type MessageOptions, Messages } from './messages.ts'

const loaded = (model: Model) => ({ model, source: 'test', path: undefined, byteLength: 0 })
const positive = { low: 0, high: Number.POSITIVE_INFINITY }
const total = ({ data }: { readonly data: Float32Array }) => data.reduce((sum, value) => sum + value, 0)

/** Rounding of float32 sums. */
const tolerance = 1e-5

const sum = (messages: readonly { readonly sum: number }[]) => messages.reduce((all, one) => all + one.sum, 0)

describe('two layers, by hand', () => {
  // x = (1, 2), h = relu(x·[[1, 1], [1, −1]]) = (3, 0); with v = [[1, 2], [3, 1]]: y = (3, 6), top is 6.
  const model = modelOf({
    nodes: [node('Gemm', ['x', 'w'], 'a'), node('Relu', ['a'], 'h'), node('Gemm', ['h', 'v'], 'y')],
    inputs: { x: ['n', 2] },
    outputs: ['y'],
    constants: { w: floats([2, 2], [1, 1, 1, -1]), v: floats([2, 2], [1, 2, 3, 1]) },
  })
  const input = { dims: [1, 2], data: Float32Array.of(1, 2) }

  it('a neuron gets all of 6 from class 1 and sends 2 and 4', async () => {
    await using messages = await Messages.open(loaded(model), { layer: 'Relu:h', box: positive, runtime })
    const { activation, relevance, received, sent, arrived } = await messages.of(input, [0])
    expect([activation, relevance]).toEqual([3, 6])
    expect(received).toMatchObject([{ layer: 'Gemm:y', sum: 6 }])
    expect(Array.from(received[0]?.messages?.data ?? [])).toEqual([0, 6])
    expect(sent).toMatchObject([{ layer: 'x', operator: 'input', sum: 6 }])
    expect(Array.from(sent[0]?.messages.data ?? [])).toEqual([2, 4])
    expect(Array.from(arrived.data)).toEqual([2, 4])
    expect(await messages.of(input, [1])).toMatchObject({ activation: 0, relevance: 0 })
  })

  it('an input receives from every neuron above it', async () => {
    await using messages = await Messages.open(loaded(model), { layer: 'x', target: 0, box: positive, runtime })
    const { relevance, received, sent } = await messages.of(input, [1])
    // y₀ = 3: h₀ has all of it, and x₁ two thirds.
    expect(relevance).toBeCloseTo(2, 6)
    expect(received).toMatchObject([{ layer: 'Gemm:a' }])
    expect(Array.from(received[0]?.messages?.data ?? [])).toEqual([2, 0])
    expect(sent).toEqual([])
  })

  it('places that are not there are refused', async () => {
    await using messages = await Messages.open(loaded(model), { layer: 'Relu:h', runtime })
    await expect(messages.of(input, [2])).rejects.toMatchObject({ code: 'target-invalid' })
    await using unknown = await Messages.open(loaded(model), { layer: 'h9', runtime })
    await expect(unknown.of(input, [0])).rejects.toMatchObject({ code: 'layer-unknown' })
  })
})

describe('a network with a skip connection, a join, a pool and a flatten', () => {
  const random = new Random(7)
  const weights = (dims: readonly number[]) => floats(dims, random.numbers(dims.reduce((all, dim) => all * dim, 1)))
  const model = modelOf({
    nodes: [
      node('Conv', ['x', 'w1'], 'a', { pads: [1, 1, 1, 1] }),
      node('Relu', ['a'], 'h'),
      node('Conv', ['h', 'w2'], 'b', { pads: [1, 1, 1, 1] }),
      node('Relu', ['b'], 'f'),
      node('Add', ['h', 'f'], 's'),
      node('Concat', ['s', 'h'], 'c', { axis: 1 }),
      node('MaxPool', ['c'], 'p', { kernel_shape: [2, 2], strides: [2, 2] }),
      node('Flatten', ['p'], 'q'),
      node('Gemm', ['q', 'v'], 'y'),
    ],
    inputs: { x: ['n', 2, 6, 6] },
    outputs: ['y'],
    constants: { w1: weights([3, 2, 3, 3]), w2: weights([3, 3, 3, 3]), v: weights([54, 4]) },
  })
  const input = { dims: [1, 2, 6, 6], data: Float32Array.from(random.numbers(72, -3, 3)) }
  const methods: Readonly<Record<string, Partial<MessageOptions>>> = {
    'deep Taylor': { box: { low: -4, high: 4 } },
    'deep Taylor, a contrast': { box: { low: -4, high: 4 }, target: { class: 1, versus: 2 } },
    'LRP-γ': { method: lrp('gamma', { gamma: 0.5, pooling: 'proportional' }) },
  }
  for (const [name, options] of Object.entries(methods)) {
    it(`${name}: what comes in is R, what goes out is R, and it is what is let through`, async () => {
      for (const [layer, above] of [
        ['Relu:h', ['Conv:b', 'Add:s', 'MaxPool:p']],
        ['Add:s', ['MaxPool:p']],
        ['MaxPool:p', ['Gemm:y']],
      ] as const) {
        await using messages = await Messages.open(loaded(model), { layer, runtime, ...options })
        const { target, ...rest } = options
        await using explainer = await Explainer.open(loaded(model), { ...rest, layers: [layer], runtime })
        const asked = target === undefined ? {} : { target }
        const all = (await explainer.explain(input, asked)).layers.get(layer)
        const size = all?.dims.slice(1) as number[]
        // The neuron with the most relevance.
        const data = all?.data as Float32Array
        const at = data.reduce((best, value, i) => (Math.abs(value) > Math.abs(data[best] as number) ? i : best), 0)
        const [, height = 1, width = 1] = size
        const neuron = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width]
        const { relevance, received, sent, arrived } = await messages.of(input, neuron)
        const scale = Math.abs(data[at] as number)
        const close = (ours: number, expected: number) =>
          expect(Math.abs(ours - expected) / scale).toBeLessThan(tolerance)
        close(relevance, data[at] as number)
        expect(received.map(one => one.layer).sort()).toEqual([...above].sort())
        close(sum(received), relevance)
        for (const one of received) if (one.messages) close(total(one.messages), one.sum)
        expect(received.every(one => one.messages !== undefined)).toBe(true)
        close(sum(sent), relevance)
        close(total(arrived), relevance)
        // Nothing goes round the pool: what is let through it alone is what its neuron sends.
        if (layer !== 'MaxPool:p') continue
        await using through = await Explainer.open(loaded(model), { ...rest, through: [{ layer, neuron }], runtime })
        const letThrough = (await through.explain(input, asked)).relevance
        for (const [i, value] of letThrough.data.entries()) close(arrived.data[i] as number, value)
      }
    })
  }

  it('where the largest takes all, a layer says only how much came from it', async () => {
    const options = { method: lrp('epsilon', { pooling: 'winner' }), layer: 'Add:s', runtime } as const
    await using messages = await Messages.open(loaded(model), options)
    const found = await messages.of(input, [0, 2, 2])
    for (const one of found.received) expect(one.messages).toBeUndefined()
    expect(sum(found.received)).toBeCloseTo(found.relevance, 5)
  })
})

it('neurons of the scenes: sums agree', async () => {
  const model = await loadModel(join(import.meta.dirname, '../../examples/scenes/scenes.onnx'))
  const input = { dims: [1, 3, 64, 64], data: Float32Array.from(new Random(3).numbers(3 * 64 * 64)) }
  await using messages = await Messages.open(model, { layer: 'relu5', box: { low: -1, high: 1 }, runtime })
  for (const neuron of [
    [0, 7, 7],
    [12, 3, 9],
    [40, 10, 2],
  ]) {
    const { relevance, received, sent, arrived } = await messages.of(input, neuron)
    expect(sum(received)).toBeCloseTo(relevance, 5)
    expect(sum(sent)).toBeCloseTo(relevance, 5)
    expect(total(arrived)).toBeCloseTo(relevance, 5)
  }
})
