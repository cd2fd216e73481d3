/** What an evaluation found: plain data, written as JSON, from which tables and pages are made. The same run gives the same bytes. */

import type { Curve, Measure } from './measure.ts'

/** The whole run. */
export interface EvaluationReport {
  /** deeptaylor's version. */
  readonly version: string
  readonly model: string
  readonly runtime: string
  readonly data: string
  /** In words, as `explain` reports it; null for arrays. */
  readonly preprocessing: string | null
  readonly seed: number
  /** What measures go by. */
  readonly score: 'logit' | 'probability'
  /** Methods, and behind them the controls. */
  readonly methods: readonly string[]
  /** Which of them are no methods but heatmaps that know everything or nothing; they have no rank. */
  readonly controls: readonly string[]
  readonly measures: readonly Omit<Measure, 'evaluate'>[]
  readonly inputs: readonly EvaluatedInput[]
  readonly values: readonly MeasuredValue[]
  /** By method and measure. */
  readonly summary: readonly Summary[]
  /** Means over inputs, by method, measure and curve. */
  readonly curves: readonly MeanCurve[]
  /** Files that could not be read, labels and masks that do not fit. */
  readonly skipped: readonly { readonly input: string; readonly code: string; readonly message: string }[]
  /** What about the model breaks a method's assumptions, as `inspect` says. */
  readonly warnings: readonly { readonly method: string; readonly code: string; readonly message: string }[]
  /** The books of methods that promise conservation, over the first inputs. */
  readonly audits: readonly AuditSummary[]
}

/** One input of the run. */
export interface EvaluatedInput {
  readonly id: string
  /** The label that the data give it; null where they give none. */
  readonly label: string | null
  readonly target: { readonly index: number; readonly label: string }
  readonly predicted: { readonly index: number; readonly label: string; readonly score: number }
  readonly logit: number
  readonly hasTruth: boolean
  /** Pictures beside the report, by what they show (`input`, or a method's name), as data URLs of PNG or as HTML of a text; only of the first inputs. */
  readonly shown?: Readonly<Record<string, Shown>>
}

/** Something to look at. */
export type Shown =
  | { readonly kind: 'picture'; readonly dataUrl: string; readonly width: number; readonly height: number }
  | { readonly kind: 'svg' | 'html'; readonly markup: string }

/** One figure. */
export interface MeasuredValue {
  readonly input: string
  readonly method: string
  readonly measure: string
  /** null where the measure cannot be applied, and `why` says why. */
  readonly value: number | null
  readonly why?: string
  readonly curves?: Readonly<Record<string, Curve>>
  readonly details?: Readonly<Record<string, number>>
}

/** One measure of one method over all inputs. */
export interface Summary {
  readonly method: string
  readonly measure: string
  /** Inputs with a value. */
  readonly count: number
  /** Inputs without one. */
  readonly without: number
  readonly mean: number | null
  readonly median: number | null
  readonly standardDeviation: number | null
  /** 95 % interval of the mean, by bootstrap (percentile, Efron 1979); null for fewer than two inputs. */
  readonly low: number | null
  readonly high: number | null
  /** 1 is best among the methods; ties share. */
  readonly rank: number | null
}

/** A mean curve with its interval. */
export interface MeanCurve {
  readonly method: string
  readonly measure: string
  readonly curve: string
  readonly xLabel: string
  readonly yLabel: string
  readonly x: readonly number[]
  readonly mean: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** An audit in short. */
export interface AuditSummary {
  readonly method: string
  readonly samples: number
  readonly verdicts: readonly {
    readonly check: string
    readonly value: number
    readonly passes: boolean
    readonly words: string
  }[]
  readonly passes: boolean
}
