/** Graphs that are kept on disk: the same bits, whoever opens them and whatever happens to the folder meanwhile. */

import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { networks } from '../bench/networks/catalogue.ts'
import type { Model } from '../src/core/0-graph/graph.ts'
import { bytesOf } from '../src/core/0-graph/tensor.ts'
import { decodeModel } from '../src/core/1-codec/decode.ts'
import { encodeModel } from '../src/core/1-codec/encode.ts'
import { lrp } from '../src/core/5-explain/lrp.ts'
import { compileModel } from '../src/core/compile.ts'
import { Explainer } from '../src/explainer/explainer.ts'
import { methodFrom } from '../src/explainer/methods.ts'
import { modelFromBytes } from '../src/explainer/model-bytes.ts'
import { randomisedModel } from '../src/explainer/randomised.ts'
import { type CacheOptions, cachedRuntime } from '../src/runtime/cached.ts'
import { nodeRuntime } from '../src/runtime/node.ts'
import type { Runtime, RuntimeFiles, Tensor } from '../src/runtime/session.ts'
import { loadCase } from './support/cases.ts'
import { modelOf, node, oracle, Random, runtime } from './support/models.ts'
import { files, inFolder, optimized } from './support/optimized.ts'

/** Two convolutions, explained: something to keep. */
const model: Model = modelOf({
  nodes: [
    node('Conv', ['x', 'w'], 'a', { pads: [1, 1, 1, 1] }),
    node('Relu', ['a'], 'b'),
    node('Conv', ['b', 'v'], 'c', { pads: [1, 1, 1, 1] }),
    node('GlobalAveragePool', ['c'], 'd'),
    node('Flatten', ['d'], 'y'),
  ],
  inputs: { x: ['n', 3, 8, 8] },
  outputs: ['y'],
  constants: { w: new Random(1).constant([32, 3, 3, 3]), v: new Random(2).constant([16, 32, 3, 3]) },
})
const bytes = encodeModel((await compileModel(model, oracle)).model)
const feeds = {
  x: new Random(3).tensor([2, 3, 8, 8]),
  target: { dtype: 'int64', dims: [2], data: BigInt64Array.of(-1n, 3n) } as const,
}
const expected = await (await runtime.open(bytes)).run(feeds)

/** Each process looks once at how this machine computes a small convolution. */
const isProbe = (model: Uint8Array) => model.length < 4096

/** A runtime that counts the graphs that it optimises. */
function counting(change: Partial<RuntimeFiles> = {}): { readonly runtime: Runtime; readonly optimized: () => number } {
  let count = 0
  const optimize: RuntimeFiles['optimize'] = (model, ...where) => {
    if (!isProbe(model)) count++
    return files.optimize(model, ...where)
  }
  return { runtime: { ...runtime, files: { ...files, optimize, ...change } }, optimized: () => count }
}

async function opens(cached: Runtime): Promise<void> {
  const session = await cached.open(bytes, { keeps: true })
  expect(await session.run(feeds)).toEqual(expected)
  await session.close()
}

const silent = (message: string) => expect.fail(message)
const caching = (folder: string, options: Partial<CacheOptions> = {}, inner = runtime) =>
  cachedRuntime(inner, { folder, announce: silent, ...options })

