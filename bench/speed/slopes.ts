/** How cost grows: with the picture's size, with depth, with the number of classes; as exponents of a power law. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../../src/core/0-graph/graph.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { resnet18 } from '../networks/resnet.ts'
import { plain } from '../networks/vgg.ts'
import { inProcess, type Setting } from './jobs.ts'
import type { MethodName } from './methods.ts'
import type { BenchOptions } from './options.ts'
import { logSlope, ratiosOf, spreadOf } from './statistics.ts'
import { withExplained } from './subjects.ts'
import { digits, spread, type Table } from './tables.ts'

/** What grows, and every run at each of its sizes. */
export interface Growth extends Setting {
  readonly what: string
  readonly method: MethodName
  readonly points: readonly {
    readonly size: number
    readonly forward: readonly number[]
    readonly explained: readonly number[]
  }[]
}

/** One point of a series: its size, the network, and how many classes are explained. */
interface Point {
  readonly size: number
  readonly build: () => Model
  readonly targets: number
}

const series: Readonly<Record<string, readonly Point[]>> = {
  'pixels, ResNet 18 at 112² … 448²': [112, 160, 224, 320, 448].map(side => ({
    size: side ** 2,
    build: () => resnet18(side),
    targets: 1,
  })),
  'depth, 4 … 32 convolutions of 64 channels at 56²': [4, 8, 16, 32].map(depth => ({
    size: depth,
    build: () => plain(depth),
    targets: 1,
  })),
  'targets, ResNet 18, 1 … 16': [1, 2, 4, 8, 16].map(targets => ({ size: targets, build: resnet18, targets })),
}

/** Measures every series × method × batch × threads. */
export async function measureSlopes(
  options: BenchOptions,
  announce: (what: string) => void,
): Promise<readonly Growth[]> {
  const parent = join(import.meta.dirname, '../../.cache')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'slopes-'))
  try {
    const found: Growth[] = []
    for (const [what, points] of Object.entries(series)) {
      for (const method of options.methods) {
        announce(`${what}, ${method}`)
        found.push(...(await measureSeries(what, method, points, join(folder, 'model.onnx'), options)))
      }
    }
    return found
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureSeries(
  what: string,
  method: MethodName,
  points: readonly Point[],
  file: string,
  { batches, threads: counts, runs, pause, keeps }: BenchOptions,
): Promise<readonly Growth[]> {
  const settings = batches.flatMap(batch => counts.map(threads => ({ batch, threads })))
  const growths = settings.map(setting => ({ what, method, ...setting, points: [] as Growth['points'][number][] }))
  for (const { size, build, targets } of points) {
    writeFileSync(file, encodeModel(build()))
    await withExplained({ name: 'slope', file }, method, targets, async ({ file: explainedFile }) => {
      for (const { points: measured, batch, threads } of growths) {
        const models = [{ file }, { file: explainedFile, keeps }]
        const { times } = await inProcess({ kind: 'time', models, runs, pause, batch, threads })
        measured.push({ size, forward: times[0] ?? [], explained: times[1] ?? [] })
      }
    })
  }
  return growths
}

/** The exponents, and the points that they were taken from. */
export function slopeTables(growths: readonly Growth[]): readonly Table[] {
  const medians = (points: Growth['points'], of: 'forward' | 'explained') =>
    points.map((point): [number, number] => [point.size, spreadOf(point[of]).median])
  const slopes: Table = {
    title: 'Exponents p of milliseconds ≈ c·sizeᵖ',
    head: ['what grows', 'method', 'batch', 'threads', 'forward', 'explained'],
    rows: growths.map(({ what, method, batch, threads, points }) => [
      ...[what, method, String(batch), String(threads)],
      ...[logSlope(medians(points, 'forward')).toFixed(2), logSlope(medians(points, 'explained')).toFixed(2)],
    ]),
  }
  const details = growths.map(
    ({ what, method, batch, threads, points }): Table => ({
      title: `${what}; ${method}, batch ${batch}, ${threads} threads: milliseconds`,
      head: ['size', 'forward', 'explained', 'ratio'],
      rows: points.map(({ size, forward, explained }) => [
        String(size),
        ...[digits(spreadOf(forward).median), digits(spreadOf(explained).median), spread(ratiosOf(forward, explained))],
      ]),
    }),
  )
  return [slopes, ...details]
}
