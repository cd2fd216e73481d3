/** Topological order: ONNX asks for it, some exporters forget it, and passes that merge nodes may disturb it. */

import { type Graph, type Node, readsOf } from './graph.ts'

/**
 * The nodes, each after the nodes that it reads; the given order is kept where it is valid.
 *
 * @returns a fault instead, when a value is read that nothing defines, or the nodes form a cycle
 */
export function inOrder(
  nodes: readonly Node[],
  known: Iterable<string>,
): { readonly nodes: readonly Node[] } | { readonly fault: string } {
  const seen = new Set(known)
  const made = new Set(nodes.flatMap(node => node.outputs))
  for (const node of nodes) {
    const unknown = readsOf(node).find(input => input !== '' && !seen.has(input) && !made.has(input))
    if (unknown !== undefined)
      return { fault: `${node.opType} "${node.name}" reads "${unknown}", which nothing defines` }
  }
  const missing = new Map<Node, number>()
  const waiting = new Map<string, Node[]>()
  const ordered: Node[] = []
  const place = (first: Node) => {
    const ready = [first]
    for (let node = ready.pop(); node; node = ready.pop()) {
      ordered.push(node)
      for (const output of node.outputs) {
        seen.add(output)
        for (const next of waiting.get(output) ?? []) {
          const left = (missing.get(next) ?? 0) - 1
          missing.set(next, left)
          if (left === 0) ready.push(next)
        }
        waiting.delete(output)
      }
    }
  }
  for (const node of nodes) {
    const needs = new Set(readsOf(node).filter(input => input !== '' && !seen.has(input)))
    if (needs.size === 0) {
      place(node)
      continue
    }
    missing.set(node, needs.size)
    for (const need of needs) waiting.set(need, [...(waiting.get(need) ?? []), node])
  }
  return ordered.length === nodes.length ? { nodes: ordered } : { fault: 'its nodes form a cycle' }
}

/** The nodes of a graph that is known to be acyclic, in order again. */
export function reordered(graph: Graph): readonly Node[] {
  const result = inOrder(graph.nodes, [...graph.initializers.keys(), ...graph.inputs.map(input => input.name)])
  if ('fault' in result) throw new Error(`a pass broke the graph: ${result.fault}`)
  return result.nodes
}
