/**
 * Writes an architecture down a layer a line, with random weights: timing does not look at them. Their names are those of
 * torchvision's state dict, so that the same weights can be loaded there.
 */

import type { Attribute, Model, Node } from '../../src/core/0-graph/graph.ts'
import { bytesOf, sizeOf, type Tensor } from '../../src/core/0-graph/tensor.ts'
import { generator } from '../random.ts'

/** A value of the network: its channels, and the side of its square maps (1 where it has none). */
export interface Flow {
  readonly value: string
  readonly channels: number
  readonly side: number
}

/** How a convolution is laid; `gain` is the variance that it gives its input: 2 behind a ReLU (He et al.), 1 else. */
export interface Convolution {
  readonly stride?: number
  readonly pad?: number
  readonly groups?: number
  readonly bias?: boolean
  readonly gain?: number
}

/** Windows of a pooling. */
export interface Window {
  readonly pad?: number
  readonly ceil?: boolean
}

const classes = 1000

/** Collects nodes and weights; every method appends one layer behind the value that it is given. */
export class NetworkBuilder {
  /** The picture: float32 [batch, 3, side, side]. */
  readonly picture: Flow
  readonly #name: string
  readonly #random = generator(1)
  readonly #nodes: Node[] = []
  readonly #initializers = new Map<string, Tensor>()

  constructor(name: string, side: number) {
    this.#name = name
    this.picture = { value: 'image', channels: 3, side }
  }

  /** A convolution of square kernels. */
  conv(x: Flow, name: string, channels: number, kernel: number, options: Convolution = {}): Flow {
    const { stride = 1, pad = 0, groups = 1, bias = true, gain = 2 } = options
    const inputs = [x.value, this.#weights(`${name}.weight`, [channels, x.channels / groups, kernel, kernel], gain)]
    if (bias) inputs.push(this.#uniform(`${name}.bias`, channels, 0, 0.05))
    const value = this.#add(name, 'Conv', inputs, {
      kernel_shape: pair(kernel),
      strides: pair(stride),
      pads: ints([pad, pad, pad, pad]),
      group: { type: 'int', value: groups },
    })
    return { value, channels, side: Math.floor((x.side + 2 * pad - kernel) / stride) + 1 }
  }

  /** Batch normalisation with statistics near 0 and 1, as behind a trained layer. */
  norm(x: Flow, name: string, epsilon = 1e-5): Flow {
    const inputs = [
      x.value,
      this.#uniform(`${name}.weight`, x.channels, 1, 0.2),
      this.#uniform(`${name}.bias`, x.channels, 0, 0.1),
      this.#uniform(`${name}.running_mean`, x.channels, 0, 0.1),
      this.#uniform(`${name}.running_var`, x.channels, 1, 0.2),
    ]
    const value = this.#add(name, 'BatchNormalization', inputs, { epsilon: { type: 'float', value: epsilon } })
    return { ...x, value }
  }

  /** max(0, x). */
  relu(x: Flow): Flow {
    return this.#apply('Relu', [x])
  }

