/** Tokens: integers that choose rows of a table. Relevance is that of the rows; a token has the sum over its row. */

import { constantsOf, consumersOf, type Graph } from '../0-graph/graph.ts'

/** What a token input is cast and reshaped by before it chooses. */
const movers: ReadonlySet<string> = new Set(['Cast', 'Identity'])

/** Where tokens become numbers. */
export interface Embedding {
  /** The value that the table's rows make, tokens × size. */
  readonly value: string
  /** The table, a constant. */
  readonly table: string
}

/** What a constant table makes of an input of integers; undefined where none does, or several. */
export function embeddingOf(graph: Graph, input: string): Embedding | undefined {
  const consumers = consumersOf(graph)
  const constants = constantsOf(graph)
  let value = input
  for (let readers = consumers.get(value); readers?.length === 1; readers = consumers.get(value)) {
    const [node] = readers
    if (node?.domain !== '') return undefined
    if (node.opType === 'Gather') {
      const [table = '', chosen] = node.inputs
      return chosen === value && constants.has(table) ? { value: node.outputs[0] as string, table } : undefined
    }
    if (!movers.has(node.opType)) return undefined
    value = node.outputs[0] as string
  }
  return undefined
}
