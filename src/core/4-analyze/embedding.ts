/** Where tokens become numbers: the rows that they choose of one constant table. */

import { constantsOf, type Graph, intAttribute } from '../0-graph/graph.ts'

/**
 * What exporters do to a token before it chooses: types change, negative numbers are wrapped around, numbers out of range are
 * cut. Every result is that of one token.
 */
const elementwise: ReadonlySet<string> = new Set([
  'Abs',
  'Add',
  'And',
  'Cast',
  'Clip',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Identity',
  'Less',
  'LessOrEqual',
  'Max',
  'Min',
  'Mod',
  'Mul',
  'Not',
  'Or',
  'Sub',
  'Where',
])

/** Where tokens become numbers. */
export interface Embedding {
  /** The value that the table's rows make, tokens × size. */
  readonly value: string
  /** The table, a constant. */
  readonly table: string
}

/** What a constant table makes of an input of integers; undefined where none does, or several. */
export function embeddingOf(graph: Graph, input: string): Embedding | undefined {
  const constants = constantsOf(graph)
  const tokens = new Set([input])
  const found: Embedding[] = []
  for (const node of graph.nodes) {
    const { opType, domain, inputs, outputs } = node
    if (domain !== '' || !inputs.some(name => tokens.has(name))) continue
    const isOfTokens = inputs.every(name => name === '' || tokens.has(name) || constants.has(name))
    if (elementwise.has(opType) && isOfTokens) for (const output of outputs) tokens.add(output)
    const [table = '', chosen = ''] = inputs
    const isChoice = opType === 'Gather' && intAttribute(node, 'axis', 0) === 0
    if (isChoice && tokens.has(chosen) && constants.has(table)) {
      found.push({ value: outputs[0] as string, table })
    }
  }
  return found.length === 1 ? found[0] : undefined
}
