/** A small convolution: what a runtime makes of it shows the layout in which it computes on this machine. */

import type { Model } from '../core/0-graph/graph.ts'
import { floatTensor } from '../core/0-graph/tensor.ts'

const channels = 16

/** Weights that tell their places, so that every order of them looks different. */
const weights = Array.from({ length: channels * channels }, (_, i) => i + 1)

/** x → a 1×1 convolution of 16 channels → y. */
export const layoutProbe: Model = {
  irVersion: 8,
  opsets: new Map([['', 17]]),
  producer: 'deeptaylor',
  metadata: new Map(),
  graph: {
    name: 'layout',
    nodes: [{ name: 'conv', opType: 'Conv', domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes: {} }],
    inputs: [{ name: 'x', type: { dtype: 'float32', dims: ['n', channels, 4, 4] } }],
    outputs: [{ name: 'y', type: { dtype: 'float32', dims: ['n', channels, 4, 4] } }],
    initializers: new Map([['w', floatTensor(weights, [channels, channels, 1, 1])]]),
  },
}
