/** VGG16 (Simonyan and Zisserman 2014) as an ONNX model with random weights: for timing, which does not look at them. */

import type { Model, Node } from '../src/core/0-graph/graph.ts'
import { bytesOf, sizeOf, type Tensor } from '../src/core/0-graph/tensor.ts'

/** Channels of the convolutions; `pool` halves the picture. */
const layers = [
  64,
  64,
  'pool',
  128,
  128,
  'pool',
  256,
  256,
  256,
  'pool',
  512,
  512,
  512,
  'pool',
  512,
  512,
  512,
  'pool',
] as const
const dense = [4096, 4096, 1000] as const

/** The network for pictures of 224×224, opset 13; weights after He et al., biases zero. */
export function vgg16(): Model {
  const random = generator(1)
  const initializers = new Map<string, Tensor>()
  const nodes: Node[] = []
  const weights = (name: string, dims: readonly number[]) => {
    const fan = sizeOf(dims.slice(1))
    const data = new Float32Array(sizeOf(dims))
    // Uniform, of variance 2/fan: normal numbers would take a minute to draw.
    const range = Math.sqrt(6 / fan)
    for (let i = 0; i < data.length; i++) data[i] = (2 * random() - 1) * range
    initializers.set(name, { dtype: 'float32', dims, bytes: bytesOf(data) })
    return name
  }
  const biases = (name: string, size: number) => {
    initializers.set(name, { dtype: 'float32', dims: [size], bytes: new Uint8Array(4 * size) })
    return name
  }
  let value = 'image'
  const add = (opType: string, inputs: readonly string[], attributes: Node['attributes'] = {}) => {
    const name = `${opType.toLowerCase()}_${nodes.length}`
    nodes.push({ name, opType, domain: '', inputs, outputs: [name], attributes })
    value = name
  }
  const ints = (value: readonly number[]) => ({ type: 'ints', value }) as const
  let channels = 3
  for (const [i, layer] of layers.entries()) {
    if (layer === 'pool') {
      add('MaxPool', [value], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) })
      continue
    }
    const inputs = [value, weights(`w${i}`, [layer, channels, 3, 3]), biases(`b${i}`, layer)]
    add('Conv', inputs, { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) })
    add('Relu', [value])
    channels = layer
  }
  add('Flatten', [value])
  let width = channels * 7 * 7
  for (const [i, size] of dense.entries()) {
    const inputs = [value, weights(`fc${i}`, [size, width]), biases(`fcb${i}`, size)]
    add('Gemm', inputs, { transB: { type: 'int', value: 1 } })
    if (i < dense.length - 1) add('Relu', [value])
    width = size
  }
  return {
    irVersion: 7,
    opsets: new Map([['', 13]]),
    producer: 'deeptaylor bench',
    metadata: new Map(),
    graph: {
      name: 'vgg16',
      nodes,
      inputs: [{ name: 'image', type: { dtype: 'float32', dims: ['batch', 3, 224, 224] } }],
      outputs: [{ name: value, type: { dtype: 'float32', dims: ['batch', 1000] } }],
      initializers,
    },
  }
}

/** Mulberry32: 32-bit, seedable, fast. Returns numbers in 0…1. */
export function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
