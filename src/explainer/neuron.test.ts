/** A neuron of free weights against the same neuron as a model of its own. */

import { describe, expect, it } from 'vitest'
import { floats, modelOf, node, Random, runtime } from '../../test/support/models.ts'
import { searchDirection, wSquare, zBox, zPlus } from '../core/5-explain/rules.ts'
import { explain } from './explain.ts'
import { Neuron, type NeuronAt } from './neuron.ts'
import { rootPoints } from './roots.ts'

const unbounded = { low: [-Infinity, -Infinity], high: [Infinity, Infinity] }
const float32 = 1e-6

describe('by hand', () => {
  const given: NeuronAt = { x: [3, 1], w: [2, -1], b: -1, low: [-1, -1], high: [4, 4] }

  it('zᴮ: v = (4, −3), Σ v·w = 11, t = 4/11, R = 4·(8, 3)/11', async () => {
    const facts = await (await Neuron.open(2, zBox, { runtime })).at(given)
    expect(facts).toMatchObject({ preactivation: 4, output: 4, direction: [4, -3] })
    expect(facts.t).toBeCloseTo(4 / 11, 12)
    expect(facts.relevance[0]).toBeCloseTo(32 / 11, 6)
    expect(facts.relevance[1]).toBeCloseTo(12 / 11, 6)
  })

  it('a direction through any point: its bounds are the point', async () => {
    const neuron = await Neuron.open(2, searchDirection('through a point', [{ input: 'from-low' }]), { runtime })
    const facts = await neuron.at({ ...given, low: [2, 3], high: [9, 9] })
    expect(facts.direction).toEqual([1, -2])
    expect(facts.t).toBe(1)
    expect(facts.relevance).toEqual([2, 2])
    // Along the hinge there is no root, and nobody who could share.
    const along = await neuron.at({ ...given, low: [2, -1], high: [9, 9] })
    expect(Number.isFinite(along.t)).toBe(false)
    expect(along.relevance).toEqual([0, 0])
  })

  it('no bounds, and bounds on one side', async () => {
    const neuron = await Neuron.open(2, wSquare, { runtime })
    const root = { x: [3, 1], w: [2, -1], b: 3 }
    expect((await neuron.at({ ...root, ...unbounded })).checks).toMatchObject({ outside: 0, isInDomain: true })
    expect((await neuron.at({ ...root, ...unbounded, low: [0, 0] })).checks).toMatchObject({ outside: 1 })
  })
})

it.each([
  ['w²', wSquare],
  ['z⁺', zPlus],
  ['zᴮ', zBox],
])('%s: random neurons agree with a model of their own', async (_, rule) => {
  const random = new Random(7)
  const neuron = await Neuron.open(2, rule, { runtime })
  for (let round = 0; round < 6; round++) {
    const [w, b] = [random.numbers(2), random.between(0, 1)]
    const [low, high] = [random.numbers(2, -1, 0), random.numbers(2, 0.5, 1)]
    const x = random.numbers(2, 0, 0.5)
    const facts = await neuron.at({ x, w, b, low, high })
    const model = modelOf({
      nodes: [node('Gemm', ['x', 'w', 'b'], 'a'), node('Relu', ['a'], 'y')],
      inputs: { x: ['n', 2] },
      outputs: ['y'],
      constants: { w: floats([2, 1], w), b: floats([1], [b]) },
    })
    const loaded = { model, source: 'test', path: undefined, byteLength: 0 }
    const input = { dims: [1, 2], data: Float32Array.from(x) }
    const options = { box: { low, high }, rules: [{ layers: {}, rule }], runtime }
    const [root] = (await rootPoints(loaded, input, { ...options, layer: 'Relu:y', neurons: [[0]] })).neurons
    expect(facts.t).toBe(root?.t)
    expect(facts.root).toEqual(Array.from(root?.root.data ?? []))
    expect(facts.checks).toEqual(root?.checks)
    const { relevance } = await explain(loaded, input, { ...options, target: 0 })
    expect(facts.relevance).toEqual(Array.from(relevance.data))
    const sum = (facts.relevance[0] as number) + (facts.relevance[1] as number)
    if (Number.isFinite(facts.t)) expect(Math.abs(sum - facts.output)).toBeLessThan(float32 * Math.max(1, facts.output))
  }
})
