/** A model with other weights: those of named layers shuffled. What an explanation is tested against that should depend on what was learned. */

import { type Graph, labelOf, type Model, type Node, producersOf } from './0-graph/graph.ts'
import { reordered } from './0-graph/order.ts'
import { byteSize, sizeOf, type Tensor } from './0-graph/tensor.ts'
import { dropDead } from './2-canonize/drop-dead.ts'
import type { Facts } from './3-operators/operator.ts'
import { parametersOf } from './5-explain/plan.ts'
import type { Analysis } from './analysis.ts'
import { DeepTaylorError } from './diagnostics.ts'

/** A whole number, 0 ≤ n < `end`, uniform. */
export type Below = (end: number) => number

/** What of an analysis says where weights are. */
export type WeightedAnalysis = Pick<Analysis, 'model' | 'steps'> & { readonly facts: Pick<Facts, 'constants'> }

/**
 * The layers between input and output that have learned weights, by the names that `inspect` lists, from the output to the
 * input: convolutions, matrix products by constants, and norms with a scale and shift of their own. What else is added or
 * multiplied (masks, positions, the mean of pictures) is none. Of an embedding of tokens, from which relevance is taken, neither is its table.
 */
export function weightedLayers({ model, steps, facts }: WeightedAnalysis): readonly string[] {
  const maker = producersOf(model.graph)
  const hasWeights = (step: Analysis['steps'][number]) =>
    parametersOf(step, facts).some(({ value }) => isLearned(value, model.graph, maker))
  return steps
    .filter(hasWeights)
    .map(({ node }) => labelOf(node))
    .reverse()
}

/**
 * The canonical model, the weights of some layers shuffled: every tensor of learned numbers that a layer reads – kernels, biases,
 * scales, shifts and statistics of norms, one by one – holds the same numbers in random order. So the
 * network has forgotten what it learned, while weights keep their distribution (scale, tails, sparseness), variances
 * stay positive, as many biases are positive as before, and every element type is treated alike. A tensor of equal numbers is as it was.
 *
 * Nothing else changes: a tensor that other layers read too stays as it is for these, and named layers that share one
 * go on sharing it.
 *
 * @param layers names as `weightedLayers` gives them
 * @param shuffler the stream of random numbers for a tensor; the same name must give the same
 * @throws DeepTaylorError `layer-unknown`
 */
export function randomizeWeights(
  analysis: WeightedAnalysis,
  layers: readonly string[],
  shuffler: (tensor: string) => Below,
): Model {
  const { model, steps, facts } = analysis
  const known = weightedLayers(analysis)
  const unknown = layers.find(layer => !known.includes(layer))
  if (unknown !== undefined) {
    const reason = `its weights cannot be made random; layers with weights are ${known.join(', ') || 'none'}`
    throw new DeepTaylorError('layer-unknown', { layer: unknown, reason })
  }
  const copies = new Copies(model.graph, shuffler)
  const replaced = new Map<Node, Node>()
  for (const step of steps.filter(({ node }) => layers.includes(labelOf(node)))) {
    for (const { node, input, value } of parametersOf(step, facts)) {
      const now = replaced.get(node) ?? node
      replaced.set(node, { ...now, inputs: now.inputs.with(input, copies.of(value)) })
    }
  }
  const graph = {
    ...model.graph,
    nodes: [...copies.nodes, ...model.graph.nodes.map(node => replaced.get(node) ?? node)],
    initializers: new Map([...model.graph.initializers, ...copies.initializers]),
  }
  return { ...model, graph: dropDead({ ...graph, nodes: reordered(graph) }) }
}

/** Element types of learned numbers as such; integers are learned where they are dequantised. */
const floating: ReadonlySet<string> = new Set(['float16', 'bfloat16', 'float32', 'float64'])

/** Whether an initialiser, read so, is a tensor of learned numbers; scalars are settings, and have no other order. */
function isShuffled(tensor: Tensor, isQuantized: boolean): boolean {
  return sizeOf(tensor.dims) > 1 && (isQuantized ? byteSize[tensor.dtype] > 0 : floating.has(tensor.dtype))
}

