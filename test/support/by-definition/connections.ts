/**
 * A layer's matrix, literally: its Jacobian, column by column, from unit vectors. Which element is connected to which, and
 * how strongly, is asked of the runtime; no operator's formula is written down here.
 */

import { count, filled, type Numbers } from './numbers.ts'
import type { Part } from './trace.ts'

/** All connections that are not 0: input `from[k]` excites output `to[k]` with the weight `weight[k]`. */
export interface Connections {
  readonly inputs: number
  readonly outputs: number
  readonly from: Int32Array
  readonly to: Int32Array
  readonly weight: Float64Array
  /** What the layer makes of zeros. */
  readonly bias: Float64Array
}

/** A power of two: multiplying by it is exact, and what a bias rounds away of a weight is as much smaller. */
const unit = 4096

/** Numbers that go through the runtime at once. */
const largestBatch = 2 ** 21

/**
 * The connections of a part to all of its operands, which are numbered one after the other.
 *
 * @param height of the unit vectors: 1 for what is not linear but homogeneous, as the largest of a window is
 */
export async function connectionsOf(
  part: Part,
  operands: readonly (readonly number[])[],
  height: number = unit,
): Promise<Connections> {
  const zeros = operands.map(dims => filled(dims, 0))
  const atZero = await part.run(zeros)
  const outputs = atZero.data.length
  const isBatched = await keepsSamples(part, operands)
  const [from, to, weight]: [number[], number[], number[]] = [[], [], []]
  let offset = 0
  for (const [o, dims] of operands.entries()) {
    const size = count(dims)
    const most = isBatched ? Math.max(1, Math.floor(largestBatch / Math.max(outputs, size))) : 1
    for (let first = 0; first < size; first += most) {
      const units = Math.min(most, size - first)
      const stacked = zeros.map((zero, other) => {
        const many = filled(times(zero.dims, units), 0)
        if (other === o) for (let u = 0; u < units; u++) many.data[u * size + first + u] = height
        return many
      })
      const { data } = await part.run(stacked)
      for (let k = 0; k < data.length; k++) {
        const j = k % outputs
        const excited = ((data[k] as number) - (atZero.data[j] as number)) / height
        if (excited === 0) continue
        from.push(offset + first + (k - j) / outputs)
        to.push(j)
        weight.push(excited)
      }
    }
    offset += size
  }
  return {
    inputs: offset,
    outputs,
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    weight: Float64Array.from(weight),
    bias: atZero.data,
  }
}

/** Whether two samples, one above the other, come out one above the other. */
async function keepsSamples(part: Part, operands: readonly (readonly number[])[]): Promise<boolean> {
  if (operands.some(dims => dims.length === 0)) return false
  const wavy = (phase: number) =>
    operands.map(dims => ({ dims, data: filled(dims, 0).data.map((_, i) => Math.sin(1.7 * i + phase)) }))
  const [a, b] = [wavy(0), wavy(1)]
  const alone = [...(await part.run(a)).data, ...(await part.run(b)).data]
  try {
    const both = a.map(({ dims, data }, i) => ({
      dims: times(dims, 2),
      data: Float64Array.from([...data, ...(b[i] as Numbers).data]),
    }))
    const { data } = await part.run(both)
    return data.length === alone.length && data.every((y, i) => Math.abs(y - (alone[i] as number)) < 1e-4)
  } catch {
    return false
  }
}

function times(dims: readonly number[], samples: number): readonly number[] {
  return [(dims[0] as number) * samples, ...dims.slice(1)]
}
