/** VGG (Simonyan and Zisserman 2014), and plain networks of any depth in its manner. */

import type { Model } from '../../src/core/0-graph/graph.ts'
import { NetworkBuilder } from './builder.ts'

/** Channels of the convolutions; `pool` halves the picture. */
const layers = [
  [64, 64, 'pool', 128, 128, 'pool', 256, 256, 256, 'pool'],
  [512, 512, 512, 'pool', 512, 512, 512, 'pool'],
].flat() as readonly (number | 'pool')[]

/** For pictures of 224×224. */
export function vgg16(): Model {
  const net = new NetworkBuilder('vgg16', 224)
  let x = net.picture
  let index = 0
  for (const layer of layers) {
    if (layer === 'pool') {
      x = net.maxPool(x, 2, 2)
      index += 1
    } else {
      x = net.relu(net.conv(x, `features.${index}`, layer, 3, { pad: 1 }))
      index += 2
    }
  }
  x = net.relu(net.dense(net.flatten(x), 'classifier.0', 4096))
  x = net.relu(net.dense(x, 'classifier.3', 4096))
  return net.model(net.dense(x, 'classifier.6'))
}

/** `depth` equal convolutions of 64 channels on maps of 56×56: what one more layer costs. */
export function plain(depth: number): Model {
  const net = new NetworkBuilder(`plain ${depth}`, 224)
  let x = net.maxPool(net.relu(net.conv(net.picture, 'stem', 64, 3, { pad: 1, stride: 2 })), 2, 2)
  for (let i = 0; i < depth; i++) x = net.relu(net.conv(x, `convs.${i}`, 64, 3, { pad: 1 }))
  return net.model(net.dense(net.flatten(net.globalAverage(x)), 'fc'))
}