describe('cachedRuntime', () => {
  it('gives the same bits the first time and later, and optimises once', async () => {
    await inFolder(async folder => {
      const { runtime, optimized } = counting()
      for (let i = 0; i < 3; i++) await opens(caching(folder, {}, runtime))
      expect(optimized()).toBe(1)
      expect(await readdir(folder)).toHaveLength(1)
    })
  })

  it('only reads a folder that has the graph: it may be filled beforehand, and on a disk for reading', async () => {
    await inFolder(async folder => {
      await opens(caching(folder))
      const { mtimeMs } = await stat(folder)
      await opens(caching(folder))
      expect((await stat(folder)).mtimeMs).toBe(mtimeMs)
    })
  })

  it('keeps loops as the runtime wrote them', async () => {
    const { model: loop } = await compileModel(model, oracle, { method: methodFrom('smooth-grad', { samples: 3 }) })
    expect(loop.graph.nodes.some(({ opType }) => opType === 'Scan')).toBe(true)
    const bytes = encodeModel(loop)
    await inFolder(async folder => {
      const sessions = [await runtime.open(bytes), await caching(folder).open(bytes, { keeps: true })]
      const [expected, ours] = await Promise.all(sessions.map(session => session.run({ x: feeds.x })))
      expect(ours).toEqual(expected)
      expect(await readdir(folder)).toHaveLength(1)
      for (const session of sessions) await session.close()
    })
  })

  it('makes the folder for this user alone, and leaves nothing unfinished', async () => {
    await inFolder(async parent => {
      const folder = join(parent, 'new', 'folder')
      await opens(caching(folder))
      expect((await stat(folder)).mode & 0o777).toBe(0o700)
      const [entry = ''] = await readdir(folder)
      expect(entry).toMatch(/^[0-9a-f]{64}$/)
      expect((await readdir(join(folder, entry))).sort()).toEqual(['graph.onnx', 'weights'])
    })
  })

  it('keeps what will be opened again, and nothing else', async () => {
    await inFolder(async folder => {
      const cached = caching(folder)
      for (const options of [{}, { keeps: false }, { keeps: true, optimize: 'none' }] as const) {
        await (await cached.open(bytes, options)).close()
      }
      expect(await readdir(folder)).toEqual([])
    })
  })

  it('keeps another graph for other weights, another version and another machine', async () => {
    await inFolder(async folder => {
      await opens(caching(folder))
      await opens(caching(folder, {}, counting({ version: '0.0.0' }).runtime))
      const other = encodeModel((await compileModel(model, oracle, { top: 3 })).model)
      await (await caching(folder).open(other, { keeps: true })).close()
      // On another machine the probe's weights lie in another order.
      const optimize: RuntimeFiles['optimize'] = async (model, path, weights) => {
        await files.optimize(model, path, weights)
        if (!isProbe(model)) return
        const probe = await decodeModel(await readFile(path))
        const initializers = new Map(
          [...probe.graph.initializers].map(([name, tensor]) => [
            name,
            { ...tensor, bytes: tensor.bytes.slice().reverse() },
          ]),
        )
        await writeFile(path, encodeModel({ ...probe, graph: { ...probe.graph, initializers } }))
      }
      await opens(caching(folder, {}, counting({ optimize }).runtime))
      expect(await readdir(folder)).toHaveLength(4)
    })
  })

  it('makes a damaged graph anew', async () => {
    await inFolder(async folder => {
      await opens(caching(folder))
      const [entry = ''] = await readdir(folder)
      const graph = join(folder, entry, 'graph.onnx')
      const whole = await readFile(graph)
      for (const damage of [whole.subarray(0, 100), new Uint8Array(0), new Uint8Array(500).fill(255)]) {
        await writeFile(graph, damage)
        await opens(caching(folder))
        // The runtime names values in another order every time.
        expect((await readFile(graph)).length).toBeGreaterThan(0.9 * whole.length)
      }
      const weights = join(folder, entry, 'weights')
      const { size } = await stat(weights)
      await writeFile(weights, new Uint8Array(10))
      await opens(caching(folder))
      expect((await stat(weights)).size).toBe(size)
    })
  })

  it('serves many at once', async () => {
    await inFolder(async folder => {
      await Promise.all(Array.from({ length: 6 }, () => opens(caching(folder))))
      expect(await readdir(folder)).toHaveLength(1)
    })
  })

  it('opens without keeping where the folder cannot be used, and says why once it tried', async () => {
    await inFolder(async parent => {
      const file = join(parent, 'file')
      await writeFile(file, 'not a folder')
      const said: string[] = []
      await opens(caching(join(file, 'cache'), { announce: message => said.push(message) }))
      expect(said).toHaveLength(1)
      expect(said[0]).toMatch(
        /^the optimised graph is not kept in ".*file.cache" \(.*ENOTDIR.*\): choose another folder/,
      )
      expect(said[0]).not.toContain('\n')
    })
  })

  it('leaves nothing behind when a disk is full', async () => {
    await inFolder(async folder => {
      const optimize: RuntimeFiles['optimize'] = async (model, path, weights) => {
        await files.optimize(model, path, weights)
        if (!isProbe(model)) throw new Error('ENOSPC: no space left on device')
      }
      const said: string[] = []
      await opens(caching(folder, { announce: message => said.push(message) }, counting({ optimize }).runtime))
      expect(said.join()).toContain('ENOSPC')
      expect(await readdir(folder)).toEqual([])
    })
  })

  it('throws what opening the model itself throws', async () => {
    await inFolder(async folder => {
      const said: string[] = []
      const cached = caching(folder, { announce: message => said.push(message) })
      await expect(cached.open(new Uint8Array([1, 2, 3]), { keeps: true })).rejects.toMatchObject({
        code: 'runtime-failed',
      })
      expect(said).toEqual([])
      expect(await readdir(folder)).toEqual([])
    })
  })

  it('makes room: the least recently used goes first, and what a killed process left; what is not its own stays', async () => {
    await inFolder(async folder => {
      await opens(caching(folder))
      const [own = ''] = await readdir(folder)
      const { size } = await stat(join(folder, own, 'weights'))
      const [older, old] = ['0'.repeat(64), '1'.repeat(64)] as const
      const ago = (days: number) => new Date(Date.now() - days * 86_400_000)
      for (const [name, days] of [
        [older, 3],
        [old, 2],
        ['deeptaylor-unfinished-abandoned', 2],
        ['deeptaylor-unfinished-now', 0],
        ["somebody else's", 9],
        ['unfinished', 9],
      ] as const) {
        await mkdir(join(folder, name))
        await writeFile(join(folder, name, 'weights'), new Uint8Array(size))
        await utimes(join(folder, name), ago(days), ago(days))
      }
      const other = encodeModel((await compileModel(model, oracle, { top: 3 })).model)
      await (await caching(folder, { capacity: 3.5 * size }).open(other, { keeps: true })).close()
      const left = await readdir(folder)
      expect(left).toHaveLength(6)
      expect(left).toEqual(
        expect.arrayContaining([own, old, 'deeptaylor-unfinished-now', "somebody else's", 'unfinished']),
      )
    })
  })

  it('is no other than WebAssembly where there are no files', async () => {
    const wasm = await nodeRuntime('wasm')
    expect(cachedRuntime(wasm, { folder: 'nowhere' })).toBe(wasm)
  })
})

