/** Types and shapes of values, as ONNX Runtime tells them. */

import type { Dim, ValueType } from './graph.ts'

/** Type and shape by value. A value may be missing where the runtime could not tell. */
export type Shapes = ReadonlyMap<string, ValueType>

/** The shape of a value; undefined when its rank is unknown. */
export function dimsOf(shapes: Shapes, value: string): readonly Dim[] | undefined {
  return shapes.get(value)?.dims
}

/** The shape of a value when every dimension is a number. */
export function staticDimsOf(shapes: Shapes, value: string): readonly number[] | undefined {
  const dims = dimsOf(shapes, value)
  return dims?.every(dim => typeof dim === 'number') ? (dims as readonly number[]) : undefined
}

/** The rank of a value; undefined when unknown. */
export function rankOf(shapes: Shapes, value: string): number | undefined {
  return dimsOf(shapes, value)?.length
}
