/** Where elements go: they are numbered, sent through a node that only moves them, and found again behind it. */

import type { Node } from '../../../src/core/0-graph/graph.ts'
import { byteSize, sizeOf } from '../../../src/core/0-graph/tensor.ts'
import { count } from './numbers.ts'
import { partOf, type Trace } from './trace.ts'

/** For every element of an output, the number of the element that it is, counted over the operands; −1 for none of them. */
export async function sourcesOf(
  trace: Trace,
  node: Node,
  places: readonly number[],
  output: number,
): Promise<Int32Array> {
  // Whatever constants are mixed in (padding, a second choice) must not be taken for a number.
  const constants = node.inputs.flatMap((name, i) => {
    const tensor = trace.values.get(name) ?? trace.model.graph.initializers.get(name)
    return !places.includes(i) && tensor?.dtype === 'float32' ? [[name, tensor.dims] as const] : []
  })
  const zeros = constants.map(([name, dims]) => {
    const bytes = new Uint8Array(sizeOf(dims) * byteSize.float32)
    return [name, { dtype: 'float32' as const, dims, bytes }] as const
  })
  const { value: _, ...attributes } = node.attributes
  const part = await partOf(trace, [{ ...node, attributes }], places, { instead: new Map(zeros), output })
  try {
    let offset = 1
    const numbered = places.map(place => {
      const { dims } = trace.values.get(node.inputs[place] as string) as { dims: readonly number[] }
      const data = Float64Array.from({ length: count(dims) }, (_, i) => offset + i)
      offset += data.length
      return { dims, data }
    })
    const { data } = await part.run(numbered)
    return Int32Array.from(data, number => number - 1)
  } finally {
    await part.close()
  }
}
