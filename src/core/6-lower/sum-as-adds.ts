/** Sums of several values as additions of two: WebGPU has no kernel for Sum, and would fetch every summand back for it. */

import type { Graph, Node } from '../0-graph/graph.ts'

/** Rewrites every Sum as a chain of Add. On a CPU both are as many passes over memory. */
export function sumAsAdds(graph: Graph): Graph {
  if (!graph.nodes.some(isSum)) return graph
  const names = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap(node => node.outputs),
  ])
  const fresh = (wanted: string, count = 2): string =>
    names.has(`${wanted}_${count}`) ? fresh(wanted, count + 1) : `${wanted}_${count}`
  const chain = (sum: Node): readonly Node[] => {
    const [first = '', ...rest] = sum.inputs
    const output = sum.outputs[0] as string
    if (rest.length === 0) return [{ ...sum, opType: 'Identity' }]
    let before = first
    return rest.map((value, i) => {
      const inputs = [before, value]
      if (i === rest.length - 1) return { ...sum, opType: 'Add', inputs }
      before = fresh(output)
      names.add(before)
      return { ...sum, opType: 'Add', name: before, inputs, outputs: [before] }
    })
  }
  return { ...graph, nodes: graph.nodes.flatMap(node => (isSum(node) ? chain(node) : [node])) }
}

function isSum({ opType, domain }: Node): boolean {
  return opType === 'Sum' && domain === ''
}
