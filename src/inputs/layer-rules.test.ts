/** Rules per layer from text and JSON. */

import { describe, expect, it } from 'vitest'
import { parseLayerRule, parseLayerRules } from './layer-rules.ts'

describe('on the command line', () => {
  it('splits at the last =', () => {
    expect(parseLayerRule('a=b/conv*=gamma:0.5')).toEqual({ layers: { name: 'a=b/conv*' }, rule: 'gamma:0.5' })
    expect(parseLayerRule('operator:Conv & position:-2=flat')).toEqual({
      layers: { operator: 'Conv', position: -2 },
      rule: 'flat',
    })
  })

  it.each(['flat', '=flat', 'conv='])('refuses %s', text => {
    expect(() => parseLayerRule(text)).toThrow(/PATTERN=RULE was expected/)
  })
})

describe('in a file', () => {
  it('takes patterns as text and as objects, names and directions of one’s own', () => {
    const text = JSON.stringify([
      { layers: 'conv*', rule: 'epsilon:0.1', bias: 'ignore', stabilizer: 0.5 },
      { layers: { operator: 'Gemm', position: -1, domain: 'signed' }, rule: 'flat' },
      {
        layers: { position: 'first' },
        rule: { name: 'mine', terms: [{ input: 'one', weight: 'weight', positive: 2 }] },
      },
    ])
    expect(parseLayerRules(text, 'rules.json')).toEqual([
      { layers: { name: 'conv*' }, rule: 'epsilon:0.1', bias: 'ignore', stabilizer: 0.5 },
      { layers: { operator: 'Gemm', position: -1, domain: 'signed' }, rule: 'flat' },
      {
        layers: { position: 'first' },
        rule: {
          name: 'mine',
          parts: [{ terms: [{ input: 'one', weight: { base: 'square', positive: 2, negative: 1 } }] }],
        },
      },
    ])
  })

  it.each<[string, unknown, RegExp]>([
    ['no list', {}, /rules.json: it is not a JSON list of rules/],
    ['no object', ['conv*=flat'], /rules.json, rule 1: it is not a JSON object/],
    ['no layers', [{ rule: 'flat' }], /rule 1: "layers" is missing/],
    ['no rule', [{ layers: '*' }], /rule 1: "rule" is missing/],
    [
      'a misspelt key',
      [{ layers: '*', rule: 'flat', stabiliser: 1 }],
      /"stabiliser" is not known; there are layers, rule/,
    ],
    ['a misspelt condition', [{ layers: { op: 'Conv' }, rule: 'flat' }], /"op" is not known; there are name, operator/],
    [
      'an unknown bias policy',
      [{ layers: '*', rule: 'flat', bias: 'hold' }],
      /"bias" is "hold"; there are ignore, absorb, keep/,
    ],
    ['a direction without terms', [{ layers: '*', rule: { name: 'x' } }], /"terms" is not a list/],
    ['a direction that goes nowhere', [{ layers: '*', rule: { name: 'x', terms: [] } }], /Σ v·w is 0 for every input/],
    ['a term without input', [{ layers: '*', rule: { terms: [{}] } }], /"terms" 1: "input" is missing/],
  ])('refuses %s', (_, value, words) => {
    expect(() => parseLayerRules(JSON.stringify(value), 'rules.json')).toThrow(words)
  })
})
