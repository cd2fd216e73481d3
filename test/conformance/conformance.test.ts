/** Equality with the reference relevances of every conformance network. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import type { Pooling } from '../../src/core/5-explain/method.ts'
import { Explainer } from '../../src/explainer/explainer.ts'
import { loadModel } from '../../src/explainer/load-model.ts'
import { decodeNpy, floatsOf } from '../../src/inputs/npy.ts'

const folder = join(import.meta.dirname, 'cases')

/** The agreement that the references ask for, in units of the largest reference relevance. */
const tolerance = 1e-4
/** Or this many times what the reference's own float32 run is off. */
const float32Factor = 20
/** Zennit's ε in every denominator. */
const zennitStabilizer = 1e-6
/** What Zennit's ε alone moves on `mobile`: measured 5.7e-4 between exact and stabilised (see README.md). */
const exactTolerance: Readonly<Record<string, number>> = { mobile: 1e-3 }

const methods: readonly (readonly [file: string, box: boolean, pooling: Pooling])[] = [
  ['dtd_box_proportional', true, 'proportional'],
  ['dtd_w2_proportional', false, 'proportional'],
  ['dtd_box', true, 'winner'],
  ['dtd_w2_nobias', false, 'winner'],
]

describe.each(readdirSync(folder).sort())('%s', name => {
  const read = (file: string) => {
    const path = join(folder, name, file)
    return decodeNpy(readFileSync(path), path)
  }
  const { float32 } = JSON.parse(readFileSync(join(folder, name, 'case.json'), 'utf8'))
  const input = floatsOf(read('input.npy'), 'input')
  const targets = Array.from(new BigInt64Array(read('target.npy').bytes.buffer as ArrayBuffer), Number)
  const reference = (file: string) => floatsOf(read(`${file}.npy`), file).data

  const explain = async (box: boolean, pooling: Pooling, stabilizer: number) => {
    const model = await loadModel(join(folder, name, 'model.onnx'))
    await using explainer = await Explainer.open(model, {
      method: deepTaylor({ pooling, stabilizer }),
      ...(box && { box: { low: -2, high: 2 } }),
    })
    return await explainer.explain(input, { target: targets })
  }

  it.each(methods)('%s with the reference’s stabilizer', async (file, box, pooling) => {
    const { relevance } = await explain(box, pooling, zennitStabilizer)
    expect(relevance.dims).toEqual(input.dims)
    expect(difference(relevance.data, reference(file))).toBeLessThanOrEqual(
      Math.max(tolerance, float32Factor * float32[file]),
    )
  })

  it.each(methods)('%s with exact denominators', async (file, box, pooling) => {
    const { relevance } = await explain(box, pooling, 0)
    expect(difference(relevance.data, reference(file))).toBeLessThanOrEqual(exactTolerance[name] ?? tolerance)
  })

  it('predicts what the model predicts', async () => {
    const { samples } = await explain(true, 'proportional', 0)
    const output = floatsOf(read('output.npy'), 'output')
    const classes = output.dims[1] as number
    for (const [i, sample] of samples.entries()) {
      expect(sample.logit).toBeCloseTo(output.data[i * classes + (targets[i] as number)] as number, 4)
      expect(sample.prediction[0]?.index).toBe(targets[i])
    }
  })
})

function difference(ours: Float32Array, reference: Float32Array): number {
  expect(ours.length).toBe(reference.length)
  let [most, largest] = [0, 0]
  for (let i = 0; i < reference.length; i++) {
    most = Math.max(most, Math.abs((ours[i] as number) - (reference[i] as number)))
    largest = Math.max(largest, Math.abs(reference[i] as number))
  }
  return most / largest
}
