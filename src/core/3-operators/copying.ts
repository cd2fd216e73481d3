/** Operators that choose, repeat or interleave elements: what was copied gets the sum of what its copies got. */

import type { Value } from '../0-graph/builder.ts'
import { type Dim, intAttribute, stringAttribute } from '../0-graph/graph.ts'
import { dimsOf, rankOf } from '../0-graph/shapes.ts'
import { numbersOf } from '../0-graph/tensor.ts'
import { type Domain, hull, valuesOf, withZero } from './domain.ts'
import { reshapeLike } from './like.ts'
import type { Context, RearrangingOperator } from './operator.ts'

const same = (_: unknown, inputs: readonly Domain[]): Domain => inputs[0] as Domain

/** Larger choices are embeddings: their tables do not depend on the input. */
const largestChoice = 2 ** 22

/** ONNX Gather by constant indices. */
export const Gather: RearrangingOperator = {
  kind: 'rearranging',
  domain: same,
  refuse: (node, facts) => {
    const [x = '', indices = ''] = node.inputs
    if (facts.active.has(indices)) return 'its indices depend on the input'
    const dims = dimsOf(facts.shapes, x)
    const axis = intAttribute(node, 'axis', 0)
    const size = dims?.[axis < 0 ? axis + dims.length : axis]
    const chosen = facts.initializers.get(indices)
    if (typeof size !== 'number' || !chosen) return 'its indices, or the size that it chooses from, are not constants'
    return numbersOf(chosen).length * size > largestChoice ? 'it chooses too many of too many elements' : undefined
  },
  adjoint: (node, [r], context) => {
    const { b, shapes, initializers } = context
    const x = node.inputs[0] as Value
    const dims = dimsOf(shapes, x) as readonly (number | string)[]
    const given = intAttribute(node, 'axis', 0)
    const axis = given < 0 ? given + dims.length : given
    const size = dims[axis] as number
    const indices = numbersOf(initializers.get(node.inputs[1] as string) as never).map(i => (i < 0 ? i + size : i))
    // Before and behind the axis everything is one: [before, chosen, behind] → [before, size, behind].
    const known = (list: readonly (number | string)[]) =>
      list.every(dim => typeof dim === 'number') ? list.reduce<number>((n, dim) => n * (dim as number), 1) : -1
    const [before, behind] = [known(dims.slice(0, axis)), known(dims.slice(axis + 1))]
    const flat = b.op('Reshape', [r as Value, b.ints([before, indices.length, behind])], {}, 'chosen')
    const places = b.floats(
      Array.from({ length: size }, (_, row) => indices.map(index => (index === row ? 1 : 0))).flat(),
      'float32',
      [size, indices.length],
    )
    return [reshapeLike(context, b.op('MatMul', [places, flat], {}, 'placed'), x)]
  },
}

/** ONNX Expand: every copy's relevance goes to what was copied. */
export const Expand: RearrangingOperator = {
  kind: 'rearranging',
  domain: same,
  refuse: (node, facts) => {
    const known = [node.inputs[0], node.outputs[0]].every(name => rankOf(facts.shapes, name ?? '') !== undefined)
    return known ? undefined : 'the ranks of its input and output are not known'
  },
  adjoint: (node, [r], context) => [summedTo(context, r as Value, node.outputs[0] as Value, node.inputs[0] as Value)],
}

/** A value of the shape of `from`, summed over the axes along which `to` was repeated. */
export function summedTo(context: Context, value: Value, from: Value, to: Value): Value {
  return summedFrom(context, value, dimsOf(context.shapes, from) ?? [], to)
}

/** A value of the sizes `large`, summed over the axes along which `to` was repeated. */
export function summedFrom(context: Context, value: Value, large: readonly Dim[], to: Value): Value {
  const { b, shapes } = context
  const small = dimsOf(shapes, to) ?? []
  const missing = large.length - small.length
  const axes = large.flatMap((dim, axis) =>
    axis < missing || (small[axis - missing] === 1 && dim !== 1) ? [axis] : [],
  )
  if (axes.length === 0) return value
  return reshapeLike(context, b.op('ReduceSum', [value, b.ints(axes)], { keepdims: 1 }, 'summed'), to)
}

