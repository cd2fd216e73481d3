/** ONNX Attention (opset 23) as what it is made of: two matrix products, and a softmax between them. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { floatAttribute, type Graph, intAttribute, type Node } from '../0-graph/graph.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import { rewriteNodes } from './rewriting.ts'

/** Below every score; an infinity would make rows that are masked throughout undefined. */
const never = -3e38

/** Writes out every Attention whose heads and sizes are known; others stay, to be refused by name where relevance would pass. */
export function attention(graph: Graph, shapes: Shapes): Graph {
  return rewriteNodes(graph, (b, node) =>
    node.opType === 'Attention' && node.domain === '' ? attended(b, node, shapes) : undefined,
  )
}

function attended(b: GraphBuilder, node: Node, shapes: Shapes): Value | undefined {
  const [q, k, v, mask = '', ...past] = node.inputs as [Value, Value, Value, ...Value[]]
  const dims = [q, k, v].map(name => dimsOf(shapes, name))
  const isFlat = dims.every(list => list?.length === 3)
  const heads = isFlat ? intAttribute(node, 'q_num_heads', 0) : dims[0]?.[1]
  const kvHeads = isFlat ? intAttribute(node, 'kv_num_heads', 0) : dims[1]?.[1]
  const width = dims[0]?.at(-1)
  const hasMore = [...past, ...node.outputs.slice(1)].some(name => name !== '')
  if (!isFlat && !dims.every(list => list?.length === 4)) return undefined
  if (hasMore || !heads || heads !== kvHeads || typeof heads !== 'number' || typeof width !== 'number') return undefined
  const apart = (value: Value) =>
    isFlat
      ? b.op('Transpose', [b.op('Reshape', [value, b.ints([0, 0, heads, -1])])], { perm: [0, 2, 1, 3] }, 'heads')
      : value
  const turned = b.op('Transpose', [apart(k)], { perm: [0, 1, 3, 2] }, 'keys')
  const scale = floatAttribute(node, 'scale', 1 / Math.sqrt(isFlat ? width / heads : width))
  const products = b.op('MatMul', [apart(q), turned], {}, 'products')
  const capped = softCapped(b, node, b.op('Mul', [products, b.floats(scale)], {}, 'scores'))
  const masked = causal(b, node, mask === '' ? capped : maskedBy(b, capped, mask, shapes))
  const weights = b.op('Softmax', [masked], { axis: -1 }, 'attention')
  const value = b.op('MatMul', [weights, apart(v)], {}, 'attended')
  if (!isFlat) return value
  return b.op('Reshape', [b.op('Transpose', [value], { perm: [0, 2, 1, 3] }), b.ints([0, 0, -1])], {}, 'joined')
}

function softCapped(b: GraphBuilder, node: Node, scores: Value): Value {
  const cap = floatAttribute(node, 'softcap', 0)
  if (cap === 0) return scores
  return b.op('Mul', [b.op('Tanh', [b.op('Div', [scores, b.floats(cap)])]), b.floats(cap)], {}, 'capped')
}

/** A mask of booleans chooses, one of numbers is added. */
function maskedBy(b: GraphBuilder, scores: Value, mask: Value, shapes: Shapes): Value {
  return shapes.get(mask)?.dtype === 'bool'
    ? b.op('Where', [mask, scores, b.floats(never)], {}, 'masked')
    : b.op('Add', [scores, mask], {}, 'masked')
}

/** No place attends to a later one. */
function causal(b: GraphBuilder, node: Node, scores: Value): Value {
  if (intAttribute(node, 'is_causal', 0) !== 1) return scores
  const ones = b.op('Expand', [b.floats(1), b.op('Shape', [scores], {}, 'shape')], {}, 'ones')
  const before = b.op('Greater', [b.op('Trilu', [ones], { upper: 0 }, 'before'), b.floats(0)], {}, 'is_before')
  return b.op('Where', [before, scores, b.floats(never)], {}, 'masked')
}
