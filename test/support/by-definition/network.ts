/** A network as one run has it: which values depend on the inputs, which lead to the output, what is one layer. */

import { consumersOf, intAttribute, type Node, producersOf } from '../../../src/core/0-graph/graph.ts'
import type { Tensor } from '../../../src/runtime/session.ts'
import { asking, behindHeads, comparing, heads, moving, resultPlace, scaling, weighted } from './kinds.ts'
import { type Trace, traced } from './trace.ts'

/** The network between its inputs and the explained output. */
export interface Network {
  readonly trace: Trace
  /** The input whose relevance is asked for, or the rows that its tokens choose. */
  readonly input: string
  /** All inputs that hold numbers, or choose rows of numbers: relevance goes to every one, whichever is asked for. */
  readonly inputs: ReadonlySet<string>
  /** What relevance starts from: the output, or what a final Softmax or Sigmoid reads. */
  readonly logits: string
  /** The nodes between them, in order. */
  readonly nodes: readonly Node[]
  /** The values between them. */
  readonly active: ReadonlySet<string>
  /** Which of the nodes read a value: what else a graph computes has no part in the explained number. */
  readonly readers: ReadonlyMap<string, readonly Node[]>
  readonly makers: ReadonlyMap<string, Node>
}

/** Runs the model of a file and looks where its input goes. */
export async function networkOf(
  file: Uint8Array,
  input: string,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Network> {
  const trace = await traced(file, feeds)
  const { graph } = trace.model
  const [makers, all] = [producersOf(graph), consumersOf(graph)]
  const startOf = (name: string) => (feeds[name]?.dtype === 'float32' ? name : rowsOf(trace, name))
  const inputs = new Set(Object.keys(feeds).flatMap(name => startOf(name) ?? []))
  const logits = logitsOf(resultOf(trace), makers)
  const below = new Set(inputs)
  for (const node of graph.nodes) {
    const isChoice = node.outputs.some(name => inputs.has(name)) || (asking.has(node.opType) && !isStep(node, all))
    if (isChoice || !readsOf(trace, node).some(name => below.has(name))) continue
    for (const name of node.outputs) if (name !== '') below.add(name)
  }
  const active = new Set([logits])
  const nodes: Node[] = []
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some(name => !inputs.has(name) && active.has(name) && below.has(name))) continue
    nodes.unshift(node)
    for (const name of readsOf(trace, node)) if (below.has(name)) active.add(name)
  }
  const readers = consumersOf({ ...graph, nodes })
  return { trace, input: startOf(input) ?? input, inputs, logits, nodes, active, readers, makers }
}

/** Whether a comparison becomes a number: 1 where it holds, else 0. */
function isStep({ opType, outputs }: Node, readers: ReadonlyMap<string, readonly Node[]>): boolean {
  const all = readers.get(outputs[0] ?? '') ?? []
  return comparing.has(opType) && all.some(reader => reader.opType === 'Cast' && intAttribute(reader, 'to') === 1)
}

/** What a Gather of numbers makes of tokens; undefined for integers that choose none, such as masks. */
function rowsOf(trace: Trace, tokens: string): string | undefined {
  const below = new Set([tokens])
  for (const { opType, inputs, outputs } of trace.model.graph.nodes) {
    if (!inputs.some(name => below.has(name))) continue
    const [table = '', places = ''] = inputs
    const isChoice = opType === 'Gather' && below.has(places) && !below.has(table)
    if (isChoice && trace.values.get(outputs[0] ?? '')?.dtype === 'float32') return outputs[0]
    for (const name of outputs) below.add(name)
  }
  return undefined
}

/** The first output that holds numbers: classifiers name their label first. */
export function resultOf({ model, values }: Trace): string {
  return model.graph.outputs.find(({ name }) => values.get(name)?.dtype === 'float32')?.name as string
}

