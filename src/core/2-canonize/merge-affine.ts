/**
 * A linear layer and the batch norm, scale or shift behind it are one neuron `Σ x·w + b`: a rule must see the product of
 * both factors' signs. The merged weights are written as nodes over the original ones; the runtime folds them at load.
 */

import { GraphBuilder, type Value } from '../0-graph/builder.ts'
import { constantsOf, consumersOf, floatAttribute, type Graph, intAttribute, type Node } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'
import { type Shapes, staticDimsOf } from '../0-graph/shapes.ts'
import { inferenceOnly } from './upgrade-opset.ts'

/** y·factor + shift per output channel; both vectors of one or `channels` elements. */
interface Affine {
  readonly factor?: Value
  readonly divisor?: Value
  readonly shift?: Value
  readonly unshift?: Value
}

/** Merges BatchNormalization, Mul, Div, Add and Sub by constants into the Conv or Gemm whose output only they read. */
export function mergeAffine(graph: Graph, shapes: Shapes): Graph {
  const b = new GraphBuilder(graph)
  const constants = constantsOf(graph)
  const consumers = consumersOf(graph)
  const outputs = new Set(graph.outputs.map(output => output.name))
  const removed = new Set<Node>()
  const nodes = graph.nodes.map(node => {
    // Asked of the layer as it was: merged weights are values of this pass, of which nothing else is known.
    const layer = isLinear(node, constants) ? channelsOf(node, shapes) : undefined
    if (!layer) return node
    let merged = node
    for (;;) {
      const y = merged.outputs[0]
      const readers = y === undefined ? [] : (consumers.get(y) ?? [])
      const next = readers[0]
      if (!y || !next || readers.length > 1 || outputs.has(y)) return merged
      const affine = b.within(next.name, () => affineOf(b, next, y, layer, constants, shapes))
      if (!affine) return merged
      merged = b.within(next.name, () => applied(b, merged, affine, layer))
      merged = { ...merged, outputs: next.outputs.slice(0, 1) }
      removed.add(next)
    }
  })
  const written = b.take()
  const result: Graph = {
    ...graph,
    nodes: [...written.nodes, ...nodes.filter(node => !removed.has(node))],
    initializers: new Map([...graph.initializers, ...written.initializers]),
  }
  return { ...result, nodes: reordered(result) }
}

function isLinear(node: Node, constants: ReadonlySet<string>): boolean {
  const [x, w, bias] = node.inputs
  if (node.domain !== '' || (node.opType !== 'Conv' && node.opType !== 'Gemm')) return false
  return !!x && !!w && !constants.has(x) && constants.has(w) && (!bias || constants.has(bias))
}

/** Where the output channel lies: in the weights, and in the output. */
interface Channels {
  readonly count: number
  readonly weightShape: readonly number[]
  readonly outputRank: number
}

function channelsOf(node: Node, shapes: Shapes): Channels | undefined {
  const w = staticDimsOf(shapes, node.inputs[1] ?? '')
  if (!w || w.length < 2) return undefined
  const first = node.opType === 'Conv' || intAttribute(node, 'transB', 0) === 1
  const weightShape = first ? [-1, ...w.slice(1).map(() => 1)] : [1, -1]
  return { count: (first ? w[0] : w[1]) as number, weightShape, outputRank: w.length }
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
  if (node.opType === 'BatchNormalization') {
    const [x, scale, bias, mean, variance] = node.inputs
    if (x !== y || !scale || !bias || !mean || !variance || !inferenceOnly(node)) return undefined
    if (![scale, bias, mean, variance].every(value => constants.has(value))) return undefined
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
  if (node.opType === 'Sub' && left === y) return { unshift: vector }
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
  if (!dims || dims.length > layer.outputRank) return undefined
  const aligned = [...Array(layer.outputRank - dims.length).fill(1), ...dims]
  if (!aligned.every((dim, axis) => dim === 1 || (axis === 1 && dim === layer.count))) return undefined
  return dims.length === 1 ? value : b.op('Reshape', [value, b.ints([-1])], {}, 'per_channel')
}

function applied(b: GraphBuilder, node: Node, affine: Affine, layer: Channels): Node {
  const [x, w, bias] = node.inputs as [Value, Value, Value | undefined]
  const factor = affine.factor ?? affine.divisor
  const scale = affine.divisor ? 'Div' : 'Mul'
  const weights = factor
    ? b.op(scale, [w, b.op('Reshape', [factor, b.ints(layer.weightShape)], {}, 'factor')], {}, 'weights')
    : w
  const scaled = bias && factor ? b.op(scale, [bias, factor], {}, 'scaled_bias') : bias
  const shift = affine.shift ?? affine.unshift
  if (!shift) return { ...node, inputs: scaled ? [x, weights, scaled] : [x, weights] }
  const start = scaled ?? b.op('Expand', [b.floats(0), b.ints([layer.count])], {}, 'no_bias')
  const shifted = b.op(affine.unshift ? 'Sub' : 'Add', [start, shift], {}, 'bias')
  return { ...node, inputs: [x, weights, shifted] }
}
