/** Tokens: integers that choose rows of a table. Relevance is that of the rows; a token has the sum over its row. */

import { constantsOf, consumersOf, type Graph } from '../0-graph/graph.ts'

/** What a token input is cast and reshaped by before it chooses. */
const movers: ReadonlySet<string> = new Set(['Cast', 'Identity'])

/** The value that a constant table makes of an input of integers; undefined where none does, or several. */
export function embeddingOf(graph: Graph, input: string): string | undefined {
  const consumers = consumersOf(graph)
  const constants = constantsOf(graph)
  let value = input
  for (let readers = consumers.get(value); readers?.length === 1; readers = consumers.get(value)) {
    const [node] = readers
    if (node?.domain !== '') return undefined
    if (node.opType === 'Gather') {
      const isChoice = node.inputs[1] === value && constants.has(node.inputs[0] ?? '')
      return isChoice ? node.outputs[0] : undefined
    }
    if (!movers.has(node.opType)) return undefined
    value = node.outputs[0] as string
  }
  return undefined
}
