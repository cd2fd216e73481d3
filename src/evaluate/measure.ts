/** What a measure of explanations is, and what it may ask. A measure never opens a model or a file: whoever runs it lends it tools. */

import type { FloatTensor } from '../runtime/session.ts'
import type { Layout } from './layout.ts'
import type { Random } from './random.ts'

/** The questions that measures answer. */
export const measureGroups = [
  'faithfulness',
  'robustness',
  'localisation',
  'complexity',
  'randomisation',
  'axioms',
] as const

/** One of them. */
export type MeasureGroup = (typeof measureGroups)[number]

/** Which end is good: of two explanations, the one with the higher or the lower value is better. */
export type Direction = 'higher' | 'lower'

/** What a measure needs beyond an input, its relevance and the model's scores. */
export type Need =
  /** Ground truth: a mask of what the class is. */
  | 'truth'
  /** Inputs that are numbers, not tokens: they may be moved a little. */
  | 'numbers'
  /** Places along two axes. */
  | 'picture'
  /** Weights that may be replaced. */
  | 'weights'

/** A measure, and all that a reader of its figures must know. */
export interface Measure {
  /** As the command line has it: `pixel-flipping`. */
  readonly name: string
  /** As a heading has it. */
  readonly title: string
  readonly group: MeasureGroup
  readonly direction: Direction
  /** Of the value: `logit`, `share`, `rank correlation`, … */
  readonly unit: string
  /** What values are possible, and what a constant or random explanation gets, where theory says. */
  readonly range: string
  /** The formula, in plain text. */
  readonly definition: string
  /** Paper and equation. */
  readonly source: string
  readonly needs: readonly Need[]
  /** The parameters it runs with, for the report: names and values. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>
  /**
   * The values of some inputs' explanations, in their order; some inputs at a time, because what is costly (a model with
   * other weights) can then be shared. A result depends on its own case alone, not on its neighbours.
   *
   * @throws DeepTaylorError; the signal's reason
   */
  readonly evaluate: (cases: readonly Case[], tools: Tools) => Promise<readonly Outcome[]>
}

/** What a measure found of one explanation. */
export type Outcome = Found | NotApplicable

/** A value, and where it comes from one, the curve. */
export interface Found {
  readonly value: number
  /** By name; measures of one name have curves of the same x at every input. */
  readonly curves?: Readonly<Record<string, Curve>>
  /** Further figures beside the value, by name. */
  readonly details?: Readonly<Record<string, number>>
}

/** Why there is no value for this input. It is counted, never taken for 0. */
export interface NotApplicable {
  readonly value: null
  readonly why: string
}

/** A curve, x ascending. */
export interface Curve {
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly xLabel: string
  readonly yLabel: string
}

/** One input and its explanation by one method. */
export interface Case {
  /** Names it, stable from run to run: the file, and the sample where the file holds several. */
  readonly id: string
  /** With its batch axis of 1. */
  readonly input: FloatTensor
  readonly layout: Layout
  /** Of the input's shape. */
  readonly relevance: FloatTensor
  /** The explained class. */
  readonly target: number
  /** The class's score that measures go by, of the input as it is. */
  readonly score: number
  /** The explained logit x_f, and ΣR. */
  readonly logit: number
  readonly relevanceSum: number
  /** What relevance should sum to by the method's promise; undefined where it promises nothing (gradients). */
  readonly promised: number | undefined
  /** 1 at places of the truth, else 0; one per place. */
  readonly truth: Uint8Array | undefined
  /** A stream for this input and purpose; the same for every method, so that methods are compared on equal draws. */
  readonly random: (purpose: string) => Random
}

/** What measures may ask of the model. All of it runs in batches through sessions that are opened once. */
export interface Tools {
  /** Lowest and highest value that inputs can have, by channel; undefined where that is not known. */
  readonly box: { readonly low: readonly number[]; readonly high: readonly number[] } | undefined
  /** The score (logit or probability, as asked for) of one class, one per sample of the batch. */
  readonly score: (of: Case, batch: FloatTensor, target?: number) => Promise<Float32Array>
  /** Relevance by the same method of inputs of the case's shape, of the batch's shape. The target stays the case's unless given. */
  readonly explain: (of: Case, batch: FloatTensor, target?: number) => Promise<FloatTensor>
  readonly classes: number
  /** The layers with weights, from the output to the input. */
  readonly layers: readonly string[]
  /**
   * Relevance of the cases by the same method in a model whose layers have random weights, drawn anew by `seed`: those named. Of
   * each case's own shape.
   */
  readonly explainRandomised: (
    cases: readonly Case[],
    layers: readonly string[],
    seed: number,
  ) => Promise<readonly FloatTensor[]>
  readonly seed: number
  readonly signal: AbortSignal | undefined
}
