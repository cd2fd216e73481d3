/** AlexNet as torchvision has it (Krizhevsky 2014, "One weird trick"). */

import type { Model } from '../../src/core/0-graph/graph.ts'
import { NetworkBuilder } from './builder.ts'

/** For pictures of 224×224. */
export function alexnet(): Model {
  const net = new NetworkBuilder('alexnet', 224)
  const conv = (x: typeof net.picture, index: number, channels: number, kernel: number, pad: number, stride = 1) =>
    net.relu(net.conv(x, `features.${index}`, channels, kernel, { pad, stride }))
  let x = net.maxPool(conv(net.picture, 0, 64, 11, 2, 4), 3, 2)
  x = net.maxPool(conv(x, 3, 192, 5, 2), 3, 2)
  x = conv(conv(conv(x, 6, 384, 3, 1), 8, 256, 3, 1), 10, 256, 3, 1)
  x = net.flatten(net.maxPool(x, 3, 2))
  x = net.relu(net.dense(x, 'classifier.1', 4096))
  x = net.relu(net.dense(x, 'classifier.4', 4096))
  return net.model(net.dense(x, 'classifier.6'))
}
