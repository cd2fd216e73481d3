/** Equality with Zennit's rules, presets and gradient methods on every conformance network. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/core/5-explain/gradients.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import type { Method } from '../../src/core/5-explain/method.ts'
import { Explainer } from '../../src/explainer/explainer.ts'
import { loadModel } from '../../src/explainer/load-model.ts'
import { decodeNpy, floatsOf } from '../../src/inputs/npy.ts'
import { relativeError } from '../support/models.ts'

const folder = join(import.meta.dirname, 'cases')
/** The agreement that the references ask for, and how much more where their own float32 is off. */
const tolerance = 1e-4
const float32Factor = 20

const methods: readonly (readonly [file: string, method: Method])[] = [
  ['zplus', lrp('z-plus')],
  ['zplus_nobias', lrp('z-plus', { bias: 'ignore' })],
  ['epsilon', lrp('epsilon', { epsilon: 0.1 })],
  ['wsquare_nobias', lrp('w-square', { bias: 'ignore' })],
  ['gamma', lrp('gamma', { gamma: 0.25 })],
  ['alpha2beta1', lrp('alpha-beta', { alpha: 2, beta: 1 })],
  ['flat', lrp('flat')],
  ['epsilon_plus', lrp('epsilon-plus')],
  ['epsilon_plus_flat', lrp('epsilon-plus-flat')],
  ['epsilon_alpha2_beta1', lrp('epsilon-alpha2-beta1')],
  ['epsilon_alpha2_beta1_flat', lrp('epsilon-alpha2-beta1-flat')],
  ['epsilon_gamma_box', lrp('epsilon-gamma-box')],
  ['gradient', gradients('gradient')],
  ['integrated_gradients', gradients('integrated-gradients', { steps: 20 })],
  ['guided_backprop', gradients('guided-backprop')],
  ['deconvnet', gradients('deconvnet')],
  ['excitation_backprop', gradients('excitation-backprop')],
]

describe.each(readdirSync(folder).sort())('%s', name => {
  const path = (file: string) => join(folder, name, file)
  const read = (file: string) => decodeNpy(readFileSync(path(file)), file)
  const { float32 } = JSON.parse(readFileSync(path('case.json'), 'utf8'))
  // Where several layers read the input, Zennit treats only one as the first: no reference was made.
  const given = methods.filter(([file]) => existsSync(path(`${file}.npy`)))

  it.each(given)('%s', async (file, method) => {
    const model = await loadModel(path('model.onnx'))
    await using explainer = await Explainer.open(model, { method, box: { low: -2, high: 2 } })
    const target = Array.from(new BigInt64Array(read('target.npy').bytes.buffer as ArrayBuffer), Number)
    const { relevance } = await explainer.explain(floatsOf(read('input.npy'), 'input'), { target })
    const reference = Array.from(floatsOf(read(`${file}.npy`), file).data)
    const allowed = Math.max(tolerance, float32Factor * float32[file])
    expect(relativeError(Array.from(relevance.data), reference)).toBeLessThanOrEqual(allowed)
  })
})
