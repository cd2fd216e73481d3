/**
 * One neuron max(0, Σ x·w + b) whose weights, bias and bounds are inputs too: what a rule makes of it, at the cost of a run.
 *
 * It is compiled like any other model, once and with placeholders, and these constants then become inputs of what was
 * written. Nothing that the compiler writes depends on their values: so a picture of the neuron can follow a finger.
 */

import type { Model } from '../core/0-graph/graph.ts'
import { floatTensor, numbersOf } from '../core/0-graph/tensor.ts'
import { encodeModel } from '../core/1-codec/encode.ts'
import type { Rule } from '../core/5-explain/rules.ts'
import { compileModel } from '../core/compile.ts'
import { compileRoots } from '../core/roots.ts'
import { defaultRuntime } from '../runtime/default.ts'
import { oracleOf } from '../runtime/oracle.ts'
import type { Runtime, Session, Tensor } from '../runtime/session.ts'
import type { LoadedModel } from './model-bytes.ts'
import { type RootPoint, readRoot } from './roots.ts'

/** A neuron, and where it is looked at. */
export interface NeuronAt {
  readonly x: readonly number[]
  readonly w: readonly number[]
  readonly b: number
  /** The domain of x, one bound per input; infinite where there is none. */
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** What a rule makes of a neuron: its root point, with a number per input, and the shares. */
export interface NeuronFacts extends Pick<RootPoint, 'preactivation' | 't' | 'checks'> {
  readonly direction: readonly number[]
  readonly root: readonly number[]
  /** R_j = max(0, Σ x·w + b). */
  readonly output: number
  /** R_i of every input. Their sum is R_j, or 0 where Σ v·w is 0. */
  readonly relevance: readonly number[]
}

/** A compiled graph, open, and which of its inputs takes which number. */
interface Part<Names> {
  readonly session: Session
  readonly names: Names
  readonly places: ReadonlyMap<string, keyof NeuronAt>
}

interface Parts {
  readonly roots: Part<Awaited<ReturnType<typeof compileRoots>>>
  readonly shares: Part<Awaited<ReturnType<typeof compileModel>>['names']>
}

/** A neuron under a rule, open. Close it when done. */
export class Neuron {
  /** The rule's name. */
  readonly rule: string
  readonly #parts: Parts

  private constructor(rule: string, parts: Parts) {
    this.rule = rule
    this.#parts = parts
  }

  /**
   * Compiles and opens a neuron of so many inputs. Directions that read `from-low` or `from-high` begin at its bounds.
   *
   * @throws DeepTaylorError `option-invalid` for a rule that is a difference of two directions
   */
  static async open(size: number, rule: Rule, options: { readonly runtime?: Runtime } = {}): Promise<Neuron> {
    const { runtime = await defaultRuntime() } = options
    const { model } = neuronModel(size)
    const { low, high } = placeholders(size)
    const asked = { box: { low, high }, rules: [{ layers: {}, rule }] }
    const roots = await compileRoots(model, oracleOf(runtime), { ...asked, layer })
    const shares = await compileModel(model, oracleOf(runtime), { ...asked, target: 0 })
    const open = async <Names>(compiled: Model, names: Names): Promise<Part<Names>> => {
      const { model: freed, places } = withInputs(compiled, size)
      return { session: await runtime.open(encodeModel(freed)), names, places }
    }
    return new Neuron(rule.name, {
      roots: await open(roots.model, roots),
      shares: await open(shares.model, shares.names),
    })
  }

  /** What the rule makes of the neuron with these numbers. */
  async at(given: NeuronAt): Promise<NeuronFacts> {
    const { roots, shares } = this.#parts
    const place: Tensor = { dtype: 'int64', dims: [1], data: BigInt64Array.of(0n) }
    const found = await roots.session.run({ ...feedsOf(roots, given), [roots.names.neuron]: place })
    const shared = await shares.session.run(feedsOf(shares, given))
    const [explanation] = shares.names.explanations
    const numbers = (name = '') => Array.from(shared[name]?.data ?? [], Number)
    const { preactivation, t, checks, direction, root } = readRoot([0], roots.names.root, found)
    return {
      preactivation,
      t,
      checks,
      direction: Array.from(direction.data),
      root: Array.from(root.data),
      output: numbers(explanation?.explainedLogit)[0] ?? 0,
      relevance: numbers(explanation?.relevance),
    }
  }

  /** Frees the sessions. */
  async close(): Promise<void> {
    await this.#parts.roots.session.close()
    await this.#parts.shares.session.close()
  }
}

const layer = 'neuron'

/** The neuron as a model whose weights and bias are placeholders: what it looks like to `inspect`. */
export function neuronModel(size: number): LoadedModel {
  const { w, b } = placeholders(size)
  const node = (name: string, opType: string, inputs: readonly string[], output: string) => ({
    name,
    opType,
    domain: '',
    inputs,
    outputs: [output],
    attributes: {},
  })
  const value = (name: string, dims: readonly (number | string)[]) => ({
    name,
    type: { dtype: 'float32', dims } as const,
  })
  const model: Model = {
    irVersion: 8,
    opsets: new Map([['', 17]]),
    producer: 'deeptaylor',
    metadata: new Map(),
    graph: {
      name: layer,
      nodes: [node(layer, 'Gemm', ['x', 'w', 'b'], 'z'), node('relu', 'Relu', ['z'], 'y')],
      inputs: [value('x', [1, size])],
      outputs: [value('y', [1, 1])],
      initializers: new Map([
        ['w', floatTensor(w, [size, 1])],
        ['b', floatTensor([b], [1])],
      ]),
    },
  }
  return { model, source: layer, path: undefined, byteLength: encodeModel(model).length }
}

/** Numbers that nothing else in a graph is, so that they are found again. */
function placeholders(size: number): Omit<NeuronAt, 'x'> {
  const from = (start: number) => Array.from({ length: size }, (_, i) => start + i / 16)
  return { w: from(101), b: 103, low: from(-211), high: from(223) }
}

/** The placeholders as inputs of the graph. */
function withInputs(model: Model, size: number): { model: Model; places: Part<unknown>['places'] } {
  const { graph } = model
  const places = new Map<string, keyof NeuronAt>([['x', 'x']])
  for (const [key, wanted] of Object.entries(placeholders(size))) {
    for (const [name, tensor] of graph.initializers) {
      if (tensor.dtype === 'float32' && String(numbersOf(tensor)) === String(wanted))
        places.set(name, key as keyof NeuronAt)
    }
  }
  const baked = (['w', 'b'] as const).filter(key => ![...places.values()].includes(key))
  if (baked.length > 0) throw new Error(`the compiler worked ${baked.join(' and ')} into other constants`)
  const freed = [...graph.initializers].filter(([name]) => places.has(name))
  const inputs = freed.map(([name, { dtype, dims }]) => ({ name, type: { dtype, dims } }))
  const initializers = new Map([...graph.initializers].filter(([name]) => !places.has(name)))
  return { model: { ...model, graph: { ...graph, initializers, inputs: [...graph.inputs, ...inputs] } }, places }
}

function feedsOf({ session, places }: Part<unknown>, given: NeuronAt): Record<string, Tensor> {
  const feeds = [...places].map(([name, key]): [string, Tensor] => {
    const data = Float32Array.from([given[key]].flat())
    const dims = session.inputs.get(name)?.dims.map(Number) ?? [data.length]
    return [name, { dtype: 'float32', dims, data }]
  })
  return Object.fromEntries(feeds)
}
