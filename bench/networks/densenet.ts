/** DenseNet 121 (Huang et al. 2016): every layer reads all earlier ones of its block; batch norms stand before convolutions. */

import type { Model } from '../../src/core/0-graph/graph.ts'
import { type Flow, NetworkBuilder } from './builder.ts'

const growth = 32
const blocks = [6, 12, 24, 16] as const

/** For pictures of 224×224. */
export function densenet121(): Model {
  const net = new NetworkBuilder('densenet121', 224)
  const conv = (x: Flow, name: string, index: string, channels: number, kernel: number) => {
    const active = net.relu(net.norm(x, `${name}.norm${index}`))
    return net.conv(active, `${name}.conv${index}`, channels, kernel, { pad: (kernel - 1) / 2, bias: false })
  }
  const stem = net.conv(net.picture, 'features.conv0', 64, 7, { stride: 2, pad: 3, bias: false })
  let x = net.maxPool(net.relu(net.norm(stem, 'features.norm0')), 3, 2, { pad: 1 })
  for (const [i, count] of blocks.entries()) {
    const features = [x]
    for (let j = 1; j <= count; j++) {
      const name = `features.denseblock${i + 1}.denselayer${j}`
      const all = features.length === 1 ? x : net.concat(features)
      features.push(conv(conv(all, name, '1', 4 * growth, 1), name, '2', growth, 3))
    }
    x = net.concat(features)
    if (i < blocks.length - 1) x = net.averagePool(conv(x, `features.transition${i + 1}`, '', x.channels / 2, 1), 2)
  }
  x = net.globalAverage(net.relu(net.norm(x, 'features.norm5')))
  return net.model(net.dense(net.flatten(x), 'classifier'))
}
