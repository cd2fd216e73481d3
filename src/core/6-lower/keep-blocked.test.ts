/** A graph that stays in blocks computes what the runtime's own graph computes, to the last bit, over random graphs. */

import { describe, expect, it } from 'vitest'
import { floats, modelOf, node, oracle, Random, runtime } from '../../../test/support/models.ts'
import { inFolder, optimized } from '../../../test/support/optimized.ts'
import { operatorsOf } from '../../../test/support/passes.ts'
import { cachedRuntime } from '../../runtime/cached.ts'
import type { AttributeInput } from '../0-graph/builder.ts'
import type { Model, Node } from '../0-graph/graph.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import type { Tensor as Constant } from '../0-graph/tensor.ts'
import { sizeOf } from '../0-graph/tensor.ts'
import { verify } from '../0-graph/verify.ts'
import { encodeModel } from '../1-codec/encode.ts'
import { inferShapes } from '../4-analyze/shapes.ts'
import { keepBlocked } from './keep-blocked.ts'

/** A value of a random graph. */
interface Made {
  readonly name: string
  readonly channels: number
  readonly side: number
}

/** Convolutions and what stands between them in explanations, put together at random. */
class RandomGraph {
  readonly nodes: Node[] = []
  readonly constants: Record<string, Constant> = {}
  readonly #random: Random
  readonly #values: Made[] = [{ name: 'x', channels: 16, side: 8 }]

  constructor(seed: number) {
    this.#random = new Random(seed)
    for (let i = 0; i < 3; i++) this.#conv()
    for (let i = 0; i < 14; i++) this.#random.pick([() => this.#conv(), ...this.#others, ...this.#others])()
  }

  get model(): Model {
    const read = new Set(this.nodes.flatMap(({ inputs }) => inputs))
    const outputs = this.#values.map(({ name }) => name).filter(name => name !== 'x' && !read.has(name))
    // A value with readers and a name outside.
    const further = this.#random.pick(this.#values.slice(1)).name
    return modelOf({
      nodes: this.nodes,
      inputs: { x: ['n', 16, 8, 8] },
      outputs: [...new Set([...outputs, further])],
      constants: this.constants,
    })
  }

  readonly #others = [
    () => this.#binary(this.#random.pick(['Add', 'Sub', 'Mul', 'Max'])),
    () => this.#quotient(),
    () => this.#unary(this.#random.pick(['Relu', 'Abs', 'Neg', 'Tanh', 'Sigmoid', 'HardSigmoid'])),
    () => this.#withNumber(),
    () => this.#perChannel(),
    () => this.#concat(),
    () => this.#split(),
    () => this.#gated(),
  ]

  #add(opType: string, inputs: readonly string[], like: Omit<Made, 'name'>, attributes = {}): Made {
    const made = { channels: like.channels, side: like.side, name: `v${this.nodes.length}` }
    this.nodes.push(node(opType, inputs, made.name, attributes as Record<string, AttributeInput>))
    this.#values.push(made)
    return made
  }

  #constant(dims: readonly number[], low = -1): string {
    const name = `c${Object.keys(this.constants).length}`
    this.constants[name] = this.#random.constant(dims, low)
    return name
  }

  #conv(): Made {
    const x = this.#random.pick(this.#values)
    // 24 fills half of a block of 16; 5 fills none.
    const channels = this.#random.pick([16, 16, 16, 16, 32, 32, 24, 5])
    const w = this.#constant([channels, x.channels, 3, 3])
    return this.#add('Conv', [x.name, w], { channels, side: x.side }, { pads: [1, 1, 1, 1] })
  }

  #binary(opType: string): void {
    const x = this.#random.pick(this.#values)
    const alike = this.#values.filter(({ channels, side }) => channels === x.channels && side === x.side)
    this.#add(opType, [x.name, this.#random.pick(alike).name], x)
  }

  #quotient(): void {
    const [x, y] = [this.#conv(), this.#conv()]
    const size = this.#add('Abs', [y.name], y)
    const guarded = this.#add('Add', [size.name, this.#constant([], 0.5)], y)
    if (x.channels === y.channels && x.side === y.side) this.#add('Div', [x.name, guarded.name], x)
    else this.#add('Reciprocal', [guarded.name], guarded)
  }

  #unary(opType: string): void {
    const x = this.#random.pick(this.#values)
    this.#add(opType, [x.name], x)
  }

  #withNumber(): void {
    const x = this.#random.pick(this.#values)
    const number = this.#constant(this.#random.pick([[], [1], [1, 1, 1, 1]]))
    this.#add(
      this.#random.pick(['Add', 'Mul', 'Sub']),
      this.#random.pick([
        [x.name, number],
        [number, x.name],
      ]),
      x,
    )
  }

  #perChannel(): void {
    const x = this.#random.pick(this.#values)
    this.#add('Mul', [x.name, this.#constant([1, x.channels, 1, 1])], x)
  }

  #concat(): void {
    const x = this.#random.pick(this.#values)
    const y = this.#random.pick(this.#values.filter(({ side }) => side === x.side))
    const channels = x.channels + y.channels
    if (channels <= 96) this.#add('Concat', [x.name, y.name], { channels, side: x.side }, { axis: 1 })
  }

  #split(): void {
    const x = this.#random.pick(this.#values)
    if (x.channels % 2 === 1) return
    const half = { channels: x.channels / 2, side: x.side }
    const names = [`v${this.nodes.length}`, `v${this.nodes.length}b`]
    const sizes = `c${Object.keys(this.constants).length}`
    this.constants[sizes] = {
      dtype: 'int64',
      dims: [2],
      bytes: new Uint8Array(BigInt64Array.of(BigInt(half.channels), BigInt(half.channels)).buffer),
    }
    this.nodes.push(node('Split', [x.name, sizes], names, { axis: 1 }))
    for (const name of names) this.#values.push({ ...half, name })
  }

  /** Channels weighed by what they hold, as squeeze-and-excitation does. */
  #gated(): void {
    const x = this.#random.pick(this.#values.filter(({ side }) => side > 1))
    const mean = this.#add('GlobalAveragePool', [x.name], { ...x, side: 1 })
    const gate = this.#add('Conv', [mean.name, this.#constant([x.channels, x.channels, 1, 1])], mean)
    this.#add(this.#random.pick(['Mul', 'Sub']), [x.name, this.#add('Sigmoid', [gate.name], gate).name], x)
  }
}

