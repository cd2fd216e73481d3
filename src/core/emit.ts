/** From the analysis to the graph that explains itself: targets, the reverse pass for each, outputs, metadata. */

import { GraphBuilder, type Value } from './0-graph/builder.ts'
import type { Model, ValueInfo } from './0-graph/graph.ts'
import { rankOf } from './0-graph/shapes.ts'
import { verify } from './0-graph/verify.ts'
import { dropDead } from './2-canonize/drop-dead.ts'
import { linearOutput } from './3-operators/domain.ts'
import { zerosLike } from './3-operators/like.ts'
import type { Context } from './3-operators/operator.ts'
import { writeBox } from './4-analyze/input-domain.ts'
import { boundsFrom } from './5-explain/bounds.ts'
import { classActivation, mapLayer } from './5-explain/class-activation.ts'
import { Factors } from './5-explain/factors.ts'
import { receivedFrom } from './5-explain/functional.ts'
import { HiddenLayers, type HiddenNeuron } from './5-explain/hidden.ts'
import type { Method } from './5-explain/method.ts'
import { type CompiledNames, type Explained, OutputWriter } from './5-explain/outputs.ts'
import { presenceIn } from './5-explain/presence.ts'
import { type Loop, type Sampling, sampledRelevances } from './5-explain/sampling.ts'
import {
  type ClassChoice,
  type LogitTable,
  neuronMask,
  noClasses,
  type TargetMode,
  type TargetValues,
  writeHiddenTarget,
  writeTable,
  writeTarget,
} from './5-explain/target.ts'
import { type Walk, walk } from './5-explain/walk.ts'
import { foldLoop } from './6-lower/loops.ts'
import { lower } from './6-lower/lower.ts'
import type { Analysis, AnalyzeOptions } from './analysis.ts'
import { DeepTaylorError } from './diagnostics.ts'
import { version } from './version.ts'

/** What is asked of the compiled model. */
export interface CompileOptions extends AnalyzeOptions {
  /** What is explained; several targets share the forward pass and every denominator. Default `top`. */
  readonly target?: TargetMode | readonly TargetMode[]
  /** Hidden layers whose relevance is a further output, by name. */
  readonly layers?: readonly string[]
  /** Hidden layers whose factors c of R = x·c are a further output, by name; the paper's argument is that they hardly vary. */
  readonly factors?: readonly string[]
  /**
   * Only the relevance that flows through these hidden channels or neurons (concept-conditional relevance, Achtibat et
   * al. 2023); of one neuron j it is the message [[x_f]_j]_i. Several of one layer are taken together.
   */
  readonly through?: readonly HiddenNeuron[]
  /** How many of the most probable classes it returns besides. Default 0. */
  readonly top?: number
}

/** The model that explains itself. */
export interface Compiled {
  readonly model: Model
  readonly names: CompiledNames
  readonly analysis: Analysis
}

/** Writes the explanation of an analysed model. */
export function emit(analysis: Analysis, options: CompileOptions): Compiled {
  const { model, facts, input, tokens, others, explained, classes, method, steps } = analysis
  const { layers = [], factors = [], through = [], top = 0 } = options
  refuseHidden(method, [...layers, ...factors], through)
  if (factors.length > 0 && method.conserves === false) throw noFactors(method)
  const targets = targetsOf(options)
  for (const target of targets) checkTarget(target, analysis)
  const b = new GraphBuilder(model.graph)
  const context: Context = { ...facts, b }
  const hidden = new HiddenLayers(model.graph, steps)
  const filters = b.within('through', () => filtersOf(context, hidden, through))
  const asked = new Set(layers.map(layer => hidden.valueOf(layer)))
  const plan: Walk = {
    ...walkOf(analysis, context),
    filterOf: value => filters.get(value),
    isAsked: value => asked.has(value),
  }
  const logits = b.within('target', () => writeTable(context, explained.logits, Math.max(1, classes)))
  const outputs = new OutputWriter(context, tokens ?? input)
  const inputs: ValueInfo[] = []
  const written = targets.map(mode => {
    const target = writeAnyTarget(analysis, context, logits, hidden, mode)
    inputs.push(...target.inputs)
    return target
  })
  const { loop, found } = relevancesOf(analysis, plan, hidden, written, factors)
  const explanations = found.map(({ relevance, hidden: inner, expected, factorOf }, i) => {
    const shown = (names: readonly string[], of: (value: Value) => Value): Explained['layers'] =>
      new Map(
        names.map(layer => {
          const value = hidden.valueOf(layer)
          return [layer, { value: of(value), dims: analysis.shapes.get(value)?.dims ?? [] }]
        }),
      )
    return outputs.explanation({
      relevance: perToken(analysis, context, finished(context, input.name, relevance, method)),
      target: written[i] as TargetValues,
      expected: through.length === 0 ? expected : undefined,
      elsewhere: others.sources.flatMap(name => inner.get(name) ?? []),
      layers: shown(layers, value => inner.get(value) ?? zerosLike(context, value)),
      factors: shown(factors, factorOf),
    })
  })
  const names = {
    input: (tokens ?? input).name,
    explanations,
    ...outputs.prediction(logits, explained.head, classes === 0 ? 0 : top),
  }
  const variables = loop ? [...loop.variables, ...loop.outputs] : []
  const flat = lower(b.appendTo(model.graph, outputs.outputs, [...inputs, ...variables]), b.sizes)
  const graph = dropDead(loop ? foldLoop(flat, loop) : flat)
  const faults = verify(graph)
  if (faults.length > 0) throw new Error(`the compiler wrote a broken graph: ${faults.join('; ')}`)
  return { model: { ...model, graph, metadata: metadataOf(analysis, options) }, names, analysis }
}

