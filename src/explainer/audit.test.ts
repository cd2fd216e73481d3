/** The books of an explanation: that they close, name the cause, and judge root points as the paper does. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { floats, modelOf, node, Random } from '../../test/support/models.ts'
import type { Model } from '../core/0-graph/graph.ts'
import { deepTaylor } from '../core/5-explain/deep-taylor.ts'
import { lrp } from '../core/5-explain/lrp.ts'
import type { Method } from '../core/5-explain/method.ts'
import { decodeNpy, floatsOf } from '../inputs/npy.ts'
import { type AuditLayer, type AuditOptions, type AuditReport, audit } from './audit.ts'
import { loadModel } from './load-model.ts'

const folder = join(import.meta.dirname, '../../test/conformance/cases')
/** float32 sums, relative to the logit. */
const rounding = 1e-5

const loaded = (model: Model) => ({ model, source: 'test', path: undefined, byteLength: 0 })
const nonNegative = { low: 0, high: Number.POSITIVE_INFINITY }

/** One ReLU neuron h = max(0, w·x + b), and y = h. */
function neuron(w: readonly number[], b: number): Model {
  const nodes = [node('Gemm', ['x', 'w', 'b'], 'a'), node('Relu', ['a'], 'h'), node('Gemm', ['h', 'u'], 'y')]
  const constants = { w: floats([w.length, 1], w), b: floats([1], [b]), u: floats([1, 1], [1]) }
  return modelOf({ nodes, inputs: { x: ['n', w.length] }, outputs: ['y'], constants })
}

async function audited(model: Model, x: readonly number[], options: AuditOptions = {}): Promise<AuditReport> {
  return audit(loaded(model), [{ tensor: { dims: [1, x.length], data: Float32Array.from(x) } }], options)
}

const lost = ({ lost: causes }: AuditLayer) => causes.bias + causes.unsupported + causes.stabilizer + causes.definition
const find = (report: AuditReport, layer: string) => report.layers.find(line => line.layer === layer) as AuditLayer

describe('the books', () => {
  const methods: readonly (readonly [string, Method])[] = [
    ['deep-taylor', deepTaylor()],
    ['deep-taylor, absorbing and stabilised', deepTaylor({ bias: 'absorb', stabilizer: 0.05 })],
    ['epsilon', lrp('epsilon', { epsilon: 0.1 })],
    ['alpha-beta', lrp('alpha-beta')],
    ['epsilon-gamma-box', lrp('epsilon-gamma-box')],
    ['flat', lrp('flat')],
  ]
  describe.each(readdirSync(folder).sort())('of %s', name => {
    it.each(methods)('close (%s)', async (_, method) => {
      const model = await loadModel(join(folder, name, 'model.onnx'))
      const x = floatsOf(decodeNpy(readFileSync(join(folder, name, 'input.npy')), 'x'), 'x')
      const box = { low: -2, high: 2 }
      const several = model.model.graph.nodes.filter(({ inputs }) => inputs.includes('x')).length
      if (several > 1 && method.name === 'epsilon-gamma-box') return
      const report = await audit(model, [{ tensor: x }], { method, box })
      const scale = Math.max(...report.layers.map(({ received }) => Math.abs(received)))
      const total = report.layers.reduce((sum, layer) => sum + lost(layer), 0)
      expect(Math.abs(report.logit - report.relevance - total)).toBeLessThan(rounding * scale)
      // Every loss has a cause: what these methods define away is nothing but rounding.
      for (const layer of report.layers) {
        expect(Math.abs(layer.lost.definition), layer.layer).toBeLessThan(50 * rounding * scale)
      }
    })
  })
})

describe('a loss is booked to its cause', () => {
  it('a bias that keeps its share', async () => {
    // z⁺: inputs give 2·1 + 1·2 = 4, the bias 4: it keeps half.
    const report = await audited(neuron([1, 2], 4), [2, 1], {
      box: nonNegative,
      method: deepTaylor({ bias: 'absorb' }),
    })
    expect(find(report, 'Gemm:a')).toMatchObject({
      received: 8,
      sent: 4,
      lost: { bias: 4, unsupported: 0, stabilizer: 0 },
    })
    expect(report.verdicts[0]).toMatchObject({ check: 'conservation', value: 0.5, passes: false })
  })

  it('a neuron that fires from its bias alone', async () => {
    const report = await audited(neuron([-1, -2], 9), [1, 1], { box: nonNegative })
    expect(find(report, 'Gemm:a')).toMatchObject({ received: 6, sent: 0, lost: { unsupported: 6, bias: 0 } })
  })

  it('the stabilizer', async () => {
    const report = await audited(neuron([1, 1], 0), [1, 2], { box: nonNegative, method: deepTaylor({ stabilizer: 1 }) })
    // y = h: 3/(3 + 1) of 3 goes on, then 3/4 of that.
    expect(find(report, 'Gemm:y').lost.stabilizer).toBeCloseTo(0.75, 6)
    expect(find(report, 'Gemm:a').lost.stabilizer).toBeCloseTo(2.25 / 4, 6)
    expect(report.relevance).toBeCloseTo(27 / 16, 6)
  })

  it('constants: what stands beside the input', async () => {
    const constants = { one: floats([1, 1], [1]), w: floats([2, 1], [3, 5]) }
    const nodes = [
      node('Relu', ['x'], 'r'),
      node('Concat', ['r', 'one'], 'c', { axis: 1 }),
      node('Gemm', ['c', 'w'], 'y'),
    ]
    const report = await audited(modelOf({ nodes, inputs: { x: [1, 1] }, outputs: ['y'], constants }), [1])
    expect(find(report, 'Concat:c')).toMatchObject({ received: 8, sent: 3, lost: { constants: 5, definition: 0 } })
  })
})

