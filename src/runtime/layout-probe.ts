/** A small convolution: what a runtime makes of it shows the layout in which it computes on this machine. */

import type { Graph, Model } from '../core/0-graph/graph.ts'
import { floatTensor } from '../core/0-graph/tensor.ts'

/** Channels of x and of y; their weights are few enough to stay in the model's file. */
const [inputs, outputs] = [8, 16] as const

/** Weights that tell their places, so that every order of them looks different. */
const weights = Array.from({ length: outputs * inputs }, (_, i) => i + 1)

/** x → a 1×1 convolution → y. */
export const layoutProbe: Model = {
  irVersion: 8,
  opsets: new Map([['', 17]]),
  producer: 'deeptaylor',
  metadata: new Map(),
  graph: {
    name: 'layout',
    nodes: [{ name: 'conv', opType: 'Conv', domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes: {} }],
    inputs: [{ name: 'x', type: { dtype: 'float32', dims: ['n', inputs, 4, 4] } }],
    outputs: [{ name: 'y', type: { dtype: 'float32', dims: ['n', outputs, 4, 4] } }],
    initializers: new Map([['w', floatTensor(weights, [outputs, inputs, 1, 1])]]),
  },
}

/** What an optimised graph shows of the layout: its operators, and its weights in their order. Names differ from run to run. */
export function layoutIn({ nodes, initializers }: Graph): string {
  const operators = nodes.map(({ domain, opType }) => `${domain} ${opType}`)
  const weights = [...initializers.values()].map(({ dims, bytes }) => `${dims}: ${Array.from(bytes)}`)
  return [...operators.sort(), ...weights.sort()].join('\n')
}
