/** The numbers that ONNX's format gives to element types. */

import type { DataType } from '../0-graph/graph.ts'

const names: readonly DataType[] = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
]

/** The element type of a code in the file; undefined for those that the compiler does not know. */
export function dataTypeOfCode(code: number): DataType | undefined {
  return names[code]
}

/** The code of an element type. */
export function codeOfDataType(dtype: DataType): number {
  return names.indexOf(dtype)
}
