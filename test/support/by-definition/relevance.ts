/**
 * Relevance by definition: from the explained number back to the input, node by node, over the model as its file has it.
 * Slow, in doubles, with every layer's matrix at hand. It shares no code with the compiler that it checks, only the reader of
 * files.
 */

import type { Node } from '../../../src/core/0-graph/graph.ts'
import { type Connections, connectionsOf } from './connections.ts'
import { type LayerInputs, type RuleName, rules, shared, won } from './definition.ts'
import {
  averaging,
  comparing,
  gates,
  moving,
  normalising,
  rounding,
  scaling,
  selecting,
  summing,
  weighted,
} from './kinds.ts'
import { sourcesOf } from './moves.ts'
import { isCentring, isMoved, isRectifiedBehind, layersOf, type Network, operandsOf } from './network.ts'
import { broadcast, count, filled, type Numbers, total } from './numbers.ts'
import { isGate, isNonNegative, type Range, rangesOf } from './ranges.ts'
import { numbersAt, partOf } from './trace.ts'

/** What is asked. */
export interface Question {
  /** The place of the explained number among all outputs, or of several, whose sum is explained. */
  readonly target: number | readonly number[]
  /** The numbers that the input can have; none, if any. */
  readonly box?: readonly [low: number, high: number] | undefined
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
  readonly #connections = new Map<string, Promise<Connections>>()
  readonly #sources = new Map<string, Promise<Int32Array>>()

  constructor(network: Network) {
    this.#network = network
    this.#layers = layersOf(network)
  }