/** What one target's reverse pass found. */
interface Found {
  readonly relevance: Value
  /** The relevance of hidden values. */
  readonly hidden: ReadonlyMap<Value, Value>
  readonly expected: Value | undefined
  /** c of a hidden value. */
  readonly factorOf: (value: Value) => Value
}

/** The relevance of the input for each target, by one reverse pass each, or by a loop over many points. */
function relevancesOf(
  { method, model, input, tokens, explained, steps }: Analysis,
  plan: Walk,
  hidden: HiddenLayers,
  targets: readonly TargetValues[],
  factors: readonly string[],
): { readonly found: readonly Found[]; readonly loop?: Loop } {
  const { context } = plan
  if (method.sampling) {
    const { loop, relevances, expected } = context.b.within('points', () =>
      sampledRelevances(plan, model.graph, { input, tokens }, targets, method.sampling as Sampling),
    )
    const found = relevances.map((relevance, i) => ({
      relevance,
      hidden: new Map(),
      expected: expected[i],
      factorOf: noFactor,
    }))
    return { loop, found }
  }
  const found = targets.map((target): Found => {
    const listener = new Factors(plan, target)
    const heard = factors.length === 0 ? plan : { ...plan, observe: listener }
    const relevances = walk(heard, receivedFrom(heard, target))
    const factorOf = (value: Value) => listener.of(value)
    const expected = method.conserves === false ? undefined : target.logit
    if (method.map) {
      const layer = mapLayer(context, steps, hidden, input.name, method.map.layer)
      const gradient = relevances.get(layer) ?? zerosLike(context, layer)
      return {
        relevance: classActivation(context, input.name, layer, gradient),
        hidden: relevances,
        expected,
        factorOf,
      }
    }
    const relevance = relevances.get(input.name)
    if (!relevance) throw new DeepTaylorError('no-path', { input: input.name, output: explained.output })
    return { relevance, hidden: relevances, expected, factorOf }
  })
  return { found }
}

/** What the reverse pass reads, for a builder to write with. */
export function walkOf({ model, input, method, steps, box, domains }: Analysis, context: Context): Walk {
  const given = box && context.b.within('box', () => writeBox(context, input.name, box))
  return {
    context,
    method,
    steps,
    boundsOf: given ? boundsFrom(model.graph, context, input.name, given) : noBounds,
    presenceOf: presenceIn(model.graph, context),
    domainOf: value => domains.get(value) ?? linearOutput,
  }
}

/** Writes a target of either kind. */
export function writeAnyTarget(
  { method }: Analysis,
  context: Context,
  logits: LogitTable,
  hidden: HiddenLayers,
  mode: TargetMode,
): TargetValues {
  return context.b.within('target', () =>
    typeof mode === 'object' && 'layer' in mode
      ? writeHiddenTarget(context, hidden.valueOf(mode.layer), mode, method.start)
      : writeTarget(context, logits, mode, method.start),
  )
}

function targetsOf({ target = 'top' }: CompileOptions): readonly TargetMode[] {
  return Array.isArray(target) ? target : [target as TargetMode]
}

