/** MobileNet v2 (Sandler et al. 2018): depthwise convolutions, ReLU6, and bottlenecks without an activation. */

import type { Model } from '../../src/core/0-graph/graph.ts'
import { type Flow, NetworkBuilder } from './builder.ts'

/** Expansion, channels, repetitions, first stride. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const

/** For pictures of 224×224. */
export function mobilenetV2(): Model {
  const net = new NetworkBuilder('mobilenet_v2', 224)
  const block = (x: Flow, name: string, expansion: number, channels: number, stride: number) => {
    const hidden = x.channels * expansion
    let part = 0
    const conv = (
      value: Flow,
      size: number,
      kernel: number,
      options: { stride?: number; groups?: number; gain?: number },
    ) => {
      const label = `${name}.conv.${part++}`
      const pad = (kernel - 1) / 2
      return net.relu6(
        net.norm(net.conv(value, `${label}.0`, size, kernel, { pad, bias: false, ...options }), `${label}.1`),
      )
    }
    const expanded = expansion === 1 ? x : conv(x, hidden, 1, { gain: 1 })
    const depthwise = conv(expanded, hidden, 3, { stride, groups: hidden })
    const linear = net.conv(depthwise, `${name}.conv.${part}`, channels, 1, { bias: false, gain: 1 })
    const y = net.norm(linear, `${name}.conv.${part + 1}`)
    return stride === 1 && channels === x.channels ? net.add(x, y) : y
  }
  const stem = net.conv(net.picture, 'features.0.0', 32, 3, { stride: 2, pad: 1, bias: false })
  let x = net.relu6(net.norm(stem, 'features.0.1'))
  let index = 1
  for (const [expansion, channels, count, stride] of stages) {
    for (let i = 0; i < count; i++) x = block(x, `features.${index++}`, expansion, channels, i === 0 ? stride : 1)
  }
  x = net.relu6(net.norm(net.conv(x, 'features.18.0', 1280, 1, { bias: false, gain: 1 }), 'features.18.1'))
  return net.model(net.dense(net.flatten(net.globalAverage(x)), 'classifier.1'))
}
