/** Arrays of doubles: what the reference computes with. */

/** Row-major; `dims` multiply to `data.length`. */
export interface Numbers {
  readonly dims: readonly number[]
  readonly data: Float64Array
}

/** How many elements a shape has. */
export function count(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1)
}

/** All alike. */
export function filled(dims: readonly number[], value: number): Numbers {
  return { dims, data: new Float64Array(count(dims)).fill(value) }
}

/** Σ. */
export function total(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** For every element of an array of shape `to`, the element of an array of shape `from` that broadcasting puts there. */
export function broadcast(from: readonly number[], to: readonly number[]): Int32Array {
  const missing = to.length - from.length
  const steps = from.map((dim, axis) => (dim === 1 ? 0 : count(from.slice(axis + 1))))
  return Int32Array.from({ length: count(to) }, (_, k) => {
    let [rest, index] = [k, 0]
    for (let axis = to.length - 1; axis >= missing; axis--) {
      const dim = to[axis] as number
      index += (rest % dim) * (steps[axis - missing] as number)
      rest = Math.floor(rest / dim)
    }
    return index
  })
}
