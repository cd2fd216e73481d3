/** The worker: takes requests, finds who answers them, and brings a lost GPU's work to its end without one. */

import { DeepTaylorError, reasonOf } from '../../../src/core/diagnostics.ts'
import type { Handler, HandlerContext } from './context.ts'
import { handlers } from './handlers.ts'
import { Host } from './host.ts'
import type { Answer, Ask, Fault } from './protocol.ts'

/** This thread; the page's types know nothing of it. */
interface Thread {
  onmessage: ((event: MessageEvent<Ask>) => void) | null
  postMessage(message: Answer, transfer?: Transferable[]): void
}

const thread = globalThis as unknown as Thread
const host = new Host()
const controllers = new Map<number, AbortController>()

thread.onmessage = ({ data }) => {
  if (data.kind === 'cancel') controllers.get(data.id)?.abort()
  else void answer(data)
}

async function answer({ id, name, request }: Extract<Ask, { kind: 'ask' }>): Promise<void> {
  const controller = new AbortController()
  controllers.set(id, controller)
  const context: HandlerContext = {
    host,
    signal: controller.signal,
    progress: progress => thread.postMessage({ kind: 'progress', id, progress }),
    transfer: [],
  }
  try {
    const result = await withoutGpuIfLost(() => (handlers[name] as Handler<typeof name>)(request as never, context))
    thread.postMessage({ kind: 'done', id, result }, context.transfer)
  } catch (error) {
    thread.postMessage({ kind: 'failed', id, fault: faultOf(error) })
  } finally {
    controllers.delete(id)
  }
}

async function withoutGpuIfLost<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await host.runtimes.guard(work())
  } catch (error) {
    if (!host.runtimes.isGpuFault(error)) throw error
    host.runtimes.giveUpGpu()
    await host.closeAll({ isLost: true })
    const words = `The graphics processor failed (${reasonOf(error)}). The Lab goes on with WebAssembly; nothing was lost.`
    thread.postMessage({ kind: 'notice', words })
    return work()
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof DeepTaylorError) return { code: error.code, message: error.message }
  return { code: 'unexpected', message: reasonOf(error) }
}

// The page asks for a model next: until then the runtime can be fetched.
void host.runtimes.wasm().catch(() => {})
