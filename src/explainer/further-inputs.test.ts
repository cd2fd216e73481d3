/** Models that read more than the explained input: what must be given, and where relevance goes. */

import { describe, expect, it } from 'vitest'
import { floats, modelOf, node, Random, relativeError } from '../../test/support/models.ts'
import { audit } from './audit.ts'
import { Explainer } from './explainer.ts'

const random = new Random(6)
const model = modelOf({
  nodes: [
    node('Gemm', ['x', 'w'], 'a'),
    node('Relu', ['a'], 'r'),
    node('Gemm', ['z', 'v'], 'b'),
    node('Relu', ['b'], 's'),
    node('Concat', ['r', 's'], 'c', { axis: 1 }),
    node('Gemm', ['c', 'u'], 'y'),
  ],
  inputs: { x: ['n', 3], z: ['n', 2], idle: ['n', 5] },
  outputs: ['y'],
  constants: {
    w: random.constant([3, 4]),
    v: random.constant([2, 4]),
    u: floats([8, 2], random.numbers(16, 0.1, 1)),
  },
})
const loaded = { model, source: 'two.onnx', path: undefined, byteLength: 0 }
const x = { dims: [2, 3], data: Float32Array.from(random.numbers(6)) }
const z = { dims: [2, 2], data: Float32Array.from(random.numbers(4)) }
const row = ({ dims, data }: typeof x, i: number) => {
  const size = dims[1] as number
  return { dims: [1, size], data: data.slice(i * size, (i + 1) * size) }
}

describe('another input of the model', () => {
  it('gets its share: both together make the logit', async () => {
    const byInput = async (input: 'x' | 'z') => {
      await using explainer = await Explainer.open(loaded, { input })
      const [own, other] = input === 'x' ? [x, z] : [z, x]
      return explainer.explain(own, { inputs: { [input === 'x' ? 'z' : 'x']: other }, target: 1 })
    }
    const [ofX, ofZ] = [await byInput('x'), await byInput('z')]
    for (const i of [0, 1]) {
      const [one, two] = [ofX.samples[i], ofZ.samples[i]]
      expect(one?.elsewhere).toBeCloseTo(two?.relevanceSum as number, 5)
      expect(two?.elsewhere).toBeCloseTo(one?.relevanceSum as number, 5)
      expect((one?.relevanceSum as number) + (one?.elsewhere as number)).toBeCloseTo(one?.logit as number, 5)
      expect(one?.conservationError).toBeLessThan(1e-5)
    }
  })

  it('is one per sample, or one for all', async () => {
    await using explainer = await Explainer.open(loaded, { input: 'x', batchSize: 1 })
    const both = await explainer.explain(x, { inputs: { z: row(z, 1) }, target: 0 })
    for (const i of [0, 1]) {
      const alone = await explainer.explain(row(x, i), {
        inputs: { z: { dims: [2], data: row(z, 1).data } },
        target: 0,
      })
      const own = both.relevance.data.slice(3 * i, 3 * i + 3)
      expect(relativeError(Array.from(own), Array.from(alone.relevance.data))).toBeLessThan(1e-6)
    }
  })

  it('is in the books', async () => {
    const report = await audit(loaded, [{ tensor: x, inputs: { z } }], { input: 'x', target: 0 })
    expect(report.elsewhere).toBeGreaterThan(0)
    expect(report.relevance + report.elsewhere).toBeCloseTo(report.logit, 4)
    expect(report.verdicts[0]).toMatchObject({ check: 'conservation', passes: true })
  })

  it.each([
    ['is missing', {}, /also depends on "z" n×2: give it with --feed z=FILE\.npy/],
    ['is none that counts', { z, idle: { dims: [1, 5], data: new Float32Array(5) } }, /"idle" is no further input/],
    ['has another shape', { z: { dims: [2, 3], data: new Float32Array(6) } }, /2×3 and the model reads n×2/],
    ['has another number of samples', { z: { dims: [3, 2], data: new Float32Array(6) } }, /"z" holds 3 samples and it/],
  ] as const)('is refused where it %s', async (_, inputs, message) => {
    await using explainer = await Explainer.open(loaded, { input: 'x' })
    await expect(explainer.explain(x, { inputs })).rejects.toThrow(message)
    await expect(explainer.explain(x, { inputs })).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
