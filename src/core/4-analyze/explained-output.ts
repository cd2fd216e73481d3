/** Which value is explained: a final Softmax or Sigmoid only rescales the evidence, so its input is. */

import { type Graph, type Node, producersOf } from '../0-graph/graph.ts'

/** How the network turns its logits into its output. */
export type Head = 'softmax' | 'log-softmax' | 'sigmoid' | 'none'

/** The value that relevance starts from. */
export interface ExplainedOutput {
  /** The graph's output that was asked for. */
  readonly output: string
  /** The logits: the output itself, or what a final Softmax, LogSoftmax or Sigmoid reads. */
  readonly logits: string
  readonly head: Head
}

const heads: Readonly<Record<string, Head>> = { Softmax: 'softmax', LogSoftmax: 'log-softmax', Sigmoid: 'sigmoid' }
const movers: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast'])

/** Looks through the end of the network for its logits. */
export function explainedOutput(graph: Graph, output: string): ExplainedOutput {
  const producers = producersOf(graph)
  let value = output
  for (let node = producers.get(value); node && node.domain === ''; node = producers.get(value)) {
    const head = heads[node.opType]
    const input = (node as Node).inputs[0] as string
    if (head) return { output, logits: input, head }
    if (!movers.has(node.opType)) break
    value = input
  }
  return { output, logits: output, head: 'none' }
}
