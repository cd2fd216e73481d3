/** The table of operators: where forward pass and explanation spend their time, and what no rewriting can save. */

import { type Answers, inProcess, type Setting } from './jobs.ts'
import type { MethodName } from './methods.ts'
import type { Opening } from './opening.ts'
import type { BenchOptions } from './options.ts'
import { withExplained } from './subjects.ts'
import { digits, percent, type Table } from './tables.ts'

/** Milliseconds by operator of one network in one setting. */
export interface ProfileRow extends Setting {
  readonly network: string
  readonly method: MethodName
  readonly forward: Answers['profile']
  readonly explained: Answers['profile']
}

/** The operators that multiply by weights. */
const linear: ReadonlySet<string> = new Set([
  ...['Conv', 'FusedConv', 'ConvTranspose', 'Gemm', 'FusedGemm', 'MatMul', 'FusedMatMul'],
])

/** Profiles every network × method × batch × threads, each model alone in a process. */
export async function measureProfiles(
  options: BenchOptions,
  announce: (what: string) => void,
): Promise<readonly ProfileRow[]> {
  const { methods, batches, threads: counts, runs, keeps } = options
  const rows: ProfileRow[] = []
  for (const subject of options.subjects()) {
    for (const method of methods) {
      announce(`${subject.name}, ${method}`)
      await withExplained(subject, method, 1, async ({ file }) => {
        for (const batch of batches) {
          for (const threads of counts) {
            const profile = (model: Opening) => inProcess({ kind: 'profile', model, runs, batch, threads })
            const [forward, explained] = [await profile({ file: subject.file }), await profile({ file, keeps })]
            rows.push({ network: subject.name, method, batch, threads, forward, explained })
          }
        }
      })
    }
  }
  return rows
}

/** One table of floors, and one of operators per row. */
export function profileTables(rows: readonly ProfileRow[]): readonly Table[] {
  const floors: Table = {
    title:
      'Milliseconds inside kernels; weights: in Conv, ConvTranspose, Gemm and MatMul; floor: those of the explained model ÷ the whole forward pass',
    head: ['network', 'method', 'batch', 'threads', 'forward', 'weights', 'explained', 'weights', 'ratio', 'floor'],
    rows: rows.map(({ network, method, batch, threads, forward, explained }) => {
      const [whole, weights] = [total(forward), total(forward, linear)]
      const [wholeExplained, weightsExplained] = [total(explained), total(explained, linear)]
      return [
        ...[network, method, String(batch), String(threads)],
        ...[whole, weights, wholeExplained, weightsExplained, wholeExplained / whole, weightsExplained / whole].map(
          digits,
        ),
      ]
    }),
  }
  return [floors, ...rows.map(operatorTable)]
}

function operatorTable({ network, method, batch, threads, forward, explained }: ProfileRow): Table {
  const [whole, wholeExplained] = [total(forward), total(explained)]
  const share = (part: number, of: number) => percent(part / of)
  const operators = Object.keys({ ...explained, ...forward }).filter(
    operator => (explained[operator] ?? 0) / wholeExplained > 0.005 || (forward[operator] ?? 0) / whole > 0.005,
  )
  return {
    title: `${network}, ${method}, batch ${batch}, ${threads} threads: milliseconds by operator; below 0.5 % left out`,
    head: ['operator', 'forward', 'share', 'explained', 'share'],
    rows: operators.map(operator => {
      const [before, after] = [forward[operator] ?? 0, explained[operator] ?? 0]
      return [operator, digits(before), share(before, whole), digits(after), share(after, wholeExplained)]
    }),
  }
}

function total(profile: Answers['profile'], only?: ReadonlySet<string>): number {
  return Object.entries(profile).reduce((sum, [name, time]) => (!only || only.has(name) ? sum + time : sum), 0)
}
