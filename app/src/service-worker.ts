/** Keeps the Lab's own files in the browser, so that it opens without a network. Nothing of the user's goes through it. */

/** Written by the build: what to keep, and a digest of it all, which names the store. */
declare const labFiles: { readonly digest: string; readonly paths: readonly string[] }

/** This scope; the page's types know nothing of it. */
interface Scope extends EventTarget {
  readonly registration: { readonly scope: string }
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
}

interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void
}

interface Asked extends Event {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}

const scope = globalThis as unknown as Scope
const store = `deeptaylor-lab-${labFiles.digest}`

scope.addEventListener('install', event => {
  const keep = async () => {
    await (await caches.open(store)).addAll(labFiles.paths)
    await scope.skipWaiting()
  }
  ;(event as Waiting).waitUntil(keep())
})

scope.addEventListener('activate', event => {
  const clean = async () => {
    const names = await caches.keys()
    const old = names.filter(name => name.startsWith('deeptaylor-lab-') && name !== store)
    await Promise.all(old.map(name => caches.delete(name)))
    await scope.clients.claim()
  }
  ;(event as Waiting).waitUntil(clean())
})

scope.addEventListener('fetch', event => {
  const { request, respondWith } = event as Asked
  const { registration } = scope
  if (request.method !== 'GET' || !request.url.startsWith(registration.scope)) return
  const path = request.url.slice(registration.scope.length).replace(/[?#].*$/, '')
  if (path.startsWith('model/')) return
  respondWith.call(event, /^(assets|ort-[\d.]+)\//.test(path) ? keptFirst(request) : freshFirst(request))
})

/** Files whose name changes with their content. Large ones that few need (WebGPU's) are kept once they were asked for. */
async function keptFirst(request: Request): Promise<Response> {
  const cache = await caches.open(store)
  const kept = await cache.match(request)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone())
  return response
}

/** Files that may have changed under the same name. */
async function freshFirst(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const kept = await (await caches.open(store)).match(request, { ignoreSearch: true })
    if (kept) return kept
    throw error
  }
}
