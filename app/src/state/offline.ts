/** Once something is explained, the browser keeps the Lab's files for the next time, with or without a network. */

import { effect } from '@preact/signals'
import { shown } from './explanation.ts'

/** Begins to keep them when the first explanation is there: nothing is to wait for that. Call it once. */
export function watchOffline(): void {
  const stop = effect(() => {
    if (!shown.value || !('serviceWorker' in navigator)) return
    queueMicrotask(() => stop())
    const address = new URL('service-worker.js', document.baseURI)
    // Private windows and some hosts forbid it: the Lab then needs its server each time, and nothing else.
    navigator.serviceWorker.register(address).catch(() => {})
  })
}
