/** The process of one job: does what its argument says, sends the answer to its parent, ends. */

import { writeFile } from 'node:fs/promises'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { compileModel } from '../../src/core/compile.ts'
import { version } from '../../src/core/version.ts'
import { loadModel } from '../../src/explainer/load-model.ts'
import { packingPays } from '../../src/explainer/packing.ts'
import { nodeRuntime } from '../../src/runtime/node.ts'
import { oracleOf } from '../../src/runtime/oracle.ts'
import { feedsFor, inputBox } from './feeds.ts'
import type { Answers, CompileJob, Job, MemoryJob } from './jobs.ts'
import { memoryPeak } from './memory.ts'
import { methodOf } from './methods.ts'
import { opener } from './opening.ts'
import { profile } from './profiler.ts'
import { time } from './timing.ts'

const job = JSON.parse(process.argv[2] as string) as Job
try {
  process.send?.({ answer: await answer(job) })
} catch (error) {
  process.send?.({ error: error instanceof Error ? error.message : String(error) })
}
process.disconnect?.()

function answer(job: Job): Promise<Answers[Job['kind']]> {
  switch (job.kind) {
    case 'time':
      return time(job)
    case 'memory':
      return memory(job)
    case 'profile':
      return profile(job)
    case 'compile':
      return compile(job)
  }
}

async function memory({ model, threads, batch, packs }: MemoryJob): Promise<Answers['memory']> {
  const open = await opener()
  const base = (await memoryPeak()).bytes
  const start = performance.now()
  const session = await open(model, { threads, packs })
  const load = performance.now() - start
  const feeds = feedsFor(session, batch)
  for (let i = 0; i < 3; i++) await session.run(feeds)
  const { bytes: peak, source } = await memoryPeak()
  await session.close()
  return { load, base, peak, source }
}

async function compile({ file, output, method, targets }: CompileJob): Promise<Answers['compile']> {
  const oracle = oracleOf(await nodeRuntime('native'))
  const { model } = await loadModel(file)
  const isPicture = model.graph.inputs.some(({ type }) => type?.dims?.length === 4)
  const start = performance.now()
  const { model: explained, analysis } = await compileModel(model, oracle, {
    method: methodOf(method),
    // -k is the class with the k-th largest logit.
    ...(targets > 1 && { target: Array.from({ length: targets }, (_, i) => -1 - i) }),
    ...(isPicture && { box: inputBox }),
  })
  const bytes = encodeModel(explained)
  const milliseconds = performance.now() - start
  await writeFile(output, bytes)
  return { milliseconds, size: bytes.length, packs: packingPays(analysis), version }
}
