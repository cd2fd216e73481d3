/** The runtime of whoever names none. The choice is made when it is needed, so that a page never loads what is Node's. */

import type { Runtime } from './session.ts'

/** ONNX Runtime for Node in Node, and its WebAssembly build elsewhere. */
export async function defaultRuntime(): Promise<Runtime> {
  const { process } = globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } }
  if (process?.versions?.node !== undefined) return (await import('./node.ts')).nodeRuntime()
  return (await import('./web.ts')).webRuntime()
}
