/** Operators that move elements without changing them. Each adjoint moves relevance back the same way. */

import type { Value } from '../0-graph/builder.ts'
import { intAttribute, intsAttribute, type Node, stringAttribute } from '../0-graph/graph.ts'
import { dimsOf, rankOf } from '../0-graph/shapes.ts'
import { numbersOf } from '../0-graph/tensor.ts'
import { type Domain, hull, linearOutput } from './domain.ts'
import { reshapeLike, zerosLike } from './like.ts'
import type { Context, Facts, RearrangingOperator } from './operator.ts'

const same = (_: Node, inputs: readonly Domain[]): Domain => inputs[0] as Domain

/** The same elements in another shape: Reshape, Flatten, Squeeze, Unsqueeze. */
const reshaping: RearrangingOperator = {
  kind: 'rearranging',
  domain: same,
  adjoint: ({ inputs, outputs }, [r], context) => [
    reshapeLike(context, r as Value, inputs[0] as Value, outputs[0] as Value),
  ],
}

/** ONNX Reshape. */
export const Reshape: RearrangingOperator = reshaping

/** ONNX Flatten. */
export const Flatten: RearrangingOperator = reshaping

/** ONNX Squeeze. */
export const Squeeze: RearrangingOperator = reshaping

/** ONNX Unsqueeze. */
export const Unsqueeze: RearrangingOperator = reshaping

/** ONNX Identity, where it makes an output of the graph. */
export const Identity: RearrangingOperator = { kind: 'rearranging', domain: same, adjoint: (_, [r]) => [r] }

/** ONNX Transpose. */
export const Transpose: RearrangingOperator = {
  kind: 'rearranging',
  domain: same,
  refuse: (node, facts) => (permutation(node, facts) ? undefined : 'the rank of its input is not known'),
  adjoint: (node, [r], context) => {
    const perm = permutation(node, context) as readonly number[]
    const inverse = perm.map((_, axis) => perm.indexOf(axis))
    return [context.b.op('Transpose', [r as Value], { perm: inverse }, 'transposed')]
  },
}

function permutation(node: Node, facts: Facts): readonly number[] | undefined {
  const rank = rankOf(facts.shapes, node.inputs[0] ?? '')
  const perm = intsAttribute(node, 'perm')
  return perm ?? (rank === undefined ? undefined : Array.from({ length: rank }, (_, i) => rank - 1 - i))
}

/** ONNX Concat. */
export const Concat: RearrangingOperator = {
  kind: 'rearranging',
  domain: (node, inputs, facts) => hull([...inputs, ...constantsAmong(node, inputs[0] as Domain, facts)]),
  refuse: (node, facts) => {
    const axis = axisOf(node, facts, node.outputs[0])
    const unknown = node.inputs.some(input => typeof dimsOf(facts.shapes, input)?.[axis ?? 0] !== 'number')
    return axis === undefined || unknown ? 'the sizes that it puts together are not known' : undefined
  },
  adjoint: (node, [r], context) => {
    const { b, shapes, active } = context
    const axis = axisOf(node, context, node.outputs[0]) as number
    const sizes = node.inputs.map(input => dimsOf(shapes, input)?.[axis] as number)
    const parts = b.ops('Split', [r as Value, b.ints(sizes)], sizes.length, { axis }, 'part')
    return node.inputs.map((input, i) => (active.has(input) ? parts[i] : undefined))
  },
}

