/**
 * Operators that are others put together: norms, root mean squares, fused activations of optimised models. Written as what they
 * are made of, they need no rows of their own.
 */

import { float, type GraphBuilder, type Value } from '../0-graph/builder.ts'
import { floatAttribute, type Graph, intAttribute, intsAttribute, type Node } from '../0-graph/graph.ts'
import type { Pass } from './canonize.ts'
import { rewriteNodes } from './rewriting.ts'

/** The domain of operators that ONNX Runtime's optimiser fuses. */
const fusedDomain = 'com.microsoft'

/** Rewrites what is known; a form that is not known stays, to be refused by name where relevance would pass it. */
export const composed: Pass = graph =>
  rewriteNodes(graph, (b, node) => (isOwn(node) ? rewrites.get(node.opType)?.(b, node, graph) : undefined))

/** Only the first result is made; a node of which more is used keeps its form. */
function isOwn({ domain, outputs }: Node): boolean {
  return (domain === '' || domain === fusedDomain) && outputs.slice(1).every(output => output === '')
}

type Rewrite = (b: GraphBuilder, node: Node, graph: Graph) => Value | undefined

const rewrites: ReadonlyMap<string, Rewrite> = new Map(
  Object.entries<Rewrite>({
    BiasGelu: (b, { inputs }) => gelu(b, b.op('Add', inputs, {}, 'biased')),
    FastGelu: (b, { inputs }) => {
      const [x, bias] = inputs as [Value, Value | undefined]
      return fastGelu(b, bias ? b.op('Add', [x, bias], {}, 'biased') : x)
    },
    FusedMatMul: (b, node) => {
      const scale = floatAttribute(node, 'alpha', 1)
      const turns = ['transA', 'transB', 'transBatchA', 'transBatchB']
      if (turns.some(name => intAttribute(node, name, 0) === 1)) return undefined
      const product = b.op('MatMul', node.inputs, {}, 'product')
      return scale === 1 ? product : b.op('Mul', [product, b.floats(scale)], {}, 'scaled')
    },
    // Of ONNX's own domain it has a row.
    Gelu: (b, { domain, inputs }) => (domain === fusedDomain ? gelu(b, inputs[0] as Value) : undefined),
    GroupNormalization: (b, node, graph) => groupNormalised(b, node, graph),
    LogSoftmax: (b, node, graph) => {
      if (isLast(node, graph)) return undefined
      return b.op('Log', [b.op('Softmax', [node.inputs[0] as Value], { axis: intAttribute(node, 'axis', -1) })])
    },
    LpNormalization: (b, node) => {
      const x = node.inputs[0] as Value
      const axes = b.ints([intAttribute(node, 'axis', -1)])
      // A row of zeros stays one.
      const length = lengthOf(b, x, axes, intAttribute(node, 'p', 2), 1)
      const isZero = b.op('Equal', [length, b.floats(0)], {}, 'is_zero')
      return b.op('Div', [x, b.op('Where', [isZero, b.floats(1), length], {}, 'divisor')], {}, 'unit')
    },
    MatMul: (b, { inputs: [x, w] }, graph) => {
      if (graph.initializers.get(w as Value)?.dims.length !== 1) return undefined
      const column = b.op('Unsqueeze', [w as Value, b.ints([1])], {}, 'column')
      return b.op('Squeeze', [b.op('MatMul', [x as Value, column], {}, 'product'), b.ints([-1])], {}, 'row')
    },
    Mean: (b, { inputs }) => b.op('Mul', [b.op('Sum', inputs, {}, 'sum'), b.floats(1 / inputs.length)], {}, 'mean'),
    QuickGelu: (b, node) => {
      const x = node.inputs[0] as Value
      const scaled = b.op('Mul', [x, b.floats(floatAttribute(node, 'alpha', 1.702))], {}, 'scaled')
      return b.op('Mul', [x, b.op('Sigmoid', [scaled], {}, 'gate')], {}, 'gated')
    },
    RMSNormalization: (b, node) => rootMeanSquared(b, node, 'epsilon'),
    ReduceMean: (_, node) => {
      const hasNoAxes = !node.inputs[1] && !intsAttribute(node, 'axes')
      return hasNoAxes && intAttribute(node, 'noop_with_empty_axes', 0) === 1 ? (node.inputs[0] as Value) : undefined
    },
    ReduceL1: (b, node) => overAxes(b, node, (x, axes, keep) => lengthOf(b, x, axes, 1, keep)),
    ReduceL2: (b, node) => overAxes(b, node, (x, axes, keep) => lengthOf(b, x, axes, 2, keep)),
    ReduceLogSumExp: (b, node) =>
      overAxes(b, node, (x, axes, keep) => b.op('Log', [total(b, b.op('Exp', [x]), axes, keep)], {}, 'log')),
    ReduceSumSquare: (b, node) =>
      overAxes(b, node, (x, axes, keep) => total(b, b.op('Mul', [x, x], {}, 'square'), axes, keep)),
    SimplifiedLayerNormalization: (b, node) => rootMeanSquared(b, node, 'epsilon'),
    Swish: (b, node) => {
      const x = node.inputs[0] as Value
      const alpha = floatAttribute(node, 'alpha', 1)
      const scaled = alpha === 1 ? x : b.op('Mul', [x, b.floats(alpha)], {}, 'scaled')
      return b.op('Mul', [x, b.op('Sigmoid', [scaled], {}, 'gate')], {}, 'gated')
    },
  }),
)

/** Of these, only rare forms are written otherwise. */
const alsoRows: ReadonlySet<string> = new Set(['MatMul', 'ReduceMean'])

/** Those that only ONNX Runtime's optimiser writes. */
export const fusedOperators: readonly string[] = ['BiasGelu', 'FastGelu', 'FusedMatMul', 'Gelu', 'QuickGelu']

