/** What the page is doing, what went wrong, and what there is to know: one line each, said to everybody. */

import { signal } from '@preact/signals'
import { type CallOptions, cancelledByUser, WorkerFault } from '../worker/bridge.ts'
import type { Progress } from '../worker/protocol.ts'

/** Something that runs. */
export interface Running extends Progress {
  readonly cancel: () => void
}

/** What went wrong, in plain words, and what can be done about it. */
export interface Trouble {
  readonly words: string
  /** What the user may do; one sentence. */
  readonly remedy?: string
}

/** What has been running for a moment; undefined when the page is at rest. What is quick is not shown: it would flicker. */
export const running = signal<Running | undefined>(undefined)

/** The last thing that went wrong, until it is dismissed or something works. */
export const trouble = signal<Trouble | undefined>(undefined)

/** Something to know that is no fault. */
export const notice = signal<string | undefined>(undefined)

/** Several things may be asked for at once; the last that began is shown. */
const all = new Map<number, Running>()
let last = 0

/** Milliseconds after which something is worth a word. */
const moment = 250
let timer: ReturnType<typeof setTimeout> | undefined

function show(): void {
  const latest = [...all.values()].at(-1)
  if (running.value || !latest) {
    clearTimeout(timer)
    timer = undefined
    running.value = latest
    return
  }
  timer ??= setTimeout(() => {
    timer = undefined
    running.value = [...all.values()].at(-1)
  }, moment)
}

/** Work that is shown while it runs. */
export const activity = {
  /** Runs `work` with options under which it is shown and can be cancelled by the user. */
  async watch<T>(
    { signal: given, onProgress, ...rest }: CallOptions,
    work: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    const id = ++last
    const controller = new AbortController()
    const follow = () => controller.abort(given?.reason)
    given?.addEventListener('abort', follow, { once: true })
    if (given?.aborted) follow()
    const cancel = () => controller.abort(cancelledByUser)
    try {
      return await work({
        ...rest,
        signal: controller.signal,
        onProgress: progress => {
          all.set(id, { ...progress, cancel })
          show()
          onProgress?.(progress)
        },
      })
    } finally {
      given?.removeEventListener('abort', follow)
      all.delete(id)
      show()
    }
  },
}

/** Whether something ended because nobody wants it any more. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Shows an error, unless it is none: what was cancelled is a notice. */
export function report(error: unknown): void {
  if (error === cancelledByUser) notice.value = 'Cancelled. Nothing else has changed.'
  else if (!isAbort(error)) trouble.value = troubleOf(error)
}

const remedies: Readonly<Record<string, string>> = {
  'model-unreadable': 'Drop an .onnx file. What was open before still is.',
  'model-invalid': 'Export the model again, or check it with onnx.checker. What was open before still is.',
  'external-data': 'Drop the model and the files with its weights together.',
  'unsupported-operators': 'What was open before still is.',
  'image-unreadable': 'Drop a PNG, JPEG or WebP picture. What was open before still is.',
  'runtime-failed': 'Try another runtime, or a smaller input.',
}

/** An error in plain words. */
export function troubleOf(error: unknown): Trouble {
  const words = sentence(error instanceof Error ? error.message : String(error))
  const remedy = error instanceof WorkerFault ? remedies[error.code] : undefined
  return { words, ...(remedy !== undefined && { remedy }) }
}

function sentence(text: string): string {
  // Names of files stay as they are.
  const isWord = /^\p{L}+[\s,:]/u.test(text)
  const start = isWord ? text.charAt(0).toUpperCase() + text.slice(1) : text
  return /[.!?…]$/.test(start) ? start : `${start}.`
}