/** Wide enough that almost all of it can stay in blocks; the networks of test/networks are too narrow for most of that. */
describe.each(['squeezenet1_1', 'mobilenet_v2'] as const)('%s, explained', name => {
  it.each([undefined, lrp('epsilon')])('is the same to the last bit, kept and not', async method => {
    const box = { low: -2, high: 2 }
    const { model: explained } = await compileModel(networks[name](), oracle, method ? { method } : { box })
    const bytes = encodeModel(explained)
    const [{ name: input = '' } = {}] = explained.graph.inputs
    const feeds = { [input]: new Random(5).tensor([1, 3, 224, 224], -2, 2) }
    await inFolder(async folder => {
      const [plain, kept] = [await runtime.open(bytes), await caching(folder).open(bytes, { keeps: true })]
      const [expected, ours] = [await plain.run(feeds), await kept.run(feeds)]
      // Compared as bytes: element by element takes a while.
      expect(Object.keys(ours)).toEqual(Object.keys(expected))
      for (const [output, { data }] of Object.entries(ours)) {
        expect(Buffer.compare(bytesOf(data), bytesOf((expected[output] as Tensor).data)), output).toBe(0)
      }
      await plain.close()
      await kept.close()
      const [entry = ''] = await readdir(folder)
      const { graph } = await decodeModel(await readFile(join(folder, entry, 'graph.onnx')), { external: 'leave' })
      const before = (await optimized(explained)).graph
      const reorderings = ({ nodes }: typeof graph) => nodes.filter(({ opType }) => opType.startsWith('Reorder')).length
      expect(reorderings(graph)).toBeLessThan(0.3 * reorderings(before))
    })
  })
})

describe('Explainer', () => {
  it('has its graph kept, one of several sizes, and none of randomised models', async () => {
    await inFolder(async folder => {
      const cached = caching(folder)
      const loaded = await modelFromBytes(encodeModel(await loadCase('lenet')))
      const explainer = await Explainer.open(loaded, { runtime: cached })
      expect(await readdir(folder)).toHaveLength(1)
      const { analysis } = await explainer.compiled()
      const layers = analysis.steps.filter(({ node }) => node.opType === 'Conv').map(({ node }) => node.name)
      const other = await Explainer.open(randomisedModel(loaded, analysis, layers, 1), { runtime: cached })
      expect(await readdir(folder)).toHaveLength(1)
      await explainer.close()
      await other.close()
      const free = await modelFromBytes(
        encodeModel(modelOf({ ...freeSizes, outputs: ['y'], constants: { w: new Random(1).constant([32, 3, 3, 3]) } })),
      )
      const sized = await Explainer.open(free, { runtime: cached })
      for (const side of [8, 9, 10])
        await sized.explain(new Random(side).tensor([1, 3, side, side]) as never, { target: 1 })
      expect(await readdir(folder)).toHaveLength(2)
      await sized.close()
    })
  })
})

const freeSizes = {
  nodes: [node('Conv', ['x', 'w'], 'c'), node('GlobalAveragePool', ['c'], 'd'), node('Flatten', ['d'], 'y')],
  inputs: { x: ['n', 3, 'height', 'width'] },
}