  /** Where the explained number came from. */
  async explain({ target, box, instead = rule => rule }: Question): Promise<Answer> {
    const network = this.#network
    const [low, high] = box ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    const pass = new Pass(
      this,
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

  /** The matrix of nodes in their operands at `places`. */
  connections(nodes: readonly [Node, ...Node[]], places: readonly number[], height?: number): Promise<Connections> {
    return remembered(this.#connections, `${keyOf(nodes[0])} ${places}`, async () => {
      const part = await partOf(this.#network.trace, nodes, places)
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

/** What has one input per output, which is all that matters of it. */
const passing: ReadonlySet<string> = new Set([...gates, ...rounding, ...comparing])

/** One pass from the output to the input. */
class Pass {
  readonly relevances = new Map<string, Numbers>()
  /** ΣR of constants beside activations. */
  constants = 0
  readonly #matrices: ByDefinition
  readonly #network: Network
  readonly #ranges: ReadonlyMap<string, Range>
  readonly #box: Question['box']
  readonly #instead: (rule: RuleName) => RuleName

  constructor(
    matrices: ByDefinition,
    network: Network,
    ranges: ReadonlyMap<string, Range>,
    box: Question['box'],
    instead: (rule: RuleName) => RuleName,
  ) {
    this.#matrices = matrices
    this.#network = network
    this.#ranges = ranges
    this.#box = box
    this.#instead = instead
  }

  /** What several readers send to one value is added. */
  give(value: string, relevance: Float64Array): void {
    const before = this.relevances.get(value)
    if (before) for (const [i, r] of relevance.entries()) before.data[i] = (before.data[i] as number) + r
    else this.relevances.set(value, { dims: numbersAt(this.#network.trace, value).dims, data: relevance.slice() })
  }

  /** A layer with weights and what is merged into it: one input. */
  async layer(nodes: readonly [Node, ...Node[]]): Promise<void> {
    const relevance = this.#received(nodes.at(-1)?.outputs[0] as string)
    if (!relevance) return
    const [first] = nodes
    const places = operandsOf(this.#network, first)
    const range = this.#rangeOf(first, places[0] as number)
    await this.#share(nodes, places, relevance, ruleOfLayer(range, 'signed z⁺'))
  }

  /** Every other node. */
  async node(node: Node): Promise<void> {
    const { opType } = node
    const places = operandsOf(this.#network, node)
    const received = node.outputs.map(name => (name === '' ? undefined : this.#received(name)))
    if (received.every(r => r === undefined)) return
    if (moving.has(opType)) return await this.#moveBack(node, places, received)
    const relevance = received[0] as Float64Array
    if (selecting.has(opType) && (opType !== 'Max' || places.length > 1))
      return await this.#select(node, places, relevance)
    if (averaging.has(opType)) {
      const rule = ruleOfLayer(this.#rangeOf(node, 0), 'z by sign')
      return await this.#share([node], [0], relevance, rule)
    }
    if (isCentring(this.#network, node)) return this.#pass(node, 0, relevance)
    if (places.length === 1 && (passing.has(opType) || normalising.has(opType) || scaling.has(opType))) {
      return this.#pass(node, places[0] as number, relevance)
    }
    if (summing.has(opType)) return await this.#sum(node, places, relevance)
    if (places.length === 2 && (opType === 'Mul' || opType === 'Div' || weighted.has(opType))) {
      return await this.#product(node, relevance)
    }
    throw new Error(`the reference knows no ${opType} of ${places.length} values (${node.name})`)
  }

  #received(value: string): Float64Array | undefined {
    return this.relevances.get(value)?.data
  }

  #rangeOf(node: Node, place: number): Range {
    return this.#ranges.get(node.inputs[place] as string) as Range
  }

  #dims(value: string | undefined): readonly number[] {
    return numbersAt(this.#network.trace, value as string).dims
  }

  /** Shares the relevance of a layer's outputs among all operands, by a rule. */
  async #share(
    nodes: readonly [Node, ...Node[]],
    places: readonly number[],
    relevance: Float64Array,
    rule: RuleName,
  ): Promise<void> {
    const names = places.map(place => nodes[0].inputs[place] as string)
    const chosen = this.#instead(rule)
    const connections = await this.#matrices.connections(nodes, places)
    const inputs: LayerInputs = {
      x: joined(names.map(name => numbersAt(this.#network.trace, name).data)),
      isThere: Uint8Array.from(
        (await Promise.all(names.map(name => this.#isThere(name)))).flatMap(there => [...there]),
      ),
    }
    const box = chosen === 'zᴮ' ? await this.#bounds(names[0] as string) : undefined
    this.#giveAll(
      names,
      shared(connections, { ...inputs, low: box?.low.data, high: box?.high.data }, relevance, rules[chosen]),
    )
  }

  #giveAll(names: readonly string[], relevance: Float64Array): void {
    let offset = 0
    for (const name of names) {
      const size = count(this.#dims(name))
      this.give(name, relevance.slice(offset, offset + size))
      offset += size
    }
  }

  /** Summands of one sign share in proportion; of both signs, as what follows allows. */
  async #sum(node: Node, places: readonly number[], relevance: Float64Array): Promise<void> {
    const areNonNegative = places.every(place => isNonNegative(this.#rangeOf(node, place)))
    const readers = this.#network.readers.get(node.outputs[0] as string) ?? []
    const isRectified =
      readers.length > 0 &&
      readers.every(reader => {
        const range = this.#ranges.get(reader.outputs[0] as string)
        return passing.has(reader.opType) && range !== undefined && isNonNegative(range)
      })
    await this.#share([node], places, relevance, areNonNegative ? 'z⁺' : isRectified ? 'z' : 'z by sign')
  }

  /** The largest of a window: in proportion where activations are, everything to the winner where they are not. */
  async #select(node: Node, places: readonly number[], relevance: Float64Array): Promise<void> {
    const names = places.map(place => node.inputs[place] as string)
    const windows = await this.#matrices.connections([node], places, 1)
    const x = joined(names.map(name => numbersAt(this.#network.trace, name).data))
    const ranges = places.map(place => this.#rangeOf(node, place))
    const swapped = node.opType === 'MaxPool' && isRectifiedBehind(this.#network, node.outputs[0] as string)
    const isProportional = swapped || ranges.every(range => isNonNegative(range) || range.from === 'activation')
    const activation = swapped ? x.map(value => Math.max(0, value)) : x
    this.#giveAll(
      names,
      isProportional ? shared(windows, { x: activation }, relevance, rules.z) : won(windows, x, relevance),
    )
  }

  /** One input per output: it takes everything. */
  #pass(node: Node, place: number, relevance: Float64Array): void {
    const name = node.inputs[place] as string
    const [from, to] = [this.#dims(name), this.#dims(node.outputs[0])]
    const back = new Float64Array(count(from))
    for (const [k, i] of broadcast(from, to).entries()) back[i] = (back[i] as number) + (relevance[k] as number)
    this.give(name, back)
  }

  /** Back the way that elements came. */
  async #moveBack(
    node: Node,
    places: readonly number[],
    received: readonly (Float64Array | undefined)[],
  ): Promise<void> {
    const names = places.map(place => node.inputs[place] as string)
    const back = new Float64Array(names.reduce((sum, name) => sum + count(this.#dims(name)), 0))
    for (const [output, relevance] of received.entries()) {
      if (!relevance) continue
      const sources = await this.#matrices.sources(node, output)
      for (const [k, i] of sources.entries()) {
        if (i >= 0) back[i] = (back[i] as number) + (relevance[k] as number)
        else this.constants += relevance[k] as number
      }
    }
    this.#giveAll(names, back)
  }

  /** A gate scales a signal, which takes all; where neither is one, both take half. */
  async #product(node: Node, relevance: Float64Array): Promise<void> {
    const signal = this.#signalOf(node)
    const taken = signal === undefined ? relevance.map(r => r / 2) : relevance
    for (const place of signal === undefined ? [0, 1] : [signal]) {
      if (weighted.has(node.opType)) await this.#share([node], [place], taken, 'z by sign')
      else this.#pass(node, place, taken)
    }
  }

  #signalOf(node: Node): number | undefined {
    if (node.opType === 'Div') return 0
    const [a, b] = [0, 1].map(place => isGate(this.#rangeOf(node, place)))
    if (a !== b) return a ? 1 : 0
    if (weighted.has(node.opType)) return undefined
    const output = String(this.#dims(node.outputs[0]))
    const [isWhole, isOtherWhole] = [0, 1].map(place => String(this.#dims(node.inputs[place])) === output)
    return isWhole === isOtherWhole ? undefined : isWhole ? 0 : 1
  }

  /** Which elements are neurons: padding is none, wherever it was moved since. */
  async #isThere(value: string): Promise<Uint8Array> {
    const mover = isMoved(this.#network, value)
    if (!mover) return new Uint8Array(count(this.#dims(value))).fill(1)
    const names = operandsOf(this.#network, mover).map(place => mover.inputs[place] as string)
    const there = (await Promise.all(names.map(name => this.#isThere(name)))).flatMap(part => [...part])
    const sources = await this.#matrices.sources(mover, mover.outputs.indexOf(value))
    return Uint8Array.from(sources, i => (i < 0 ? 0 : (there[i] as number)))
  }

  /** The box of a value that is the input, moved, averaged or rescaled: what the same nodes make of the input's. */
  async #bounds(value: string): Promise<{ readonly low: Numbers; readonly high: Numbers }> {
    const { trace, makers, input } = this.#network
    const dims = this.#dims(value)
    const [low, high] = this.#box as readonly [number, number]
    if (value === input) return { low: filled(dims, low), high: filled(dims, high) }
    const node = makers.get(value) as Node
    const places = operandsOf(this.#network, node)
    const below = await Promise.all(places.map(place => this.#bounds(node.inputs[place] as string)))
    const part = await partOf(trace, [node], places, { output: node.outputs.indexOf(value) })
    try {
      const [a, b] = [await part.run(below.map(box => box.low)), await part.run(below.map(box => box.high))]
      const least = a.data.map((bound, i) => Math.min(bound, b.data[i] as number))
      const most = a.data.map((bound, i) => Math.max(bound, b.data[i] as number))
      return { low: { dims, data: least }, high: { dims, data: most } }
    } finally {
      await part.close()
    }
  }
}

/** The rule that the domain of a layer's one input calls for. */
function ruleOfLayer(range: Range, ofBothSigns: RuleName): RuleName {
  if (range.from === 'input' && range.isBoxed) return 'zᴮ'
  if (isNonNegative(range)) return 'z⁺'
  return range.from === 'input' ? 'w²' : ofBothSigns
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return parts.length === 1 ? (parts[0] as Float64Array) : Float64Array.from(parts.flatMap(part => [...part]))
}
