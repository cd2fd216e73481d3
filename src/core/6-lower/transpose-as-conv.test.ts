/** A lowered graph computes what it computed, over random geometry; what cannot be lowered is left alone. */

import { describe, expect, it } from 'vitest'
import { floats, modelOf, node, Random } from '../../../test/support/models.ts'
import { expectSameFunction, operatorsOf } from '../../../test/support/passes.ts'
import type { AttributeInput } from '../0-graph/builder.ts'
import { print } from '../0-graph/print.ts'
import { verify } from '../0-graph/verify.ts'
import { lower } from './lower.ts'
import { transposeAsConv } from './transpose-as-conv.ts'

const transposed = (random: Random, attributes: Readonly<Record<string, AttributeInput>>, weights: number[]) => {
  const size = Array.from({ length: weights.length - 2 }, () => random.int(3, 6))
  return modelOf({
    nodes: [node('ConvTranspose', ['x', 'w'], 'y', { kernel_shape: weights.slice(2), ...attributes })],
    inputs: { x: ['n', weights[0] as number, ...size] },
    outputs: ['y'],
    constants: { w: random.constant(weights) },
  })
}

describe('transposeAsConv', () => {
  it('over random geometry', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed * 13)
      const rank = random.int(1, 3)
      const many = (low: number, high: number) => Array.from({ length: rank }, () => random.int(low, high))
      const [kernel, dilations, group] = [many(1, 3), many(1, 2), random.pick([1, 1, 2, 3])]
      const pads = [...kernel, ...kernel].map((k, i) =>
        random.int(0, Math.min(2, (dilations[i % rank] as number) * (k - 1))),
      )
      const outputs = group > 1 ? random.int(1, 3) : random.int(9, 12)
      const weights = [group * random.int(1, 3), outputs, ...kernel]
      const model = transposed(random, { dilations, group, pads }, weights)
      const graph = transposeAsConv(model.graph)
      expect(verify(graph)).toEqual([])
      expect(operatorsOf(graph), `seed ${seed}`).not.toContain('ConvTranspose')
      await expectSameFunction(model, { ...model, graph }, seed)
    }
  })

  it('writes a reversed kernel with its channels swapped', () => {
    const model = transposed(new Random(1), { pads: [1, 0, 0, 1] }, [2, 9, 3, 3])
    expect(print(lower(model.graph))).toMatchInlineSnapshot(`
      "inputs   x: float32[n,2,5,3]
      constant w: float32[2,9,3,3]
      constant deeptaylor/int_-1_-1: int64[2]
      constant deeptaylor/int_-2147483648_-2147483648: int64[2]
      constant deeptaylor/int_2_3: int64[2]
      ConvTranspose:y/w_reversed = Slice(w, deeptaylor/int_-1_-1, deeptaylor/int_-2147483648_-2147483648, deeptaylor/int_2_3, deeptaylor/int_-1_-1)
      ConvTranspose:y/w_swapped = Transpose(ConvTranspose:y/w_reversed) {perm=[1,0,2,3]}
      y = Conv(x, ConvTranspose:y/w_swapped) {kernel_shape=[3,3] pads=[1,2,2,1]}
      outputs  y"
    `)
  })

  const kept: Readonly<Record<string, Readonly<Record<string, AttributeInput>>>> = {
    'a stride': { strides: [2, 1] },
    'more padding than the kernel reaches': { pads: [3, 0, 0, 0] },
    output_padding: { strides: [2, 2], output_padding: [1, 0] },
    auto_pad: { auto_pad: 'SAME_UPPER' },
    'a stated size': { output_shape: [2, 2] },
  }
  it.each(Object.keys(kept))('leaves %s alone', async name => {
    const model = transposed(new Random(2), kept[name] as (typeof kept)[string], [2, 9, 3, 3])
    const graph = lower(model.graph)
    await expectSameFunction(model, { ...model, graph })
    expect(operatorsOf(graph)).toEqual(['ConvTranspose'])
  })

  it('leaves few output channels alone, whatever a rule made of the weights', () => {
    const model = transposed(new Random(4), {}, [16, 8, 3, 3])
    expect(operatorsOf(transposeAsConv(model.graph))).toEqual(['ConvTranspose'])
    const [last] = model.graph.nodes
    const positive = node('Relu', ['w'], 'w_positive')
    const nodes = [positive, { ...(last as (typeof model.graph.nodes)[number]), inputs: ['x', 'w_positive'] }]
    expect(operatorsOf(transposeAsConv({ ...model.graph, nodes }))).toEqual(['Relu', 'ConvTranspose'])
  })

  it('leaves a bias alone', async () => {
    const model = modelOf({
      nodes: [node('ConvTranspose', ['x', 'w', 'b'], 'y', { kernel_shape: [2] })],
      inputs: { x: ['n', 1, 4] },
      outputs: ['y'],
      constants: { w: floats([1, 2, 2], [1, 2, 3, 4]), b: floats([2], [5, 6]) },
    })
    const graph = lower(model.graph)
    await expectSameFunction(model, { ...model, graph })
    expect(operatorsOf(graph)).toEqual(['ConvTranspose'])
  })
})
