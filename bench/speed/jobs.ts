/**
 * What is measured, each job in a process of its own: so that a peak of memory is that job's, a compilation as cold as a
 * user's, and no idle session of an earlier job takes part.
 */

import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { MethodName } from './methods.ts'
import type { Opening } from './opening.ts'

/** How sessions are opened and fed. */
export interface Setting {
  readonly threads: number
  readonly batch: number
}

/** Runs models in turn, A B C A B C …, and takes the time of every run. */
export interface TimeJob extends Setting {
  readonly kind: 'time'
  readonly models: readonly Opening[]
  readonly runs: number
  /** Milliseconds of rest before every run. */
  readonly pause: number
}

/** Opens one model and runs it a few times. */
export interface MemoryJob extends Setting {
  readonly kind: 'memory'
  readonly model: Opening
  /** Whether weights are packed: the model's own way is the runtime's, an explained one is opened as `Explainer` does. */
  readonly packs: boolean
}

/** Lets ONNX Runtime say where its time goes. */
export interface ProfileJob extends Setting {
  readonly kind: 'profile'
  readonly model: Opening
  readonly runs: number
}

/** Writes the explained form of a model. */
export interface CompileJob {
  readonly kind: 'compile'
  readonly file: string
  readonly output: string
  readonly method: MethodName
  /** How many classes are explained: the most probable, the second, … */
  readonly targets: number
}

/** One of them. */
export type Job = TimeJob | MemoryJob | ProfileJob | CompileJob

/** What jobs answer; times in milliseconds, sizes in bytes. */
export interface Answers {
  /** Per model, the time of each run; `others` is the share of all cores that other processes took meanwhile. */
  readonly time: { readonly times: readonly (readonly number[])[]; readonly others: number }
  /** `peak` and `base` (before the model was read) are the process's own; `source` says how they were taken. */
  readonly memory: {
    readonly load: number
    readonly base: number
    readonly peak: number
    readonly source: 'VmHWM' | 'maxRSS'
  }
  /** Milliseconds of one run by operator, a mean. */
  readonly profile: Readonly<Record<string, number>>
  readonly compile: {
    readonly milliseconds: number
    readonly size: number
    /** Whether `Explainer` would have its weights packed. */
    readonly packs: boolean
    readonly version: string
  }
}

/** What a job's process sends back. */
export type Reply<K extends Job['kind']> = { readonly answer: Answers[K] } | { readonly error: string }

/**
 * Does a job in a process of its own.
 *
 * @throws Error with the process's own one-line reason
 */
export function inProcess<J extends Job>(job: J): Promise<Answers[J['kind']]> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'child.ts'), [JSON.stringify(job)])
    let reply: Reply<J['kind']> | undefined
    child.on('message', message => {
      reply = message as Reply<J['kind']>
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (reply && 'answer' in reply) resolve(reply.answer)
      else reject(new Error(reply?.error ?? `the ${job.kind} process ended without an answer (${signal ?? code})`))
    })
  })
}