/** The domains of constants that stand beside activations; one that is computed may hold anything, within its own box. */
function constantsAmong(node: Node, beside: Domain, { active, initializers }: Facts): readonly Domain[] {
  return node.inputs.flatMap((name): Domain[] => {
    if (active.has(name)) return []
    const tensor = initializers.get(name)
    if (!tensor) return [{ ...linearOutput, origin: beside.origin, isBoxed: true }]
    const values = numbersOf(tensor)
    const [low, high] = values.reduce(
      ([l, h], v) => [Math.min(l, v), Math.max(h, v)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    )
    return values.length === 0 ? [] : [{ origin: beside.origin, low, high }]
  })
}

/** ONNX Split. */
export const Split: RearrangingOperator = {
  kind: 'rearranging',
  domain: same,
  refuse: (node, facts) =>
    axisOf(node, facts, node.inputs[0]) === undefined ? 'the rank of its input is not known' : undefined,
  adjoint: (node, relevances, context) => {
    const axis = axisOf(node, context, node.inputs[0]) as number
    const parts = relevances.map((r, i) => r ?? zerosLike(context, node.outputs[i] as Value))
    return [context.b.op('Concat', parts, { axis }, 'joined')]
  },
}

/** The node's axis, counted from the front. */
function axisOf(node: Node, facts: Facts, like: string | undefined): number | undefined {
  const rank = like === undefined ? undefined : rankOf(facts.shapes, like)
  const axis = intAttribute(node, 'axis', 0)
  return axis >= 0 ? axis : rank === undefined ? undefined : axis + rank
}

/** ONNX Slice by constant bounds, with any steps. */
export const Slice: RearrangingOperator = {
  kind: 'rearranging',
  domain: same,
  refuse: (node, facts) =>
    ranges(node, facts) ? undefined : 'its bounds, or the sizes that it cuts, are not constants',
  adjoint: (node, [r], context) => {
    const { b } = context
    const x = node.inputs[0] as Value
    const cuts = ranges(node, context) as readonly Range[]
    const rank = rankOf(context.shapes, x) as number
    let back = r as Value
    // Contiguous cuts are undone by one Pad, steps by scattering along their axis.
    const pads = Array<number>(2 * rank).fill(0)
    for (const { axis, indices, size } of cuts) {
      const [first = 0, last = -1] = [indices[0], indices.at(-1)]
      if (indices.every((index, i) => index === first + i)) {
        pads[axis] = first
        pads[rank + axis] = size - 1 - last
      } else back = scatter(context, back, axis, indices, size)
    }
    if (pads.some(pad => pad > 0)) back = b.op('Pad', [back, b.ints(pads)], {}, 'padded')
    return [back]
  },
}

/** Elements along an axis back to the places that they were taken from, zeros elsewhere. */
function scatter({ b }: Context, r: Value, axis: number, indices: readonly number[], size: number): Value {
  const column = indices.map((index, i) => ({ index, i })).sort((a, c) => a.index - c.index)
  // Gather from r with one zero slice appended: every place reads its element, or the zeros.
  const reads = Array<number>(size).fill(indices.length)
  for (const { index, i } of column) reads[index] = i
  const slice = b.op('Gather', [r, b.ints([0])], { axis }, 'one')
  const zeros = b.op('Expand', [b.floats(0), b.op('Shape', [slice], {}, 'shape')], {}, 'zeros')
  return b.op('Gather', [b.op('Concat', [r, zeros], { axis }, 'extended'), b.ints(reads)], { axis }, 'scattered')
}

interface Range {
  readonly axis: number
  readonly size: number
  readonly indices: readonly number[]
}

/** The indices that a Slice takes, by axis; undefined where they are not known, or where nothing is left. */
function ranges(node: Node, facts: Facts): readonly Range[] | undefined {
  const dims = dimsOf(facts.shapes, node.inputs[0] ?? '')
  const list = (index: number) => {
    const tensor = facts.initializers.get(node.inputs[index] ?? '')
    return tensor && numbersOf(tensor)
  }
  const [starts, ends] = [list(1), list(2)]
  if (!dims || !starts || !ends) return undefined
  const axes = node.inputs[3] ? list(3) : starts.map((_, i) => i)
  const steps = node.inputs[4] ? list(4) : starts.map(() => 1)
  if (!axes || !steps) return undefined
  const result: Range[] = []
  for (const [i, given] of axes.entries()) {
    const axis = given < 0 ? given + dims.length : given
    const size = dims[axis]
    const [start, end, step] = [starts[i] as number, ends[i] as number, steps[i] as number]
    if (typeof size !== 'number' || step === 0) return undefined
    const indices = indicesOf(start, end, step, size)
    if (indices.length === 0) return undefined
    result.push({ axis, size, indices })
  }
  return result
}

/** ONNX's reading of start:end:step: negative counts from the end, out of range clamps. */
function indicesOf(start: number, end: number, step: number, size: number): number[] {
  const from = start < 0 ? start + size : start
  const to = end < 0 ? end + size : end
  const indices: number[] = []
  if (step > 0) for (let i = Math.max(0, from); i < Math.min(size, to); i += step) indices.push(i)
  else for (let i = Math.min(size - 1, from); i > Math.max(-1, end < -size ? -1 : to); i += step) indices.push(i)
  return indices
}

/** ONNX Pad with constants: what was added has no neuron behind it, so its relevance is dropped. */
export const Pad: RearrangingOperator = {
  kind: 'rearranging',
  domain: (node, [x], { initializers }) => {
    const given = initializers.get(node.inputs[2] ?? '')
    const value = node.inputs[2] ? ((given && numbersOf(given)[0]) ?? Number.NaN) : 0
    const [low, high] = Number.isNaN(value) ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : [value, value]
    return hull([x as Domain, { ...(x as Domain), low, high }])
  },
  refuse: (node, facts) => {
    const mode = stringAttribute(node, 'mode', 'constant')
    if (mode !== 'constant') return `its mode is "${mode}": only padding with a constant is supported`
    return padsOf(node, facts) ? undefined : 'its sizes are not constants'
  },
  adjoint: (node, [r], context) => {
    const { b } = context
    const pads = padsOf(node, context) as Pads
    // Cropping is negative padding, and so the other way round.
    return [b.op('Pad', [r as Value, b.ints([...pads.begin, ...pads.end].map(p => (p === 0 ? 0 : -p)))], {}, 'cropped')]
  },
}

interface Pads {
  readonly begin: readonly number[]
  readonly end: readonly number[]
}

function padsOf(node: Node, facts: Facts): Pads | undefined {
  const tensor = facts.initializers.get(node.inputs[1] ?? '')
  const rank = rankOf(facts.shapes, node.inputs[0] ?? '')
  if (!tensor || rank === undefined) return undefined
  const values = numbersOf(tensor)
  const axesTensor = node.inputs[3] ? facts.initializers.get(node.inputs[3]) : undefined
  if (node.inputs[3] && !axesTensor) return undefined
  const axes = axesTensor ? numbersOf(axesTensor).map(a => (a < 0 ? a + rank : a)) : values.slice(rank).map((_, i) => i)
  const [begin, end] = [Array<number>(rank).fill(0), Array<number>(rank).fill(0)]
  for (const [i, axis] of axes.entries()) {
    begin[axis] = values[i] ?? 0
    end[axis] = values[i + axes.length] ?? 0
  }
  return { begin, end }
}
