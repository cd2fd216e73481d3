/**
 * Grad-CAM (Selvaraju et al. 2017): the channels of a hidden layer, weighted by the mean gradient of the explained class,
 * where they sum to something positive, enlarged to the input's size.
 */

import type { Value } from '../0-graph/builder.ts'
import { dimsOf, rankOf } from '../0-graph/shapes.ts'
import type { Context } from '../3-operators/operator.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import type { HiddenLayers } from './hidden.ts'
import type { Step } from './plan.ts'

/** The layer of the map: the one asked for, or the last that still has places, as an activation. */
export function mapLayer(
  context: Context,
  steps: readonly Step[],
  hidden: HiddenLayers,
  x: Value,
  asked: string | undefined,
): Value {
  const invalid = (reason: string) => new DeepTaylorError('option-invalid', { option: 'method grad-cam', reason })
  const rank = rankOf(context.shapes, x)
  const isMap = (value: Value) => {
    const dims = dimsOf(context.shapes, value)
    return (
      dims !== undefined &&
      dims.length === rank &&
      rank > 2 &&
      dims.slice(2).some(dim => typeof dim !== 'number' || dim > 1)
    )
  }
  if (asked !== undefined) {
    const value = hidden.valueOf(asked)
    if (isMap(value)) return value
    throw invalid(`layer "${asked}" has no places: choose one before the network gives them up`)
  }
  const last = steps.findLast(
    ({ node, operator }) => operator.kind === 'linear' && !operator.hasFixedWeights && isMap(node.outputs[0] as Value),
  )
  if (last) return hidden.valueOf(last.node.name)
  throw invalid('no layer of the network has places that fit the input: it is for convolutional networks')
}

/** The map, in the input's shape: every channel of the input holds an equal part, so that channels sum to it. */
export function classActivation(context: Context, x: Value, layer: Value, gradient: Value): Value {
  const { b, shapes } = context
  const weights = b.op('GlobalAveragePool', [gradient], {}, 'weights')
  const weighted = b.op('Mul', [layer, weights], {}, 'weighted')
  const map = b.op('Relu', [b.op('ReduceSum', [weighted, b.ints([1])], { keepdims: 1 }, 'summed')], {}, 'map')
  const shape = b.op('Shape', [x], {}, 'shape')
  const at = (from: number, to: number) => b.op('Slice', [shape, b.ints([from]), b.ints([to])], {}, 'sizes')
  const rank = rankOf(shapes, x) ?? 4
  const sizes = b.op('Concat', [at(0, 1), b.ints([1]), at(2, rank)], { axis: 0 }, 'sizes')
  const large = b.op(
    'Resize',
    [map, '', '', sizes],
    { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
    'enlarged',
  )
  const channels = b.op('Cast', [at(1, 2)], { to: 1 }, 'channels')
  return b.op('Expand', [b.op('Div', [large, channels], {}, 'shared'), shape], {}, 'class_activation')
}
