/** Root points against the formulas of the paper, and the checks that the derivation asks for. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { floats, modelOf, node, Random } from '../../test/support/models.ts'
import type { Model } from '../core/0-graph/graph.ts'
import type { InputBox } from '../core/4-analyze/input-domain.ts'
import type { LayerRule } from '../core/5-explain/layer-rules.ts'
import { lrp } from '../core/5-explain/lrp.ts'
import { searchDirection } from '../core/5-explain/rules.ts'
import { loadModel } from './load-model.ts'
import { type RootOptions, type RootPoint, rootPoints } from './roots.ts'

const loaded = (model: Model) => ({ model, source: 'test', path: undefined, byteLength: 0 })
const positive = { low: 0, high: Number.POSITIVE_INFINITY }

/** The neuron max(0, w·x + b). */
async function rootOf(
  w: readonly number[],
  b: number,
  x: readonly number[],
  options: Partial<RootOptions> = {},
): Promise<RootPoint> {
  const nodes = [node('Gemm', ['x', 'w', 'b'], 'a'), node('Relu', ['a'], 'y')]
  const constants = { w: floats([w.length, 1], w), b: floats([1], [b]) }
  const model = modelOf({ nodes, inputs: { x: ['n', w.length] }, outputs: ['y'], constants })
  const input = { dims: [1, x.length], data: Float32Array.from(x) }
  const { neurons } = await rootPoints(loaded(model), input, { layer: 'Relu:y', neurons: [[0]], ...options })
  return neurons[0] as RootPoint
}

const numbers = ({ data }: { readonly data: Float32Array }) => Array.from(data)

describe('by hand: w = (2, −1), b = −1, x = (3, 1)', () => {
  const [w, b, x] = [[2, -1], -1, [3, 1]]

  it('w²: v = w, t = 4/5', async () => {
    const root = await rootOf(w, b, x)
    expect(root.preactivation).toBe(4)
    expect(root.t).toBeCloseTo(0.8, 12)
    expect(numbers(root.direction)).toEqual([2, -1])
    expect(root.root.data[0]).toBeCloseTo(1.4, 6)
    expect(root.root.data[1]).toBeCloseTo(1.8, 6)
    expect(root.checks).toMatchObject({ isOnHinge: true, isInDomain: true, switched: 0, switches: 1, isInRegion: true })
  })

  it('z⁺: v = (3, 0), t = 2/3', async () => {
    const root = await rootOf(w, b, x, { box: positive })
    expect(root.t).toBeCloseTo(2 / 3, 12)
    expect(numbers(root.direction)).toEqual([3, 0])
    expect(numbers(root.root)).toEqual([1, 1])
    expect(root.checks).toMatchObject({ isOnHinge: true, isInDomain: true, isOnSegment: true, isInRegion: true })
  })

  it('zᴮ in [−1, 4]: v = x − l where w > 0, x − h where w < 0, t = 4/11', async () => {
    const root = await rootOf(w, b, x, { box: { low: -1, high: 4 } })
    expect(numbers(root.direction)).toEqual([4, -3])
    expect(root.t).toBeCloseTo(4 / 11, 12)
    expect(root.checks).toMatchObject({ isOnHinge: true, isInDomain: true, isOnSegment: true })
  })

  it('z: v = x; a direction of one’s own: v = (x, x/2)', async () => {
    const rule = (own: LayerRule['rule']) => ({ rules: [{ layers: {}, rule: own }], box: positive })
    expect(numbers((await rootOf(w, b, x, rule('z'))).direction)).toEqual([3, 1])
    const own = searchDirection('half along w < 0', [{ input: 'identity', negative: 0.5 }])
    const root = await rootOf(w, b, x, rule(own))
    expect(numbers(root.direction)).toEqual([3, 0.5])
    expect(root.t).toBeCloseTo(4 / 5.5, 12)
    expect(root.checks.isOnHinge).toBe(true)
  })

  it('γ: the part of the neuron’s own sign', async () => {
    const root = await rootOf(w, b, x, { method: lrp('gamma', { gamma: 1 }), box: positive })
    expect(numbers(root.direction)).toEqual([6, 1])
    const off = await rootOf([-2, 1], -1, x, { method: lrp('gamma', { gamma: 1 }), box: positive })
    expect(numbers(off.direction)).toEqual([6, 1])
  })

  it('flat: v = 1/w', async () => {
    const root = await rootOf(w, b, x, { method: lrp('flat') })
    expect(numbers(root.direction)).toEqual([0.5, -1])
    expect(root.t).toBe(2)
    expect(root.checks).toMatchObject({ isOnHinge: true, isOnSegment: false })
  })
})

