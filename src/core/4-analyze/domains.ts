/** Interval analysis: the domain of every value, from that of the input, so that nobody has to name the first layer. */

import type { Node } from '../0-graph/graph.ts'
import type { Domain } from '../3-operators/domain.ts'
import type { Facts } from '../3-operators/operator.ts'
import { operatorFor } from '../3-operators/table.ts'

/** The domain of every active value, from those of the inputs through `nodes`, which must all be in the table. */
export function domainsOf(
  nodes: readonly Node[],
  facts: Facts,
  inputs: ReadonlyMap<string, Domain>,
): ReadonlyMap<string, Domain> {
  const domains = new Map(inputs)
  for (const node of nodes) {
    const operator = operatorFor(node, facts)
    const read = node.inputs.flatMap(name => (facts.active.has(name) ? (domains.get(name) ?? []) : []))
    if (!operator || read.length === 0) continue
    const domain = operator.domain(node, read, facts)
    for (const output of node.outputs) if (output !== '') domains.set(output, domain)
  }
  return domains
}
