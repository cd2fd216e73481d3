/**
 * Several processes that share the files of a run. Processes and not threads: ONNX Runtime in several threads of one process
 * has an open crash report.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { ahead, type Settled } from '../explainer/ahead.ts'
import type { About, Crew, Expected } from './crew.ts'
import type { FileResult, NamedFile } from './explain-files.ts'
import type { ExplainOptions } from './explain-options.ts'
import { interrupted } from './interrupt.ts'
import { errorFrom, type FromJob, type ToJob } from './job-messages.ts'

/** Batches that a job has before it: one that is computed, and those that are read meanwhile. */
const batchesAhead = 3

/**
 * Starts this program again, `count` times, with the same arguments.
 *
 * @throws DeepTaylorError what the first of them met
 */
export async function openJobs(count: number, opts: ExplainOptions, expected: Expected): Promise<Crew> {
  const threads = opts.threads ?? Math.max(1, Math.floor(availableParallelism() / count))
  const jobs = Array.from({ length: count }, () => new Job(threads, expected))
  const close = async () => {
    await Promise.all(jobs.map(job => job.close()))
  }
  try {
    const about = (await Promise.all(jobs.map(job => job.ready)))[0] as About
    return { about, explain: files => explained(jobs, files, about.batchSize), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Files by turns, a batch to each job; their results in the order of the files. When it ends, no file is half written. */
async function* explained(
  jobs: readonly Job[],
  files: AsyncIterable<NamedFile> | Iterable<NamedFile>,
  batchSize: number,
): AsyncGenerator<Settled<NamedFile, FileResult>> {
  let chunk: NamedFile[] = []
  let turn = 0
  const job = () => jobs[turn % jobs.length] as Job
  const send = () => {
    if (chunk.length > 0) job().send({ kind: 'files', files: chunk })
    chunk = []
    turn++
  }
  const all = async function* () {
    yield* files
    send()
    for (const job of jobs) job.send({ kind: 'end' })
  }
  const work = (file: NamedFile): Promise<FileResult> => {
    const result = job().next()
    chunk.push(file)
    // Whole batches, so that no job waits for the rest of one.
    if (chunk.length === batchSize) send()
    return result
  }
  const limit = jobs.length * batchesAhead * batchSize
  try {
    for await (const one of ahead(all(), work, { limit, signal: interrupted })) {
      const lost = jobs.find(({ fault }) => fault)
      if (lost) throw lost.fault
      yield one
    }
  } finally {
    await Promise.all(jobs.map(job => job.close()))
  }
}

/** What is waited for. */
interface Waiting<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

/** One process. */
class Job {
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #results: Waiting<FileResult>[] = []
  #begun: Waiting<About> | undefined
  /** Why it can go on no longer, although it is not done. */
  fault: Error | undefined
  /** What it says of the run, once it has the model. */
  readonly ready: Promise<About>

  constructor(threads: number, expected: Expected) {
    const [verb = '', ...rest] = process.argv.slice(2)
    const args = [verb, '--as-job', '--threads', String(threads), ...rest]
    this.#process = fork(process.argv[1] as string, args, { serialization: 'advanced' })
    this.#ended = once(this.#process, 'exit').catch(() => {})
    this.ready = new Promise((resolve, reject) => {
      this.#begun = { resolve, reject }
    })
    this.ready.catch(() => {})
    this.#process.on('message', message => this.#receive(message as FromJob))
    this.#process.on('error', error => this.#break(error))
    this.#process.on('exit', (code, signal) => {
      if (this.#results.length === 0 && !this.#begun) return
      const reason = `one of the processes ended (${signal ?? `exit ${code}`}), perhaps for want of memory: try fewer`
      this.#break(new DeepTaylorError('option-invalid', { option: 'jobs', reason }))
    })
    this.send({ kind: 'begin', expected })
  }

  send(message: ToJob): void {
    if (this.#process.connected) this.#process.send(message, () => {})
  }

  /** The result of the next file. */
  next(): Promise<FileResult> {
    return new Promise((resolve, reject) => {
      if (this.fault) reject(this.fault)
      else this.#results.push({ resolve, reject })
    })
  }

  /** Lets it end, or makes it, when it is not done; waits until no file of its own is half written. */
  async close(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect()
    await this.#ended
  }

  #receive(message: FromJob): void {
    if (message.kind === 'ready') {
      this.#begun?.resolve(message.about)
      this.#begun = undefined
    } else if (message.kind === 'result') this.#results.shift()?.resolve(message.result)
    else if (message.kind === 'failed') this.#results.shift()?.reject(errorFrom(message.fault))
    else this.#break(errorFrom(message.fault))
  }

  #break(error: Error): void {
    this.fault ??= error
    this.#begun?.reject(this.fault)
    for (const { reject } of this.#results.splice(0)) reject(this.fault)
  }
}
