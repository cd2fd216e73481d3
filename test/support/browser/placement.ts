/** Where ONNX Runtime puts each node of a model: read from what it tells the console while it opens one. */

import type { OpenPage } from './pages.ts'

/** The nodes of a model that a provider runs, as `operator name`. */
export interface Placement {
  readonly cpu: readonly string[]
  readonly webgpu: readonly string[]
}

/** The last line that is written about placement comes from another thread than the answer: it may arrive after it. */
const patience = 5000

/** Opens a model with WebGPU and reads where its nodes went. */
export async function placementOf(page: OpenPage, file: string): Promise<Placement> {
  page.lines()
  await page.call('place', file)
  const written: string[] = []
  for (const start = Date.now(); Date.now() - start < patience; await new Promise(resolve => setTimeout(resolve, 20))) {
    written.push(...page.lines())
    if (written.some(line => line.includes('Session successfully initialized'))) break
  }
  const placed: Record<string, string[]> = {}
  let provider = ''
  for (const line of written) {
    const heading = /placed on \[(\w+)\]/.exec(line)?.[1]
    if (heading) provider = heading
    const node = /VerifyEachNodeIsAssignedToAnEp\]\s+(\w+) \((.*)\)/.exec(line)
    if (node && provider !== '') {
      placed[provider] ??= []
      placed[provider]?.push(`${node[1]} ${node[2]}`)
    }
  }
  return { cpu: placed.CPUExecutionProvider ?? [], webgpu: placed.WebGpuExecutionProvider ?? [] }
}
