/** The matrices and ways of a network's nodes, each found once, for as many questions as are asked. */

import type { Node } from '../../../src/core/0-graph/graph.ts'
import { type Connections, connectionsOf } from './connections.ts'
import { resultPlace } from './kinds.ts'
import { sourcesOf } from './moves.ts'
import { type Network, operandsOf } from './network.ts'
import { numbersAt, partOf } from './trace.ts'

/** What is known of one network. */
export class Matrices {
  readonly #network: Network
  readonly #connections = new Map<string, Promise<Connections>>()
  readonly #sources = new Map<string, Promise<Int32Array>>()

  constructor(network: Network) {
    this.#network = network
  }

  /** The matrix of nodes in their operands at `places`. */
  connections(nodes: readonly [Node, ...Node[]], places: readonly number[], height?: number): Promise<Connections> {
    return remembered(this.#connections, `${keyOf(nodes[0])} ${places}`, async () => {
      const output = resultPlace((nodes.at(-1) as Node).opType)
      const part = await partOf(this.#network.trace, nodes, places, { output })
      try {
        const dims = places.map(place => numbersAt(this.#network.trace, nodes[0].inputs[place] as string).dims)
        return await connectionsOf(part, dims, height)
      } finally {
        await part.close()
      }
    })
  }

  /** Where the elements of an output come from. */
  sources(node: Node, output: number): Promise<Int32Array> {
    return remembered(this.#sources, `${keyOf(node)} ${output}`, () =>
      sourcesOf(this.#network.trace, node, operandsOf(this.#network, node), output),
    )
  }
}

function keyOf(node: Node): string {
  return node.outputs.join()
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? find()
  known.set(key, found)
  return found
}
