/** Random weights: what is drawn, what stays, and that models so changed are explained like others. */

import { expect, it } from 'vitest'
import { oracle } from '../../test/support/models.ts'
import { networkCase, networkNames } from '../../test/support/network-cases.ts'
import { decodeModel } from '../core/1-codec/decode.ts'
import { analyze } from '../core/analysis.ts'
import { randomisedModel, weightedLayers } from './randomised.ts'

for (const name of networkNames()) {
  it(name, async () => {
    const one = networkCase(name)
    const model = await decodeModel(one.file, { source: name })
    const { inputs, initializers } = model.graph
    const input = inputs.find(info => !initializers.has(info.name) && !(info.name in one.others))?.name as string
    const options = { input, ...(one.box && { box: { low: one.box[0], high: one.box[1] } }), shape: one.input.dims }
    const analysis = await analyze(model, oracle, options)
    const layers = weightedLayers(analysis)
    const other = randomisedModel({ model, source: name, path: undefined, byteLength: 0 }, analysis, layers, 1)
    const { shape: _, ...rest } = options
    const again = await analyze(other.model, oracle, rest)
    console.log(name, layers.length, analysis.steps.length, layers.slice(0, 6).join(' '))
    expect(again.steps.map(s => s.node.name)).toEqual(analysis.steps.map(s => s.node.name))
    expect(again.steps.map(s => s.decision.why)).toEqual(analysis.steps.map(s => s.decision.why))
    expect(weightedLayers(again)).toEqual(layers)
    expect(again.explained).toEqual(analysis.explained)
  })
}
