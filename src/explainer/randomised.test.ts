/** Random weights: what is shuffled, what stays, and that models so changed are explained as any other. */

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { floats, ints, modelOf, node, oracle, run, runtime, tensor } from '../../test/support/models.ts'
import { networkCase, networkNames } from '../../test/support/network-cases.ts'
import { scenes } from '../../test/support/scenes.ts'
import type { Model } from '../core/0-graph/graph.ts'
import { numbersOf, type Tensor } from '../core/0-graph/tensor.ts'
import { decodeModel } from '../core/1-codec/decode.ts'
import { analyze } from '../core/analysis.ts'
import { Explainer } from './explainer.ts'
import { inspect } from './inspect.ts'
import { loadModel } from './load-model.ts'
import type { LoadedModel } from './model-bytes.ts'
import { randomisedModel, weightedLayers } from './randomised.ts'

const loadedOf = (model: Model): LoadedModel => ({ model, source: 'model', path: undefined, byteLength: 0 })
const count = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

/** The tensor that a model's layer reads as its input of that place. */
function parameterOf({ graph }: Model, layer: string, input: number): Tensor {
  const name = graph.nodes.find(one => one.name === layer)?.inputs[input] ?? ''
  const found = graph.initializers.get(name)
  if (!found) throw new Error(`${layer} does not read a tensor there`)
  return found
}

/** x → Gemm → ReLU → Gemm, all weights different. */
const twoLayers = modelOf({
  nodes: [node('Gemm', ['x', 'w1', 'b1'], 'h'), node('Relu', ['h'], 'r'), node('Gemm', ['r', 'w2', 'b2'], 'y')],
  inputs: { x: ['N', 4] },
  outputs: ['y'],
  constants: {
    w1: floats([4, 5], count(20)),
    b1: floats([5], count(5)),
    w2: floats([5, 3], count(15)),
    b2: floats([3], [0.5, 0.25, 0.125]),
  },
})

