/** The table of operators: every ONNX operator that relevance can go through, by name. */

import * as affine from './affine.ts'
import { Conv } from './conv.ts'
import { Gemm, MatMul } from './dense.ts'
import * as gates from './gates.ts'
import { GlobalAveragePool, ReduceMean, ReduceSum } from './global-pooling.ts'
import { LRN } from './normalising.ts'
import type { Operator } from './operator.ts'
import { AveragePool, MaxPool } from './pooling.ts'
import * as rearranging from './rearranging.ts'
import { Add, Sub, Sum } from './sum.ts'

const table: Readonly<Record<string, Operator>> = {
  Add,
  AveragePool,
  ...affine,
  Conv,
  Gemm,
  ...gates,
  GlobalAveragePool,
  LRN,
  MatMul,
  MaxPool,
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

/** The names of all operators in the table, sorted. */
export const supportedOperators: readonly string[] = Object.keys(table).sort()

/** Outputs of these do not carry the input's values: relevance neither reaches them nor passes them. */
export const shapeOperators: ReadonlySet<string> = new Set(['Shape', 'Size'])
