/** The table of ratios: what an explanation costs in forward passes, in time to compile and load, in memory and in bytes. */

import { type Answers, inProcess, type Setting } from './jobs.ts'
import type { MethodName } from './methods.ts'
import type { BenchOptions } from './options.ts'
import { ratiosOf, spreadOf } from './statistics.ts'
import { type ExplainedFile, type Subject, sizeOfFile, withExplained } from './subjects.ts'
import { digits, growth, megabytes, percent, spread, type Table } from './tables.ts'

/** One row: every run of both models in turn, and what surrounds them. */
export interface RatioRow extends Setting {
  readonly network: string
  readonly method: MethodName
  readonly forward: readonly number[]
  readonly explained: readonly number[]
  /** Share of all cores that other processes took meanwhile. */
  readonly others: number
  readonly compile: number
  readonly bytes: readonly [plain: number, explained: number]
  readonly memory: readonly [plain: Answers['memory'], explained: Answers['memory']] | undefined
}

/** Measures every network × method × batch × threads. */
export async function measureRatios(
  options: BenchOptions,
  announce: (what: string) => void,
): Promise<readonly RatioRow[]> {
  const rows: RatioRow[] = []
  for (const subject of options.subjects()) {
    for (const method of options.methods) {
      announce(`${subject.name}, ${method}`)
      await withExplained(subject, method, 1, async explained => {
        for (const batch of options.batches) {
          for (const threads of options.threads) {
            rows.push(await measureRow(subject, method, explained, { batch, threads }, options))
          }
        }
      })
    }
  }
  return rows
}

async function measureRow(
  subject: Subject,
  method: MethodName,
  { file, compiled }: ExplainedFile,
  setting: Setting,
  { runs, pause, alone, memory }: BenchOptions,
): Promise<RatioRow> {
  const files = [subject.file, file]
  const groups = alone ? files.map(one => [one]) : [files]
  const answers: Answers['time'][] = []
  for (const files of groups) answers.push(await inProcess({ kind: 'time', files, runs, pause, ...setting }))
  const [forward = [], explained = []] = answers.flatMap(({ times }) => times)
  const others = Math.max(...answers.map(({ others }) => others))
  const peak = (file: string, packs: boolean) => inProcess({ kind: 'memory', file, packs, ...setting })
  return {
    network: subject.name,
    method,
    ...setting,
    forward,
    explained,
    others,
    compile: compiled.milliseconds,
    bytes: [sizeOfFile(subject.file), compiled.size],
    memory: memory ? [await peak(subject.file, true), await peak(file, compiled.packs)] : undefined,
  }
}

/** The rows as tables: time; and, where it was measured, what surrounds it. */
export function ratioTables(rows: readonly RatioRow[]): readonly Table[] {
  const label = ({ network, method, batch, threads }: RatioRow) => [network, method, String(batch), String(threads)]
  const head = ['network', 'method', 'batch', 'threads']
  const time: Table = {
    title:
      'Milliseconds, and explained ÷ forward: median [least … most] of the pairs; share of the cores that others took',
    head: [...head, 'forward', 'explained', 'ratio', 'others'],
    rows: rows.map(row => [
      ...label(row),
      spread(spreadOf(row.forward)),
      spread(spreadOf(row.explained)),
      spread(ratiosOf(row.forward, row.explained)),
      percent(row.others),
    ]),
  }
  const measured = rows.filter(row => row.memory !== undefined)
  const source = measured[0]?.memory?.[0].source
  const around: Table = {
    title: `Milliseconds to compile and to load; peak memory of the process in MB (${source}); file size in MB`,
    head: [...head, 'compile', 'load', 'explained', 'ratio', 'peak', 'explained', 'ratio', 'file', 'explained'],
    rows: measured.map(row => {
      const [plain, explained] = row.memory as NonNullable<RatioRow['memory']>
      const [before, after] = [plain.peak, explained.peak]
      const [small, large] = row.bytes
      return [
        ...label(row),
        digits(row.compile),
        ...[digits(plain.load), digits(explained.load), digits(explained.load / plain.load)],
        ...[megabytes(before), megabytes(after), digits(after / before)],
        ...[megabytes(small), growth(small, large)],
      ]
    }),
  }
  return measured.length > 0 ? [time, around] : [time]
}