function logitsOf(output: string, makers: ReadonlyMap<string, Node>): string {
  for (let value = output; ; ) {
    const maker = makers.get(value)
    if (!maker) return output
    const [x] = maker.inputs as [string]
    if (heads.has(maker.opType)) return x
    const [first, second] = maker.inputs.map(name => makers.get(name))
    // Two classes, 1 − p beside p.
    if (maker.opType === 'Concat' && first?.opType === 'Sub' && second?.opType === 'Sigmoid') {
      return second.inputs[0] as string
    }
    // A softmax in pieces: exp(z − log Σ exp z).
    if (maker.opType === 'Exp' && first?.opType === 'Sub' && isTotal(first, makers)) return first.inputs[0] as string
    if (!behindHeads.has(maker.opType)) return output
    value = x
  }
}

function isTotal({ inputs }: Node, makers: ReadonlyMap<string, Node>): boolean {
  let maker = makers.get(inputs[1] as string)
  while (maker && moving.has(maker.opType)) maker = makers.get(maker.inputs[0] as string)
  return maker?.opType === 'ReduceLogSumExp' && maker.inputs[0] === inputs[0]
}

/**
 * Whether a node centres what a layer normalisation in pieces normalises: it subtracts a value's own mean, and is divided.
 * Mean and deviation are held fixed, as those of the one operator are.
 */
export function isCentring({ makers, readers }: Network, { opType, inputs, outputs }: Node): boolean {
  const mean = makers.get(inputs[1] ?? '')
  const all = readers.get(outputs[0] ?? '') ?? []
  const isDivided = all.some(reader => reader.opType === 'Div' && reader.inputs[0] === outputs[0])
  return opType === 'Sub' && mean?.opType === 'ReduceMean' && mean.inputs[0] === inputs[0] && isDivided
}

/** What a node reads, in its sub-graphs too. */
export function readsOf({ captured }: Trace, node: Node): readonly string[] {
  return [...node.inputs, ...(captured.get(node.outputs[0] ?? '') ?? [])]
}

/** The inputs of a node that are active: their places. */
export function operandsOf({ active }: Network, node: Node): readonly number[] {
  return node.inputs.flatMap((name, place) => (active.has(name) ? [place] : []))
}

/**
 * Layers with weights, each with the batch norm, scale and shift behind it: one neuron is Σ x·w + b, so what only its sum is
 * multiplied by belongs to its weights. By the layer's last node.
 */
export function layersOf(network: Network): ReadonlyMap<Node, readonly [Node, ...Node[]]> {
  const layers = new Map<Node, readonly [Node, ...Node[]]>()
  for (const node of network.nodes) {
    if (!weighted.has(node.opType) || operandsOf(network, node).length !== 1) continue
    const chain: [Node, ...Node[]] = [node]
    for (let next = onlyScaler(network, node); next; next = onlyScaler(network, next)) chain.push(next)
    layers.set(chain.at(-1) as Node, chain)
  }
  return layers
}

/** The only reader of a node, where it scales or shifts by constants. */
function onlyScaler(network: Network, node: Node): Node | undefined {
  const y = node.outputs[resultPlace(node.opType)] as string
  const all = network.readers.get(y) ?? []
  const [reader] = all
  if (!reader || all.length > 1 || y === network.logits || !network.nodes.includes(reader)) return undefined
  return scaling.has(reader.opType) && operandsOf(network, reader).length === 1 ? reader : undefined
}

/** Whether a ReLU alone reads a value, or one max pooling that a ReLU alone reads: the two commute. */
export function isRectifiedBehind({ readers, logits }: Network, value: string): boolean {
  const all = readers.get(value) ?? []
  const [reader] = all
  if (!reader || all.length > 1 || value === logits) return false
  return (
    reader.opType === 'Relu' ||
    (reader.opType === 'MaxPool' && isRectifiedBehind({ readers, logits } as Network, reader.outputs[0] as string))
  )
}

/** The node that makes a value by moving elements only, if one does. */
export function moverOf({ makers, inputs }: Network, value: string): Node | undefined {
  const maker = inputs.has(value) ? undefined : makers.get(value)
  return maker && moving.has(maker.opType) ? maker : undefined
}
