/** One more compiled graph: the root point of any neuron of a layer, and t of all of them. */

import { GraphBuilder, type Value } from './0-graph/builder.ts'
import type { DataType, Model, ValueInfo } from './0-graph/graph.ts'
import { verify } from './0-graph/verify.ts'
import { dropDead } from './2-canonize/drop-dead.ts'
import type { Context } from './3-operators/operator.ts'
import type { Oracle } from './4-analyze/oracle.ts'
import { HiddenLayers } from './5-explain/hidden.ts'
import { neuronDims, type RootValues, writeLayerRoots, writeRoot } from './5-explain/roots.ts'
import { lower } from './6-lower/lower.ts'
import { type Analysis, type AnalyzeOptions, analyze } from './analysis.ts'
import { walkOf } from './emit.ts'

/** Whose root points are asked for. */
export interface RootsCompileOptions extends AnalyzeOptions {
  /** A layer of neurons, by its own name or that of its activation function. */
  readonly layer: string
}

/** The graph of root points; it takes one sample and one neuron at a time. */
export interface CompiledRoots {
  readonly model: Model
  readonly analysis: Analysis
  readonly input: string
  /** int64, one number for each of `dims`: the neuron's coordinates without the sample's. */
  readonly neuron: string
  /** The sizes of the layer's output without the sample. */
  readonly dims: readonly number[]
  /** The rule whose search direction it is. */
  readonly rule: string
  /** float32, of the layer's output: t of every neuron. */
  readonly t: string
  /** Names of the outputs of the neuron. */
  readonly root: { readonly [K in keyof RootValues]: string }
}

const types: { readonly [K in keyof RootValues]: DataType } = {
  preactivation: 'float64',
  t: 'float64',
  hinge: 'float64',
  outside: 'int64',
  switched: 'int64',
  switches: 'int64',
  direction: 'float32',
  root: 'float32',
  point: 'float32',
}

/**
 * Compiles the root points of the neurons of one layer.
 *
 * @throws DeepTaylorError as `compileModel`; `layer-unknown`; `option-invalid` for a layer whose rule has
 *   no search direction
 */
export async function compileRoots(model: Model, oracle: Oracle, options: RootsCompileOptions): Promise<CompiledRoots> {
  const { layer, ...rest } = options
  const analysis = await analyze(model, oracle, rest)
  const { facts, input, tokens, steps } = analysis
  const b = new GraphBuilder(analysis.model.graph)
  const context: Context = { ...facts, b }
  const plan = walkOf(analysis, context)
  const step = new HiddenLayers(analysis.model.graph, steps).neuronsOf(layer)
  const outputs: ValueInfo[] = []
  const output = (hint: string, value: Value, dtype: DataType): string => {
    const name = b.named('Identity', [value], hint)
    outputs.push({ name, type: { dtype, dims: undefined } })
    return name
  }
  const neuron = b.fresh('neuron')
  const { t, root } = b.within('root', () => ({
    t: writeLayerRoots(plan, step),
    root: writeRoot(plan, analysis.model.graph, step, neuron),
  }))
  const dims = neuronDims(plan, step) as number[]
  const names = {
    t: output('t', t, 'float32'),
    root: Object.fromEntries(
      Object.entries(root).map(([key, value]) => [key, output(key, value, types[key as keyof RootValues])]),
    ) as CompiledRoots['root'],
  }
  const place: ValueInfo = { name: neuron, type: { dtype: 'int64', dims: [dims.length] } }
  const graph = dropDead(lower(b.appendTo({ ...analysis.model.graph, outputs: [] }, outputs, [place]), b.sizes))
  const faults = verify(graph)
  if (faults.length > 0) throw new Error(`the compiler wrote a broken graph: ${faults.join('; ')}`)
  const rule = step.decision.kind === 'rule' ? step.decision.rule.name : step.decision.kind
  return { model: { ...analysis.model, graph }, analysis, input: (tokens ?? input).name, neuron, dims, rule, ...names }
}
