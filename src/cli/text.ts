/** Results in words, for people. */

import { join } from 'node:path'
import colors from 'picocolors'
import type { SampleExplanation } from '../explainer/explanation.ts'
import { blockBar, byRelevance } from '../render/bars.ts'
import { type Word, wordAlone } from '../render/words.ts'
import type { ReportItem } from './report.ts'

/** One explained sample, in a few lines. */
export function itemText(item: ReportItem, folder: string): string {
  const {
    input,
    sample,
    method,
    prediction,
    target,
    asked,
    logit,
    relevanceSum,
    conservationError,
    baseline,
    elsewhere,
    padding,
    files,
    milliseconds,
  } = item
  const name = sample === undefined ? input : `${input} [${sample}]`
  const classes = prediction
    .slice(0, 3)
    .map(({ label, score }) => `${label} ${percent(score)}`)
    .join(colors.dim(' · '))
  const named = target.versus ? `${target.label} versus ${target.versus.label}` : target.label
  const said = asked === named ? named : `${named} ${colors.dim(`(${asked})`)}`
  const lines = [
    `${colors.bold(name)}  ${colors.dim(`${milliseconds.toFixed(1)} ms`)}`,
    `  prediction   ${prediction.length > 0 ? classes : number(logit)}`,
    `  explained    ${said} by ${method}, logit ${number(logit)}`,
    `  relevance    ${number(relevanceSum)} in all${elsewhere === undefined ? '' : `, of other inputs ${number(elsewhere)}`}${padding === undefined ? '' : `, of padding ${number(padding)}`}${baseline === undefined ? '' : ` on a baseline of ${number(baseline)}`}${conservationError === null ? '' : `, conserved to ${conservation(conservationError)}`}`,
    `  files        ${[files.figure, files.overlay, files.heatmap, files.bars, files.words, files.relevance].flatMap(file => (file ? [join(folder, file)] : [])).join(`\n               `)}`,
  ]
  return `${lines.join('\n')}\n\n`
}

/** Features that are shown in a terminal. */
const mostFeatures = 10
const barColumns = 24

/** The features that matter most, as bars; with the baseline that no feature has a share in, they add up to the logit. */
export function featuresText(item: ReportItem): string {
  const { features = [] } = item
  const shown = byRelevance(features).slice(0, mostFeatures)
  const extent = Math.max(...shown.map(({ relevance }) => Math.abs(relevance)), Number.MIN_VALUE)
  const width = Math.min(28, Math.max(...shown.map(({ name }) => name.length)))
  const lines = shown.map(({ name, value, relevance }) => {
    const bar = blockBar(Math.abs(relevance) / extent, barColumns).padEnd(barColumns)
    const painted = relevance < 0 ? colors.blue(bar) : colors.red(bar)
    const label = name.length > width ? `${name.slice(0, width - 1)}…` : name.padEnd(width)
    return `  ${label}  ${colors.dim(number(value).padStart(11))}  ${painted} ${number(relevance)}`
  })
  const rest = features.length - shown.length
  const baseline = baselineOf(item)
  if (baseline !== undefined) {
    lines.push(`  ${'baseline'.padEnd(width)}  ${' '.repeat(11 + 2 + barColumns + 1)}${number(baseline)}`)
  }
  if (rest > 0) lines.push(colors.dim(`  and ${rest} features that matter less`))
  return `${lines.join('\n')}\n\n`
}

/** What no feature has a share in: stated by the method, or lost on the way; undefined where nothing is missing. */
export function baselineOf({
  baseline,
  elsewhere = 0,
  logit,
  relevanceSum,
  conservationError,
}: Pick<SampleExplanation, 'baseline' | 'elsewhere' | 'logit' | 'relevanceSum' | 'conservationError'>):
  | number
  | undefined {
  if (baseline !== undefined || conservationError === null) return baseline
  const missing = logit - relevanceSum - elsewhere
  return Math.abs(missing) > rounding * Math.abs(logit) ? missing : undefined
}

/** The words that matter most, for terminals without colours. */
export function wordsText(words: readonly Word[]): string {
  const named = words.map(({ relevance }, i) => ({ word: wordAlone(words, i), relevance }))
  const shown = named.sort((a, b) => Math.abs(b.relevance) - Math.abs(a.relevance)).slice(0, mostFeatures)
  return `  words        ${shown.map(({ word, relevance }) => `${word} ${number(relevance)}`).join(colors.dim(' · '))}\n\n`
}

/** A share as a percentage. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)))
}

/** Rounding of 32-bit sums is no loss. */
const rounding = 1e-5

function conservation(error: number): string {
  return error < rounding ? `${error.toExponential(0)} (rounding)` : `${(error * 100).toPrecision(2)} %`
}
