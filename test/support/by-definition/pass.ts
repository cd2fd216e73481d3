/** One pass from the output to the input: what every node gives to the values that it read. */

import type { Node } from '../../../src/core/0-graph/graph.ts'
import { type LayerInputs, type RuleName, rules, shared, won } from './definition.ts'
import {
  averaging,
  comparing,
  gates,
  moving,
  normalising,
  resultPlace,
  rounding,
  scaling,
  selecting,
  summing,
  weighted,
} from './kinds.ts'
import type { Matrices } from './matrices.ts'
import { isCentring, isRectifiedBehind, moverOf, type Network, operandsOf } from './network.ts'
import { broadcast, count, filled, type Numbers } from './numbers.ts'
import { isGate, isNonNegative, type Range } from './ranges.ts'
import { numbersAt, partOf } from './trace.ts'

/** A box that a network's input lies in; undefined for none. */
export type Box = readonly [low: number, high: number] | undefined

/** What has one input per output, which is all that matters of it. */
const passing: ReadonlySet<string> = new Set([...gates, ...rounding, ...comparing])

/** The relevance of all values, from that of the output on. */
export class Pass {
  readonly relevances = new Map<string, Numbers>()
  /** ΣR of constants beside activations. */
  constants: number = 0
  readonly #matrices: Matrices
  readonly #network: Network
  readonly #ranges: ReadonlyMap<string, Range>
  readonly #box: Box
  readonly #instead: (rule: RuleName) => RuleName

  constructor(
    matrices: Matrices,
    network: Network,
    ranges: ReadonlyMap<string, Range>,
    box: Box,
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
    const [first] = nodes
    const last = nodes.at(-1) as Node
    const relevance = this.#received(last.outputs[resultPlace(last.opType)] as string)
    if (!relevance) return
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
    const [sum = ''] = node.outputs
    const readers = this.#network.readers.get(sum) ?? []
    const isRectified =
      isRectifiedBehind(this.#network, sum) ||
      (readers.length > 0 &&
        readers.every(reader => {
          const range = this.#ranges.get(reader.outputs[0] as string)
          return passing.has(reader.opType) && range !== undefined && isNonNegative(range)
        }))
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
    const mover = moverOf(this.#network, value)
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
