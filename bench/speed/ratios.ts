/** The table of ratios: what an explanation costs in forward passes, in time to compile and load, in memory and in bytes. */

import { largestKept } from '../../src/runtime/cached.ts'
import { type Answers, inProcess, type Setting } from './jobs.ts'
import type { MethodName } from './methods.ts'
import type { Opening } from './opening.ts'
import type { BenchOptions } from './options.ts'
import { ratiosOf, spreadOf } from './statistics.ts'
import { type ExplainedFile, type Subject, sizeOfFile, withExplained } from './subjects.ts'
import { digits, growth, megabytes, percent, spread, type Table } from './tables.ts'

/** One row: every run of all models in turn, and what surrounds them. */
export interface RatioRow extends Setting {
  readonly network: string
  readonly method: MethodName
  readonly forward: readonly number[]
  readonly explained: readonly number[]
  /** The explained model as `deeptaylor` opens it the second time; undefined where it is too large to be kept. */
  readonly kept: readonly number[] | undefined
  /** Share of all cores that other processes took meanwhile. */
  readonly others: number
  readonly compile: number
  readonly bytes: readonly [plain: number, explained: number]
  readonly memory:
    | readonly [plain: Answers['memory'], explained: Answers['memory'], kept: Answers['memory'] | undefined]
    | undefined
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
  const plain = { file: subject.file }
  const kept = compiled.size <= largestKept ? { file, keeps: true } : undefined
  const models: readonly Opening[] = [plain, { file }, ...(kept ? [kept] : [])]
  const groups = alone ? models.map(one => [one]) : [models]
  const answers: Answers['time'][] = []
  for (const models of groups) answers.push(await inProcess({ kind: 'time', models, runs, pause, ...setting }))
  const [forward = [], explained = [], keptTimes] = answers.flatMap(({ times }) => times)
  const others = Math.max(...answers.map(({ others }) => others))
  const peak = (model: Opening, packs: boolean) => inProcess({ kind: 'memory', model, packs, ...setting })
  const { packs } = compiled
  return {
    network: subject.name,
    method,
    ...setting,
    forward,
    explained,
    kept: keptTimes,
    others,
    compile: compiled.milliseconds,
    bytes: [sizeOfFile(subject.file), compiled.size],
    // It was kept when its time was taken.
    memory: memory
      ? [await peak(plain, true), await peak({ file }, packs), kept && (await peak(kept, packs))]
      : undefined,
  }
}

/** The rows as tables: time; and, where it was measured, what surrounds it. */
export function ratioTables(rows: readonly RatioRow[]): readonly Table[] {
  const label = ({ network, method, batch, threads }: RatioRow) => [network, method, String(batch), String(threads)]
  const head = ['network', 'method', 'batch', 'threads']
  const time: Table = {
    title:
      'Milliseconds, and explained ÷ forward: median [least … most] of the pairs; kept: as deeptaylor opens it the second time; share of the cores that others took',
    head: [...head, 'forward', 'explained', 'ratio', 'kept', 'ratio', 'others'],
    rows: rows.map(row => [
      ...label(row),
      spread(spreadOf(row.forward)),
      spread(spreadOf(row.explained)),
      spread(ratiosOf(row.forward, row.explained)),
      ...(row.kept ? [spread(spreadOf(row.kept)), spread(ratiosOf(row.forward, row.kept))] : ['not kept', '']),
      percent(row.others),
    ]),
  }
  const measured = rows.filter(row => row.memory !== undefined)
  const source = measured[0]?.memory?.[0].source
  const around: Table = {
    title: `Milliseconds to compile and to load; peak memory of the process in MB (${source}); file size in MB`,
    head: [
      ...[...head, 'compile', 'load', 'explained', 'ratio', 'kept', 'ratio'],
      ...['peak', 'explained', 'ratio', 'kept', 'ratio', 'file', 'explained'],
    ],
    rows: measured.map(row => {
      const [plain, ...ours] = row.memory as NonNullable<RatioRow['memory']>
      const [small, large] = row.bytes
      return [
        ...label(row),
        digits(row.compile),
        digits(plain.load),
        ...ours.flatMap(one => (one ? [digits(one.load), digits(one.load / plain.load)] : ['not kept', ''])),
        megabytes(plain.peak),
        ...ours.flatMap(one => (one ? [megabytes(one.peak), digits(one.peak / plain.peak)] : ['not kept', ''])),
        ...[megabytes(small), growth(small, large)],
      ]
    }),
  }
  return measured.length > 0 ? [time, around] : [time]
}
