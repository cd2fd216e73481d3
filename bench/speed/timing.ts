/** Models that run in turn in one process, without disturbing each other. */

import { readFile } from 'node:fs/promises'
import { nodeRuntime } from '../../src/runtime/node.ts'
import { feedsFor, sleep } from './feeds.ts'
import type { Answers, TimeJob } from './jobs.ts'

/** Milliseconds; what happened before a longer run does not show in it. */
const shortRun = 200

/** Opens all models, then runs them A B C A B C …; see `restingPause` for why they rest. */
export async function time({ files, threads, batch, runs, pause }: TimeJob): Promise<Answers['time']> {
  const runtime = await nodeRuntime('native')
  const contestants = []
  for (const file of files) {
    const session = await runtime.open(await readFile(file), { threads })
    const feeds = feedsFor(session, batch)
    // Twice: the first run allocates.
    for (let i = 0; i < 2; i++) await session.run(feeds)
    contestants.push({ session, feeds, times: [] as number[] })
  }
  for (let i = 0; i < runs; i++) {
    for (const { session, feeds, times } of contestants) {
      if (pause > 0) {
        await sleep(pause)
        // Its own threads rested too: a run that does not count wakes them.
        if ((times.at(-1) ?? 0) < shortRun) await session.run(feeds)
      }
      const start = performance.now()
      await session.run(feeds)
      times.push(performance.now() - start)
    }
  }
  for (const { session } of contestants) await session.close()
  return contestants.map(({ times }) => times)
}
