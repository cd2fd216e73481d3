/** Sizes that exporters compute from the batch: what does not depend on it is known all the same. */

import { describe, expect, it } from 'vitest'
import { explained, ints, modelOf, node, oracle, Random, relativeError, run } from '../../../test/support/models.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import { settleParameters } from './parameters.ts'

const random = new Random(7)

/** x [n, 4, 6] as windows [2·n, 2, 6], whose first rows are chosen, as window attention does it. */
const windowed = modelOf({
  nodes: [
    node('Shape', ['x'], 'shape'),
    node('Gather', ['shape', 'zero'], 'batch'),
    node('Mul', ['batch', 'two'], 'count'),
    node('Unsqueeze', ['count', 'first'], 'counts'),
    node('Concat', ['counts', 'sizes'], 'to', { axis: 0 }),
    node('Reshape', ['x', 'to'], 'w'),
    node('Gather', ['w', 'zero'], 'g', { axis: 1 }),
    node('Relu', ['g'], 'r'),
    node('Reshape', ['r', 'rows'], 'f'),
    node('Gemm', ['f', 'u'], 'y'),
  ],
  inputs: { x: ['n', 4, 6] },
  outputs: ['y'],
  constants: {
    zero: ints(0),
    two: ints(2),
    first: ints([0]),
    sizes: ints([2, 6]),
    rows: ints([-1, 12]),
    u: random.constant([12, 3]),
  },
})

describe('sizes computed from the batch', () => {
  it('are known where they do not depend on it', async () => {
    const { shapes } = await settleParameters(windowed, oracle)
    expect(dimsOf(shapes, 'w')).toEqual(['', 2, 6])
    expect(dimsOf(shapes, 'g')).toEqual(['', 6])
  })

  it('let relevance through, whatever the batch', async () => {
    const x = random.tensor([3, 4, 6])
    const { y } = await run(windowed, { x })
    const { logit, sum, relevance } = await explained(windowed, { x }, { target: 1 })
    expect(
      relativeError(
        logit,
        [1, 4, 7].map(i => y?.data[i] as number),
      ),
    ).toBeLessThan(1e-6)
    expect(relativeError(sum, logit)).toBeLessThan(1e-5)
    // Rows 1 and 3 of every sample are chosen by nothing.
    expect(relevance.filter((_, i) => Math.floor(i / 6) % 2 === 1)).toEqual(Array(36).fill(0))
  })

  it('are looked at in a model that takes one batch only, too', async () => {
    const { graph } = windowed
    const stuck = {
      ...windowed,
      graph: { ...graph, initializers: new Map(graph.initializers).set('rows', ints([1, 12])) },
    }
    const { shapes } = await settleParameters(stuck, oracle)
    expect(dimsOf(shapes, 'f')).toEqual([1, 12])
  })
})
