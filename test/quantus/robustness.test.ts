/** Robustness and randomisation against Quantus 0.6.0, on cases that generate-robustness.py wrote: the same network, the same draws. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Case } from '../../src/evaluate/measure.ts'
import { Random } from '../../src/evaluate/random.ts'
import { randomisation } from '../../src/evaluate/randomisation/randomisation.ts'
import { robustness } from '../../src/evaluate/robustness/robustness.ts'
import { caseOf, type Formula, foundOf, named, toolsOf } from '../support/by-formula.ts'

/** What the issue asks for; float32 there, of inputs that differ by a few hundredths. */
const agreement = 1e-4

interface Randomised {
  readonly scores: readonly number[]
  readonly relevance: readonly (readonly number[])[]
}

interface Stored {
  readonly height: number
  readonly width: number
  readonly samples: number
  readonly radius: number
  readonly classes: number
  readonly cases: readonly {
    readonly input: readonly number[]
    readonly target: number
    readonly weights: readonly [number[][], number[], number[][], number[]]
    readonly relevance: readonly number[]
    readonly robustness: {
      readonly draws: readonly (readonly number[])[]
      readonly MaxSensitivity: number
      readonly LocalLipschitzEstimate: number
    }
    readonly cascade: Randomised
    readonly independent: Randomised
    readonly RandomLogit: number
  }[]
}

const stored: Stored = JSON.parse(readFileSync(join(import.meta.dirname, 'robustness.json'), 'utf8'))
const { height, width, samples, radius, classes } = stored

/** Gradient times input of V tanh(W x + b) + c. */
function gradientTimesInput([w, b, v]: Stored['cases'][number]['weights']): Formula {
  return (x, target) => {
    const slopes = w.map((row, k) => {
      const y = Math.tanh(row.reduce((sum, weight, i) => sum + weight * (x[i] as number), b[k] as number))
      return (1 - y * y) * ((v[target] as number[])[k] as number)
    })
    return x.map(
      (value, i) => value * slopes.reduce((sum, slope, k) => sum + slope * ((w[k] as number[])[i] as number), 0),
    )
  }
}

/** What Quantus was given, number by number. */
class Drawn extends Random {
  readonly #numbers: readonly number[]
  #at = 0

  constructor(numbers: readonly number[]) {
    super(0, 'drawn')
    this.#numbers = numbers
  }

  override uniform(): number {
    return this.#numbers[this.#at++] as number
  }
}

for (const [i, one] of stored.cases.entries()) {
  describe(`case ${i}`, () => {
    const formula = gradientTimesInput(one.weights)
    const random = () => new Drawn(one.robustness.draws.flat())
    const of: Case = caseOf([1, 1, height, width], one.input, formula, { target: one.target, random })
    const tools = toolsOf(formula, { classes })

    it('is explained alike', () => {
      for (const [k, value] of one.relevance.entries()) {
        expect(Math.abs((of.relevance.data[k] as number) - value)).toBeLessThan(agreement)
      }
    })

    it('max-sensitivity is MaxSensitivity; the absolute Lipschitz estimate is LocalLipschitzEstimate, not normalised', async () => {
      const measures = robustness({ samples, radius })
      const sensitivity = await foundOf(named(measures, 'max-sensitivity'), of, tools)
      expect(Math.abs(sensitivity.value - one.robustness.MaxSensitivity)).toBeLessThan(agreement)
      const lipschitz = await foundOf(named(measures, 'local-lipschitz'), of, tools)
      const absolute = lipschitz.details?.absolute as number
      expect(Math.abs(absolute - one.robustness.LocalLipschitzEstimate)).toBeLessThan(agreement)
    })

    for (const [name, { scores, relevance }, reversed] of [
      ['model-randomisation', one.cascade, false],
      // Quantus goes from the input to the output there.
      ['layer-randomisation', one.independent, true],
    ] as const) {
      it(`${name} is MPRT by rank correlation, layer by layer`, async () => {
        const steps = reversed ? relevance.toReversed() : relevance
        let at = 0
        const after = toolsOf(formula, {
          layers: ['output', 'hidden'],
          explainRandomised: async () => [{ dims: of.input.dims, data: Float32Array.from(steps[at++] as number[]) }],
        })
        const found = await foundOf(named(randomisation(), name), of, after)
        const expected = reversed ? scores.toReversed() : scores
        const curve = found.curves?.magnitudes?.y.slice(-expected.length) as number[]
        for (const [k, score] of expected.entries()) {
          expect(Math.abs((curve[k] as number) - score)).toBeLessThan(agreement)
        }
        // Quantus' average counts the network as it is, 1, among the layers; ours does not.
        const mean = expected.reduce((sum, score) => sum + score, 0) / expected.length
        expect(Math.abs(found.value - mean)).toBeLessThan(agreement)
      })
    }

    it('random-logit, signed, is RandomLogit by rank correlation, not of magnitudes', async () => {
      const found = await foundOf(named(randomisation(), 'random-logit'), of, tools)
      expect(Math.abs((found.details?.signed as number) - one.RandomLogit)).toBeLessThan(agreement)
    })
  })
}
