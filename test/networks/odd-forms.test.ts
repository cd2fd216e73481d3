/**
 * Networks of unusual form, as exporters write them and as no test network has them: the relevance of each is what the
 * definition gives, whatever is known of its input.
 */

import { describe, expect, it } from 'vitest'
import type { Model } from '../../src/core/0-graph/graph.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import type { Tensor } from '../../src/runtime/session.ts'
import { networkOf } from '../support/by-definition/network.ts'
import { ByDefinition } from '../support/by-definition/relevance.ts'
import { numbersAt } from '../support/by-definition/trace.ts'
import { explained, relativeError } from '../support/models.ts'
import { features } from '../support/odd-forms/features.ts'
import { type Family, type Form, networkOfForm } from '../support/odd-forms/form.ts'
import { images } from '../support/odd-forms/images.ts'
import { rows } from '../support/odd-forms/rows.ts'

/** float32 against float64, of the largest relevance. */
const sameRelevance = 1e-4

/** Draws until every explanation has relevance: small networks are often silent. */
const mostDraws = 20

type Box = readonly [low: number, high: number] | undefined

/** What is known of the input, by the bounds between which it is drawn. */
function boxesOf({
  hasConstantsBeside,
}: Form): readonly (readonly [between: readonly [number, number], boxes: Box[]])[] {
  return [
    [
      [-1, 1],
      [undefined, [-1, 1.5]],
    ],
    [[0.2, 1], [hasConstantsBeside ? [0.2, 1] : [0, Number.POSITIVE_INFINITY]]],
  ]
}

/** How far the relevance is from the definition's, the largest of which comes along. */
async function compared(model: Model, x: Tensor, boxes: readonly Box[]) {
  const network = await networkOf(encodeModel(model), 'x', { x })
  const logits = numbersAt(network.trace, network.logits)
  const [samples = 1] = x.dims
  const classes = logits.data.length / samples
  const first = [...logits.data.subarray(0, classes)]
  const target = first.indexOf(Math.max(...first))
  const places = Array.from({ length: samples }, (_, sample) => sample * classes + target)
  const reference = new ByDefinition(network)
  const results: { error: number; largest: number }[] = []
  for (const box of boxes) {
    const definition = [...(await reference.explain({ target: places, box })).relevance.data]
    const ours = await explained(model, { x }, { target, ...(box && { box: { low: box[0], high: box[1] } }) })
    const largest = Math.max(...definition.map(Math.abs))
    results.push({ error: relativeError(ours.relevance, definition), largest })
  }
  return results
}

const families: Readonly<Record<string, Family>> = { images, rows, features }

describe.each(Object.keys(families))('of %s', kind => {
  const family = families[kind] as Family

  it.each(Object.keys(family.forms))('%s', async name => {
    for (const [between, boxes] of boxesOf(family.forms[name] as Form)) {
      let least = 0
      for (let number = 0; number < mostDraws && least === 0; number++) {
        const { model, x } = await networkOfForm(family, name, { number, between })
        const results = await compared(model, x, boxes)
        for (const { error } of results) expect(error).toBeLessThan(sameRelevance)
        least = Math.min(...results.map(({ largest }) => largest))
      }
      expect(least).toBeGreaterThan(0)
    }
  })
})
