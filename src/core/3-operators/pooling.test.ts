/** Winner-takes-all and shares of max pooling against a plain reference, over random windows in one to three dimensions. */

import { describe, expect, it } from 'vitest'
import { factsOf, modelOf, node, Random, relativeError, run, tensor } from '../../../test/support/models.ts'
import { GraphBuilder } from '../0-graph/builder.ts'
import { sizeOf } from '../0-graph/tensor.ts'
import { lower } from '../6-lower/lower.ts'
import { MaxPool } from './pooling.ts'

/** Sums of at most 27 windows' relevance in float32. */
const tolerance = 1e-6

interface Geometry {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly begin: readonly number[]
  readonly end: readonly number[]
  readonly ceil: number
  readonly size: readonly number[]
  readonly auto: string
}

function geometry(random: Random): Geometry {
  const rank = random.int(1, 3)
  const many = (make: (axis: number) => number) => Array.from({ length: rank }, (_, axis) => make(axis))
  const kernel = many(() => random.int(1, 3))
  const dilations = many(() => random.pick([1, 1, 2]))
  const pad = (axis: number) => random.int(0, (kernel[axis] as number) - 1)
  return {
    kernel,
    dilations,
    strides: many(() => random.int(1, 3)),
    begin: many(pad),
    end: many(pad),
    ceil: random.int(0, 1),
    size: many(axis => ((kernel[axis] as number) - 1) * (dilations[axis] as number) + random.int(1, 5)),
    auto: random.pick(['NOTSET', 'NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID']),
  }
}

/** All coordinates of a grid, the last axis fastest. */
function coordinates(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (list, size) => list.flatMap(head => Array.from({ length: size }, (_, i) => [...head, i])),
    [[]],
  )
}

/** The places in one plane that each window covers, in the order of the kernel; padding is left out. */
function windowsOf(g: Geometry, begin: readonly number[], output: readonly number[]): number[][] {
  return coordinates(output).map(at =>
    coordinates(g.kernel).flatMap(k => {
      const place = at.map(
        (o, axis) =>
          o * (g.strides[axis] as number) + (k[axis] as number) * (g.dilations[axis] as number) - (begin[axis] as number),
      )
      if (place.some((p, axis) => p < 0 || p >= (g.size[axis] as number))) return []
      return [place.reduce((index, p, axis) => index * (g.size[axis] as number) + p, 0)]
    }),
  )
}

/** Padding in front as ONNX's text says: SAME halves what is missing, the odd one behind (UPPER) or in front (LOWER). */
function beginOf(g: Geometry, output: readonly number[]): readonly number[] {
  if (g.auto === 'NOTSET') return g.begin
  return g.size.map((size, axis) => {
    const reach = ((output[axis] as number) - 1) * (g.strides[axis] as number)
    const missing = Math.max(0, reach + ((g.kernel[axis] as number) - 1) * (g.dilations[axis] as number) + 1 - size)
    if (g.auto === 'VALID') return 0
    return g.auto === 'SAME_UPPER' ? Math.floor(missing / 2) : Math.ceil(missing / 2)
  })
}

async function compared(seed: number, share: (window: readonly number[], values: readonly number[]) => number[]) {
  const random = new Random(seed * 17)
  const g = geometry(random)
  const padding = g.auto === 'NOTSET' ? { pads: [...g.begin, ...g.end] } : { auto_pad: g.auto }
  const pool = node('MaxPool', ['x'], 'y', {
    kernel_shape: g.kernel,
    strides: g.strides,
    dilations: g.dilations,
    ceil_mode: g.auto === 'NOTSET' ? g.ceil : 0,
    ...padding,
  })
  const dims = [2, 3, ...g.size]
  const model = modelOf({ nodes: [pool], inputs: { x: dims }, outputs: ['y'] })
  const facts = await factsOf(model, 'x', 'y')
  if (MaxPool.refuse?.(pool, facts)) return undefined
  const b = new GraphBuilder(model.graph)
  const context = { ...facts, b }
  const outputDims = facts.shapes.get('y')?.dims as number[]
  const branch = MaxPool.sum(pool, context)
  const sums = branch.forward('x', branch.weights)
  const proportional = b.op('Mul', ['x', branch.transpose(b.op('Div', ['r', sums]), branch.weights)])
  const names = { winner: MaxPool.winner(pool, 'r', context), proportional }
  const graph = b.appendTo(
    model.graph,
    Object.values(names).map(name => ({ name, type: undefined })),
    [{ name: 'r', type: { dtype: 'float32', dims: outputDims } }],
  )
  // Few levels: many ties. Both signs: padding must not win over negative values.
  const values = Array.from({ length: sizeOf(dims) }, () => random.pick([-3, -2, -1, 1, 2, 0.5]))
  const r = random.tensor(outputDims, 0.1, 1)
  const results = await run({ ...model, graph: lower(graph) }, { x: tensor(dims, values), r })
  const output = outputDims.slice(2)
  const windows = windowsOf(g, beginOf(g, output), output)
  const plane = sizeOf(g.size)
  const expected = values.map(() => 0)
  const pooled: number[] = []
  for (let p = 0; p < 6; p++) {
    const own = values.slice(p * plane, (p + 1) * plane)
    for (const [w, window] of windows.entries()) {
      pooled.push(Math.max(...window.map(i => own[i] as number)))
      const shares = share(window, own)
      for (const [i, place] of window.entries()) {
        expected[p * plane + place] = (expected[p * plane + place] as number) + (shares[i] as number) * (r.data[p * windows.length + w] as number)
      }
    }
  }
  // The reference's windows are the runtime's.
  expect(results.y?.data, `seed ${seed}: ${JSON.stringify(g)}`).toEqual(pooled)
  return { winner: results[names.winner], proportional: results[names.proportional], expected, dims, label: JSON.stringify(g) }
}

describe('MaxPool', () => {
  it('gives everything to the largest, of equals to the first', async () => {
    let done = 0
    for (let seed = 1; seed <= 200; seed++) {
      const result = await compared(seed, (window, values) => {
        const largest = Math.max(...window.map(i => values[i] as number))
        const first = window.findIndex(i => values[i] === largest)
        return window.map((_, i) => (i === first ? 1 : 0))
      })
      if (!result) continue
      done++
      expect(result.winner?.dims).toEqual(result.dims)
      expect(relativeError(result.winner?.data ?? [], result.expected), `seed ${seed}: ${result.label}`).toBeLessThan(tolerance)
    }
    expect(done).toBeGreaterThan(80)
  })
})
