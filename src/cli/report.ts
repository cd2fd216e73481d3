/** `report.json`: what a run found, for programs. */

import { version } from '../core/version.ts'
import type { ClassScore, ExplainedTarget } from '../explainer/explanation.ts'
import type { Feature } from '../render/bars.ts'
import type { Word } from '../render/words.ts'

/** A token of a text. */
export interface ReportWord extends Word {
  /** As the vocabulary spells it, and its number there. */
  readonly token: string
  readonly id: number
}

/** What the colours of a picture stand for. */
export interface ReportDrawing {
  readonly colormap: string
  /** The |R| of the full colour; diverging maps run from its negative to it. */
  readonly extent: number
  readonly exponent: number
  /** How channels became one number; only of planes. */
  readonly channels?: string
}

/** One sample, explained by one method for one target. */
export interface ReportItem {
  /** The input's path, as given. */
  readonly input: string
  /** Which sample of a batch; only for batches. */
  readonly sample?: number
  readonly method: string
  /** The target as it was asked for: `top`, `top2`, an index or a label. */
  readonly asked: string
  readonly target: ExplainedTarget
  readonly logit: number
  readonly relevanceSum: number
  /** null for methods that conserve nothing, and where only a part was let through. */
  readonly conservationError: number | null
  /** Of a model with several inputs: the sum of the relevance of the others. */
  readonly elsewhere?: number
  /** Of methods that know one: what the logit is without any feature. */
  readonly baseline?: number
  readonly prediction: readonly ClassScore[]
  readonly warnings: readonly string[]
  /** Names of the files that were written, in the output folder. */
  readonly files: {
    readonly heatmap?: string
    /** Of a table: relevance as bars. */
    readonly bars?: string
    /** Of a text: its words on a ground of their relevance. */
    readonly words?: string
    readonly overlay?: string
    /** The heatmap with alpha, to lay over anything. */
    readonly transparent?: string
    /** The figure with colour bar and caption, as PNG and as SVG. */
    readonly figure?: string
    readonly figureSvg?: string
    readonly relevance: string
    /** Relevance of hidden layers, by layer. */
    readonly layers?: Readonly<Record<string, string>>
    /** Factors c of R = x·c of hidden layers, by layer. */
    readonly factors?: Readonly<Record<string, string>>
  }
  /** How it is drawn: what the colours stand for. */
  readonly drawing?: ReportDrawing
  /** Of a table: every column's value and relevance, in the order of the columns. */
  readonly features?: readonly Feature[]
  /** Of a text: every word, or part of one, and its relevance. */
  readonly words?: readonly ReportWord[]
  /** Of a text that does not fill a model's places: the sum of the relevance of the others. */
  readonly padding?: number
  /** The run of the model, without loading and drawing. */
  readonly milliseconds: number
}

/** An input that could not be explained. */
export interface ReportFailure {
  readonly input: string
  readonly code: string
  readonly message: string
}

/** The report of one run. */
export interface Report {
  readonly model: string
  readonly version: string
  readonly runtime: string
  readonly preprocessing: string | null
  readonly warnings: readonly string[]
  readonly items: readonly ReportItem[]
  readonly failures: readonly ReportFailure[]
}

/** The report as the text of a JSON file. */
export function reportText(report: Omit<Report, 'version'>): string {
  const { model, ...rest } = report
  return `${JSON.stringify({ model, version, ...rest }, null, 2)}\n`
}
