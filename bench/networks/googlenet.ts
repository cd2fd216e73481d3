/**
 * GoogLeNet (Szegedy et al. 2014) as torchvision infers with it: no auxiliary classifiers, batch norms, 3×3 kernels where the
 * paper has 5×5, pooling windows that may hang over the edge.
 */

import type { Model } from '../../src/core/0-graph/graph.ts'
import { type Flow, NetworkBuilder } from './builder.ts'

/** Channels of the four branches: 1×1; narrowing and 3×3; narrowing and "5×5"; pooling and 1×1. */
const inceptions = {
  '3a': [64, 96, 128, 16, 32, 32],
  '3b': [128, 128, 192, 32, 96, 64],
  '4a': [192, 96, 208, 16, 48, 64],
  '4b': [160, 112, 224, 24, 64, 64],
  '4c': [128, 128, 256, 24, 64, 64],
  '4d': [112, 144, 288, 32, 64, 64],
  '4e': [256, 160, 320, 32, 128, 128],
  '5a': [256, 160, 320, 32, 128, 128],
  '5b': [384, 192, 384, 48, 128, 128],
} as const
type Inception = keyof typeof inceptions

/** For pictures of 224×224. */
export function googlenet(): Model {
  const net = new NetworkBuilder('googlenet', 224)
  const conv = (x: Flow, name: string, channels: number, kernel: number, stride = 1) => {
    const pad = (kernel - 1) / 2
    const linear = net.conv(x, `${name}.conv`, channels, kernel, { pad, stride, bias: false })
    return net.relu(net.norm(linear, `${name}.bn`, 1e-3))
  }
  const inception = (x: Flow, name: Inception) => {
    const [one, narrow3, three, narrow5, five, pooled] = inceptions[name]
    const label = `inception${name}`
    return net.concat([
      conv(x, `${label}.branch1`, one, 1),
      conv(conv(x, `${label}.branch2.0`, narrow3, 1), `${label}.branch2.1`, three, 3),
      conv(conv(x, `${label}.branch3.0`, narrow5, 1), `${label}.branch3.1`, five, 3),
      conv(net.maxPool(x, 3, 1, { pad: 1, ceil: true }), `${label}.branch4.1`, pooled, 1),
    ])
  }
  const stage = (x: Flow, names: readonly Inception[]) => names.reduce(inception, x)
  let x = net.maxPool(conv(net.picture, 'conv1', 64, 7, 2), 3, 2, { ceil: true })
  x = net.maxPool(conv(conv(x, 'conv2', 64, 1), 'conv3', 192, 3), 3, 2, { ceil: true })
  x = net.maxPool(stage(x, ['3a', '3b']), 3, 2, { ceil: true })
  x = net.maxPool(stage(x, ['4a', '4b', '4c', '4d', '4e']), 2, 2, { ceil: true })
  x = net.globalAverage(stage(x, ['5a', '5b']))
  return net.model(net.dense(net.flatten(x), 'fc'))
}
