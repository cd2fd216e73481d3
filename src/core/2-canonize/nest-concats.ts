/**
 * A Concat that begins with all that an earlier Concat joined reads that one instead: a dense block of n layers then sends
 * n sums of relevance back, not n²/2 (of DenseNet 121's explanation every fourth node falls away).
 */

import { type Graph, intAttribute, type Node } from '../0-graph/graph.ts'

/** Nests Concats of one axis that continue each other. What they compute is the same, to the bit. */
export function nestConcats(graph: Graph): Graph {
  const beginnings = new Beginnings()
  const nodes = graph.nodes.map(node =>
    node.opType === 'Concat' && node.domain === '' && node.inputs.length > 1 ? beginnings.nested(node) : node,
  )
  return { ...graph, nodes }
}

/** What earlier Concats joined, as a tree of their inputs: looking a Concat up takes one step per input. */
class Beginnings {
  readonly #places = new Map<string, number>()
  readonly #joined = new Map<number, string>()

  /** The node with the longest earlier Concat that it begins with in the place of what that one joins. */
  nested(node: Node): Node {
    let place = this.#after(0, `axis ${intAttribute(node, 'axis', 0)}`)
    let inputs = node.inputs
    for (const [i, input] of node.inputs.entries()) {
      place = this.#after(place, input)
      const joined = this.#joined.get(place)
      if (joined !== undefined && i < node.inputs.length - 1) inputs = [joined, ...node.inputs.slice(i + 1)]
    }
    if (!this.#joined.has(place)) this.#joined.set(place, node.outputs[0] as string)
    return inputs === node.inputs ? node : { ...node, inputs }
  }

  #after(place: number, input: string): number {
    const step = `${place} ${input}`
    const next = this.#places.get(step) ?? this.#places.size + 1
    this.#places.set(step, next)
    return next
  }
}