describe('a layer', () => {
  it('is named as inspect names it, from the output to the input', async () => {
    const loaded = await loadModel(join(scenes, 'scenes.onnx'))
    const layers = weightedLayers(await analyze(loaded.model, oracle))
    const report = await inspect(loaded, { runtime })
    const inspected = report.layers.filter(({ opType }) => opType === 'Conv' || opType === 'Gemm')
    expect(layers).toEqual(inspected.map(({ name }) => name).reverse())
    expect(layers.length).toBeGreaterThan(3)
  })

  it('keeps its numbers in another order, weights and biases each, and leaves others byte for byte', async () => {
    const analysis = await analyze(twoLayers, oracle)
    const layers = weightedLayers(analysis)
    expect(layers).toEqual(['Gemm:y', 'Gemm:h'])
    const { model } = randomisedModel(loadedOf(twoLayers), analysis, ['Gemm:y'], 1)
    for (const [input, name] of [
      [1, 'w1'],
      [2, 'b1'],
    ] as const) {
      expect(parameterOf(model, 'Gemm:h', input)).toEqual(twoLayers.graph.initializers.get(name))
    }
    const before = numbersOf(parameterOf(analysis.model, 'Gemm:y', 1))
    const after = numbersOf(parameterOf(model, 'Gemm:y', 1))
    expect(after).not.toEqual(before)
    expect(after.toSorted((a, b) => a - b)).toEqual(before)
    expect(numbersOf(parameterOf(model, 'Gemm:y', 2)).toSorted()).toEqual([0.125, 0.25, 0.5])
    // What was loaded is as it was.
    expect(numbersOf(twoLayers.graph.initializers.get('w2') as Tensor)).toEqual(before)
    const x = { x: tensor([1, 4], [1, 2, 3, 4]) }
    expect((await run(model, x)).y?.data).not.toEqual((await run(twoLayers, x)).y?.data)
  })

  it('has the same random weights for the same seed, whichever others have', async () => {
    const analysis = await analyze(twoLayers, oracle)
    const drawn = (layers: readonly string[], seed: number) => {
      const { model } = randomisedModel(loadedOf(twoLayers), analysis, layers, seed)
      return numbersOf(parameterOf(model, 'Gemm:y', 1))
    }
    expect(drawn(['Gemm:y'], 1)).toEqual(drawn(['Gemm:y', 'Gemm:h'], 1))
    expect(drawn(['Gemm:y'], 1)).not.toEqual(drawn(['Gemm:y'], 2))
  })

  it('is shuffled in its own way', async () => {
    const square = floats([4, 4], count(16))
    const equal = modelOf({
      nodes: [node('Gemm', ['x', 'w1'], 'h'), node('Relu', ['h'], 'r'), node('Gemm', ['r', 'w2'], 'y')],
      inputs: { x: [1, 4] },
      outputs: ['y'],
      constants: { w1: square, w2: square },
    })
    const analysis = await analyze(equal, oracle)
    const { model } = randomisedModel(loadedOf(equal), analysis, weightedLayers(analysis), 1)
    expect(numbersOf(parameterOf(model, 'Gemm:y', 1))).not.toEqual(numbersOf(parameterOf(model, 'Gemm:h', 1)))
  })

  it('gets a tensor of its own where others read it too; layers that share one go on sharing it', async () => {
    const shared = modelOf({
      nodes: [
        node('Transpose', ['w'], 'turned', { perm: [1, 0] }),
        node('Gemm', ['x', 'turned'], 'h'),
        node('Relu', ['h'], 'r'),
        node('Gemm', ['r', 'turned'], 'y'),
      ],
      inputs: { x: [1, 4] },
      outputs: ['y'],
      constants: { w: floats([4, 4], count(16)) },
    })
    const analysis = await analyze(shared, oracle)
    const x = tensor([1, 4], [1, 0, 0, 0])
    const rowOf = async (layers: readonly string[]) => {
      const { model } = randomisedModel(loadedOf(shared), analysis, layers, 1)
      const graph = { ...model.graph, outputs: [...model.graph.outputs, { name: 'h', type: undefined }] }
      return run({ ...model, graph }, { x })
    }
    const [first, last, both] = [await rowOf(['Gemm:h']), await rowOf(['Gemm:y']), await rowOf(['Gemm:y', 'Gemm:h'])]
    expect(last.h?.data).toEqual([1, 5, 9, 13])
    expect(first.h?.data).not.toEqual([1, 5, 9, 13])
    expect(both.h?.data).toEqual(first.h?.data)
    // One matrix for both: y = h W, with h the first row of W.
    const w = await Promise.all(
      [0, 1, 2, 3].map(async i => {
        const { model } = randomisedModel(loadedOf(shared), analysis, ['Gemm:h', 'Gemm:y'], 1)
        const graph = { ...model.graph, outputs: [{ name: 'h', type: undefined }] }
        const unit = tensor(
          [1, 4],
          [0, 1, 2, 3].map(k => (k === i ? 1 : 0)),
        )
        return (await run({ ...model, graph }, { x: unit })).h?.data as number[]
      }),
    )
    const product = [0, 1, 2, 3].map(k =>
      w.reduce((sum, row, i) => sum + (both.h?.data[i] as number) * (row[k] as number), 0),
    )
    expect(both.y?.data).toEqual(product)
  })

  it('quantised, and merged with a norm: the numbers are moved as they are', async () => {
    const quantised = modelOf({
      nodes: [
        node('DequantizeLinear', ['q', 'scale', 'zero'], 'w'),
        node('Conv', ['x', 'w'], 'c'),
        node('BatchNormalization', ['c', 'gamma', 'beta', 'mean', 'variance'], 'n'),
        node('Reshape', ['n', 'flat'], 'y'),
      ],
      inputs: { x: [1, 2, 1, 1] },
      outputs: ['y'],
      constants: {
        q: { dtype: 'int8', dims: [3, 2, 1, 1], bytes: Uint8Array.from([1, 2, 3, 253, 254, 255]) },
        scale: floats([], [0.5]),
        zero: { dtype: 'int8', dims: [], bytes: Uint8Array.of(0) },
        gamma: floats([3], [1, 2, 3]),
        beta: floats([3], [4, 5, 6]),
        mean: floats([3], [7, 8, 9]),
        variance: floats([3], [10, 11, 12]),
        flat: ints([1, 3]),
      },
    })
    const analysis = await analyze(quantised, oracle)
    const layers = weightedLayers(analysis)
    expect(layers).toEqual(['Conv:c'])
    const { model } = randomisedModel(loadedOf(quantised), analysis, layers, 3)
    const { initializers } = model.graph
    const sorted = (name: string) => numbersOf(initializers.get(name) as Tensor).toSorted((a, b) => a - b)
    expect(sorted('q/random')).toEqual([-3, -2, -1, 1, 2, 3])
    expect(sorted('gamma/random')).toEqual([1, 2, 3])
    expect(sorted('beta/random')).toEqual([4, 5, 6])
    expect(sorted('mean/random')).toEqual([7, 8, 9])
    expect(sorted('variance/random')).toEqual([10, 11, 12])
    // Scalars and sizes are no weights.
    expect([...initializers.keys()].filter(name => name.endsWith('/random'))).toHaveLength(5)
    const { y } = await run(model, { x: tensor([1, 2, 1, 1], [1, 2]) })
    expect(y?.data.every(Number.isFinite)).toBe(true)
  })

  it('without weights, or unknown, is refused by name', async () => {
    const analysis = await analyze(twoLayers, oracle)
    for (const layer of ['Relu:r', 'conv9']) {
      expect(() => randomisedModel(loadedOf(twoLayers), analysis, [layer], 1)).toThrow(
        `no layer "${layer}" lies between input and output: its weights cannot be made random; layers with weights are Gemm:y, Gemm:h`,
      )
    }
  })
})

