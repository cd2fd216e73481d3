/** Work on a source's items ahead of whoever takes the results: in order, and only so far ahead. */

/** What became of one item. */
export type Settled<I, R> = { readonly input: I; readonly value: R } | { readonly input: I; readonly error: unknown }

/** How far ahead, and until when. */
export interface AheadOptions {
  /** Items that are begun and not yet taken: the memory that it costs. */
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

/**
 * `work` over a source, the results in the source's order. The next `limit` items are always under way. An item whose work
 * fails is handed on with its error; the others go on. Taking no more, or an abort, ends the source.
 *
 * @throws what the source throws, and the signal's reason
 */
export async function* ahead<I, R>(
  source: AsyncIterable<I> | Iterable<I>,
  work: (item: I) => R | Promise<R>,
  { limit, signal }: AheadOptions,
): AsyncGenerator<Settled<I, R>> {
  signal?.throwIfAborted()
  const iterator = iteratorOf(source)
  let turn: Promise<unknown> = Promise.resolve()
  const begin = (): Promise<Settled<I, R> | undefined> => {
    // One question at a time: not every source can bear several.
    const next = turn.then(() => iterator.next())
    turn = next
    const settled = next.then(item => (item.done ? undefined : settle(item.value, work)))
    // Those that nobody takes any more must not end the process.
    settled.catch(() => {})
    return settled
  }
  const underWay = Array.from({ length: Math.max(1, limit) }, begin)
  try {
    for (;;) {
      const settled = await unlessAborted(underWay.shift() as Promise<Settled<I, R> | undefined>, signal)
      if (!settled) return
      underWay.push(begin())
      yield settled
      signal?.throwIfAborted()
    }
  } finally {
    // A source that hangs would hang here too.
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

function iteratorOf<I>(source: AsyncIterable<I> | Iterable<I>): AsyncIterator<I> | Iterator<I> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
}

async function settle<I, R>(input: I, work: (item: I) => R | Promise<R>): Promise<Settled<I, R>> {
  try {
    return { input, value: await work(input) }
  } catch (error) {
    return { input, error }
  }
}

/**
 * A promise's result, or the reason of an abort that comes first. Not `Promise.race`: a promise of the abort would keep every
 * result that was raced with it.
 */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
