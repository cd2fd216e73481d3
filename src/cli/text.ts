/** Results in words, for people. */

import { join } from 'node:path'
import colors from 'picocolors'
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
    `  prediction   ${classes}`,
    `  explained    ${said} by ${method}, logit ${number(logit)}`,
    `  relevance    ${number(relevanceSum)} in all${conservationError === null ? '' : `, conserved to ${conservation(conservationError)}`}`,
    `  files        ${[files.overlay, files.heatmap, files.relevance].flatMap(file => (file ? [join(folder, file)] : [])).join(`\n               `)}`,
  ]
  return `${lines.join('\n')}\n\n`
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
