/**
 * A linear layer and the batch norm, scale or shift behind it are one neuron `Σ x·w + b`: a rule must see the product of
 * both factors' signs. The merged weights are written as nodes over the original ones; the runtime folds them at load.
 */

import { GraphBuilder, type Value } from '../0-graph/builder.ts'
import { constantsOf, consumersOf, floatAttribute, type Graph, intAttribute, type Node } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'
import { rankOf, type Shapes, staticDimsOf } from '../0-graph/shapes.ts'
import { inferenceOnly } from './upgrade-opset.ts'

/** y·factor + shift per output channel; both vectors of one or `channels` elements. */
interface Affine {
  readonly factor?: Value
  readonly divisor?: Value
  readonly shift?: Value
  readonly unshift?: Value
}

/**
 * Merges BatchNormalization, Mul, Div, Neg, Add and Sub by constants into the Conv, ConvTranspose, Gemm or MatMul whose output only
 * they read. What varies from place to place cannot be merged, and stays.
 */
export function mergeAffine(graph: Graph, shapes: Shapes): Graph {
  const b = new GraphBuilder(graph)
  const constants = constantsOf(graph)
  const consumers = consumersOf(graph)
  const outputs = new Set(graph.outputs.map(output => output.name))
  const removed = new Set<Node>()
  const nodes = graph.nodes.flatMap(node => {
    // Asked of the layer as it was: merged weights are values of this pass, of which nothing else is known.
    const layer = isLinear(node, constants) ? channelsOf(node, shapes) : undefined
    if (!layer) return [node]
    const chain: Link[] = []
    let isShown = false
    for (let y = node.outputs[0]; y !== undefined; ) {
      const readers: readonly Node[] = consumers.get(y) ?? []
      const [next] = readers
      if (!next || readers.length > 1) break
      isShown ||= outputs.has(y)
      const [from, reader] = [y, next]
      const affine = b.within(next.name, () => affineOf(b, reader, from, layer, constants, shapes))
      if (!affine) break
      chain.push({ node: next, affine })
      y = next.outputs[0]
    }
    // A shift alone is already the bias that follows a MatMul.
    const isAsItShouldBe = node.opType === 'MatMul' && chain.every(({ affine }) => !isScaling(affine))
    if (chain.length === 0 || isAsItShouldBe) return [node]
    if (!isShown) {
      for (const link of chain) removed.add(link.node)
      return mergedInto(b, node, chain, layer)
    }
    // What is an output of the graph is made as before, beside the layer that relevance sees.
    if (!chain.some(({ affine }) => isScaling(affine))) return [node]
    removed.add(chain.at(-1)?.node as Node)
    return [{ ...node, name: `${node.name}/shown` }, ...mergedInto(b, node, chain, layer)]
  })
  const written = b.take()
  const result: Graph = {
    ...graph,
    nodes: [...written.nodes, ...nodes.filter(node => !removed.has(node))],
    initializers: new Map([...graph.initializers, ...written.initializers]),
  }
  return { ...result, nodes: reordered(result) }
}

/** A node behind a layer, and what it does to it. */
interface Link {
  readonly node: Node
  readonly affine: Affine
}

function isScaling({ factor, divisor }: Affine): boolean {
  return factor !== undefined || divisor !== undefined
}

/** A layer with everything behind it: one node, or for a MatMul, which has no bias of its own, two. */
function mergedInto(b: GraphBuilder, node: Node, chain: readonly Link[], layer: Channels): readonly Node[] {
  const [x, w, given] = node.inputs as [Value, Value, Value | undefined]
  let [weights, bias] = [w, given]
  for (const { node: link, affine } of chain) {
    ;[weights, bias] = b.within(link.name, () => applied(b, weights, bias, affine, layer))
  }
  const outputs = chain.at(-1)?.node.outputs.slice(0, 1) ?? []
  if (node.opType !== 'MatMul') return [{ ...node, inputs: bias ? [x, weights, bias] : [x, weights], outputs }]
  if (!bias) return [{ ...node, inputs: [x, weights], outputs }]
  const product = b.fresh(`${node.outputs[0]}/merged`)
  const add = { name: `${node.name}/bias`, opType: 'Add', domain: '', inputs: [product, bias], outputs, attributes: {} }
  return [{ ...node, inputs: [x, weights], outputs: [product] }, add]
}

const linear: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul'])

function isLinear(node: Node, constants: ReadonlySet<string>): boolean {
  const [x, w, bias] = node.inputs
  if (node.domain !== '' || !linear.has(node.opType)) return false
  return !!x && !!w && !constants.has(x) && constants.has(w) && (!bias || constants.has(bias))
}

/** Where the output channel lies: in the weights, and in the output. */
interface Channels {
  readonly count: number
  /** The weights with channels on one axis: of grouped transposed convolutions, groups apart. */
  readonly weightView: readonly number[]
  /** A vector of channels as it broadcasts to that view. */
  readonly weightShape: readonly number[]
  /** The shape of the weights themselves. */
  readonly weightDims: readonly number[]
  readonly outputRank: number
  readonly outputAxis: number
}

