/** SqueezeNet 1.1 (Iandola et al. 2016): its classifier is a convolution, and a ReLU stands behind it. */

import type { Model } from '../../src/core/0-graph/graph.ts'
import { type Flow, NetworkBuilder } from './builder.ts'

/** What follows the stem, by index in torchvision's list: channels of squeeze and of each expansion, or a pooling. */
const layers = [
  [16, 64],
  [16, 64],
  'pool',
  [32, 128],
  [32, 128],
  'pool',
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
] as const

/** For pictures of 224×224. */
export function squeezenet(): Model {
  const net = new NetworkBuilder('squeezenet1_1', 224)
  const fire = (x: Flow, name: string, squeeze: number, expand: number) => {
    const narrow = net.relu(net.conv(x, `${name}.squeeze`, squeeze, 1))
    return net.concat([
      net.relu(net.conv(narrow, `${name}.expand1x1`, expand, 1)),
      net.relu(net.conv(narrow, `${name}.expand3x3`, expand, 3, { pad: 1 })),
    ])
  }
  const pool = (x: Flow) => net.maxPool(x, 3, 2, { ceil: true })
  let x = pool(net.relu(net.conv(net.picture, 'features.0', 64, 3, { stride: 2 })))
  for (const [i, layer] of layers.entries()) {
    x = layer === 'pool' ? pool(x) : fire(x, `features.${i + 3}`, layer[0], layer[1])
  }
  x = net.relu(net.conv(x, 'classifier.1', 1000, 1))
  return net.model(net.flatten(net.globalAverage(x)))
}
