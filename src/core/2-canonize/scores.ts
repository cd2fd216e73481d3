/** Probabilities as converters of naive Bayes write them, exp(z − log Σ exp z), as the softmax that they are. */

import { type Graph, intsAttribute, type Node, producersOf } from '../0-graph/graph.ts'
import { numbersOf } from '../0-graph/tensor.ts'
import { rewriteNodes } from './rewriting.ts'

/** Rewrites z − ReduceLogSumExp(z) over the second axis as LogSoftmax, and Exp of it as Softmax. */
export function scores(graph: Graph): Graph {
  const producers = producersOf(graph)
  const logitsOf = (node: Node | undefined): string | undefined => {
    if (node?.opType !== 'Sub' || node.domain !== '') return undefined
    let total = producers.get(node.inputs[1] ?? '')
    while (total && movers.has(total.opType)) total = producers.get(total.inputs[0] ?? '')
    const isTotal = total?.opType === 'ReduceLogSumExp' && total.inputs[0] === node.inputs[0]
    return isTotal && isOverClasses(total as Node, graph) ? node.inputs[0] : undefined
  }
  return rewriteNodes(graph, (b, node) => {
    const ofExp =
      node.opType === 'Exp' && node.domain === '' ? logitsOf(producers.get(node.inputs[0] ?? '')) : undefined
    if (ofExp !== undefined) return b.op('Softmax', [ofExp], { axis: 1 }, 'scores')
    const logits = logitsOf(node)
    return logits === undefined ? undefined : b.op('LogSoftmax', [logits], { axis: 1 }, 'scores')
  })
}

const movers: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'Unsqueeze'])

function isOverClasses(node: Node, { initializers }: Graph): boolean {
  const given = initializers.get(node.inputs[1] ?? '')
  return String(given ? numbersOf(given) : intsAttribute(node, 'axes')) === '1'
}