describe('root points', () => {
  const rootsOf = async (w: readonly number[], b: number, x: readonly number[], box = nonNegative) =>
    find(await audited(neuron(w, b), x, { box }), 'Gemm:a')

  it('of z⁺ lie in ℝ₊ exactly where Σ x·w⁻ + b ≤ 0', async () => {
    // t = (3·2 − 1 + b)/6 ≤ 1 exactly where b ≤ 1.
    expect((await rootsOf([2, -1], 0.9, [3, 1])).inadmissibleShare).toBe(0)
    expect((await rootsOf([2, -1], 1.1, [3, 1])).inadmissibleShare).toBe(1)
    expect((await rootsOf([2, -1], 1.1, [3, 1])).positiveBiasShare).toBe(1)
    expect((await rootsOf([2, -1], -1, [3, 1])).positiveBiasShare).toBe(0)
  })

  it('of zᴮ lie in the box exactly where the neuron is off in its worst corner', async () => {
    // The corner is (−1, 1): −1·2 − 1·1 + b ≤ 0 exactly where b ≤ 3.
    const box = { low: -1, high: 1 }
    expect((await rootsOf([2, -1], 2.9, [0.5, 0.5], box)).inadmissibleShare).toBe(0)
    expect((await rootsOf([2, -1], 3.1, [0.5, 0.5], box)).inadmissibleShare).toBe(1)
  })

  it('of w² are never out of ℝ, and other rules promise none', async () => {
    const everywhere = await audited(neuron([2, -1], 5), [3, 1])
    expect(find(everywhere, 'Gemm:a').inadmissibleShare).toBeNull()
    const epsilon = await audited(neuron([2, -1], 5), [3, 1], { method: lrp('epsilon') })
    expect(epsilon.verdicts.find(({ check }) => check === 'roots')?.words).toMatch(/no layer has a rule/)
  })

  it.each([1, 2, 3, 4])('all pass on random networks with b ≤ 0, some do not with b > 0 (seed %d)', async seed => {
    const network = (low: number, high: number) => {
      const random = new Random(seed)
      const constants = {
        w: random.constant([3, 2, 3, 3]),
        b: random.constant([3], low, high),
        v: random.constant([4, 3, 2, 2]),
        c: random.constant([4], low, high),
        u: random.constant([16, 3], -0.2, 1),
      }
      const nodes = [
        node('Conv', ['x', 'w', 'b'], 'a', { pads: [1, 1, 1, 1] }),
        node('Relu', ['a'], 'h'),
        node('MaxPool', ['h'], 'p', { kernel_shape: [2, 2], strides: [1, 1] }),
        node('Conv', ['p', 'v', 'c'], 'k', { strides: [2, 2], pads: [0, 0, 1, 1] }),
        node('Relu', ['k'], 'r'),
        node('Flatten', ['r'], 'f'),
        node('Gemm', ['f', 'u'], 'y'),
      ]
      const model = modelOf({ nodes, inputs: { x: ['n', 2, 4, 4] }, outputs: ['y'], constants })
      const x = random.tensor([5, 2, 4, 4], -1, 1)
      const box = { low: -1, high: 1 }
      return audit(loaded(model), [{ tensor: { dims: x.dims, data: x.data as Float32Array } }], { box })
    }
    const constrained = await network(-0.3, 0)
    expect(constrained.verdicts.filter(({ passes }) => !passes)).toEqual([])
    const free = await network(0.2, 1)
    expect(free.verdicts.find(({ check }) => check === 'roots')?.value).toBeGreaterThan(0.01)
    expect(free.passes).toBe(false)
  })
})

describe('an audit', () => {
  it('of a contrast and of a hidden channel keeps the same books', async () => {
    const model = await loadModel(join(folder, 'lenet/model.onnx'))
    const x = floatsOf(decodeNpy(readFileSync(join(folder, 'lenet/input.npy')), 'x'), 'x')
    for (const target of [{ class: 3, versus: 5 }, { layer: '/3/Conv', neuron: [2] }, 'not:4']) {
      const report = await audit(model, [{ tensor: x }], { box: { low: -2, high: 2 }, target })
      const total = report.layers.reduce((sum, layer) => sum + lost(layer), 0)
      expect(report.logit - report.relevance - total).toBeCloseTo(0, 4)
      expect(report.layers[0]?.received).toBeCloseTo(report.logit, 4)
    }
  })

  it('counts the checks that are asked for', async () => {
    const options = { box: nonNegative, checks: ['positivity'] } as const
    const report = await audited(neuron([-1, -2], 9), [1, 1], options)
    expect(report.verdicts.map(({ check }) => check)).toEqual(['positivity'])
    expect(report.passes).toBe(true)
  })

  it('refuses a tolerance that is none, and a set without members', async () => {
    await expect(audited(neuron([1], 0), [1], { tolerance: -1 })).rejects.toThrow(/tolerance: -1 is not a number ≥ 0/)
    await expect(audit(loaded(neuron([1], 0)), [])).rejects.toThrow(/inputs: there are none/)
  })
})
