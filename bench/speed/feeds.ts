/** What models are fed: random pictures, the same in every process. */

import { DeepTaylorError } from '../../src/core/diagnostics.ts'
import type { Session, Tensor, ValueType } from '../../src/runtime/session.ts'
import { generator } from '../random.ts'

/** Side of a picture where the model leaves it open. */
const side = 224

/** Wide enough for pictures normalised by ImageNet's mean and standard deviation. */
export const inputBox = { low: -2.2, high: 2.7 } as const

/** Random floats, and zeros for integers, which may be indices of anything. Free dimensions: the batch, then sides. */
export function feedsFor({ inputs }: Pick<Session, 'inputs'>, batch: number): Record<string, Tensor> {
  return Object.fromEntries([...inputs].map(([name, type]) => [name, tensorFor(name, type, batch)]))
}

function tensorFor(name: string, { dtype, dims: declared }: ValueType, batch: number): Tensor {
  const dims = declared.map((dim, axis) => (typeof dim === 'number' && dim > 0 ? dim : axis === 0 ? batch : side))
  const length = dims.reduce((product, dim) => product * dim, 1)
  if (dtype === 'float32') return { dtype, dims, data: randomNumbers(length) }
  if (dtype === 'int64') return { dtype, dims, data: new BigInt64Array(length) }
  throw new DeepTaylorError('option-invalid', {
    option: 'model',
    reason: `input ${name} is ${dtype}; float32 or int64 can be fed`,
  })
}

/** Numbers in −2…2, always the same. */
export function randomNumbers(length: number): Float32Array {
  const random = generator(2)
  return Float32Array.from({ length }, () => random() * 4 - 2)
}

/** Waits without using a core. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
