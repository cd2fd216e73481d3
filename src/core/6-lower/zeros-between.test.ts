/** Zeros between instead of a stride compute the same over random geometry; dense kernels keep their stride. */

import { describe, expect, it } from 'vitest'
import { modelOf, node, Random } from '../../../test/support/models.ts'
import { expectSameFunction, operatorsOf } from '../../../test/support/passes.ts'
import { verify } from '../0-graph/verify.ts'
import { lower } from './lower.ts'
import { zerosBetween } from './zeros-between.ts'

/** A strided ConvTranspose as the reverse pass writes it, over an input of known size. */
function strided(random: Random, group: number, kernel: readonly number[]) {
  const rank = kernel.length
  const many = (make: (axis: number) => number) => Array.from({ length: rank }, (_, axis) => make(axis))
  const size = many(() => random.int(2, 5))
  const strides = many(axis => (axis === 0 ? random.int(2, 3) : random.int(1, 3)))
  const dilations = many(() => random.int(1, 2))
  const pads = [...kernel, ...kernel].map((k, i) => random.int(0, Math.min(2, dilations[i % rank]! * (k - 1))))
  const output_padding = strides.map(stride => random.int(0, stride - 1))
  const attributes = { kernel_shape: kernel, strides, dilations, group, pads, output_padding }
  // A convolution without groups is worth its blocks from nine channels on.
  const [perGroup, outputs] = [random.int(1, 2), group > 1 ? random.int(1, 3) : random.int(9, 11)]
  const model = modelOf({
    nodes: [node('ConvTranspose', ['x', 'w'], 'y', attributes)],
    inputs: { x: ['n', group * perGroup, ...size] },
    outputs: ['y'],
    constants: { w: random.constant([group * perGroup, outputs, ...kernel]) },
  })
  return {
    model,
    sizes: new Map([['x', size]]),
    isWhole: output_padding.every((extra, i) => extra === strides[i]! - 1),
  }
}

describe('zerosBetween', () => {
  it('in groups, over random geometry', async () => {
    let rewritten = 0
    for (let seed = 1; seed <= 80; seed++) {
      const random = new Random(seed * 17)
      const kernel = Array.from({ length: random.int(1, 3) }, () => random.int(1, 4))
      const { model, sizes } = strided(random, random.int(2, 3), kernel)
      const graph = zerosBetween(model.graph, sizes)
      expect(verify(graph)).toEqual([])
      await expectSameFunction(model, { ...model, graph }, seed)
      const lowered = lower(model.graph, sizes)
      await expectSameFunction(model, { ...model, graph: lowered }, seed)
      if (!operatorsOf(lowered).includes('ConvTranspose')) rewritten += 1
    }
    expect(rewritten).toBeGreaterThan(20)
  })

  it('with kernels of one element: the product first, then the zeros', async () => {
    let rewritten = 0
    for (let seed = 1; seed <= 30; seed++) {
      const { model, sizes, isWhole } = strided(new Random(seed * 19), 1, [1, 1])
      const graph = lower(model.graph, sizes)
      await expectSameFunction(model, { ...model, graph }, seed)
      expect(operatorsOf(graph).includes('ConvTranspose'), `seed ${seed}`).toBe(!isWhole)
      if (isWhole) rewritten += 1
    }
    expect(rewritten).toBeGreaterThan(3)
  })

  it('leaves dense kernels alone, and inputs of unknown size', async () => {
    const { model, sizes } = strided(new Random(3), 1, [3, 3])
    expect(operatorsOf(zerosBetween(model.graph, sizes))).toEqual(['ConvTranspose'])
    const grouped = strided(new Random(3), 2, [3, 3])
    expect(operatorsOf(zerosBetween(grouped.model.graph, new Map()))).toEqual(['ConvTranspose'])
  })
})