function isQuantizedAt(node: Node, input: number): boolean {
  return node.opType === 'DequantizeLinear' && input === 0
}

function isLearned(value: string, { initializers }: Graph, maker: ReadonlyMap<string, Node>): boolean {
  const asked: { readonly value: string; readonly isQuantized: boolean }[] = [{ value, isQuantized: false }]
  const seen = new Set<string>()
  for (let one = asked.pop(); one; one = asked.pop()) {
    const tensor = initializers.get(one.value)
    if (tensor && isShuffled(tensor, one.isQuantized)) return true
    const node = maker.get(one.value)
    if (!node || seen.has(one.value)) continue
    seen.add(one.value)
    asked.push(...node.inputs.map((input, i) => ({ value: input, isQuantized: isQuantizedAt(node, i) })))
  }
  return false
}

/** Constants again, with shuffled tensors at their bottom. */
class Copies {
  readonly nodes: Node[] = []
  readonly initializers = new Map<string, Tensor>()
  readonly #graph: Graph
  readonly #maker: ReadonlyMap<string, Node>
  readonly #shuffler: (tensor: string) => Below
  readonly #made = new Map<string, string>()
  readonly #taken: Set<string>

  constructor(graph: Graph, shuffler: (tensor: string) => Below) {
    this.#graph = graph
    this.#maker = producersOf(graph)
    this.#shuffler = shuffler
    this.#taken = new Set([
      ...graph.initializers.keys(),
      ...graph.inputs.map(({ name }) => name),
      ...graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs]),
    ])
  }

  /** The name of the copy of a constant; its own where nothing in it was learned. */
  of(value: string, isQuantized = false): string {
    const tensor = this.#graph.initializers.get(value)
    // An integer may be a weight to one reader and a size to another.
    if (tensor && !isShuffled(tensor, isQuantized)) return value
    const before = this.#made.get(value)
    if (before !== undefined) return before
    if (!tensor) return this.#computedAgain(value)
    const copy = this.#fresh(value)
    this.initializers.set(copy, { ...tensor, bytes: shuffled(tensor, this.#shuffler(value)) })
    this.#made.set(value, copy)
    return copy
  }

  #computedAgain(value: string): string {
    const node = this.#maker.get(value)
    if (!node) return value
    const inputs = node.inputs.map((input, i) => (input === '' ? '' : this.of(input, isQuantizedAt(node, i))))
    if (inputs.every((input, i) => input === node.inputs[i])) {
      this.#made.set(value, value)
      return value
    }
    const outputs = node.outputs.map(output => (output === '' ? '' : this.#fresh(output)))
    for (const [i, output] of node.outputs.entries()) if (output !== '') this.#made.set(output, outputs[i] as string)
    this.nodes.push({ ...node, name: this.#fresh(node.name), inputs, outputs })
    return this.#made.get(value) as string
  }

  #fresh(name: string): string {
    const wanted = `${name}/random`
    let fresh = wanted
    for (let i = 2; this.#taken.has(fresh); i++) fresh = `${wanted}_${i}`
    this.#taken.add(fresh)
    return fresh
  }
}

/** The elements in random order (Fisher and Yates). They are moved, never read as numbers. */
function shuffled({ dtype, dims, bytes }: Tensor, below: Below): Uint8Array {
  const copy = new Uint8Array(bytes)
  const elements = elementsOf(copy, byteSize[dtype])
  for (let i = sizeOf(dims) - 1; i > 0; i--) {
    const j = below(i + 1)
    const moved = elements[i] as number
    elements[i] = elements[j] as number
    elements[j] = moved
  }
  return copy
}

function elementsOf(
  { buffer }: Uint8Array<ArrayBuffer>,
  size: number,
): Uint8Array | Uint16Array | Uint32Array | Float64Array {
  if (size === 1) return new Uint8Array(buffer)
  if (size === 2) return new Uint16Array(buffer)
  if (size === 4) return new Uint32Array(buffer)
  return new Float64Array(buffer)
}
