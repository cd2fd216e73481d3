/** Streams: the results of one by one, in order, whatever comes along, without reading ahead too far. */

import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { floats, modelOf, node, Random } from '../../test/support/models.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { nodeRuntime } from '../runtime/node.ts'
import type { FloatTensor, Runtime } from '../runtime/session.ts'
import { ahead } from './ahead.ts'
import { Explainer } from './explainer.ts'
import { loadModel } from './load-model.ts'
import { explainStream, type Streamed, usualBatch } from './stream.ts'
import type { NamedInput } from './together.ts'

const root = join(import.meta.dirname, '../..')
const scenes = await loadModel(join(root, 'examples/scenes/scenes.onnx'))
const box = { low: -1, high: 1 }
const random = new Random(3)

function pictures(count: number, dims: readonly number[] = [3, 64, 64]): readonly NamedInput[] {
  const size = dims.reduce((product, dim) => product * dim, 1)
  return Array.from({ length: count }, (_, i) => ({
    name: `picture ${i}`,
    tensor: { dims, data: Float32Array.from(random.numbers(size)) },
  }))
}

/** A convolution and a mean: for pictures of any size. */
const anySize = {
  model: modelOf({
    nodes: [
      node('Conv', ['x', 'w'], 'a', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
      node('Relu', ['a'], 'r'),
      node('GlobalAveragePool', ['r'], 'p'),
      node('Flatten', ['p'], 'f', { axis: 1 }),
      node('Gemm', ['f', 'u'], 'y'),
    ],
    inputs: { x: ['n', 2, 'h', 'w'] },
    outputs: ['y'],
    constants: { w: floats([4, 2, 3, 3], random.numbers(72)), u: floats([4, 3], random.numbers(12)) },
  }),
  source: 'any-size.onnx',
  path: undefined,
  byteLength: 0,
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

const read = async (input: NamedInput): Promise<NamedInput> => input

/** Each result against the input's own run. */
async function expectOwnRuns(
  explainer: Explainer,
  results: readonly Streamed<NamedInput, NamedInput>[],
): Promise<void> {
  for (const one of results) {
    if ('error' in one) throw one.error
    const { tensor, ...rest } = one.input
    const own = await explainer.explainAll(tensor, ['top', 0], rest)
    expect(one.explanations).toHaveLength(2)
    for (const [i, { relevance, samples }] of one.explanations.entries()) {
      const wanted = own[i]?.relevance as FloatTensor
      expect(relevance.dims).toEqual(wanted.dims)
      const extent = wanted.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      const worst = relevance.data.reduce(
        (most, value, k) => Math.max(most, Math.abs(value - (wanted.data[k] ?? 0))),
        0,
      )
      expect(worst).toBeLessThanOrEqual(1e-6 * extent)
      expect(samples.map(({ target }) => target)).toEqual(own[i]?.samples.map(({ target }) => target))
      expect(samples.map(({ warnings }) => warnings)).toEqual(own[i]?.samples.map(({ warnings }) => warnings))
    }
  }
}

describe('explainStream', () => {
  it.each([1, 3, 8])('gives what each input gives alone, in order, in batches of %i', async batchSize => {
    await using explainer = await Explainer.open(scenes, { box })
    const inputs = pictures(7)
    // One of them is a batch itself, one leaves the box.
    const two = { name: 'two', tensor: { dims: [2, 3, 64, 64], data: Float32Array.from(random.numbers(24_576)) } }
    const outside = { name: 'outside', tensor: { dims: [3, 64, 64], data: new Float32Array(12_288).fill(2) } }
    const mixed = [...inputs.slice(0, 2), two, ...inputs.slice(2), outside]
    const progress: number[] = []
    const options = { read, batchSize, targets: ['top', 0], onProgress: (done: number) => progress.push(done) }
    const results = await all(explainStream(explainer, mixed, options))
    expect(results.map(({ input }) => input.name)).toEqual(mixed.map(({ name }) => name))
    expect(progress.at(-1)).toBe(mixed.length)
    expect(progress).toHaveLength(Math.ceil(mixed.length / batchSize))
    await expectOwnRuns(explainer, results)
  })

  it('keeps sizes apart, more of them than graphs are kept', async () => {
    await using explainer = await Explainer.open(anySize)
    const inputs = [4, 5, 6, 7, 8, 9, 4, 5, 4].flatMap(side => pictures(1, [2, side, side + 1]))
    await expectOwnRuns(
      explainer,
      await all(explainStream(explainer, inputs, { read, batchSize: 9, targets: ['top', 0] })),
    )
  })

  it('goes on after what cannot be read, and what the model does not take', async () => {
    await using explainer = await Explainer.open(scenes, { box })
    const [a, b, c] = pictures(3) as [NamedInput, NamedInput, NamedInput]
    const nan = { name: 'nan', tensor: { dims: [3, 64, 64], data: new Float32Array(12_288).fill(Number.NaN) } }
    const small = { name: 'small', tensor: { dims: [3, 2, 2], data: new Float32Array(12) } }
    const unreadable = { name: 'unreadable', tensor: small.tensor }
    const source = [a, unreadable, nan, b, small, c]
    const results = await all(
      explainStream(explainer, source, {
        targets: ['top', 0],
        read: input => {
          if (input.name === 'unreadable') throw new Error('no such file')
          return input
        },
      }),
    )
    expect(results.map(one => ('error' in one ? String((one.error as Error).message).slice(0, 14) : ''))).toEqual([
      '',
      'no such file',
      'nan: 12288 val',
      '',
      'small: it has ',
      '',
    ])
    await expectOwnRuns(
      explainer,
      results.filter(one => !('error' in one)),
    )
  })

  it('explains each alone where a model takes one sample at a time, although its batch is free', async () => {
    const model = modelOf({
      nodes: [node('Relu', ['x'], 'r'), node('Reshape', ['r', 'shape'], 'f'), node('Gemm', ['f', 'w'], 'y')],
      inputs: { x: ['n', 2, 3] },
      outputs: ['y'],
      constants: {
        shape: { dtype: 'int64', dims: [2], bytes: new Uint8Array(BigInt64Array.of(1n, -1n).buffer) },
        w: floats([6, 2], random.numbers(12)),
      },
    })
    const runtime = await nodeRuntime()
    const rows: unknown[] = []
    const counting: Runtime = {
      ...runtime,
      open: async (bytes, options) => {
        const session = await runtime.open(bytes, options)
        const run: typeof session.run = (feeds, fetch) => {
          if (fetch) rows.push(feeds.x?.dims[0])
          return session.run(feeds, fetch)
        }
        return { ...session, run }
      },
    }
    await using explainer = await Explainer.open({ ...anySize, model }, { runtime: counting, targets: ['top', 0] })
    const results = await all(
      explainStream(explainer, pictures(4, [1, 2, 3]), { read, batchSize: 2, targets: ['top', 0] }),
    )
    // The second batch knows what the first found out.
    expect(rows).toEqual([2, 1, 1, 1, 1])
    await expectOwnRuns(explainer, results)
  })

  it('reads ahead while the model runs, and no further than it is told', async () => {
    await using explainer = await Explainer.open(scenes, { box })
    const [one] = pictures(1) as [NamedInput]
    let begun = 0
    const source = async function* () {
      for (;;) yield begun++
    }
    const stream = explainStream(explainer, source(), { read: () => one, batchSize: 2, ahead: 3 })
    for (let taken = 0; taken < 20; taken++) {
      await stream.next()
      await setTimeout(1)
      // The batch that is handed out, the one that is computed, and three ahead.
      expect(begun).toBeLessThanOrEqual(taken - (taken % 2) + 2 + 2 + 3)
      expect(begun).toBeGreaterThan(taken + 2)
    }
    await stream.return(undefined)
    const end = begun
    await setTimeout(20)
    expect(begun).toBe(end)
  })

  it('ends with the reason of an abort, and reads no more', async () => {
    await using explainer = await Explainer.open(scenes, { box })
    const [one] = pictures(1) as [NamedInput]
    const controller = new AbortController()
    let isClosed = false
    const source = async function* () {
      try {
        for (let i = 0; ; i++) yield i
      } finally {
        isClosed = true
      }
    }
    const seen: number[] = []
    const run = async () => {
      const options = { read: () => one, batchSize: 2, signal: controller.signal }
      for await (const { input } of explainStream(explainer, source(), options)) {
        seen.push(input)
        if (input === 4) controller.abort(new Error('enough'))
      }
    }
    await expect(run()).rejects.toThrow('enough')
    expect(seen).toEqual([0, 1, 2, 3, 4])
    await setTimeout(5)
    expect(isClosed).toBe(true)
  })

  it('says of every input what is wrong with the target', async () => {
    await using explainer = await Explainer.open(scenes, { box })
    const results = await all(explainStream(explainer, pictures(3), { read, targets: [99] }))
    for (const one of results) {
      expect('error' in one && one.error).toBeInstanceOf(DeepTaylorError)
      expect(one).toMatchObject({ error: { code: 'target-invalid' } })
    }
  })
})

describe('usualBatch', () => {
  it.each([
    [['n', 3, 64, 64], 8],
    [['n', 3, 128, 128], 2],
    [['n', 3, 224, 224], 1],
    [['n', 30], 8],
    [['n', 3, 'h', 'w'], 1],
  ])('of %j is %i', (dims, batch) => expect(usualBatch(dims)).toBe(batch))
})

describe('ahead', () => {
  it('keeps the order of what ends in another, and works on so many at once', async () => {
    let underWay = 0
    let most = 0
    const work = async (i: number) => {
      most = Math.max(most, ++underWay)
      await setTimeout((i * 7) % 5)
      underWay--
      return i * i
    }
    const results = await all(ahead(Array(20).keys(), work, { limit: 4 }))
    expect(results).toEqual(Array.from({ length: 20 }, (_, i) => ({ input: i, value: i * i })))
    expect(most).toBe(4)
  })

  it('throws what the source throws, after what came before', async () => {
    const source = async function* () {
      yield 1
      throw new Error('the source is dry')
    }
    const stream = ahead(source(), i => i, { limit: 3 })
    expect((await stream.next()).value).toEqual({ input: 1, value: 1 })
    await expect(stream.next()).rejects.toThrow('the source is dry')
  })

  it('is stopped while a source hangs', async () => {
    const source: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
    const signal = AbortSignal.timeout(10)
    await expect(ahead(source, i => i, { limit: 1, signal }).next()).rejects.toThrow(/timeout/)
  })
})
