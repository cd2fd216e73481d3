/**
 * Resize and Upsample: interpolation is a linear map along every axis. Its matrix is asked of the runtime, by resizing the
 * identity, so that every mode and every reading of coordinates is exactly the runtime's own.
 */

import type { Value } from '../0-graph/builder.ts'
import { type Attribute, type Node, stringAttribute } from '../0-graph/graph.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import { numbersOf } from '../0-graph/tensor.ts'
import type { Domain } from './domain.ts'
import type { Context, Facts, LinearOperator } from './operator.ts'

/** ONNX Resize by nearest or linear interpolation, without a region of interest. */
export const Resize: LinearOperator = {
  kind: 'linear',
  hasFixedWeights: true,
  domain: (_, [x]) => x as Domain,
  refuse: (node, facts) => {
    const [x = ''] = node.inputs
    if (node.inputs.slice(1).some(name => facts.active.has(name))) return 'its sizes depend on the input'
    if (stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize') {
      return 'it crops a region of interest: that is not supported'
    }
    if (stringAttribute(node, 'mode', 'nearest') === 'cubic') {
      return 'its cubic interpolation has negative weights, for which no share is defined: export it with linear'
    }
    if (resizedAxes(node, facts) === undefined) return 'its sizes are not known: fix the free sizes of the input'
    return facts.active.has(x) ? undefined : 'its data does not depend on the input'
  },
  branches: (node, context) => {
    const { b } = context
    const x = node.inputs[0] as Value
    const axes = resizedAxes(node, context) as readonly Axis[]
    const rank = (dimsOf(context.shapes, x) ?? []).length
    return [
      {
        input: 0,
        x,
        weights: { kind: 'fixed', value: 1 },
        forward: value => b.op('Resize', [value, ...node.inputs.slice(1)], node.attributes),
        transpose: s =>
          axes.reduce((value, axis) => {
            const matrix = matrixOf(context, node, axis)
            // The axis goes last, is multiplied by out × in, and goes back.
            const perm = Array.from({ length: rank }, (_, i) => i)
            perm.splice(axis.index, 1)
            perm.push(axis.index)
            const inverse = perm.map((_, i) => perm.indexOf(i))
            const last = b.op('Transpose', [value], { perm }, 'axis_last')
            return b.op('Transpose', [b.op('MatMul', [last, matrix], {}, 'spread')], { perm: inverse }, 'back')
          }, s),
      },
    ]
  },
}

interface Axis {
  readonly index: number
  readonly from: number
  readonly to: number
  /** The scale as the model states it; undefined where it states sizes. */
  readonly scale: number | undefined
}

/** The axes that change, undefined where a size is not known. */
function resizedAxes(node: Node, facts: Facts): readonly Axis[] | undefined {
  const [from, to] = [dimsOf(facts.shapes, node.inputs[0] ?? ''), dimsOf(facts.shapes, node.outputs[0] ?? '')]
  if (!from || !to || from.length !== to.length) return undefined
  const scales = facts.initializers.get(node.inputs[2] ?? '')
  const stated = scales && numbersOf(scales)
  if (stated && stated.length > 0 && stated.length !== from.length) return undefined
  const axes: Axis[] = []
  for (const [index, size] of from.entries()) {
    const target = to[index]
    // A batch keeps its size, whatever that is called behind the node.
    const isKept = stated && stated.length > 0 ? stated[index] === 1 : index < 2
    if (size === target || (isKept && typeof size === 'string' && typeof target === 'string')) continue
    if (typeof size !== 'number' || typeof target !== 'number') return undefined
    axes.push({ index, from: size, to: target, scale: stated && stated.length > 0 ? stated[index] : undefined })
  }
  return axes
}

/** The matrix of one axis, out × in: the identity, resized along its rows. */
function matrixOf({ b }: Context, node: Node, { from, to, scale }: Axis): Value {
  const square = b.op('Expand', [b.floats(0), b.ints([from, from])], {}, 'square')
  const identity = b.op('Reshape', [b.op('EyeLike', [square], {}, 'identity'), b.ints([1, 1, from, from])], {}, 'rows')
  const { axes: _, keep_aspect_ratio_policy: __, ...attributes } = node.attributes as Record<string, Attribute>
  const sizes =
    scale === undefined ? ['', '', b.ints([1, 1, to, from])] : ['', b.floats([1, 1, scale, 1], 'float32', [4])]
  const resized = b.op('Resize', [identity, ...sizes], attributes, 'interpolation')
  return b.op('Reshape', [resized, b.ints([to, from])], {}, 'matrix')
}
