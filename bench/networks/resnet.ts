/** Residual networks (He et al. 2015) as torchvision has them: the stride of a bottleneck lies in its 3×3 convolution. */

import type { Model } from '../../src/core/0-graph/graph.ts'
import { type Flow, NetworkBuilder } from './builder.ts'

/** ResNet 18 for square pictures. */
export function resnet18(side = 224): Model {
  return resnet('resnet18', side, [2, 2, 2, 2], 1, basicBlock)
}

/** ResNet 50 for square pictures. */
export function resnet50(side = 224): Model {
  return resnet('resnet50', side, [3, 4, 6, 3], 4, bottleneck)
}

type Block = (net: NetworkBuilder, x: Flow, name: string, width: number, stride: number) => Flow

function resnet(name: string, side: number, counts: readonly number[], expansion: number, block: Block): Model {
  const net = new NetworkBuilder(name, side)
  const stem = net.norm(net.conv(net.picture, 'conv1', 64, 7, { stride: 2, pad: 3, bias: false }), 'bn1')
  let x = net.maxPool(net.relu(stem), 3, 2, { pad: 1 })
  for (const [stage, count] of counts.entries()) {
    const width = 64 * 2 ** stage
    for (let i = 0; i < count; i++) {
      const label = `layer${stage + 1}.${i}`
      const stride = stage > 0 && i === 0 ? 2 : 1
      const changes = stride > 1 || x.channels !== width * expansion
      const shortcut = changes ? projection(net, x, `${label}.downsample`, width * expansion, stride) : x
      x = net.relu(net.add(block(net, x, label, width, stride), shortcut))
    }
  }
  return net.model(net.dense(net.flatten(net.globalAverage(x)), 'fc'))
}

function projection(net: NetworkBuilder, x: Flow, name: string, channels: number, stride: number): Flow {
  return net.norm(net.conv(x, `${name}.0`, channels, 1, { stride, bias: false, gain: 1 }), `${name}.1`)
}

function basicBlock(net: NetworkBuilder, x: Flow, name: string, width: number, stride: number): Flow {
  const first = net.conv(x, `${name}.conv1`, width, 3, { stride, pad: 1, bias: false })
  const middle = net.relu(net.norm(first, `${name}.bn1`))
  return net.norm(net.conv(middle, `${name}.conv2`, width, 3, { pad: 1, bias: false, gain: 1 }), `${name}.bn2`)
}

function bottleneck(net: NetworkBuilder, x: Flow, name: string, width: number, stride: number): Flow {
  const narrow = net.relu(net.norm(net.conv(x, `${name}.conv1`, width, 1, { bias: false }), `${name}.bn1`))
  const middle = net.conv(narrow, `${name}.conv2`, width, 3, { stride, pad: 1, bias: false })
  const wide = net.relu(net.norm(middle, `${name}.bn2`))
  return net.norm(net.conv(wide, `${name}.conv3`, width * 4, 1, { bias: false, gain: 1 }), `${name}.bn3`)
}