function channelsOf(node: Node, shapes: Shapes): Channels | undefined {
  const w = staticDimsOf(shapes, node.inputs[1] ?? '')
  if (!w || w.length < 2) return undefined
  const [first, second] = w as [number, number]
  const rest = w.slice(2).map(() => 1)
  const known = { weightView: w, weightDims: w, outputRank: w.length, outputAxis: 1 }
  if (node.opType === 'Conv') return { ...known, count: first, weightShape: [-1, 1, ...rest] }
  if (node.opType === 'ConvTranspose') {
    const group = intAttribute(node, 'group', 1)
    const weightView = [group, first / group, ...w.slice(1)]
    return { ...known, count: second * group, weightView, weightShape: [group, 1, second, ...rest] }
  }
  if (w.length !== 2) return undefined
  if (node.opType === 'Gemm') {
    const isTurned = intAttribute(node, 'transB', 0) === 1
    return { ...known, count: isTurned ? first : second, weightShape: isTurned ? [-1, 1] : [1, -1] }
  }
  const outputRank = rankOf(shapes, node.outputs[0] ?? '')
  if (outputRank === undefined || outputRank < 2) return undefined
  return { ...known, count: second, weightShape: [1, -1], outputRank, outputAxis: outputRank - 1 }
}

function affineOf(
  b: GraphBuilder,
  node: Node,
  y: Value,
  layer: Channels,
  constants: ReadonlySet<string>,
  shapes: Shapes,
): Affine | undefined {
  if (node.domain !== '') return undefined
  if (node.opType === 'Neg') return { factor: b.floats([-1]) }
  if (node.opType === 'BatchNormalization') {
    const [x, scale, bias, mean, variance] = node.inputs
    if (x !== y || !scale || !bias || !mean || !variance || !inferenceOnly(node)) return undefined
    if (layer.outputAxis !== 1 || ![scale, bias, mean, variance].every(value => constants.has(value))) return undefined
    const { factor, shift } = batchNormFactors(b, node, shapes)
    return { factor, shift }
  }
  const [left, right] = node.inputs
  const other = left === y ? right : left
  if (!other || other === y || !constants.has(other)) return undefined
  const vector = channelVector(b, other, layer, shapes)
  if (vector === undefined) return undefined
  if (node.opType === 'Mul') return { factor: vector }
  if (node.opType === 'Add') return { shift: vector }
  if (node.opType === 'Div' && left === y) return { divisor: vector }
  if (node.opType === 'Sub') return left === y ? { unshift: vector } : { factor: b.floats([-1]), shift: vector }
  return undefined
}

/** A batch norm as `x·factor + shift`, two vectors of one element per channel. */
export function batchNormFactors(b: GraphBuilder, node: Node, shapes: Shapes): { factor: Value; shift: Value } {
  const [, scale, bias, mean, variance] = node.inputs as [Value, Value, Value, Value, Value]
  const epsilon = b.floats(floatAttribute(node, 'epsilon', 1e-5), shapes.get(variance)?.dtype)
  const deviation = b.op('Sqrt', [b.op('Add', [variance, epsilon], {}, 'variance')], {}, 'deviation')
  const factor = b.op('Div', [scale, deviation], {}, 'factor')
  const shift = b.op('Sub', [bias, b.op('Mul', [mean, factor], {}, 'scaled_mean')], {}, 'shift')
  return { factor, shift }
}

/** A constant that varies along the output's channel axis at most, as a vector; undefined for any other. */
function channelVector(b: GraphBuilder, value: Value, layer: Channels, shapes: Shapes): Value | undefined {
  const dims = staticDimsOf(shapes, value)
  const { count, outputRank, outputAxis } = layer
  if (!dims || dims.length > outputRank) return undefined
  const aligned = [...Array(outputRank - dims.length).fill(1), ...dims]
  if (!aligned.every((dim, axis) => dim === 1 || (axis === outputAxis && dim === count))) return undefined
  return dims.length === 1 ? value : b.op('Reshape', [value, b.ints([-1])], {}, 'per_channel')
}

/** Weights and bias after one link. */
function applied(
  b: GraphBuilder,
  w: Value,
  bias: Value | undefined,
  affine: Affine,
  layer: Channels,
): [weights: Value, bias: Value | undefined] {
  const factor = affine.factor ?? affine.divisor
  const scale = affine.divisor ? 'Div' : 'Mul'
  const weights = factor ? scaledWeights(b, w, factor, scale, layer) : w
  const scaled = bias && factor ? b.op(scale, [bias, factor], {}, 'scaled_bias') : bias
  const shift = affine.shift ?? affine.unshift
  if (!shift) return [weights, scaled]
  const start = scaled ?? b.op('Expand', [b.floats(0), b.ints([layer.count])], {}, 'no_bias')
  return [weights, b.op(affine.unshift ? 'Sub' : 'Add', [start, shift], {}, 'bias')]
}

function scaledWeights(b: GraphBuilder, w: Value, factor: Value, scale: 'Mul' | 'Div', layer: Channels): Value {
  const { weightView, weightDims, weightShape, count } = layer
  // One number for all channels fits every shape.
  const isApart = weightShape.every(size => size > 0) && count > 1
  const whole = isApart ? b.op('Expand', [factor, b.ints([count])], {}, 'all_channels') : factor
  const shaped = b.op('Reshape', [whole, b.ints(weightShape)], {}, 'factor')
  if (weightView.length === weightDims.length) return b.op(scale, [w, shaped], {}, 'weights')
  const viewed = b.op(scale, [b.op('Reshape', [w, b.ints(weightView)], {}, 'groups'), shaped], {}, 'scaled')
  return b.op('Reshape', [viewed, b.ints(weightDims)], {}, 'weights')
}