describe('a root that may not be', () => {
  it('leaves ℝ₊ by a positive bias', async () => {
    const root = await rootOf([2, -1], 3, [3, 1], { box: positive })
    expect(root.t).toBeGreaterThan(1)
    expect(root.checks).toMatchObject({ isOnHinge: true, outside: 1, isInDomain: false, isOnSegment: false })
  })

  it('leaves the box', async () => {
    const root = await rootOf([2, -1], 9, [0.5, 0.5], { box: { low: -1, high: 1 } })
    expect(root.checks).toMatchObject({ outside: 2, isInDomain: false })
  })

  it('does not exist where no input helps', async () => {
    const root = await rootOf([-1, -1], 5, [1, 1], { box: positive })
    expect(Number.isFinite(root.t)).toBe(false)
    expect(root.checks).toMatchObject({ isOnHinge: false, isInDomain: false, isOnSegment: false, isInRegion: false })
  })

  it('lies in another linear region of the network', async () => {
    // The second neuron, x1 − 2, is on at x = 3 and off at the root x1 = 1 of the first.
    const nodes = [node('Gemm', ['x', 'w', 'b'], 'a'), node('Relu', ['a'], 'h'), node('Gemm', ['h', 'u'], 'y')]
    const constants = { w: floats([2, 2], [2, 1, -1, 0]), b: floats([2], [-1, -2]), u: floats([2, 1], [1, 1]) }
    const model = modelOf({ nodes, inputs: { x: ['n', 2] }, outputs: ['y'], constants })
    const input = { dims: [1, 2], data: Float32Array.of(3, 1) }
    const { neurons, t } = await rootPoints(loaded(model), input, {
      layer: 'Gemm:a',
      neurons: [[0], [1]],
      box: positive,
    })
    expect(neurons[0]?.checks).toMatchObject({ isInDomain: true, switched: 1, switches: 2, isInRegion: false })
    expect(neurons[1]?.checks).toMatchObject({ isInDomain: true, switched: 0, isInRegion: true })
    expect(numbers(t).map(value => Number(value.toFixed(6)))).toEqual([0.666667, 0.333333])
  })
})

describe('on random networks with b ≤ 0', () => {
  const cases: readonly (readonly [string, InputBox | undefined])[] = [
    ['w²', undefined],
    ['z⁺', positive],
    ['zᴮ', { low: -0.5, high: 1 }],
  ]
  it.each(cases)('every root of %s passes its checks, and t of the layer agrees', async (rule, box) => {
    let checked = 0
    for (const seed of [1, 2, 3]) {
      const random = new Random(seed)
      const constants = {
        w: random.constant([3, 2, 3, 3]),
        b: random.constant([3], -0.2, 0),
        v: random.constant([4, 3, 2, 2]),
        c: random.constant([4], -0.2, 0),
        u: random.constant([16, 3]),
      }
      const nodes = [
        node('Conv', ['x', 'w', 'b'], 'a', { pads: [1, 1, 1, 1] }),
        node('Relu', ['a'], 'h'),
        node('MaxPool', ['h'], 'p', { kernel_shape: [2, 2], strides: [2, 2] }),
        node('Conv', ['p', 'v', 'c'], 'k', { pads: [0, 0, 1, 1] }),
        node('Relu', ['k'], 'r'),
        node('Flatten', ['r'], 'f'),
        node('Gemm', ['f', 'u'], 'y'),
      ]
      const model = modelOf({ nodes, inputs: { x: ['n', 2, 4, 4] }, outputs: ['y'], constants })
      const x = random.tensor([1, 2, 4, 4], rule === 'z⁺' ? 0 : -0.5, 1)
      const input = { dims: x.dims, data: x.data as Float32Array }
      for (const [layer, dims, name] of [
        ['Conv:a', [3, 4, 4], rule],
        ['Conv:k', [4, 2, 2], 'z⁺'],
      ] as const) {
        const neurons = Array.from({ length: dims[0] * dims[1] * dims[2] }, (_, i) => [
          Math.floor(i / (dims[1] * dims[2])),
          Math.floor(i / dims[2]) % dims[1],
          i % dims[2],
        ])
        const roots = await rootPoints(loaded(model), input, { layer, neurons, ...(box && { box }) })
        expect(roots.rule).toBe(name)
        for (const [i, root] of roots.neurons.entries()) {
          // Neurons that are off get no relevance, and need no root.
          if (root.preactivation <= 1e-6) continue
          checked++
          expect(root.checks.hinge).toBeLessThan(1e-6)
          expect(root.checks.outside).toBe(0)
          if (name !== 'w²') expect(root.checks.isOnSegment).toBe(true)
          expect(Math.abs((roots.t.data[i] as number) - root.t)).toBeLessThan(1e-5 * Math.max(1, Math.abs(root.t)))
        }
      }
    }
    expect(checked).toBeGreaterThan(60)
  })
})

describe('refused', () => {
  const lenet = join(import.meta.dirname, '../../test/conformance/cases/lenet/model.onnx')
  const input = { dims: [1, 1, 28, 28], data: new Float32Array(784).fill(0.5) }
  it.each<[string, RootOptions, RegExp]>([
    [
      'a layer that does not exist',
      { layer: 'conv' },
      /no layer "conv" .* the layers of neurons are \/0\/Conv, \/3\/Conv, \/7\/Gemm, \/9\/Gemm/,
    ],
    ['a layer without neurons', { layer: '/2/MaxPool' }, /no layer "\/2\/MaxPool"/],
    [
      'too few coordinates',
      { layer: '/0/Conv', neurons: [[1]] },
      /a root point belongs to one neuron: give all 3 coordinates/,
    ],
    ['a neuron that does not exist', { layer: '/0/Conv', neurons: [[1, 24, 0]] }, /coordinate 2 goes from 0 to 23/],
    [
      'αβ, which has two directions',
      { layer: '/0/Conv', method: lrp('alpha-beta') },
      /is a difference of two directions/,
    ],
  ])('%s', async (_, options, words) => {
    await expect(rootPoints(await loadModel(readFileSync(lenet)), input, options)).rejects.toThrow(words)
  })

  it('several samples', async () => {
    const two = { dims: [2, 1, 28, 28], data: new Float32Array(2 * 784) }
    await expect(rootPoints(await loadModel(readFileSync(lenet)), two, { layer: '/0/Conv' })).rejects.toThrow(
      /holds 2 samples/,
    )
  })
})
