/**
 * The classic models of `ai.onnx.ml`, as converters of scikit-learn write them, in ONNX's own operators: scaling, linear
 * regression and classification are linear layers like any other.
 */

import { float, GraphBuilder, type Value } from '../0-graph/builder.ts'
import { floatAttribute, type Graph, intAttribute, type Node, producersOf, stringAttribute } from '../0-graph/graph.ts'
import { reordered } from '../0-graph/order.ts'
import type { Pass } from './canonize.ts'
import { areWhole } from './rewriting.ts'
import { stepOf } from './steps.ts'

/** The domain of classic models. */
export const classicDomain = 'ai.onnx.ml'

/** Rewrites what is linear; the rest stays, to be refused by name where relevance would pass it. */
export const classicModels: Pass = graph => {
  if (!graph.nodes.some(node => node.domain === classicDomain)) return graph
  const b = new GraphBuilder(graph)
  const producers = producersOf(graph)
  const initializers = new Map(graph.initializers)
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const write = node.domain === classicDomain && node.outputs.length <= 2 ? rewrites.get(node.opType) : undefined
    const result = write && b.within(node.name, () => write(b, node, producers))
    const written = b.take()
    if (!result || !areWhole(written.nodes)) return [node]
    for (const [name, tensor] of written.initializers) initializers.set(name, tensor)
    const { output, value, rest } = result
    const [name, inputs, outputs] = [`${node.name}/result`, [value], [output]]
    // The output keeps its name: it may be one of the graph's.
    const copy: Node = { name, opType: 'Identity', domain: '', inputs, outputs, attributes: {} }
    return [...written.nodes, copy, ...(rest ? [rest] : [])]
  })
  const result: Graph = { ...graph, nodes, initializers }
  return { ...result, nodes: reordered(result) }
}

interface Rewritten {
  readonly output: string
  readonly value: Value
  /** What is left of the node: a classifier still names its label. */
  readonly rest?: Node
}

type Rewrite = (b: GraphBuilder, node: Node, producers: ReadonlyMap<string, Node>) => Rewritten | undefined

/** Of operators with one result: what it is. */
const as =
  (write: (b: GraphBuilder, node: Node, x: Value) => Value | undefined): Rewrite =>
  (b, node) => {
    const value = write(b, node, node.inputs[0] as Value)
    return value === undefined ? undefined : { output: node.outputs[0] as string, value }
  }

const rewrites: ReadonlyMap<string, Rewrite> = new Map(
  Object.entries<Rewrite>({
    ArrayFeatureExtractor: as((b, node, x) => {
      const columns = b.op('Reshape', [node.inputs[1] as Value, b.ints([-1])], {}, 'columns')
      return b.op('Gather', [x, columns], { axis: -1 }, 'chosen')
    }),
    Binarizer: as((b, node, x) => {
      const threshold = b.floats(floatAttribute(node, 'threshold', 0))
      return stepOf(b, b.op('Sub', [x, threshold], {}, 'above'))
    }),
    LinearClassifier: (b, node) => classifier(b, node, node.inputs[0] as Value, node.outputs[1] ?? ''),
    LinearRegressor: as((b, node, x) => {
      const transform = stringAttribute(node, 'post_transform', 'NONE')
      return transform === 'NONE' ? dense(b, node, x, intAttribute(node, 'targets', 1)) : undefined
    }),
    // Behind a classifier, or what was made of one, it only rescales probabilities.
    Normalizer: (b, node, producers) => {
      const maker = producers.get(node.inputs[0] ?? '')?.opType
      const rescales = maker !== undefined && ['LinearClassifier', 'Sigmoid', 'Softmax'].includes(maker)
      return rescales ? undefined : as(normalised)(b, node, producers)
    },
    SVMClassifier: (b, node) => supportVectors(b, node),
    Scaler: as((b, node, x) => {
      const centred = b.op('Sub', [x, row(b, node, 'offset')], {}, 'centred')
      return b.op('Mul', [centred, row(b, node, 'scale')], {}, 'scaled')
    }),
  }),
)

/** The classic operators that are known. */
export const classicOperators: readonly string[] = [...rewrites.keys()]

function classifier(b: GraphBuilder, node: Node, x: Value, scores: string): Rewritten | undefined {
  const { classlabels_ints, classlabels_strings } = node.attributes
  const labels = classlabels_ints?.type === 'ints' ? classlabels_ints : classlabels_strings
  const classes = labels?.type === 'ints' || labels?.type === 'strings' ? labels.value.length : 0
  const weights = numbers(node, 'coefficients').length
  const biases = numbers(node, 'intercepts').length
  const heads: Readonly<Record<string, (logits: Value) => Value>> = {
    NONE: logits => logits,
    LOGISTIC: logits => b.op('Sigmoid', [logits], {}, 'scores'),
    SOFTMAX: logits => b.op('Softmax', [logits], { axis: 1 }, 'scores'),
  }
  const transform = stringAttribute(node, 'post_transform', 'NONE')
  const head = Object.hasOwn(heads, transform) ? heads[transform] : undefined
  // One row for two classes is the runtime's own affair.
  if (!head || scores === '' || classes === 0 || (biases !== 0 && biases !== classes) || weights % classes !== 0)
    return undefined
  const logits = dense(b, node, x, classes)
  if (logits === undefined) return undefined
  const value = head(logits)
  return { output: scores, value, rest: { ...node, outputs: [node.outputs[0] as string, b.fresh('unused')] } }
}

