/** The worker of this page, and its models: what has to be loaded again when a worker takes another's place. */

import { activity, notice } from './state/activity.ts'
import { Bridge, type CallOptions } from './worker/bridge.ts'
import type { LoadRequest, ModelFacts, RuntimeChoice, WorkerApi } from './worker/protocol.ts'

const bridge = new Bridge(() => new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' }))
const loaded = new Map<string, LoadRequest>()
let runtime: RuntimeChoice = 'auto'

bridge.onNotice = words => {
  notice.value = words
}
bridge.onRestart = () => [
  { name: 'choose', request: { runtime } },
  ...[...loaded.values()].map(request => ({ name: 'load' as const, request })),
]

/** Asks the worker for anything but models. Its progress is shown while it runs, with a button that cancels. */
export function ask<K extends Exclude<keyof WorkerApi, 'load' | 'unload' | 'choose'>>(
  name: K,
  request: Parameters<WorkerApi[K]>[0],
  options: CallOptions = {},
): Promise<ReturnType<WorkerApi[K]>> {
  return activity.watch(options, watched => bridge.call(name, request, watched))
}

/** Reads a model. */
export async function loadModel(request: LoadRequest, options: CallOptions = {}): Promise<ModelFacts> {
  const facts = await activity.watch(options, watched => bridge.call('load', request, watched))
  loaded.set(request.model, request)
  return facts
}

/** Forgets a model. */
export async function unloadModel(model: string): Promise<void> {
  loaded.delete(model)
  await bridge.call('unload', { model })
}

/** Takes another runtime. */
export async function chooseRuntime(choice: RuntimeChoice): Promise<void> {
  runtime = choice
  await bridge.call('choose', { runtime })
}