/** Those of ONNX itself. */
export const composedOperators: readonly string[] = [...rewrites.keys()]
  .filter(name => !fusedOperators.includes(name) && !alsoRows.has(name))
  .sort()

/**
 * What may stand between a final Softmax, LogSoftmax or Sigmoid and the graph's end: it moves values and computes nothing. A LogSoftmax
 * of opset 12 and older is one between Flatten and Reshape.
 */
export const movers: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast'])

/** Whether a node's values only move on to the graph's end: a final LogSoftmax is looked through instead. */
function isLast({ outputs }: Node, graph: Graph): boolean {
  const moved = new Set([outputs[0]])
  // What reads a value stands behind what makes it.
  for (const node of graph.nodes) {
    if (!node.inputs.some(input => moved.has(input))) continue
    if (!movers.has(node.opType) || node.inputs.slice(1).some(input => moved.has(input))) return false
    moved.add(node.outputs[0])
  }
  return true
}

/** ½x·(1 + erf(x/√2)). */
function gelu(b: GraphBuilder, x: Value): Value {
  const erf = b.op('Erf', [b.op('Mul', [x, b.floats(Math.SQRT1_2)], {}, 'scaled')])
  return b.op('Mul', [x, b.op('Mul', [b.op('Add', [erf, b.floats(1)]), b.floats(0.5)], {}, 'gate')], {}, 'gated')
}

/** ½x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
function fastGelu(b: GraphBuilder, x: Value): Value {
  const cube = b.op('Mul', [b.op('Mul', [b.op('Mul', [x, x]), x]), b.floats(0.044715)], {}, 'cube')
  const u = b.op('Mul', [b.op('Add', [x, cube]), b.floats(Math.sqrt(2 / Math.PI))], {}, 'u')
  return b.op(
    'Mul',
    [x, b.op('Mul', [b.op('Add', [b.op('Tanh', [u]), b.floats(1)]), b.floats(0.5)], {}, 'gate')],
    {},
    'gated',
  )
}

/** x / √(mean(x²) + ε)·scale, over the last axis. */
function rootMeanSquared(b: GraphBuilder, node: Node, epsilon: string): Value | undefined {
  if (intAttribute(node, 'axis', -1) !== -1) return undefined
  const [x, scale] = node.inputs as [Value, Value]
  const ones = b.op('Expand', [b.floats(1), b.op('Shape', [x], {}, 'shape')], {}, 'ones')
  const axes = b.ints([-1])
  const mean = b.op('Div', [total(b, b.op('Mul', [x, x], {}, 'square'), axes, 1), total(b, ones, axes, 1)], {}, 'mean')
  const deviation = b.op('Sqrt', [b.op('Add', [mean, b.floats(floatAttribute(node, epsilon, 1e-5))])], {}, 'deviation')
  return b.op('Mul', [b.op('Div', [x, deviation], {}, 'normalised'), scale], {}, 'scaled')
}

/** Groups of channels as one channel each. Its scale and bias are one per group, or since opset 21 one per channel. */
function groupNormalised(b: GraphBuilder, node: Node, { initializers }: Graph): Value | undefined {
  const [x, scale, bias] = node.inputs as [Value, Value, Value]
  const groups = intAttribute(node, 'num_groups', 0)
  const size = initializers.get(scale)?.dims[0]
  if (node.domain !== '' || groups <= 0 || size === undefined) return undefined
  const rows = b.op('Reshape', [x, b.ints([0, groups, -1])], {}, 'groups')
  const all = (value: number) => b.floats(Array<number>(groups).fill(value), 'float32', [groups])
  const affine = size === groups ? [scale, bias] : [all(1), all(0)]
  const epsilon = float(floatAttribute(node, 'epsilon', 1e-5))
  const normalised = b.op('InstanceNormalization', [rows, ...affine], { epsilon }, 'normalised')
  const back = b.op('Reshape', [normalised, b.op('Shape', [x], {}, 'shape')], {}, 'channels')
  if (size === groups) return back
  // [C] as [C, 1, …]: the places are whatever follows.
  const places = b.op('Slice', [b.op('Shape', [x], {}, 'shape'), b.ints([2]), b.ints([1000])], {}, 'places')
  const ones_ = b.op('Expand', [b.ints(1), b.op('Shape', [places])], {}, 'ones')
  const perChannel = (value: Value) =>
    b.op('Reshape', [value, b.op('Concat', [b.ints([-1]), ones_], { axis: 0 })], {}, 'per_channel')
  return b.op('Add', [b.op('Mul', [back, perChannel(scale)], {}, 'scaled'), perChannel(bias)], {}, 'shifted')
}

function lengthOf(b: GraphBuilder, x: Value, axes: Value, p: number, keepdims: number): Value {
  return p === 1
    ? total(b, b.op('Abs', [x]), axes, keepdims)
    : b.op('Sqrt', [total(b, b.op('Mul', [x, x], {}, 'square'), axes, keepdims)], {}, 'length')
}

function total(b: GraphBuilder, value: Value, axes: Value, keepdims: number): Value {
  return b.op('ReduceSum', axes === '' ? [value] : [value, axes], { keepdims }, 'total')
}

/** A reduction, whose axes are an attribute before 18 and an input since. */
function overAxes(
  b: GraphBuilder,
  node: Node,
  write: (x: Value, axes: Value, keepdims: number) => Value,
): Value | undefined {
  const given = intsAttribute(node, 'axes')
  if (intAttribute(node, 'noop_with_empty_axes', 0) === 1) return undefined
  const axes = given ? b.ints(given) : (node.inputs[1] ?? '')
  return write(node.inputs[0] as Value, axes, intAttribute(node, 'keepdims', 1))
}