/** Elements of one sample that are reordered from and to blocks. */
async function moved(model: Model): Promise<number> {
  const shapes = await inferShapes(model, oracle)
  const sizes = model.graph.nodes.map(({ opType, inputs, outputs }) => {
    const plain = { ReorderInput: inputs[0], ReorderOutput: outputs[0] }[opType]
    return plain === undefined ? 0 : sizeOf((dimsOf(shapes, plain)?.slice(1) ?? []) as number[])
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function kept(before: Model): Promise<Model> {
  const graph = keepBlocked(before.graph, await inferShapes(before, oracle))
  expect(verify(graph)).toEqual([])
  return { ...before, graph }
}

const operators = ({ graph }: Model) => [...operatorsOf(graph)].sort()

describe('keepBlocked', () => {
  it('changes no bit over random graphs, at any batch, and never moves more', async () => {
    const all = { before: 0, after: 0 }
    for (let seed = 1; seed <= 40; seed++) {
      const { model } = new RandomGraph(seed)
      const bytes = encodeModel(model)
      const before = await optimized(model)
      const [elements, ours] = [await moved(before), await moved(await kept(before))]
      expect(ours, `seed ${seed}`).toBeLessThanOrEqual(elements)
      all.before += elements
      all.after += ours
      await inFolder(async folder => {
        const caching = cachedRuntime(runtime, { folder, announce: message => expect.fail(message) })
        const sessions = [await runtime.open(bytes), await caching.open(bytes, { keeps: true })] as const
        for (const batch of [1, 3]) {
          const x = new Random(seed).tensor([batch, 16, 8, 8])
          const [expected, found] = await Promise.all(sessions.map(session => session.run({ x })))
          expect(found, `seed ${seed}, batch ${batch}`).toEqual(expected)
        }
        for (const session of sessions) await session.close()
      })
    }
    expect(all.after).toBeLessThan(0.95 * all.before)
  })

  const conv = (x: string, y: string) => node('Conv', [x, 'w'], y, { pads: [1, 1, 1, 1] })
  const between = (middle: readonly Node[], channels = 16): Model =>
    modelOf({
      nodes: [conv('x', 'a'), conv('a', 'b'), ...middle, conv('m', 'y')],
      inputs: { x: ['n', channels, 6, 6] },
      outputs: ['y'],
      constants: { w: new Random(3).constant([channels, channels, 3, 3]), number: floats([], [2]) },
    })

  it('divides in blocks', async () => {
    const after = await kept(await optimized(between([node('Div', ['a', 'b'], 'm')])))
    expect(operators(after)).toEqual(['Conv', 'Conv', 'Conv', 'Div', 'ReorderInput', 'ReorderOutput'])
  })

  it('divides out of blocks where channels do not fill them: the rest would be 0/0', async () => {
    const before = await optimized(between([node('Div', ['a', 'b'], 'm')], 24))
    expect(operators(await kept(before))).toEqual(operators(before))
    expect(operators(before).filter(opType => opType === 'ReorderOutput').length).toBeGreaterThan(1)
  })

  it('leaves a graph without blocks as it is', async () => {
    const model = modelOf({
      nodes: [node('Div', ['x', 'number'], 'y')],
      inputs: { x: ['n', 16, 6, 6] },
      outputs: ['y'],
      constants: { number: floats([], [2]) },
    })
    expect(keepBlocked(model.graph, await inferShapes(model, oracle))).toBe(model.graph)
  })
})
