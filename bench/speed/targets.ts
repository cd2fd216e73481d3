/** The table of targets: what explaining several classes in one run costs, in forward passes. */

import { inProcess, type Setting } from './jobs.ts'
import type { MethodName } from './methods.ts'
import type { BenchOptions } from './options.ts'
import { ratiosOf } from './statistics.ts'
import { type Subject, withExplained } from './subjects.ts'
import { digits, percent, spread, type Table } from './tables.ts'

/** Every run of a network's forward pass and of its explanations, by number of targets. */
export interface TargetsRow extends Setting {
  readonly network: string
  readonly method: MethodName
  readonly forward: readonly number[]
  /** Share of all cores that other processes took meanwhile. */
  readonly others: number
  readonly explained: readonly { readonly targets: number; readonly times: readonly number[] }[]
}

/** Measures every network × method × batch × threads, all numbers of targets in turn with the forward pass. */
export async function measureTargets(
  options: BenchOptions,
  announce: (what: string) => void,
): Promise<readonly TargetsRow[]> {
  const rows: TargetsRow[] = []
  for (const subject of options.subjects()) {
    for (const method of options.methods) {
      announce(`${subject.name}, ${method}, ${options.targets.join(', ')} targets`)
      await withAll(subject, method, options.targets, async files => {
        for (const batch of options.batches) {
          for (const threads of options.threads) {
            rows.push(await measureTargetRow(subject, method, files, { batch, threads }, options))
          }
        }
      })
    }
  }
  return rows
}

async function measureTargetRow(
  { name, file }: Subject,
  method: MethodName,
  explainedFiles: readonly string[],
  setting: Setting,
  { runs, pause, targets, keeps }: Pick<BenchOptions, 'runs' | 'pause' | 'targets' | 'keeps'>,
): Promise<TargetsRow> {
  const models = [{ file }, ...explainedFiles.map(explained => ({ file: explained, keeps }))]
  const { times: all, others } = await inProcess({ kind: 'time', models, runs, pause, ...setting })
  const [forward = [], ...times] = all
  const explained = targets.map((count, i) => ({ targets: count, times: times[i] ?? [] }))
  return { network: name, method, ...setting, forward, explained, others }
}

/** Compiles for each number of targets. */
async function withAll(
  subject: Subject,
  method: MethodName,
  targets: readonly number[],
  work: (files: readonly string[]) => Promise<void>,
): Promise<void> {
  const [first, ...rest] = targets
  if (first === undefined) return work([])
  await withExplained(subject, method, first, ({ file }) =>
    withAll(subject, method, rest, files => work([file, ...files])),
  )
}

/** The rows as one table; a further target's price is the difference to the fewest targets, shared by those that came. */
export function targetsTable(rows: readonly TargetsRow[]): Table {
  const counts = rows[0]?.explained.map(({ targets }) => targets) ?? []
  return {
    title: 'Forward passes that explaining several classes costs, and what each further class adds',
    head: [
      'network',
      'method',
      'batch',
      'threads',
      ...counts.map(count => `${count} class${count === 1 ? '' : 'es'}`),
      'each further',
      'others',
    ],
    rows: rows.map(row => {
      const ratios = row.explained.map(({ times }) => ratiosOf(row.forward, times))
      const [least, most] = [row.explained[0], row.explained.at(-1)]
      const [low, high] = [ratios[0]?.median ?? 0, ratios.at(-1)?.median ?? 0]
      const further = (high - low) / ((most?.targets ?? 0) - (least?.targets ?? 0))
      return [
        ...[row.network, row.method, String(row.batch), String(row.threads)],
        ...[...ratios.map(spread), Number.isFinite(further) ? digits(further) : '', percent(row.others)],
      ]
    }),
  }
}
