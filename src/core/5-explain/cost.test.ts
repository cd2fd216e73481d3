/** The multiplications of layers, counted by hand. */

import { describe, expect, it } from 'vitest'
import { modelOf, node, oracle, Random } from '../../../test/support/models.ts'
import { type AnalyzeOptions, analyze } from '../analysis.ts'
import { layerOfRows } from './chosen.ts'
import { costOf } from './cost.ts'
import { gradients } from './gradients.ts'
import { lrp } from './lrp.ts'

const random = new Random(8)
// 2 × 6 × 6 → conv 3×3 to 4 × 4 × 4, in all 4·2·9·16 = 1152; transposed 2×2, stride 2, to 3 × 8 × 8: 4·3·4·16 = 768; dense 192·5 = 960.
const model = modelOf({
  nodes: [
    node('Conv', ['x', 'w', 'b'], 'a'),
    node('Relu', ['a'], 'r'),
    node('ConvTranspose', ['r', 't'], 'c', { strides: [2, 2] }),
    node('Relu', ['c'], 's'),
    node('Flatten', ['s'], 'f'),
    node('Gemm', ['f', 'u'], 'y'),
  ],
  inputs: { x: ['n', 2, 6, 6] },
  outputs: ['y'],
  constants: {
    w: random.constant([4, 2, 3, 3]),
    b: random.constant([4]),
    t: random.constant([4, 3, 2, 2]),
    u: random.constant([192, 5]),
  },
})

async function costs(options: AnalyzeOptions) {
  const { steps, facts, method } = await analyze(model, oracle, options)
  return steps.flatMap(step => costOf(step, facts, method) ?? [])
}

it('of one class is a row of the last layer', async () => {
  const { steps, facts, method, explained, classes } = await analyze(model, oracle)
  const last = layerOfRows(facts, steps, explained.logits)
  expect(last?.node.opType).toBe('Gemm')
  expect(last && costOf(last, facts, method, classes)).toEqual({ forward: 960, denominators: 192, transpose: 192 })
})

describe('the cost of', () => {
  const [conv, transposed, dense] = [1152, 768, 960]
  it('zᴮ is two passes each way, that of z⁺ one', async () => {
    expect(await costs({ box: { low: -1, high: 1 } })).toEqual([
      { forward: conv, denominators: 2 * conv, transpose: 2 * conv },
      { forward: transposed, denominators: transposed, transpose: transposed },
      { forward: dense, denominators: dense, transpose: dense },
    ])
  })

  it('ε is the transpose alone: its denominators are the forward pass, where no bias is left out', async () => {
    const [first, ...others] = await costs({ method: lrp('epsilon') })
    expect(first).toEqual({ forward: conv, denominators: 0, transpose: conv })
    expect(others.map(({ denominators }) => denominators)).toEqual([0, 0])
    const [ignoring] = await costs({ method: lrp('epsilon', { bias: 'ignore' }) })
    expect(ignoring).toEqual({ forward: conv, denominators: conv, transpose: conv })
  })

  it('a gradient is the transpose alone', async () => {
    expect(await costs({ method: gradients('gradient') })).toContainEqual({
      forward: dense,
      denominators: 0,
      transpose: dense,
    })
  })
})
