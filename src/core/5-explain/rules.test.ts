/** Search directions that cannot be. */

import { describe, expect, it } from 'vitest'
import { type DirectionTerm, searchDirection, zPlus } from './rules.ts'

describe('searchDirection', () => {
  it('is what the built-in rules are made by', () => {
    expect(searchDirection('z⁺', [{ input: 'identity', negative: 0 }])).toEqual(zPlus)
  })

  const nowhere =
    /Σ v·w is 0 for every input and weight, so no root point lies along it; v = x, w or x·1\[w > 0] would do/
  it.each<[string, DirectionTerm[], RegExp]>([
    ['no terms', [], nowhere],
    ['factors of 0', [{ input: 'identity', positive: 0, negative: 0 }], nowhere],
    [
      'terms that cancel',
      [
        { input: 'identity' },
        { input: 'positive', positive: -1, negative: -1 },
        { input: 'negative', positive: -1, negative: -1 },
      ],
      nowhere,
    ],
    ['x and w added', [{ input: 'identity' }, { input: 'one', weight: 'weight' }], /different weight maps/],
    [
      'an unknown input map',
      [{ input: 'squared' as 'one' }],
      /no input map "squared"; there are identity, one, positive/,
    ],
    [
      'an unknown weight map',
      [{ input: 'one', weight: 'cubed' as 'one' }],
      /no weight map "cubed"; there are one, weight/,
    ],
    ['NaN', [{ input: 'one', positive: Number.NaN }], /not finite/],
  ])('refuses %s', (_, terms, message) => {
    expect(() => searchDirection('mine', terms)).toThrow(message)
    expect(() => searchDirection('mine', terms)).toThrow(expect.objectContaining({ code: 'rule-invalid' }))
  })
})
