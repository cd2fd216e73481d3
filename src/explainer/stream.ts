/** Any number of inputs through one explainer: read ahead, in batches, in order, in memory that does not grow with their number. */

import type { Dim } from '../core/0-graph/graph.ts'
import { type AheadOptions, ahead, type Settled } from './ahead.ts'
import type { Explainer } from './explainer.ts'
import type { Explanation } from './explanation.ts'
import type { Target } from './target.ts'
import type { NamedInput } from './together.ts'

/** How a stream is worked on. */
export interface BatchOptions extends Pick<AheadOptions, 'signal'> {
  /** Inputs that go through the model at once. Default: 8 where they are small, 1 where they are large (`usualBatch`). */
  readonly batchSize?: number | undefined
  /** Inputs that are read, or being read, before it is their turn. Default: two batches. */
  readonly ahead?: number
  /** Called after every batch with the number of inputs done. */
  readonly onProgress?: (done: number) => void
}

/** Options of `explainStream`. */
export interface StreamOptions<I, R extends NamedInput> extends BatchOptions {
  /** Makes of the source's item what the model takes; several are read at once. */
  readonly read: (item: I) => R | Promise<R>
  /** What is explained of each input, each like its own run. Default: `top` alone. */
  readonly targets?: readonly Target[]
}

/** What became of one item of a stream. */
export type Streamed<I, R> =
  /** What was read of it, and one explanation per target. */
  | { readonly input: I; readonly read: R; readonly explanations: readonly Explanation[] }
  /** It could not be read, or is nothing that the model takes. */
  | { readonly input: I; readonly error: unknown }

/** Numbers in a batch, and inputs at most. */
const usual = { numbers: 2 ** 17, inputs: 8 }

/**
 * How many inputs of a shape (with its batch axis) go through a model at once where nothing else is said. On two cores pictures of
 * 64² gain a fifth in batches of 8; those of 224² gain nothing, and each of a batch costs 100 to 300 MB.
 */
export function usualBatch(dims: readonly Dim[]): number {
  // What is free is a side of a picture or the length of a text, which are seldom alike.
  if (dims.slice(1).some(dim => typeof dim !== 'number')) return 1
  const size = dims.slice(1).reduce((product: number, dim) => product * Number(dim), 1)
  return Math.max(1, Math.min(usual.inputs, Math.floor(usual.numbers / size)))
}

/**
 * Explains a source of any length. While one batch is computed the next ones are read, no further than `ahead`; results come
 * in the order of the source. An item that cannot be read or explained comes with its error, and the others go on.
 *
 * A batch waits until it is full or the source ends: where every input must be answered at once, `batchSize` is 1.
 *
 * @throws what the source throws, and the signal's reason
 */
export async function* explainStream<I, R extends NamedInput>(
  explainer: Explainer,
  source: AsyncIterable<I> | Iterable<I>,
  { read, targets = ['top'], ...options }: StreamOptions<I, R>,
): AsyncGenerator<Streamed<I, R>> {
  const { signal } = options
  const explain = (inputs: readonly R[]) => explainer.explainTogether(inputs, targets, signal ? { signal } : {})
  const { batchSize = usualBatch(explainer.inputDims) } = options
  for await (const one of inBatches(source, read, explain, { ...options, batchSize })) {
    if ('error' in one) yield one
    else if (one.result instanceof Error) yield { input: one.input, error: one.result }
    else yield { input: one.input, read: one.read, explanations: one.result }
  }
}

/** What became of one item: what was read, and what was made of it; or why it could not be read. */
export type Done<I, R, T> =
  | { readonly input: I; readonly read: R; readonly result: T }
  | { readonly input: I; readonly error: unknown }

/**
 * A source's items, read ahead and worked on in batches. The next batch is begun before the results of the last are handed
 * out, so that whoever takes them can draw and write meanwhile.
 *
 * @param work gives one result per item that it got
 */
export async function* inBatches<I, R, T>(
  source: AsyncIterable<I> | Iterable<I>,
  read: (item: I) => R | Promise<R>,
  work: (batch: readonly R[]) => Promise<readonly T[]>,
  { batchSize, ahead: limit = 2 * batchSize, signal, onProgress }: BatchOptions & { readonly batchSize: number },
): AsyncGenerator<Done<I, R, T>> {
  let done = 0
  let underWay: Promise<readonly Done<I, R, T>[]> | undefined
  const handOut = async function* (batch: readonly Done<I, R, T>[]) {
    for (const one of batch) {
      signal?.throwIfAborted()
      yield one
    }
    done += batch.length
    onProgress?.(done)
  }
  try {
    for await (const batch of chunks(ahead(source, read, { limit, signal }), batchSize)) {
      const finished = await underWay
      underWay = workOn(batch, work)
      // Its failure is thrown when it is its turn.
      underWay.catch(() => {})
      if (finished) yield* handOut(finished)
    }
    if (underWay) yield* handOut(await underWay)
  } finally {
    // Nothing runs on behind the back of whoever has seen enough.
    await underWay?.catch(() => {})
  }
}

async function* chunks<S>(source: AsyncIterable<S>, size: number): AsyncGenerator<readonly S[]> {
  let chunk: S[] = []
  for await (const item of source) {
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

async function workOn<I, R, T>(
  batch: readonly Settled<I, R>[],
  work: (batch: readonly R[]) => Promise<readonly T[]>,
): Promise<readonly Done<I, R, T>[]> {
  const good = batch.flatMap(one => ('error' in one ? [] : [one.value]))
  const results = good.length === 0 ? [] : await work(good)
  let next = 0
  return batch.map(one => ('error' in one ? one : { input: one.input, read: one.value, result: results[next++] as T }))
}
