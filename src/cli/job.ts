/** A process that works for another: it gets files as messages, and sends what came of them. */

import { on } from 'node:events'
import { openAlone } from './crew.ts'
import type { NamedFile } from './explain-files.ts'
import type { ExplainOptions } from './explain-options.ts'
import { interrupt, interrupted } from './interrupt.ts'
import { type FromJob, faultFrom, type ToJob } from './job-messages.ts'

/** Works until no more files come, or whoever sends them is gone. */
export async function serveJob(modelPath: string, opts: ExplainOptions): Promise<void> {
  process.once('disconnect', interrupt)
  const messages = on(process, 'message', { signal: interrupted }) as AsyncIterableIterator<[ToJob]>
  try {
    const first = (await messages.next()).value[0] as ToJob
    if (first.kind !== 'begin') throw new Error('a job begins with what to expect')
    const crew = await openAlone(modelPath, opts, first.expected)
    try {
      await send({ kind: 'ready', about: crew.about })
      for await (const one of crew.explain(filesOf(messages))) {
        await send(
          'error' in one ? { kind: 'failed', fault: faultFrom(one.error) } : { kind: 'result', result: one.value },
        )
      }
    } finally {
      await crew.close()
    }
  } catch (error) {
    if (interrupted.aborted) throw error
    await send({ kind: 'broken', fault: faultFrom(error) })
  } finally {
    process.off('disconnect', interrupt)
    if (process.connected) process.disconnect()
  }
}

async function* filesOf(messages: AsyncIterable<[ToJob]>): AsyncGenerator<NamedFile> {
  for await (const [message] of messages) {
    if (message.kind === 'end') return
    if (message.kind === 'files') yield* message.files
  }
}

function send(message: FromJob): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, error => (error ? reject(error) : resolve()))
  })
}