/**
 * Support vectors with a linear kernel: one score per pair of classes, Σ α·⟨v, x⟩ + ρ over the vectors of both, which is dense in x.
 * Of two classes the scores are the negative of their pair's, and the pair's.
 */
function supportVectors(b: GraphBuilder, node: Node): Rewritten | undefined {
  const [x = ''] = node.inputs
  const { vectors_per_class: perClass } = node.attributes
  const [coefficients, rho] = [numbers(node, 'coefficients'), numbers(node, 'rho')]
  const counts = perClass?.type === 'ints' ? perClass.value : []
  const total = counts.reduce((sum, count) => sum + count, 0)
  const pairs = counts.flatMap((_, i) => counts.slice(i + 1).map((__, k) => [i, i + 1 + k] as const))
  const output = node.outputs[1] ?? ''
  const isPlain =
    stringAttribute(node, 'kernel_type', 'LINEAR') === 'LINEAR' &&
    stringAttribute(node, 'post_transform', 'NONE') === 'NONE' &&
    numbers(node, 'prob_a').length === 0
  const fits = rho.length === pairs.length && coefficients.length === total * (counts.length - 1)
  const vectors = numbers(node, 'support_vectors')
  if (!isPlain || !fits || output === '' || pairs.length === 0 || vectors.length % total !== 0) return undefined
  const classOf = counts.flatMap((count, c) => Array<number>(count).fill(c))
  const share = (vector: number, [i, j]: readonly [number, number]) => {
    const own = classOf[vector] as number
    return own === i || own === j ? (coefficients[(own === i ? j - 1 : i) * total + vector] as number) : 0
  }
  const alphas = pairs.flatMap(pair => classOf.map((_, vector) => share(vector, pair)))
  const weights = b.op(
    'MatMul',
    [b.floats(alphas, 'float32', [pairs.length, total]), b.floats(vectors, 'float32', [total, vectors.length / total])],
    {},
    'weights',
  )
  const bias = b.floats(rho, 'float32', [rho.length])
  const attributes = { alpha: float(1), beta: float(1), transA: 0, transB: 1 }
  const score = b.op('Gemm', [x, weights, bias], attributes, 'linear')
  const value = counts.length > 2 ? score : b.op('Concat', [b.op('Neg', [score]), score], { axis: 1 }, 'scores')
  return { output, value, rest: { ...node, outputs: [node.outputs[0] as string, b.fresh('unused')] } }
}

/** x·Wᵀ + b with the coefficients of a linear model. */
function dense(b: GraphBuilder, node: Node, x: Value, outputs: number): Value | undefined {
  const coefficients = numbers(node, 'coefficients')
  if (!(outputs > 0) || coefficients.length % outputs !== 0) return undefined
  const weights = b.floats(coefficients, 'float32', [outputs, coefficients.length / outputs])
  const intercepts = numbers(node, 'intercepts')
  const bias = intercepts.length === 0 ? [] : [b.floats(intercepts, 'float32', [outputs])]
  return b.op('Gemm', [x, weights, ...bias], { alpha: float(1), beta: float(1), transA: 0, transB: 1 }, 'linear')
}

/** Rows of unit length, by the sum of magnitudes or of squares, or divided by their largest; a row of zeros stays one. */
function normalised(b: GraphBuilder, node: Node, x: Value): Value | undefined {
  const axis = b.ints([-1])
  const total = (value: Value) => b.op('ReduceSum', [value, axis], { keepdims: 1 }, 'total')
  const lengths: Readonly<Record<string, () => Value>> = {
    L1: () => total(b.op('Abs', [x])),
    L2: () => b.op('Sqrt', [total(b.op('Mul', [x, x], {}, 'square'))], {}, 'length'),
  }
  const norm = stringAttribute(node, 'norm', 'MAX')
  if (norm === 'MAX') {
    // The largest, not the largest magnitude: so the runtime has it.
    const rows = b.op('GlobalMaxPool', [b.op('Unsqueeze', [x, b.ints([1])], {}, 'rows')], {}, 'largest')
    const largest = b.op('Squeeze', [rows, b.ints([2])], {}, 'largest')
    const isZero = b.op('Equal', [largest, b.floats(0)], {}, 'is_zero')
    return b.op('Div', [x, b.op('Where', [isZero, b.floats(1), largest], {}, 'length')], {}, 'unit')
  }
  const length = Object.hasOwn(lengths, norm) ? lengths[norm] : undefined
  if (!length) return undefined
  return b.op('Div', [x, b.op('Clip', [length(), b.floats(smallest)], {}, 'length')], {}, 'unit')
}

/** Below every length that a float32 row can have. */
const smallest = 1e-38

function row(b: GraphBuilder, node: Node, name: string): Value {
  return b.floats(numbers(node, name), 'float32', [numbers(node, name).length])
}

function numbers(node: Node, name: string): readonly number[] {
  const attribute = node.attributes[name]
  return attribute?.type === 'floats' ? attribute.value : []
}
