/** Models that run in turn in one process, without disturbing each other. */

import type { Session, Tensor } from '../../src/runtime/session.ts'
import { feedsFor, sleep } from './feeds.ts'
import type { Answers, TimeJob } from './jobs.ts'
import { watchOthers } from './load.ts'
import { opener } from './opening.ts'

/** Milliseconds; what happened before a longer run does not show in it. */
const shortRun = 200

/** Opens all models, then runs them A B C A B C …; see `restingPause` for why they rest. */
export async function time({ models, threads, batch, runs, pause }: TimeJob): Promise<Answers['time']> {
  const open = await opener()
  const contestants: Contestant[] = []
  for (const model of models) {
    const session = await open(model, { threads })
    contestants.push(contestant(session, feedsFor(session, batch)))
  }
  // Twice: the first run allocates.
  for (const { run } of contestants) for (let i = 0; i < 2; i++) await run()
  const others = watchOthers()
  for (let i = 0; i < runs; i++) for (const entry of contestants) await takeTime(entry, pause)
  const answer = { times: contestants.map(({ times }) => times), others: others() }
  for (const { close } of contestants) await close()
  return answer
}

/** A model that takes its turn, and how long each turn took. */
export interface Contestant {
  readonly run: () => Promise<unknown>
  readonly close: () => Promise<void>
  readonly times: number[]
}

/** A session that always gets the same feeds. */
export function contestant(session: Session, feeds: Readonly<Record<string, Tensor>>): Contestant {
  return { run: () => session.run(feeds), close: () => session.close(), times: [] }
}

/** One turn: a rest, a run that does not count, a run that does. */
export async function takeTime({ run, times }: Contestant, pause: number): Promise<void> {
  if (pause > 0) {
    await sleep(pause)
    // Its own threads rested too: a run that does not count wakes them.
    if ((times.at(-1) ?? 0) < shortRun) await run()
  }
  const start = performance.now()
  await run()
  times.push(performance.now() - start)
}
