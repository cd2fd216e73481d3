/** What the text tells of weights' shapes is what the runtime finds; where it cannot tell, it says nothing. */

import { describe, expect, it } from 'vitest'
import { ints, modelOf, node, Random, run } from '../../../test/support/models.ts'
import { weightDimsOf } from './weight-dims.ts'

const random = new Random(61)

/** Kernels as the compiler makes them: w⁺, merged scales, reshaped ones. */
const model = modelOf({
  nodes: [
    node('Relu', ['w'], 'positive'),
    node('Reshape', ['scale', 'spread'], 'scales'),
    node('Mul', ['scales', 'w'], 'merged'),
    node('Min', ['merged', 'zero'], 'negative'),
    node('Reshape', ['w', 'grouped'], 'split'),
    node('Relu', ['vector'], 'no_kernel'),
    node('Mul', ['scales', 'narrow'], 'open'),
    node('Shape', ['split'], 'computed'),
    node('Reshape', ['w', 'computed'], 'unknown'),
  ],
  inputs: { x: ['n', 6, 5, 5] },
  outputs: ['positive', 'merged', 'negative', 'split', 'open'],
  constants: {
    w: random.constant([4, 6, 3, 3]),
    narrow: random.constant([1, 6, 3, 3]),
    scale: random.constant([4]),
    spread: ints([-1, 1, 1, 1]),
    zero: random.constant([]),
    grouped: ints([2, 2, 6, 3, 3]),
    vector: random.constant([4]),
  },
})

describe('weightDimsOf', () => {
  const dimsOf = weightDimsOf(model.graph)

  it.each(['positive', 'merged', 'negative', 'split'])('tells the shape of %s', async name => {
    const { [name]: value } = await run(model, { x: random.tensor([1, 6, 5, 5]) })
    expect(dimsOf(name)).toEqual(value?.dims)
  })

  it.each(['no_kernel', 'open', 'unknown', 'x', 'nowhere'])('does not tell the shape of %s', name => {
    expect(dimsOf(name)).toBeUndefined()
  })
})