  /** ReLU6. Its bounds are nodes: only what torchvision's state dict has is an initialiser. */
  relu6(x: Flow): Flow {
    const [low, high] = [this.#constant(0), this.#constant(6)]
    return { ...x, value: this.#add(this.#next('Clip'), 'Clip', [x.value, low, high]) }
  }

  /** x·σ(x), in the two nodes that exporters write. */
  silu(x: Flow): Flow {
    return this.multiply(x, this.sigmoid(x))
  }

  /** The logistic function. */
  sigmoid(x: Flow): Flow {
    return this.#apply('Sigmoid', [x])
  }

  /** The sum of two values of one shape. */
  add(x: Flow, y: Flow): Flow {
    return this.#apply('Add', [x, y])
  }

  /** The product; `y` may be one number per channel. */
  multiply(x: Flow, y: Flow): Flow {
    return this.#apply('Mul', [x, y])
  }

  /** Values side by side along the channels. */
  concat(parts: readonly Flow[]): Flow {
    const channels = parts.reduce((sum, part) => sum + part.channels, 0)
    return { ...this.#apply('Concat', parts, { axis: { type: 'int', value: 1 } }), channels }
  }

  /** Max pooling over square windows. */
  maxPool(x: Flow, kernel: number, stride: number, { pad = 0, ceil = false }: Window = {}): Flow {
    const steps = (x.side + 2 * pad - kernel) / stride
    const side = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1
    const attributes = {
      kernel_shape: pair(kernel),
      strides: pair(stride),
      pads: ints([pad, pad, pad, pad]),
      ceil_mode: { type: 'int', value: ceil ? 1 : 0 },
    } as const
    return { ...this.#apply('MaxPool', [x], attributes), side }
  }

  /** Average pooling over square windows side by side. */
  averagePool(x: Flow, kernel: number): Flow {
    const attributes = { kernel_shape: pair(kernel), strides: pair(kernel) }
    return { ...this.#apply('AveragePool', [x], attributes), side: Math.floor(x.side / kernel) }
  }

  /** The mean of every map. */
  globalAverage(x: Flow): Flow {
    return { ...this.#apply('GlobalAveragePool', [x]), side: 1 }
  }

  /** One row per sample. */
  flatten(x: Flow): Flow {
    return { ...this.#apply('Flatten', [x]), channels: x.channels * x.side ** 2, side: 1 }
  }

  /** A dense layer; `gain` as for convolutions. */
  dense(x: Flow, name: string, size: number = classes, gain = 2): Flow {
    const weight = this.#weights(`${name}.weight`, [size, x.channels], gain)
    const bias = this.#uniform(`${name}.bias`, size, 0, 0.05)
    const value = this.#add(name, 'Gemm', [x.value, weight, bias], { transB: { type: 'int', value: 1 } })
    return { value, channels: size, side: 1 }
  }

  /** The network that ends in these logits: opset 13, one input `image`. */
  model(logits: Flow): Model {
    const { value, side } = this.picture
    return {
      irVersion: 7,
      opsets: new Map([['', 13]]),
      producer: 'deeptaylor bench',
      metadata: new Map(),
      graph: {
        name: this.#name,
        nodes: this.#nodes,
        inputs: [{ name: value, type: { dtype: 'float32', dims: ['batch', 3, side, side] } }],
        outputs: [{ name: logits.value, type: { dtype: 'float32', dims: ['batch', logits.channels] } }],
        initializers: this.#initializers,
      },
    }
  }

  #apply(opType: string, inputs: readonly Flow[], attributes: Node['attributes'] = {}): Flow {
    const values = inputs.map(({ value }) => value)
    return { ...(inputs[0] as Flow), value: this.#add(this.#next(opType), opType, values, attributes) }
  }

  #add(name: string, opType: string, inputs: readonly string[], attributes: Node['attributes'] = {}): string {
    this.#nodes.push({ name, opType, domain: '', inputs, outputs: [name], attributes })
    return name
  }

  #next(opType: string): string {
    return `${opType.toLowerCase()}_${this.#nodes.length}`
  }

  #constant(number: number): string {
    const value: Tensor = { dtype: 'float32', dims: [], bytes: bytesOf(Float32Array.of(number)) }
    return this.#add(this.#next('Constant'), 'Constant', [], { value: { type: 'tensor', value } })
  }

  /** Uniform numbers of variance gain/fan-in: normal ones would take a minute to draw. */
  #weights(name: string, dims: readonly number[], gain: number): string {
    return this.#draw(name, dims, 0, Math.sqrt((3 * gain) / sizeOf(dims.slice(1))))
  }

  #uniform(name: string, size: number, middle: number, range: number): string {
    return this.#draw(name, [size], middle, range)
  }

  #draw(name: string, dims: readonly number[], middle: number, range: number): string {
    const data = new Float32Array(sizeOf(dims))
    const random = this.#random
    for (let i = 0; i < data.length; i++) data[i] = middle + (2 * random() - 1) * range
    this.#initializers.set(name, { dtype: 'float32', dims, bytes: bytesOf(data) })
    return name
  }
}

function ints(value: readonly number[]): Attribute {
  return { type: 'ints', value }
}

function pair(value: number): Attribute {
  return ints([value, value])
}
