/** What Quantus 0.6.0 measures, we measure: of stored heatmaps, to 1e-4; where a definition differs, by how much. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { complexity } from '../../src/evaluate/complexity/complexity.ts'
import { localisation } from '../../src/evaluate/localisation/localisation.ts'
import { measuredBy, outcomeOf } from '../support/cases.ts'

interface Stored {
  readonly name: string
  readonly relevance: readonly number[]
  readonly mask: readonly number[]
  readonly measured: Readonly<Record<string, number | null>>
}

const { height, width, k, cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'localisation.json'), 'utf8'),
) as { readonly height: number; readonly width: number; readonly k: number; readonly cases: readonly Stored[] }

/** The issue's: Quantus computes in float32, and adds 1e-7 to what it takes the Gini index of. */
const agreement = 1e-4

const measures = [...localisation({ topK: k }), ...complexity()]
const partsOf = ({ relevance, mask }: Stored) => ({ spatial: [height, width], relevance, truth: mask })
const hasTies = ({ relevance }: Stored) => new Set(relevance).size < relevance.length
const isNegativeSomewhere = ({ relevance }: Stored) => relevance.some(own => own < 0)
const areaOf = ({ mask }: Stored) => mask.filter(inside => inside === 1).length / mask.length

/** Our measure and Quantus' of equal definition, of the cases for which they are. */
const pairs: readonly (readonly [ours: string, quantus: string, isFor?: (stored: Stored) => boolean])[] = [
  // Of several largest places Quantus takes any, we the share.
  ['pointing-game', 'PointingGame', stored => !hasTies(stored) || stored.name.startsWith('the mask')],
  // Quantus adds signed relevance: of "signed 1" it finds 4.5 times all relevance inside.
  ['relevance-mass-accuracy', 'RelevanceMassAccuracy', stored => !isNegativeSomewhere(stored)],
  ['relevance-mass-accuracy', 'AttributionLocalisation positive'],
  ['attribution-localisation', 'AttributionLocalisation'],
  // Ties at the last rank fall as NumPy's sorting leaves them.
  ['relevance-rank-accuracy', 'RelevanceRankAccuracy', stored => !stored.name.startsWith('in steps')],
  ['top-k-intersection', 'TopKIntersection', stored => !stored.name.startsWith('in steps')],
  ['localisation-auc', 'AUC'],
  ['sparseness', 'Sparseness'],
  ['entropy', 'Complexity'],
  ['effective-complexity', 'EffectiveComplexity'],
]

describe.each(pairs)('%s is %s', (ours, quantus, isFor = () => true) => {
  it.each(cases.filter(isFor))('of $name', async stored => {
    const expected = stored.measured[quantus] as number
    const found = (await measuredBy(measures, ours, partsOf(stored))) as number
    expect(Math.abs(found - expected)).toBeLessThan(agreement)
  })
})

describe('where a definition differs', () => {
  it("the weighted attribution localisation divides by the area as the paper's, where Quantus multiplies", async () => {
    for (const stored of cases) {
      const found = await outcomeOf(measures, 'attribution-localisation', partsOf(stored))
      const { weighted } = ('details' in found && found.details) as { readonly weighted: number }
      const theirs = stored.measured['AttributionLocalisation weighted'] as number
      expect(Math.abs(weighted * areaOf(stored) ** 2 - theirs)).toBeLessThan(agreement)
    }
  })

  it('ties at the last rank: ours lies where some order of them puts it', async () => {
    const stepped = cases.filter(({ name }) => name.startsWith('in steps'))
    expect(stepped.length).toBeGreaterThan(0)
    for (const stored of stepped) {
      const size = stored.mask.filter(inside => inside === 1).length
      const last = [...stored.relevance].sort((a, b) => b - a)[size - 1] as number
      const tied = stored.relevance.filter(own => own === last).length
      const found = (await measuredBy(measures, 'relevance-rank-accuracy', partsOf(stored))) as number
      const theirs = stored.measured.RelevanceRankAccuracy as number
      expect(Math.abs(found - theirs)).toBeLessThanOrEqual(tied / size)
    }
  })
})