/** What lets through the relevance of some channels of hidden values, by value. */
function filtersOf(
  context: Context,
  hidden: HiddenLayers,
  through: readonly HiddenNeuron[],
): ReadonlyMap<Value, (relevance: Value) => Value> {
  const { b } = context
  const masks = new Map<Value, Value>()
  for (const neuron of through) {
    const value = hidden.valueOf(neuron.layer)
    const mask = neuronMask(context, value, neuron)
    const before = masks.get(value)
    masks.set(value, before === undefined ? mask : b.op('Or', [before, mask], {}, 'is_let_through'))
  }
  return new Map(
    [...masks].map(([value, mask]) => [
      value,
      (relevance: Value) => b.op('Where', [mask, relevance, b.floats(0)], {}, 'let_through'),
    ]),
  )
}

/** The relevance of a token is that of its row. */
function perToken({ tokens, input }: Analysis, { b, shapes }: Context, relevance: Value): Value {
  if (!tokens) return relevance
  const [places, rank] = [tokens.type?.dims?.length ?? 2, rankOf(shapes, input.name) ?? 3]
  const axes = Array.from({ length: rank - places }, (_, i) => places + i)
  return b.op('ReduceSum', [relevance, b.ints(axes)], { keepdims: 0 }, 'per_token')
}

function finished({ b }: Context, input: Value, arrived: Value, { finish }: Method): Value {
  if (finish === undefined) return arrived
  return b.op('Mul', [arrived, finish === 'squared' ? arrived : input], {}, finish)
}

/** Points around the input have hidden layers of their own: none of them is the relevance of a layer. */
function refuseHidden({ name, sampling }: Method, layers: readonly string[], through: readonly HiddenNeuron[]): void {
  if (!sampling || layers.length + through.length === 0) return
  const reason = 'it looks at many points, and has no relevance of hidden layers: leave out --layer and --through'
  throw new DeepTaylorError('option-invalid', { option: `method ${name}`, reason })
}

/** R = x·c is a statement about relevance. */
function noFactors({ name }: Method): DeepTaylorError {
  const reason = 'gradients are not relevance x·c, and have no factors: choose deep-taylor or an LRP method'
  return new DeepTaylorError('option-invalid', { option: `method ${name}`, reason })
}

function noFactor(): never {
  throw new Error('factors were asked of a method without hidden layers')
}

function noBounds(): never {
  throw new Error('a rule asked for a box, and the input has none')
}

/** Refuses targets that the model does not have.
 *
 * @throws DeepTaylorError `target-invalid`, `unsupported-graph` for a class of an output without classes
 */
export function checkTarget(target: TargetMode, { classes, facts, explained }: Analysis): void {
  if (typeof target === 'object' && 'layer' in target) return
  if (classes === 0) throw noClasses(facts, explained.logits, explained.output)
  const invalid = (shown: unknown, reason: string) =>
    new DeepTaylorError('target-invalid', { target: String(shown), reason })
  const check = (choice: ClassChoice) => {
    if (typeof choice !== 'number') return
    if (Number.isInteger(choice) && choice >= -classes && choice < classes) return
    throw invalid(choice, classes === 1 ? 'the model has one output: 0' : `the model has classes 0 to ${classes - 1}`)
  }
  if (typeof target !== 'object') check(target)
  else if ('versus' in target) {
    check(target.class)
    check(target.versus)
  } else if ('not' in target) check(target.not)
  else if ('functional' in target && target.functional !== 'input') {
    const { functional } = target
    if (functional.length !== classes || !functional.every(Number.isFinite)) {
      throw invalid(`[${functional}]`, `a functional is ${classes} finite numbers, one for each class`)
    }
  }
}

/** What the compiled model says about itself: which rule every layer got, so that an auditor need not trust the name. */
function metadataOf(
  { model, method, steps, explained, input, tokens }: Analysis,
  { target = 'top', through }: CompileOptions,
): Map<string, string> {
  const rules = steps.map(({ node, decision }) => ({
    layer: node.name,
    operator: node.opType,
    rule: decision.kind === 'rule' ? decision.rule.name : decision.kind,
  }))
  const { name, bias, pooling, stabilizer } = method
  return new Map([
    ...model.metadata,
    ['deeptaylor.version', version],
    ['deeptaylor.method', JSON.stringify({ name, bias, pooling, stabilizer })],
    ['deeptaylor.target', JSON.stringify(target)],
    [
      'deeptaylor.explains',
      JSON.stringify({ input: (tokens ?? input).name, output: explained.output, logits: explained.logits }),
    ],
    ['deeptaylor.rules', JSON.stringify(rules)],
    ...(through ? ([['deeptaylor.through', JSON.stringify(through)]] as const) : []),
  ])
}
