import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CaseParts, measuredBy, outcomeOf } from '../../../test/support/heatmap-cases.ts'
import { axioms } from './axioms.ts'

const measures = axioms()
const outcome = (name: string, parts: Omit<CaseParts, 'spatial'>) =>
  outcomeOf(measures, name, { spatial: [parts.relevance.length], ...parts })

describe('by hand', () => {
  // Sums to 4; 0.5 of 5 is negative.
  const parts = { relevance: [3, 1.5, -0.5], logit: 5, promised: 8 }

  it('conservation is the part of what was promised that is missing or too much', async () => {
    expect(await outcome('conservation', parts)).toEqual({ value: 0.5, details: { relevanceSum: 4, promised: 8 } })
    expect(await outcome('conservation', { ...parts, promised: -2 })).toMatchObject({ value: 3 })
    expect(await outcome('conservation', { ...parts, promised: 4 })).toMatchObject({ value: 0 })
  })

  it('positivity is the share that is negative', async () => {
    expect(await outcome('positivity', parts)).toEqual({ value: 0.1 })
  })

  it('positivity is asked of elements: channels do not make up for each other', async () => {
    const found = await measuredBy(measures, 'positivity', { spatial: [2], relevance: [1, 1, -1, 1] })
    expect(found).toBe(1 / 4)
  })

  it('consistency is the worse of both', async () => {
    expect(await outcome('consistency', parts)).toEqual({ value: 0.5, details: { conservation: 0.5, positivity: 0.1 } })
    expect(await outcome('consistency', { ...parts, promised: 4 })).toMatchObject({ value: 0.1 })
  })

  it('agreement is the distance from the diagonal, and has the point', async () => {
    expect(await outcome('agreement', parts)).toEqual({ value: 0.2, details: { logit: 5, relevanceSum: 4 } })
  })
})

describe('where there is no value', () => {
  it('a method that promises nothing', async () => {
    const parts = { relevance: [1, 2], logit: 3 }
    for (const name of ['conservation', 'consistency']) {
      expect(await outcome(name, parts)).toEqual({ value: null, why: 'the method promises no sum' })
    }
    expect(await outcome('positivity', parts)).toEqual({ value: 0 })
    expect(await outcome('agreement', parts)).toMatchObject({ value: 0 })
  })

  it('a negative logit cannot be a sum of what is nowhere negative', async () => {
    const parts = { relevance: [-1, -2], logit: -3, promised: -3 }
    expect(await outcome('conservation', parts)).toMatchObject({ value: 0 })
    for (const name of ['positivity', 'consistency']) {
      expect(await outcome(name, parts)).toEqual({ value: null, why: 'the logit is negative' })
    }
  })

  it('nothing promised: kept by nothing, and by nothing else', async () => {
    expect(await outcome('conservation', { relevance: [0, 0], logit: 0, promised: 0 })).toMatchObject({ value: 0 })
    expect(await outcome('positivity', { relevance: [0, 0], logit: 0, promised: 0 })).toEqual({ value: 0 })
    const some = { relevance: [1, 0], logit: 0, promised: 0 }
    expect(await outcome('conservation', some)).toMatchObject({ value: null })
    expect(await outcome('agreement', some)).toMatchObject({ value: null })
  })

  it('what is not finite', async () => {
    const parts = { relevance: [1, Number.POSITIVE_INFINITY], logit: 1, promised: 1 }
    for (const { name } of measures) expect(await outcome(name, parts)).toMatchObject({ value: null })
  })
})

it('whatever is positive and sums to the logit keeps every axiom', async () => {
  const shares = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(shares, fc.constantFrom(0.5, 1, 8), async (whole, unit) => {
      const relevance = whole.map(own => own * unit)
      const sum = relevance.reduce((total, own) => total + own, 0)
      for (const name of measures.map(measure => measure.name)) {
        expect(await outcome(name, { relevance, logit: sum, promised: sum })).toMatchObject({ value: 0 })
      }
    }),
  )
})
