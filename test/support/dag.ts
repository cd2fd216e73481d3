/** Random networks: convolutions, pools, sums, concatenations and branches over a picture, a dense head; biases of a sign. */

import type { Model, Node } from '../../src/core/0-graph/graph.ts'
import type { Tensor as Constant } from '../../src/core/0-graph/tensor.ts'
import { modelOf, node, type Random } from './models.ts'

interface Layer {
  readonly name: string
  readonly channels: number
  readonly height: number
  readonly width: number
}

/** What kind of network is drawn. */
export interface DagOptions {
  /** The range that biases are drawn from. Default −0.3…0, as the theory assumes. */
  readonly biases?: readonly [number, number]
  /** Factor of the last layer's weights. Default 1. */
  readonly scale?: number
}

export const dagInput = [3, 8, 9] as const
const classes = 4

/** Every layer's activations are ≥ 0 (a ReLU stands before every sum and pool); at least two layers read the input. */
export function randomDag(random: Random, { biases = [-0.3, 0], scale = 1 }: DagOptions = {}): Model {
  const nodes: Node[] = []
  const constants: Record<string, Constant> = {}
  let count = 0
  const fresh = (kind: string) => `${kind}${count++}`
  const shared: { name: string; channels: number; kernel: number }[] = []

  const conv = (from: Layer, channels: number): Layer => {
    const kernel = random.pick([1, 3])
    const strides = [random.int(1, 2), 1]
    // Now and then a layer is used twice.
    const again = shared.find(
      layer => layer.channels === from.channels && layer.kernel === kernel && random.int(0, 1) === 1,
    )
    const w = again ? again.name : fresh('w')
    const outputs = again ? (constants[w]?.dims[0] as number) : channels
    if (!again) {
      constants[w] = random.constant([channels, from.channels, kernel, kernel], -0.6, 0.7)
      shared.push({ name: w, channels: from.channels, kernel })
    }
    const b = fresh('b')
    constants[b] = random.constant([outputs], ...biases)
    const [raw, y] = [fresh('conv'), fresh('relu')]
    const half = (kernel - 1) / 2
    nodes.push(node('Conv', [from.name, w, b], raw, { pads: [half, half, half, half], strides }))
    nodes.push(node('Relu', [raw], y))
    return {
      name: y,
      channels: outputs,
      height: Math.floor((from.height - 1) / (strides[0] as number)) + 1,
      width: from.width,
    }
  }

  const pool = (from: Layer): Layer => {
    const y = fresh('pool')
    const kind = random.pick(['MaxPool', 'AveragePool'])
    nodes.push(node(kind, [from.name], y, { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }))
    return { ...from, name: y }
  }

  const input: Layer = { name: 'x', channels: dagInput[0], height: dagInput[1], width: dagInput[2] }
  const layers: Layer[] = [conv(input, 4), conv(input, 5)]
  const steps = random.int(3, 7)
  for (let step = 0; step < steps; step++) {
    const from = random.pick(layers)
    const twin = layers.find(
      l => l !== from && l.channels === from.channels && l.height === from.height && l.width === from.width,
    )
    const y = fresh('join')
    switch (random.int(0, 4)) {
      case 0:
        layers.push(pool(from))
        break
      case 1:
        if (!twin) continue
        nodes.push(node(random.pick(['Add', 'Sum']), [from.name, twin.name], y))
        layers.push({ ...from, name: y })
        break
      case 2:
        if (!twin) continue
        nodes.push(node('Concat', [from.name, twin.name, from.name], y, { axis: 1 }))
        layers.push({ ...from, name: y, channels: 2 * from.channels + twin.channels })
        break
      default:
        layers.push(conv(from, random.int(2, 5)))
    }
  }
  const flats = layers.slice(-3).map(layer => {
    const [mean, flat] = [fresh('mean'), fresh('flat')]
    nodes.push(node('GlobalAveragePool', [layer.name], mean), node('Flatten', [mean], flat))
    return { flat, channels: layer.channels }
  })
  nodes.push(
    node(
      'Concat',
      flats.map(f => f.flat),
      'features',
      { axis: 1 },
    ),
  )
  const width = flats.reduce((sum, f) => sum + f.channels, 0)
  constants.head = random.constant([classes, width], -0.5 * scale, scale)
  constants.headBias = random.constant([classes], biases[0] * scale * 0.1, biases[1] * scale * 0.1)
  nodes.push(node('Gemm', ['features', 'head', 'headBias'], 'y', { transB: 1 }))
  return modelOf({ nodes, inputs: { x: ['n', ...dagInput] }, outputs: ['y'], constants })
}
