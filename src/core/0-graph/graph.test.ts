/** The picture of a graph: what the builder writes, what the checker finds, how it reads in print. */

import { describe, expect, it } from 'vitest'
import { floats, ints, modelOf, node } from '../../../test/support/models.ts'
import { float, GraphBuilder } from './builder.ts'
import type { Graph } from './graph.ts'
import { print } from './print.ts'
import { numbersOf, toInt64 } from './tensor.ts'
import { verify } from './verify.ts'

const { graph } = modelOf({
  nodes: [node('Relu', ['x'], 'h'), node('Gemm', ['h', 'w'], 'y', { alpha: float(0.5), transB: 1 })],
  inputs: { x: ['n', 2] },
  outputs: ['y'],
  constants: { w: floats([3, 2], [1, 2, 3, 4, 5, 6]) },
})

describe('GraphBuilder', () => {
  it('writes equal operations and constants once', () => {
    const b = new GraphBuilder(graph)
    expect(b.op('Add', ['y', b.floats(1)])).toBe(b.op('Add', ['y', b.floats(1)]))
    expect(b.ints([1, 2])).toBe(b.ints([1, 2]))
    expect(b.op('Add', ['y', b.floats(2)])).not.toBe(b.op('Add', ['y', b.floats(1)]))
    // A vector of one is no scalar, an integer no float, and attributes count.
    expect(new Set([b.floats(1), b.floats([1]), b.ints(1), b.ints([1]), b.floats(1, 'float64')]).size).toBe(5)
    expect(b.op('Flatten', ['y'], { axis: 1 })).not.toBe(b.op('Flatten', ['y'], { axis: 2 }))
    const written = b.appendTo(graph)
    expect(written.nodes).toHaveLength(graph.nodes.length + 4)
    expect(verify(written)).toEqual([])
  })

  it('takes names that nothing has, after the layer that it writes for', () => {
    const b = new GraphBuilder(graph)
    expect(b.op('Neg', ['y'], {}, 'h')).toBe('h_2')
    const names = b.within('layer', () => [b.op('Neg', ['x'], {}, 'z'), b.op('Abs', ['x'], {}, 'z')])
    expect(names).toEqual(['layer/z', 'layer/z_2'])
    expect(b.ops('Split', ['y'], 2, { axis: 1 }, 'part')).toEqual(['part_0', 'part_1'])
    expect(verify(b.appendTo(graph))).toEqual([])
  })

  it('hands over what it wrote since the last time', () => {
    const b = new GraphBuilder(graph)
    b.op('Add', ['y', b.floats(1)])
    expect(b.take().nodes).toHaveLength(1)
    expect(b.take().nodes).toHaveLength(0)
    // What was taken may have gone elsewhere: the same constant is written again.
    b.op('Add', ['y', b.floats(1)])
    expect(b.take().initializers.size).toBe(1)
  })
})

describe('verify', () => {
  const relu = (input: string, output: string, name = output) => ({ ...node('Relu', [input], output), name })
  const faults = (part: Partial<Graph>) => verify({ ...graph, ...part }).join('; ')

  it('finds nothing in a graph that is well formed', () => {
    expect(verify(graph)).toEqual([])
  })

  it('finds what is not', () => {
    expect(faults({ nodes: [relu('h', 'y'), relu('x', 'h')] })).toMatch(/reads "h" before/)
    expect(faults({ nodes: [relu('x', 'y'), relu('x', 'y', 'other')] })).toMatch(/"y" is defined twice/)
    expect(faults({ nodes: [relu('x', 'w'), relu('x', 'y')] })).toMatch(/"w" is defined twice/)
    expect(faults({ nodes: [relu('x', 'h', 'a'), relu('h', 'y', 'a')] })).toMatch(/two nodes are called "a"/)
    expect(faults({ nodes: [relu('x', 'h')] })).toMatch(/output "y" is never defined/)
    expect(faults({ initializers: new Map([['x', floats([1], [1])]]) })).toMatch(/"x" is defined twice/)
  })
})

describe('print', () => {
  it('is one line a node', () => {
    expect(print(graph)).toMatchInlineSnapshot(`
      "inputs   x: float32[n,2]
      constant w: float32[3,2]
      h = Relu(x)
      y = Gemm(h, w) {alpha=0.5 transB=1}
      outputs  y"
    `)
  })
})

describe('constants', () => {
  it('saturate at 64 bits, as ONNX writes “to the end”', () => {
    expect(numbersOf(ints([-5, 2 ** 53]))).toEqual([-5, 2 ** 53])
    expect([toInt64(2 ** 63), toInt64(-(2 ** 70))]).toEqual([2n ** 63n - 1n, -(2n ** 63n)])
  })
})
