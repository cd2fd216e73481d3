/** The worker of this page, and its models: what has to be loaded again when a worker takes another's place. */

import { effect } from '@preact/signals'
import { activity, notice } from './state/activity.ts'
import { setting } from './state/settings.ts'
import { Bridge, type CallOptions } from './worker/bridge.ts'
import type { LoadRequest, ModelFacts, WorkerApi } from './worker/protocol.ts'

const bridge = new Bridge(() => new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' }))
const loaded = new Map<string, LoadRequest>()
const runtime = setting('runtime')

bridge.onNotice = words => {
  notice.value = words
}
bridge.onRestart = () => [
  { name: 'choose', request: { runtime: runtime.peek() } },
  ...[...loaded.values()].map(request => ({ name: 'load' as const, request })),
]

/** Asks the worker for anything but models. Its progress is shown while it runs, with a button that cancels. */
export function ask<K extends Exclude<keyof WorkerApi, 'load' | 'unload' | 'label' | 'choose'>>(
  name: K,
  request: Parameters<WorkerApi[K]>[0],
  options: CallOptions = {},
): Promise<ReturnType<WorkerApi[K]>> {
  return activity.watch(options, watched => bridge.call(name, request, watched))
}

/** The same without a word: for whoever shows the progress of many requests as one. */
export function askQuietly<K extends keyof WorkerApi>(
  name: K,
  request: Parameters<WorkerApi[K]>[0],
  options: CallOptions = {},
): Promise<ReturnType<WorkerApi[K]>> {
  return bridge.call(name, request, options)
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

/** Gives a model other labels. */
export async function labelModel(model: string, labels: readonly string[]): Promise<void> {
  const request = loaded.get(model)
  if (request) loaded.set(model, { ...request, labels })
  await bridge.call('label', { model, labels })
}

/** Begins to tell the worker which runtime is chosen; call it before anything is explained. */
export function watchRuntime(): () => void {
  return effect(() => {
    void bridge.call('choose', { runtime: runtime.value })
  })
}
