/** EfficientNet-B0 (Tan and Le 2019): SiLU, and channels gated by squeeze-and-excitation. */

import type { Model } from '../../src/core/0-graph/graph.ts'
import { type Flow, NetworkBuilder } from './builder.ts'

/** Expansion, kernel, first stride, channels, repetitions. */
const stages = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const

/** For pictures of 224×224. */
export function efficientnetB0(): Model {
  const net = new NetworkBuilder('efficientnet_b0', 224)
  const conv = (
    x: Flow,
    name: string,
    channels: number,
    kernel: number,
    options: { stride?: number; groups?: number } = {},
  ) => {
    const pad = (kernel - 1) / 2
    return net.norm(net.conv(x, `${name}.0`, channels, kernel, { pad, bias: false, ...options }), `${name}.1`)
  }
  const excite = (x: Flow, name: string, squeezed: number) => {
    const narrow = net.silu(net.conv(net.globalAverage(x), `${name}.fc1`, squeezed, 1))
    return net.multiply(x, net.sigmoid(net.conv(narrow, `${name}.fc2`, x.channels, 1)))
  }
  const block = (x: Flow, name: string, [expansion, kernel, , channels]: (typeof stages)[number], stride: number) => {
    const hidden = x.channels * expansion
    let part = 0
    const next = () => `${name}.block.${part++}`
    const expanded = expansion === 1 ? x : net.silu(conv(x, next(), hidden, 1))
    const depthwise = net.silu(conv(expanded, next(), hidden, kernel, { stride, groups: hidden }))
    const gated = excite(depthwise, next(), Math.max(1, Math.floor(x.channels / 4)))
    const y = conv(gated, next(), channels, 1)
    return stride === 1 && channels === x.channels ? net.add(x, y) : y
  }
  let x = net.silu(conv(net.picture, 'features.0', 32, 3, { stride: 2 }))
  for (const [i, stage] of stages.entries()) {
    for (let j = 0; j < stage[4]; j++) x = block(x, `features.${i + 1}.${j}`, stage, j === 0 ? stage[2] : 1)
  }
  x = net.silu(conv(x, 'features.8', 1280, 1))
  return net.model(net.dense(net.flatten(net.globalAverage(x)), 'classifier.1'))
}
