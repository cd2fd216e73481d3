/** Models for tests, written down in a line a node, and what it takes to run them. */

import { generator } from '../../bench/random.ts'
import type { AttributeInput } from '../../src/core/0-graph/builder.ts'
import { type Attribute, constantsOf, type Dim, type Model, type Node } from '../../src/core/0-graph/graph.ts'
import { type Tensor as Constant, floatTensor, int64Tensor, sizeOf } from '../../src/core/0-graph/tensor.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import type { Facts } from '../../src/core/3-operators/operator.ts'
import { reach } from '../../src/core/4-analyze/reach.ts'
import { inferShapes } from '../../src/core/4-analyze/shapes.ts'
import type { ExplanationNames } from '../../src/core/5-explain/outputs.ts'
import { compileModel } from '../../src/core/compile.ts'
import type { CompileOptions } from '../../src/core/emit.ts'
import { nodeRuntime } from '../../src/runtime/node.ts'
import { oracleOf } from '../../src/runtime/oracle.ts'
import type { SessionOptions, Tensor } from '../../src/runtime/session.ts'

export const runtime = await nodeRuntime('native')
export const oracle = oracleOf(runtime)

/** A node: `node('Conv', ['x', 'w'], 'y', { pads: [1, 1] })`. */
export function node(
  opType: string,
  inputs: readonly string[],
  outputs: string | readonly string[],
  attributes: Readonly<Record<string, AttributeInput>> = {},
): Node {
  const list = typeof outputs === 'string' ? [outputs] : outputs
  const typed = Object.entries(attributes).map(([name, value]): [string, Attribute] => [name, typedAttribute(value)])
  return {
    name: `${opType}:${list[0]}`,
    opType,
    domain: '',
    inputs,
    outputs: list,
    attributes: Object.fromEntries(typed),
  }
}

function typedAttribute(value: AttributeInput): Attribute {
  if (typeof value === 'number') return { type: 'int', value }
  if (typeof value === 'string') return { type: 'string', value }
  return Array.isArray(value) ? { type: 'ints', value } : (value as Attribute)
}

/** What a test model is made of. */
export interface Parts {
  readonly nodes: readonly Node[]
  /** Shapes of the inputs by name; all float32. */
  readonly inputs: Readonly<Record<string, readonly Dim[]>>
  readonly outputs: readonly string[]
  readonly constants?: Readonly<Record<string, Constant>>
  readonly opset?: number
  readonly irVersion?: number
}

/** A model of parts. */
export function modelOf({ nodes, inputs, outputs, constants = {}, opset = 17, irVersion = 8 }: Parts): Model {
  return {
    irVersion,
    opsets: new Map([['', opset]]),
    producer: 'test',
    metadata: new Map(),
    graph: {
      name: 'test',
      nodes,
      inputs: Object.entries(inputs).map(([name, dims]) => ({ name, type: { dtype: 'float32', dims } })),
      outputs: outputs.map(name => ({ name, type: undefined })),
      initializers: new Map(Object.entries(constants)),
    },
  }
}

/** Float constant of a shape. */
export function floats(dims: readonly number[], values: readonly number[]): Constant {
  return floatTensor(values, dims)
}

/** Integer constant. */
export const ints: (values: number | readonly number[]) => Constant = int64Tensor

/** Random numbers, the same for the same seed. */
export class Random {
  readonly #next: () => number

  constructor(seed: number) {
    this.#next = generator(seed)
  }

  /** A number between two. */
  between(low: number, high: number): number {
    return low + (high - low) * this.#next()
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.#next() * (high - low + 1))
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T
  }

  numbers(count: number, low = -1, high = 1): number[] {
    return Array.from({ length: count }, () => this.between(low, high))
  }

  constant(dims: readonly number[], low = -1, high = 1): Constant {
    return floats(dims, this.numbers(sizeOf(dims), low, high))
  }

  tensor(dims: readonly number[], low = -1, high = 1): Tensor {
    return tensor(dims, this.numbers(sizeOf(dims), low, high))
  }
}

/** A float32 tensor to feed. */
export function tensor(dims: readonly number[], values: Iterable<number>): Tensor {
  return { dtype: 'float32', dims, data: Float32Array.from(values) }
}

/** Runs a model once; its outputs as plain numbers. */
export async function run(
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
  options: SessionOptions = {},
): Promise<Record<string, { readonly dims: readonly number[]; readonly data: number[] }>> {
  const session = await runtime.open(encodeModel(model), options)
  try {
    const results = Object.entries(await session.run(feeds))
    return Object.fromEntries(results.map(([name, { dims, data }]) => [name, { dims, data: Array.from(data, Number) }]))
  } finally {
    await session.close()
  }
}

/** Compiles a model's explanation and runs it. */
export async function explained(
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
  options: CompileOptions = {},
): Promise<{
  readonly relevance: number[]
  readonly logit: number[]
  readonly sum: number[]
  readonly chosen: number[]
  readonly all: Record<string, { readonly dims: readonly number[]; readonly data: number[] }>
}> {
  const { model: compiled, names: all_names } = await compileModel(model, oracle, options)
  const names = all_names.explanations[0] as ExplanationNames
  const all = await run(compiled, feeds)
  const data = (name: string) => all[name]?.data as number[]
  return {
    relevance: data(names.relevance),
    logit: data(names.explainedLogit),
    sum: data(names.relevanceSum),
    chosen: data(names.explainedClass),
    all,
  }
}

/** What operators may ask about a model's graph, explained from `output` in terms of `input`. */
export async function factsOf(model: Model, input: string, output: string): Promise<Facts> {
  const { active } = reach(model.graph, [input], output)
  const { graph } = model
  return {
    shapes: await inferShapes(model, oracle),
    constants: constantsOf(graph),
    active,
    initializers: graph.initializers,
  }
}

/** Σ a·b. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
}

/** max |a − b| over max |b|. */
export function relativeError(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}`)
  const most = Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))))
  const largest = Math.max(...b.map(Math.abs))
  return largest === 0 ? most : most / largest
}
