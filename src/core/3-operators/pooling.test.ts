/** Winner-takes-all and shares of max pooling against a plain reference, over random windows in one to three dimensions. */

import { describe, expect, it } from 'vitest'
import { factsOf, modelOf, node, Random, relativeError, run, tensor } from '../../../test/support/models.ts'
import { GraphBuilder } from '../0-graph/builder.ts'
import type { Node } from '../0-graph/graph.ts'
import { sizeOf } from '../0-graph/tensor.ts'
import { lower } from '../6-lower/lower.ts'
import type { Context } from './operator.ts'
import { MaxPool } from './pooling.ts'

/** Sums of at most 27 windows' relevance in float32. */
const tolerance = 1e-6
const rounds = 120

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
  const kernel = many(() => random.int(1, rank < 3 ? 4 : 3))
  const auto = random.pick(['NOTSET', 'NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'])
  // ONNX Runtime miscounts SAME with dilations, and refuses it where windows leave gaps.
  const isSame = auto.startsWith('SAME')
  const dilations = many(() => (isSame ? 1 : random.pick([1, 1, 2])))
  const pad = (axis: number) => random.int(0, (kernel[axis] as number) - 1)
  return {
    kernel,
    dilations,
    strides: many(axis => random.int(1, isSame ? (kernel[axis] as number) : 3)),
    begin: many(pad),
    end: many(pad),
    ceil: random.int(0, 1),
    size: many(axis => ((kernel[axis] as number) - 1) * (dilations[axis] as number) + random.int(1, 5)),
    auto,
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
          o * (g.strides[axis] as number) +
          (k[axis] as number) * (g.dilations[axis] as number) -
          (begin[axis] as number),
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

/** What a window's places get of its relevance, given their values. */
const shares = {
  winner: (values: readonly number[]) => values.map((_, i) => (i === values.indexOf(Math.max(...values)) ? 1 : 0)),
  proportional: (values: readonly number[]) => values.map(value => value / values.reduce((sum, v) => sum + v, 0)),
} as const

/** Few levels: many ties. The winner must not be padding where all values are 0 or negative, and not a value that is a little smaller; sums must not vanish. */
const [small, large] = [2 ** -100, 2 ** 100]
const levels = {
  mixed: [-large, -3, -1, -small, 0, small, 2 * small, 1, 2, large],
  negative: [-large, -3, -2, -1, -small],
  zeros: [0, 0, 0, 0, 1],
  positive: [0.5, 1, 2, 3],
} as const

/** Relevance behind one random pooling, by the graph and by the reference; undefined where the pooling is refused. */
async function compared(kind: keyof typeof shares, levels: readonly number[], seed: number) {
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
  const dims = [2, 3, ...g.size] as const
  // How many channels there are is mostly known, but need not be.
  const stated = ['n', random.pick([3, 3, 'c']), ...g.size]
  const model = modelOf({ nodes: [pool], inputs: { x: stated }, outputs: ['y'] })
  const facts = await factsOf(model, 'x', 'y')
  if (MaxPool.refuse?.(pool, facts)) return undefined
  const b = new GraphBuilder(model.graph)
  const context = { ...facts, b }
  const output = facts.shapes.get('y')?.dims?.slice(2) as number[]
  const outputDims = [2, 3, ...output]
  const name = kind === 'winner' ? MaxPool.winner(pool, 'r', context) : proportional(pool, context)
  const relevance = { name: 'r', type: { dtype: 'float32', dims: outputDims } } as const
  const graph = b.appendTo(model.graph, [{ name, type: undefined }], [relevance])
  const values = Array.from({ length: sizeOf(dims) }, () => random.pick(levels))
  const r = random.tensor(outputDims, 0.1, 1)
  const results = await run({ ...model, graph: lower(graph, b.sizes) }, { x: tensor(dims, values), r })
  const windows = windowsOf(g, beginOf(g, output), output)
  const plane = sizeOf(g.size)
  const expected = values.map(() => 0)
  const pooled: number[] = []
  for (let p = 0; p < dims[0] * dims[1]; p++) {
    for (const [w, window] of windows.entries()) {
      const own = window.map(place => values[p * plane + place] as number)
      pooled.push(Math.max(...own))
      shares[kind](own).forEach((share, i) => {
        const at = p * plane + (window[i] as number)
        expected[at] = (expected[at] as number) + share * (r.data[p * windows.length + w] as number)
      })
    }
  }
  const label = `seed ${seed}: ${JSON.stringify(g)}`
  // The reference's windows are the runtime's.
  expect(results.y?.data, label).toEqual(pooled)
  expect(results[name]?.dims, label).toEqual(dims)
  return { error: relativeError(results[name]?.data ?? [], expected), label }
}

function proportional(pool: Node, context: Context): string {
  const { forward, transpose, weights } = MaxPool.sum(pool, context)
  const ratio = context.b.op('Div', ['r', forward('x', weights)])
  return context.b.op('Mul', ['x', transpose(ratio, weights)])
}

describe('MaxPool over random windows', () => {
  // The winner takes everything, of equals the first; shares are in proportion to the values.
  it.each([
    ['winner', 'mixed'],
    ['winner', 'negative'],
    ['winner', 'zeros'],
    ['proportional', 'positive'],
  ] as const)('%s of levels %s', async (kind, of) => {
    let done = 0
    for (let seed = 1; seed <= rounds; seed++) {
      const result = await compared(kind, levels[of], seed)
      if (!result) continue
      done++
      expect(result.error, result.label).toBeLessThan(tolerance)
    }
    expect(done).toBeGreaterThan(0.7 * rounds)
  })
})

describe('poolings where ONNX and its runtimes disagree', () => {
  it.each([
    ['SAME with dilations', { auto_pad: 'SAME_UPPER', dilations: [2] }, 6, /dilations and automatic padding/],
    ['a last window behind the input', { ceil_mode: 1, strides: [3], pads: [0, 1] }, 5, /behind its input/],
  ] as const)('are refused: %s', async (_, attributes, size, message) => {
    const pool = node('MaxPool', ['x'], 'y', { kernel_shape: [2], ...attributes })
    const model = modelOf({ nodes: [pool], inputs: { x: [1, 1, size] }, outputs: ['y'] })
    expect(MaxPool.refuse?.(pool, await factsOf(model, 'x', 'y'))).toMatch(message)
  })
})