/** ONNX DepthToSpace, in both of its orders. */
export const DepthToSpace: RearrangingOperator = {
  kind: 'rearranging',
  domain: same,
  refuse: (node, facts) =>
    dimsOf(facts.shapes, node.inputs[0] ?? '')
      ?.slice(1)
      .every(dim => typeof dim === 'number')
      ? undefined
      : 'the sizes of its input are not known',
  adjoint: (node, [r], context) => {
    const { b, shapes } = context
    const x = node.inputs[0] as Value
    const size = intAttribute(node, 'blocksize', 1)
    const [channels, rows, columns] = (dimsOf(shapes, x) ?? []).slice(1) as [number, number, number]
    const split = [-1, channels / size ** 2, rows, size, columns, size]
    const blocks = b.op('Reshape', [r as Value, b.ints(split)], {}, 'blocks')
    const isColumnRow = stringAttribute(node, 'mode', 'DCR') === 'CRD'
    const perm = isColumnRow ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]
    return [reshapeLike(context, b.op('Transpose', [blocks], { perm }, 'depth'), x)]
  },
}

/** ONNX SpaceToDepth. */
export const SpaceToDepth: RearrangingOperator = {
  kind: 'rearranging',
  domain: same,
  adjoint: (node, [r], { b }) => [
    b.op('DepthToSpace', [r as Value], { blocksize: intAttribute(node, 'blocksize', 1), mode: 'DCR' }),
  ],
}

/** ONNX Tile: every copy's relevance goes to what was copied. */
export const Tile: RearrangingOperator = {
  kind: 'rearranging',
  domain: same,
  refuse: (node, facts) => {
    const [x = '', repeats = ''] = node.inputs
    if (!facts.initializers.has(repeats)) return 'its repeats are not constants'
    const free = dimsOf(facts.shapes, x)?.filter(dim => typeof dim === 'string') ?? ['', '']
    return free.length > 1 ? 'the sizes of its input are not known' : undefined
  },
  adjoint: (node, [r], context) => {
    const { b, shapes, initializers } = context
    const x = node.inputs[0] as Value
    const repeats = numbersOf(initializers.get(node.inputs[1] as string) as never)
    // Every axis as copies × size: the sum over the copies.
    const split = (dimsOf(shapes, x) ?? []).flatMap((dim, axis) => [
      repeats[axis] as number,
      typeof dim === 'string' ? -1 : dim,
    ])
    const copies = b.op('Reshape', [r as Value, b.ints(split)], {}, 'copies')
    const axes = repeats.map((_, axis) => 2 * axis)
    return [b.op('ReduceSum', [copies, b.ints(axes)], { keepdims: 0 }, 'summed')]
  },
}

/** ONNX Trilu: what was cut off has no relevance to send back. */
export const Trilu: RearrangingOperator = {
  kind: 'rearranging',
  domain: (_, [x]) => withZero(x as Domain),
  adjoint: (node, [r], { b }) => [b.op('Trilu', [r as Value, ...node.inputs.slice(1)], node.attributes, 'cut')],
}

/** ONNX Where: relevance goes to what was chosen. The choice itself gets none: nothing small moves it. */
export const Where: RearrangingOperator = {
  kind: 'rearranging',
  domain: (node, inputs, facts) => {
    const constants = node.inputs.slice(1).filter(value => !facts.active.has(value))
    const others = constants.map((value): Domain => {
      const [low, high] = valuesOf(value, facts) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      return { ...(inputs[0] as Domain), low, high }
    })
    return hull([...inputs, ...others])
  },
  refuse: (node, facts) =>
    node.inputs.slice(1).some(value => facts.active.has(value) && rankOf(facts.shapes, value) === undefined) ||
    rankOf(facts.shapes, node.outputs[0] ?? '') === undefined
      ? 'the ranks of its operands are not known'
      : undefined,
  adjoint: (node, [r], context) => {
    const { b, active } = context
    const [condition, ...values] = node.inputs as [Value, Value, Value]
    const zero = b.floats(0)
    return [
      undefined,
      ...values.map((value, i) => {
        if (!active.has(value)) return undefined
        const chosen = i === 0 ? [condition, r as Value, zero] : [condition, zero, r as Value]
        return summedTo(context, b.op('Where', chosen, {}, 'chosen'), node.outputs[0] as Value, value)
      }),
    ]
  },
}
