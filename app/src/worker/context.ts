/** What a handler is given besides its request. */

import type { Host } from './host.ts'
import type { Progress, WorkerApi } from './protocol.ts'

/** The surroundings of one request. */
export interface HandlerContext {
  /** Models, runtimes and what was opened. */
  readonly host: Host
  readonly signal: AbortSignal
  readonly progress: (progress: Progress) => void
  /** Buffers of the result that move to the page instead of being copied. */
  readonly transfer: Transferable[]
}

/** Answers one kind of request. */
export type Handler<K extends keyof WorkerApi> = (
  request: Parameters<WorkerApi[K]>[0],
  context: HandlerContext,
) => Promise<ReturnType<WorkerApi[K]>>

/** Lets messages in, a cancellation among them: between steps of what takes long. Throws the signal's reason. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise(resolve => setTimeout(resolve))
  signal.throwIfAborted()
}
