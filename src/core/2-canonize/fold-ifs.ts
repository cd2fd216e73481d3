/** Ifs whose condition is known: exporters ask for shapes that turn out to be fixed. The branch that runs stands in its place. */

import type { Attribute, Graph, Node } from '../0-graph/graph.ts'
import { inOrder } from '../0-graph/order.ts'
import { DeepTaylorError } from '../diagnostics.ts'

/**
 * The graph with the branches that run instead of the Ifs that are decided; undefined where none is.
 *
 * @throws DeepTaylorError `model-invalid` when a branch reads what nothing makes, or itself
 */
export function foldIfs(graph: Graph): Graph | undefined {
  const taken = new Set([
    ...graph.initializers.keys(),
    ...graph.inputs.map(({ name }) => name),
    ...graph.nodes.flatMap(node => node.outputs),
  ])
  const initializers = new Map(graph.initializers)
  const nodes: Node[] = []
  let isChanged = false
  for (const node of graph.nodes) {
    const branch = branchOf(node, graph)
    if (!branch) {
      nodes.push(node)
      continue
    }
    isChanged = true
    const names = namesWithin(branch, node.name, taken)
    const inner = renamed(branch, names)
    for (const [name, tensor] of inner.initializers) initializers.set(name, tensor)
    nodes.push(...inner.nodes)
    for (const [i, output] of node.outputs.entries()) {
      const made = inner.outputs[i]?.name
      if (output === '' || made === undefined) continue
      const name = `${node.name}/${i}`
      nodes.push({ name, opType: 'Identity', domain: '', inputs: [made], outputs: [output], attributes: {} })
    }
  }
  if (!isChanged) return undefined
  const ordered = inOrder(nodes, [...initializers.keys(), ...graph.inputs.map(({ name }) => name)])
  if ('fault' in ordered) {
    throw new DeepTaylorError('model-invalid', { source: 'the branch of an If', reason: ordered.fault })
  }
  return { ...graph, nodes: ordered.nodes, initializers }
}

/** The branch that runs, where that is known. */
function branchOf({ opType, domain, inputs, attributes }: Node, graph: Graph): Graph | undefined {
  const condition = opType === 'If' && domain === '' ? graph.initializers.get(inputs[0] ?? '') : undefined
  if (condition?.dtype !== 'bool' || condition.bytes.length !== 1) return undefined
  const branch = attributes[condition.bytes[0] === 0 ? 'else_branch' : 'then_branch']
  return branch?.type === 'graph' ? branch.value : undefined
}

/** Names in the graph around for the values that a branch makes itself. */
function namesWithin(branch: Graph, prefix: string, taken: Set<string>): ReadonlyMap<string, string> {
  const own = [...branch.initializers.keys(), ...branch.nodes.flatMap(node => node.outputs)].filter(name => name !== '')
  return new Map(
    own.map(name => {
      let free = taken.has(name) ? `${prefix}/${name}` : name
      for (let i = 2; taken.has(free); i++) free = `${prefix}/${name}_${i}`
      taken.add(free)
      return [name, free]
    }),
  )
}

/** A branch with other names for its values, in branches within it too. */
function renamed(branch: Graph, names: ReadonlyMap<string, string>): Graph {
  const of = (name: string) => names.get(name) ?? name
  return {
    ...branch,
    initializers: new Map([...branch.initializers].map(([name, tensor]) => [of(name), tensor])),
    outputs: branch.outputs.map(output => ({ ...output, name: of(output.name) })),
    nodes: branch.nodes.map(node => ({
      ...node,
      inputs: node.inputs.map(of),
      outputs: node.outputs.map(of),
      attributes: Object.fromEntries(
        Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [
          name,
          attribute.type === 'graph' ? { ...attribute, value: renamed(attribute.value, names) } : attribute,
        ]),
      ),
    })),
  }
}
