/**
 * Relevance by definition: from the explained number back to the input, node by node, over the model as its file has it.
 * Slow, in doubles, with every layer's matrix at hand. It shares no code with the compiler that it checks, only the reader of
 * files.
 */

import type { Node } from '../../../src/core/0-graph/graph.ts'
import type { RuleName } from './definition.ts'
import { Matrices } from './matrices.ts'
import { layersOf, type Network } from './network.ts'
import { filled, type Numbers, total } from './numbers.ts'
import { type Box, Pass } from './pass.ts'
import { rangesOf } from './ranges.ts'
import { numbersAt } from './trace.ts'

/** What is asked. */
export interface Question {
  /** The place of the explained number among all outputs, or of several, whose sum is explained. */
  readonly target: number | readonly number[]
  /** The numbers that the input can have; none, if any. */
  readonly box?: Box
  /** Another rule than the definition's, to see that it matters. */
  readonly instead?: ((rule: RuleName) => RuleName) | undefined
}

/** What is answered. */
export interface Answer {
  /** The relevance of the input. */
  readonly relevance: Numbers
  /** ΣR of what is not the input: other inputs, and constants that stand beside activations. */
  readonly elsewhere: number
  /** The relevance of every value that got some. */
  readonly values: ReadonlyMap<string, Numbers>
}

/** Explains one network as often as is asked; matrices are found once. */
export class ByDefinition {
  readonly #network: Network
  readonly #layers: ReadonlyMap<Node, readonly [Node, ...Node[]]>
  readonly #matrices: Matrices

  constructor(network: Network) {
    this.#network = network
    this.#layers = layersOf(network)
    this.#matrices = new Matrices(network)
  }

  /** Where the explained number came from. */
  async explain({ target, box, instead = rule => rule }: Question): Promise<Answer> {
    const network = this.#network
    const [low, high] = box ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    const pass = new Pass(
      this.#matrices,
      network,
      rangesOf(network, { from: 'input', low, high, isBoxed: Number.isFinite(high - low) }),
      box,
      instead,
    )
    const logits = numbersAt(network.trace, network.logits)
    const start = filled(logits.dims, 0)
    for (const place of [target].flat()) start.data[place] = logits.data[place] as number
    pass.give(network.logits, start.data)
    const inChains = new Set([...this.#layers.values()].flatMap(chain => chain.slice(0, -1)))
    for (const node of [...network.nodes].reverse()) {
      if (inChains.has(node)) continue
      const chain = this.#layers.get(node)
      if (chain) await pass.layer(chain)
      else await pass.node(node)
    }
    const others = [...network.inputs].filter(name => name !== network.input)
    const given = others.map(name => total(pass.relevances.get(name)?.data ?? []))
    const relevance = pass.relevances.get(network.input) as Numbers
    return { relevance, elsewhere: total(given) + pass.constants, values: pass.relevances }
  }
}
