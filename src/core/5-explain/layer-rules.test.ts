/** Rules per layer: which layers they reach, that presets can be put together from them, and what is refused. */

import { describe, expect, it } from 'vitest'
import { loadCase } from '../../../test/support/cases.ts'
import { explained, oracle, Random, relativeError } from '../../../test/support/models.ts'
import { compileModel } from '../compile.ts'
import type { CompileOptions } from '../emit.ts'
import { type LayerRule, parseLayerPattern } from './layer-rules.ts'
import { lrp } from './lrp.ts'
import { searchDirection } from './rules.ts'

const box = { low: -2, high: 2 }
const lenet = await loadCase('lenet')
const x = new Random(3).tensor([2, 1, 28, 28], -2, 2)

const parsed = (layers: string, rule: LayerRule['rule'], more: Partial<LayerRule> = {}): LayerRule => ({
  layers: parseLayerPattern(layers),
  rule,
  ...more,
})

/** The rule of every layer with weights. */
async function rulesOf(rules: readonly LayerRule[], options: CompileOptions = {}): Promise<Record<string, string>> {
  const { model } = await compileModel(lenet, oracle, { box, rules, ...options })
  const written = JSON.parse(model.metadata.get('deeptaylor.rules') ?? '') as { layer: string; rule: string }[]
  return Object.fromEntries(written.map(({ layer, rule }) => [layer, rule]))
}

describe('patterns', () => {
  it('by name, operator, position and domain; the metadata says what every layer got', async () => {
    const rules = [
      parsed('operator:Conv', 'gamma:0.5'),
      parsed('domain:input', 'flat'),
      parsed('position:last', 'epsilon:0.25'),
      parsed('/7/*', 'alpha-beta:2,1'),
      parsed('/2/MaxPool', 'winner'),
    ]
    expect(await rulesOf(rules)).toMatchObject({
      '/0/Conv': 'flat',
      '/2/MaxPool': 'winner',
      '/3/Conv': 'γ 0.5',
      '/5/MaxPool': 'proportional',
      '/7/Gemm': 'α2β1',
      '/9/Gemm': 'ε 0.25',
      '/1/Relu': 'pass',
    })
  })

  it('conditions are joined, wildcards reach layers with weights only, and the last rule counts', async () => {
    const rules = [parsed('*', 'w-square'), parsed('operator:Gemm&position:2', 'z'), parsed('position:-1', 'flat')]
    expect(await rulesOf(rules)).toMatchObject({
      '/0/Conv': 'w²',
      '/3/Conv': 'w²',
      '/5/MaxPool': 'proportional',
      '/7/Gemm': 'z',
      '/9/Gemm': 'flat',
    })
  })
})

describe('wildcards', () => {
  it.each<[string, string[]]>([
    ['/?/Conv', ['/0/Conv', '/3/Conv']],
    ['*/Conv', ['/0/Conv', '/3/Conv']],
    ['/*3*C*v', ['/3/Conv']],
    ['**/Gemm*', ['/7/Gemm', '/9/Gemm']],
    ['/0/Conv', ['/0/Conv']],
  ])('%s', async (pattern, layers) => {
    const got = Object.entries(await rulesOf([parsed(pattern, 'flat')])).filter(([, rule]) => rule === 'flat')
    expect(got.map(([layer]) => layer)).toEqual(layers)
  })

  it('cannot be made slow', async () => {
    const refused = rulesOf([parsed(`${'*a'.repeat(2000)}*b`, 'flat')])
    await expect(refused).rejects.toThrow(/no layer that it applies to/)
  })
})

describe('put together by hand', () => {
  it("Zennit's epsilon-plus-flat", async () => {
    const preset = await explained(lenet, { x }, { box, method: lrp('epsilon-plus-flat') })
    const rules = [parsed('operator:Conv', 'z-plus'), parsed('position:first', 'flat', { bias: 'ignore' })]
    const byHand = await explained(lenet, { x }, { box, method: lrp('epsilon'), rules })
    expect(byHand.relevance).toEqual(preset.relevance)
  })

  it("deep Taylor, from a user's own directions", async () => {
    const zBox = searchDirection('my box', [
      { input: 'from-low', negative: 0 },
      { input: 'from-high', positive: 0 },
    ])
    const zPlus = searchDirection('my z', [{ input: 'identity', negative: 0 }])
    const rules = [parsed('*', zPlus), parsed('position:first', zBox)]
    const own = await explained(
      lenet,
      { x },
      { box, rules, method: lrp('flat', { bias: 'ignore', pooling: 'proportional', stabilizer: 0 }) },
    )
    const paper = await explained(lenet, { x }, { box })
    expect(relativeError(own.relevance, paper.relevance)).toBeLessThan(1e-6)
  })
})

describe('refused in one line', () => {
  it.each<[string, () => LayerRule, RegExp]>([
    [
      'a pattern without a match',
      () => parsed('conv9*', 'flat'),
      /rule "flat": no layer that it applies to matches name conv9\*; there are \/0\/Conv, \/3\/Conv, \/7\/Gemm, \/9\/Gemm$/,
    ],
    [
      'a rule of weights on a ReLU',
      () => parsed('operator:Relu', 'z'),
      /no layer that it applies to matches operator Relu/,
    ],
    ['winner on a convolution', () => parsed('/0/Conv', 'winner'), /there are \/2\/MaxPool, \/5\/MaxPool$/],
    ['pass where shapes change', () => parsed('/0/Conv', 'pass'), /no layer that it applies to/],
    ['an unknown rule', () => parsed('*', 'magic'), /there is no such rule; there are w-square, z-plus/],
    ['a rule named like a method of Object', () => parsed('*', 'toString'), /there is no such rule/],
    ['α − β ≠ 1', () => parsed('*', 'alpha-beta:2,2'), /α − β must be 1/],
    ['a negative γ', () => parsed('*', 'gamma:-1'), /parameters are numbers ≥ 0/],
    ['too many parameters', () => parsed('*', 'flat:1'), /flat has no parameters/],
    ['parameters that are no numbers', () => parsed('*', 'epsilon:0.1:x'), /parameters are numbers ≥ 0/],
    ['a negative stabilizer', () => parsed('*', 'z', { stabilizer: -1 }), /its stabilizer -1 is not a number ≥ 0/],
    ['a box on a hidden layer', () => parsed('/3/Conv', 'z-box'), /"\/3\/Conv" reads a value without bounds/],
    ['a position that is none', () => parsed('position:x', 'flat'), /"x" is no position/],
    ['a domain that is none', () => parsed('domain:odd', 'flat'), /there is no domain "odd"; there are input, box/],
    ['an empty pattern', () => parsed('', 'flat'), /a pattern is empty/],
  ])('%s', async (_, rule, words) => {
    const refused = (async () => rulesOf([rule()]))()
    await expect(refused).rejects.toThrow(words)
    await expect(refused).rejects.toMatchObject({ code: 'rule-invalid' })
  })
})
