/** ONNX Runtime's own profile of a model, summed by operator. */

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { feedsFor } from './feeds.ts'
import type { Answers, ProfileJob } from './jobs.ts'
import { withRunnable } from './opening.ts'

/** An event of the trace: `ts` and `dur` in microseconds. */
interface TraceEvent {
  readonly cat: string
  readonly name: string
  readonly ts: number
  readonly dur: number
  readonly args?: { readonly op_name?: string }
}

/** Runs the model with the profiler on, and takes what its kernels took in all runs but the first two. */
export function profile({ model, ...setting }: ProfileJob): Promise<Answers['profile']> {
  return withRunnable(model, (file, isOptimized) => profileFile(file, isOptimized, setting))
}

async function profileFile(
  file: string,
  isOptimized: boolean,
  { threads, batch, runs }: Omit<ProfileJob, 'kind' | 'model'>,
): Promise<Answers['profile']> {
  const folder = await mkdtemp(join(tmpdir(), 'deeptaylor-profile-'))
  try {
    const session = await InferenceSession.create(file, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: isOptimized ? 'disabled' : 'all',
      logSeverityLevel: 4,
      intraOpNumThreads: threads,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
    })
    const inputs = session.inputMetadata.flatMap(input =>
      input.isTensor ? [[input.name, { dtype: input.type, dims: input.shape }] as const] : [],
    )
    const feeds = Object.entries(feedsFor({ inputs: new Map(inputs) }, batch)).map(
      ([name, { dtype, data, dims }]) => [name, new Tensor(dtype, data, dims)] as const,
    )
    for (let i = 0; i < warmUp + runs; i++) await session.run(Object.fromEntries(feeds))
    session.endProfiling()
    await session.release()
    const [trace] = await readdir(folder)
    return byOperator(JSON.parse(await readFile(join(folder, trace as string), 'utf8')) as readonly TraceEvent[], runs)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const warmUp = 2

function byOperator(events: readonly TraceEvent[], runs: number): Answers['profile'] {
  const starts = events.filter(({ name }) => name === 'model_run').map(({ ts }) => ts)
  const from = starts.sort((a, b) => a - b)[warmUp] ?? 0
  const sums = new Map<string, number>()
  for (const { cat, name, ts, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || ts < from || !args?.op_name) continue
    sums.set(args.op_name, (sums.get(args.op_name) ?? 0) + dur / 1000 / runs)
  }
  return Object.fromEntries([...sums].sort(([, a], [, b]) => b - a))
}
