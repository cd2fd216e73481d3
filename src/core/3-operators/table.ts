/** The table of operators: every ONNX operator that relevance can go through, by name. */

import type { Node } from '../0-graph/graph.ts'
import * as affine from './affine.ts'
import { Conv } from './conv.ts'
import { ConvTranspose } from './conv-transpose.ts'
import * as copying from './copying.ts'
import { Gemm, MatMul } from './dense.ts'
import { Einsum } from './einsum.ts'
import {
  Ceil,
  Clip,
  Floor,
  HardSigmoid,
  LeakyRelu,
  Max,
  Min,
  Relu,
  Round,
  Sigmoid,
  Sign,
  Softplus,
  Tanh,
} from './gates.ts'
import { GlobalMaxPool, ReduceMax } from './global-max.ts'
import { GlobalAveragePool, ReduceMean, ReduceSum } from './global-pooling.ts'
import { InstanceNormalization, LayerNormalization, LRN, Softmax } from './normalising.ts'
import type { Facts, Operator } from './operator.ts'
import { AveragePool, MaxPool } from './pooling.ts'
import { isProduct } from './product.ts'
import * as rearranging from './rearranging.ts'
import { Resize } from './resize.ts'
import * as smoothGates from './smooth-gates.ts'
import { Add, Neg, Sub, Sum } from './sum.ts'

const table: Readonly<Record<string, Operator>> = {
  Add,
  AveragePool,
  ...affine,
  Conv,
  Gemm,
  Ceil,
  Clip,
  Floor,
  ConvTranspose,
  DepthToSpace: copying.DepthToSpace,
  Einsum,
  Expand: copying.Expand,
  Gather: copying.Gather,
  GlobalMaxPool,
  HardSigmoid,
  InstanceNormalization,
  LayerNormalization,
  LeakyRelu,
  Max,
  Min,
  ReduceMax,
  Relu,
  Resize,
  Round,
  Sigmoid,
  Sign,
  ...smoothGates,
  Softmax,
  Softplus,
  SpaceToDepth: copying.SpaceToDepth,
  Tanh,
  Tile: copying.Tile,
  Trilu: copying.Trilu,
  Where: copying.Where,
  GlobalAveragePool,
  LRN,
  MatMul,
  MaxPool,
  Neg,
  ReduceMean,
  ReduceSum,
  ...rearranging,
  Sub,
  Sum,
}

/** The row of an operator in ONNX's own domain; undefined where there is none. */
export function operatorOf(opType: string, domain: string): Operator | undefined {
  return domain === '' && Object.hasOwn(table, opType) ? table[opType] : undefined
}

/** What a node is, where it stands: some are of another kind where both of their operands are activations. */
export function operatorFor(node: Node, facts: Facts): Operator | undefined {
  const row = operatorOf(node.opType, node.domain)
  return row?.kind === 'linear' && row.ofTwo && isProduct(node, facts) ? row.ofTwo : row
}

/** The names of all operators in the table, sorted. */
export const supportedOperators: readonly string[] = Object.keys(table).sort()

/** Outputs of these do not carry the input's values, but sizes, choices and places: relevance neither reaches them nor passes them. */
export const shapeOperators: ReadonlySet<string> = new Set([
  'And',
  'ArgMax',
  'ArgMin',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'IsInf',
  'IsNaN',
  'Less',
  'LessOrEqual',
  'Not',
  'Or',
  'Shape',
  'Size',
  'Xor',
])
