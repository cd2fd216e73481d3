/** A report by what pages and plots ask for, so that no part of them searches its lists. */

import { type MeasureGroup, measureGroups } from '../measure.ts'
import type { EvaluationReport, MeanCurve, MeasuredValue, Summary } from '../report.ts'
import { isNumber } from './numbers.ts'
import { type MethodStyle, methodStyles, noStyle } from './palette.ts'

/** A measure as reports know it. */
export type ReportedMeasure = EvaluationReport['measures'][number]

/** The mean curves of one name, a method each. */
export interface CurveFamily {
  readonly name: string
  readonly curves: readonly MeanCurve[]
}

/** The report and its indices. */
export interface Lookup {
  readonly report: EvaluationReport
  /** Groups that have measures, in the contract's order. */
  readonly groups: readonly { readonly group: MeasureGroup; readonly measures: readonly ReportedMeasure[] }[]
  readonly styleOf: (method: string) => MethodStyle
  readonly summaryOf: (measure: string, method: string) => Summary | undefined
  readonly foundOf: (input: string, measure: string, method: string) => MeasuredValue | undefined
  readonly valuesOf: (measure: string, method: string) => readonly MeasuredValue[]
  readonly curvesOf: (measure: string) => readonly CurveFamily[]
  /** Why inputs have no value, the most frequent reason first. */
  readonly reasonsOf: (measure: string, method: string) => readonly { readonly why: string; readonly count: number }[]
}

/** Reads the report's lists once. */
export function lookUp(given: EvaluationReport): Lookup {
  const report = {
    ...given,
    measures: given.measures.map(measure => ({ ...measure, unit: exact(measure.unit, given) })),
  }
  const styles = methodStyles(report.methods)
  const summaries = new Map(report.summary.map(row => [key(row.measure, row.method), row]))
  const values = groupBy(report.values, ({ measure, method }) => key(measure, method))
  const single = new Map(report.values.map(value => [key(value.input, value.measure, value.method), value]))
  const curves = groupBy(report.curves, ({ measure }) => measure)
  const valuesOf = (measure: string, method: string) => values.get(key(measure, method)) ?? []
  return {
    report,
    groups: measureGroups
      .map(group => ({ group, measures: report.measures.filter(measure => measure.group === group) }))
      .filter(({ measures }) => measures.length > 0),
    styleOf: method => styles.get(method) ?? noStyle,
    summaryOf: (measure, method) => summaries.get(key(measure, method)),
    foundOf: (input, measure, method) => single.get(key(input, measure, method)),
    valuesOf,
    curvesOf: measure =>
      [...groupBy(curves.get(measure) ?? [], ({ curve }) => curve)].map(([name, family]) => ({ name, curves: family })),
    reasonsOf: (measure, method) => {
      const without = valuesOf(measure, method).filter(({ value }) => value === null)
      const counts = [...groupBy(without, ({ why }) => why ?? 'no reason given')]
      return counts.map(([why, all]) => ({ why, count: all.length })).sort((a, b) => b.count - a.count)
    },
  }
}

/** The explained output and ΣR of every input by a method, where a measure tells them among its details. */
export function sumsOf(
  { valuesOf }: Lookup,
  measure: string,
  method: string,
): readonly { readonly logit: number; readonly relevanceSum: number }[] {
  return valuesOf(measure, method).flatMap(({ details: { logit, relevanceSum } = {} }) =>
    isNumber(logit) && isNumber(relevanceSum) ? [{ logit, relevanceSum }] : [],
  )
}

/** A unit that names both scores that measures may go by, as the one they went by. */
function exact(unit: string, { score }: EvaluationReport): string {
  return unit.replace('score (logit or probability)', score)
}

/** Things by their key, keys and things in the order they came. */
export function groupBy<T>(things: readonly T[], keyOf: (thing: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const thing of things) {
    const group = groups.get(keyOf(thing))
    if (group) group.push(thing)
    else groups.set(keyOf(thing), [thing])
  }
  return groups
}

/** Names are text out of files: joined so that no two lists of names are the same key. */
function key(...names: readonly string[]): string {
  return JSON.stringify(names)
}
