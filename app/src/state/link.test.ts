/** Settings go into a link and come back; what makes no sense is refused and named, and never taken. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { presets } from '../../../src/inputs/preprocessing.ts'
import { fragmentOf, readFragment, readSettings } from './link.ts'
import { defaults, type Settings } from './settings.ts'

const settings: fc.Arbitrary<Settings> = fc.record({
  view: fc.constantFrom('explain', 'network'),
  example: fc.string(),
  target: fc.string({ minLength: 1 }),
  versus: fc.string(),
  method: fc.constantFrom('deep-taylor', 'gamma', 'smooth-grad'),
  bias: fc.constantFrom('default', 'ignore', 'absorb', 'keep'),
  pooling: fc.constantFrom('default', 'winner', 'proportional'),
  parameters: fc.dictionary(fc.constantFrom('epsilon', 'gamma', 'steps'), fc.double({ min: 0, max: 1e6, noNaN: true })),
  rules: fc.array(fc.string()),
  preprocessing: fc.constantFrom(null, ...Object.values(presets)),
  runtime: fc.constantFrom('auto', 'webgpu', 'wasm'),
  panes: fc.constantFrom('all', 'picture', 'heatmap', 'overlay'),
  channels: fc.constantFrom('sum', 'l2'),
  colormap: fc.constantFrom('blue-red', 'magma'),
  opacity: fc.double({ min: 0, max: 1, noNaN: true }),
  extent: fc.double({ min: 0, max: 1e9, noNaN: true }),
  gamma: fc.double({ min: 0.1, max: 2, noNaN: true }),
  neuron: fc.string(),
  methods: fc.subarray(['deep-taylor', 'gamma', 'smooth-grad'], { minLength: 1 }),
  sharing: fc.constantFrom('own', 'row', 'all'),
})

describe('a fragment', () => {
  it('is empty for a fresh page', () => {
    expect(fragmentOf(defaults)).toBe('')
    expect(readFragment('')).toEqual({ settings: defaults, refused: [] })
  })

  it('brings any settings back', () => {
    fc.assert(
      fc.property(settings, given => {
        const read = readFragment(`#${fragmentOf(given)}`)
        expect(JSON.parse(JSON.stringify(read.settings))).toEqual(JSON.parse(JSON.stringify(given)))
        expect(read.refused).toEqual([])
      }),
    )
  })
})

it.each([
  ['method', 'no-such-method'],
  ['bias', 'maybe'],
  ['opacity', '2'],
  ['extent', '-1'],
  ['gamma', ''],
  ['parameters', 'epsilon:-1'],
  ['parameters', 'toString:1'],
  ['rules', '{"a":1}'],
  ['rules', '[1]'],
  ['preprocessing', '{"name":"x"}'],
  ['preprocessing', '{"name":"x","resample":"bilinear","scale":1,"mean":[0],"std":[0],"channelOrder":"rgb"}'],
  ['preprocessing', 'null'],
  ['__proto__', 'x'],
  ['unknown', 'x'],
])('%s=%s is refused and named', (name, value) => {
  const texts: Record<string, string> = Object.fromEntries([[name, value]])
  expect(readSettings(texts)).toEqual({ settings: defaults, refused: [`${name}=${value}`] })
})
