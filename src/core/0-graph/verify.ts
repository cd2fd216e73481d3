/** Checks that a graph is well formed; tests run it after every pass, the compiler before it writes. */

import { type Graph, readsOf } from './graph.ts'

/** What is wrong with the graph, one sentence per fault; empty when it is well formed. */
export function verify(graph: Graph): readonly string[] {
  const faults: string[] = []
  const known = new Set<string>()
  const define = (name: string, by: string) => {
    if (known.has(name)) faults.push(`value "${name}" is defined twice, again by ${by}`)
    known.add(name)
  }
  for (const name of graph.initializers.keys()) define(name, 'an initializer')
  for (const { name } of graph.inputs) define(name, 'a graph input')
  const names = new Set<string>()
  for (const node of graph.nodes) {
    if (node.name !== '' && names.has(node.name)) faults.push(`two nodes are called "${node.name}"`)
    names.add(node.name)
    for (const input of readsOf(node)) {
      if (input !== '' && !known.has(input)) {
        faults.push(`${node.opType} "${node.name}" reads "${input}" before anything defines it`)
      }
    }
    for (const output of node.outputs) if (output !== '') define(output, `${node.opType} "${node.name}"`)
  }
  for (const { name } of graph.outputs) if (!known.has(name)) faults.push(`output "${name}" is never defined`)
  return faults
}
