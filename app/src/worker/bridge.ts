/** The page's end of the worker: one request at a time, in order; each can be watched and cancelled. */

import type { Answer, Ask, Fault, Progress, WorkerApi } from './protocol.ts'

/** What came back as an error. */
export class WorkerFault extends Error {
  readonly code: string
  constructor({ code, message }: Fault) {
    super(message)
    this.name = 'WorkerFault'
    this.code = code
  }
}

/** How a request is made. */
export interface CallOptions {
  /** Cancels; the promise rejects with its reason at once. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Buffers that move instead of being copied. */
  readonly transfer?: Transferable[]
}

/** A reason to cancel: the user asked for it, and a worker that does not listen is ended sooner. */
export const cancelledByUser = new DOMException('cancelled', 'AbortError')

/** Milliseconds that a run has to end after it was cancelled, before its worker is ended; starting anew costs a reload. */
const patience = { user: 400, superseded: 4000 } as const

interface Job {
  readonly ask: Extract<Ask, { kind: 'ask' }>
  readonly options: CallOptions
  readonly resolve: (result: unknown) => void
  readonly reject: (reason: unknown) => void
}

type Request<K extends keyof WorkerApi> = Parameters<WorkerApi[K]>[0]
type Result<K extends keyof WorkerApi> = ReturnType<WorkerApi[K]>

/** A worker with a queue before it. */
export class Bridge {
  readonly #start: () => Worker
  #worker: Worker
  readonly #queue: Job[] = []
  #running: Job | undefined
  /** Whether the present worker has said anything yet: one that cannot even start is not started again and again. */
  #isAlive = false
  #last = 0
  /** Said by the worker of its own accord. */
  onNotice: (words: string) => void = () => {}
  /** What a worker that takes another's place must be told first. */
  onRestart: () => readonly { readonly name: keyof WorkerApi; readonly request: unknown }[] = () => []

  constructor(start: () => Worker) {
    this.#start = start
    this.#worker = this.#open()
  }

  /** Asks the worker for something. Rejects with `WorkerFault`, or with the signal's reason. */
  call<K extends keyof WorkerApi>(name: K, request: Request<K>, options: CallOptions = {}): Promise<Result<K>> {
    return new Promise((resolve, reject) => {
      const { signal } = options
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const job: Job = {
        ask: { kind: 'ask', id: ++this.#last, name, request },
        options,
        resolve: result => resolve(result as Result<K>),
        reject,
      }
      signal?.addEventListener('abort', () => this.#cancel(job), { once: true })
      this.#queue.push(job)
      this.#next()
    })
  }

  #next(): void {
    if (this.#running) return
    const job = this.#queue.shift()
    if (!job) return
    this.#running = job
    this.#worker.postMessage(job.ask, job.options.transfer ?? [])
  }

  #cancel(job: Job): void {
    const { signal } = job.options
    job.reject(signal?.reason)
    const place = this.#queue.indexOf(job)
    if (place >= 0) this.#queue.splice(place, 1)
    if (this.#running !== job) return
    this.#worker.postMessage({ kind: 'cancel', id: job.ask.id } satisfies Ask)
    const wait = signal?.reason === cancelledByUser ? patience.user : patience.superseded
    setTimeout(() => {
      if (this.#running === job) this.#restart()
    }, wait)
  }

  /** WebAssembly does not look up while it computes: the only way to stop it is to end its worker. */
  #restart(): void {
    this.#worker.terminate()
    this.#worker = this.#open()
    this.#running = undefined
    const again = this.onRestart().map(({ name, request }): Job => {
      const ask = { kind: 'ask', id: ++this.#last, name, request } as const
      return { ask, options: {}, resolve: () => {}, reject: () => {} }
    })
    this.#queue.unshift(...again)
    this.#next()
  }

  #open(): Worker {
    const worker = this.#start()
    this.#isAlive = false
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(data)
    // A worker that dies (out of memory, a script that cannot be loaded) answers nothing more.
    worker.onerror = event => {
      event.preventDefault()
      if (worker !== this.#worker) return
      const lost = this.#isAlive ? [this.#running] : [this.#running, ...this.#queue.splice(0)]
      const reason = event.message || 'its script could not be loaded: open the page again'
      if (this.#isAlive) this.#restart()
      for (const job of lost) {
        job?.reject(new WorkerFault({ code: 'unexpected', message: `the worker stopped: ${reason}` }))
      }
    }
    return worker
  }

  #hear(answer: Answer): void {
    this.#isAlive = true
    if (answer.kind === 'notice') this.onNotice(answer.words)
    else if (this.#running?.ask.id === answer.id) this.#hearOf(this.#running, answer)
  }

  #hearOf(job: Job, answer: Exclude<Answer, { kind: 'notice' }>): void {
    if (answer.kind === 'progress') {
      // Whoever cancelled does not want to hear how far it comes.
      if (!job.options.signal?.aborted) job.options.onProgress?.(answer.progress)
      return
    }
    this.#running = undefined
    if (answer.kind === 'done') job.resolve(answer.result)
    else job.reject(new WorkerFault(answer.fault))
    this.#next()
  }
}