/** Squares of differences from a mean, divided and summed: no layer multiplies by weights and sums. */
const withoutWeights = ['sklearn-gaussian-bayes']

describe('every family of networks, its weights random', () => {
  for (const name of networkNames()) {
    it(name, async () => {
      const one = networkCase(name)
      const model = await decodeModel(one.file, { source: name })
      const { inputs, initializers } = model.graph
      const input = inputs.find(info => !initializers.has(info.name) && !(info.name in one.others))?.name as string
      const { box } = one.facts
      const options = { input, ...(box && { box: { low: box[0], high: box[1] } }) }
      const analysis = await analyze(model, oracle, { ...options, shape: one.input.dims })
      const layers = weightedLayers(analysis)
      expect(layers.length === 0).toBe(withoutWeights.includes(name))
      const other = randomisedModel(loadedOf(model), analysis, layers, 1)
      const again = await analyze(other.model, oracle, options)
      expect(again.steps.map(step => step.node.name)).toEqual(analysis.steps.map(step => step.node.name))
      expect(again.explained).toEqual(analysis.explained)
      expect(weightedLayers(again)).toEqual(layers)
    })
  }
})

it('an explainer opens it as any other, and explains something else', async () => {
  const loaded = await loadModel(join(scenes, 'scenes.onnx'))
  await using before = await Explainer.open(loaded, { runtime })
  const { analysis } = await before.compiled()
  const layers = weightedLayers(analysis)
  await using after = await Explainer.open(randomisedModel(loaded, analysis, layers, 1), { runtime })
  const x = { dims: [1, 3, 64, 64], data: Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => Math.sin(i / 50)) }
  const [was, is] = [await before.explain(x, { target: 0 }), await after.explain(x, { target: 0 })]
  expect(is.relevance.data.every(Number.isFinite)).toBe(true)
  expect(is.relevance.data).not.toEqual(was.relevance.data)
})
