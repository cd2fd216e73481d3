/** What says that two runs of `evaluate` find the same: everything that bears on the figures, in the words of the options. */

import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { Model } from '../core/0-graph/graph.ts'
import { version } from '../core/version.ts'
import type { Measure } from '../evaluate/measure.ts'
import type { EvaluatedMethod } from '../evaluate/options.ts'
import type { ModelContext } from './context.ts'
import type { DataFiles } from './data-set.ts'
import type { EvaluateOptions } from './evaluate-options.ts'
import type { GroundTruth } from './ground-truth.ts'
import type { Identity } from './journal.ts'

/** A run, as far as it is known before it begins. */
export interface Run {
  readonly context: ModelContext
  readonly data: DataFiles
  readonly items: readonly { readonly id: string; readonly label?: unknown }[]
  readonly truth: GroundTruth | undefined
  readonly methods: readonly EvaluatedMethod[]
  readonly measures: readonly Measure[]
  /** What bears on the figures besides: seed, score, target, box, threads. */
  readonly settings: object
  readonly runtime: string
  readonly opts: EvaluateOptions
}

/** A run's identity. Of the model it goes by contents; of all other files by name, size and time, as they are many. */
export async function identityOf(run: Run): Promise<Identity> {
  const { context, data, items, methods, measures, settings, truth, runtime, opts } = run
  const { vocab, tokenizer, feed = [], rule, rules } = opts
  const read = [vocab, tokenizer, ...feed.map(({ file }) => file)]
  return {
    version,
    runtime,
    model: digestOf(modelParts(context.loaded.model)),
    data: digestOf([JSON.stringify([data.files.map(({ id, stamp }) => [id, stamp]), items, truth?.stamps])]),
    methods: JSON.stringify(methods.map(({ name, method }) => [name, method])),
    rules: JSON.stringify([rule ?? null, await stampOf(rules)]),
    measures: JSON.stringify(measures.map(({ name, parameters }) => [name, parameters])),
    settings: JSON.stringify(settings),
    reading: JSON.stringify([context.preprocessing ?? null, await Promise.all(read.map(stampOf))]),
  }
}

async function stampOf(path: string | undefined): Promise<string | null> {
  if (path === undefined) return null
  const { size, mtimeMs } = await stat(path)
  return `${path} ${size} ${Math.round(mtimeMs)}`
}

/** Everything that a model computes with, weights in pieces. */
function* modelParts({ graph, opsets }: Model): Generator<string | Uint8Array> {
  const { initializers, ...rest } = graph
  yield JSON.stringify([[...opsets], rest], (_, value: unknown) => {
    if (value instanceof Uint8Array) return digestOf([value])
    return value instanceof Map ? [...value] : value
  })
  for (const [name, { bytes, dims, dtype }] of initializers) {
    yield JSON.stringify([name, dims, dtype])
    yield bytes
  }
}

function digestOf(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
