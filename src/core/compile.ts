/** The pipeline, from a model to the model that explains itself: a table of contents of the phases. */

import { GraphBuilder, type Value } from './0-graph/builder.ts'
import { constantsOf, type Model, type ValueInfo } from './0-graph/graph.ts'
import type { Shapes } from './0-graph/shapes.ts'
import { verify } from './0-graph/verify.ts'
import { canonizeLayers, canonizeStructure } from './2-canonize/canonize.ts'
import { dropDead } from './2-canonize/drop-dead.ts'
import type { Context, Facts } from './3-operators/operator.ts'
import { chooseInput, chooseOutput } from './4-analyze/choose.ts'
import { domainsOf } from './4-analyze/domains.ts'
import { type ExplainedOutput, explainedOutput } from './4-analyze/explained-output.ts'
import { type InputBox, inputDomain, writeBox } from './4-analyze/input-domain.ts'
import type { Oracle } from './4-analyze/oracle.ts'
import { settleParameters } from './4-analyze/parameters.ts'
import { reach } from './4-analyze/reach.ts'
import { inferShapes, withInputDims } from './4-analyze/shapes.ts'
import { boundsFrom } from './5-explain/bounds.ts'
import { deepTaylor } from './5-explain/deep-taylor.ts'
import type { LayerRule } from './5-explain/layer-rules.ts'
import type { Method } from './5-explain/method.ts'
import { type CompiledNames, writeOutputs } from './5-explain/outputs.ts'
import { plan, refuseSubgraphs, refuseUnsupported, type Step } from './5-explain/plan.ts'
import { presenceIn } from './5-explain/presence.ts'
import { classesOf, type TargetMode, writeTarget } from './5-explain/target.ts'
import { walk } from './5-explain/walk.ts'
import { lower } from './6-lower/lower.ts'
import { DeepTaylorError } from './diagnostics.ts'
import { version } from './version.ts'

/** What may be said about an explanation before it is compiled. */
export interface AnalyzeOptions {
  /** The input to explain in terms of. Default: the only one that the output depends on. */
  readonly input?: string
  /** The output to explain. Default: the first. */
  readonly output?: string
  /** What values the input can have. Default: any (`undefined`). */
  readonly box?: InputBox
  /** Sizes for free dimensions of the input; `undefined` leaves one as it is. */
  readonly shape?: readonly (number | undefined)[]
  /** Default `deepTaylor()`. */
  readonly method?: Method
  /** Rules for single layers, before what the method decides; of several that match a layer, the last counts. */
  readonly rules?: readonly LayerRule[]
}

/** What is asked of the compiled model. */
export interface CompileOptions extends AnalyzeOptions {
  /** Which class is explained. Default `top`. */
  readonly target?: TargetMode
  /** How many of the most probable classes it returns besides. Default 0. */
  readonly top?: number
}

/** A model, looked through: what the compiler found before it wrote anything. */
export interface Analysis {
  /** The canonical model. */
  readonly model: Model
  readonly shapes: Shapes
  readonly facts: Facts
  readonly input: ValueInfo
  readonly explained: ExplainedOutput
  /** Length of one row of logits. */
  readonly classes: number
  readonly box: InputBox | undefined
  readonly method: Method
  /** What relevance does at every node between input and output, in the order of the graph. */
  readonly steps: readonly Step[]
}

/** The model that explains itself. */
export interface Compiled {
  readonly model: Model
  readonly names: CompiledNames
  readonly analysis: Analysis
}

/**
 * The input that an explanation of `model` would be in terms of.
 *
 * @throws DeepTaylorError `option-invalid`, `no-path`, `unsupported-graph`, `unsupported-opset`
 */
export function explainedInput(model: Model, options: Pick<AnalyzeOptions, 'input' | 'output'> = {}): ValueInfo {
  const { graph } = canonizeStructure(model)
  const { logits } = explainedOutput(graph, chooseOutput(graph, options.output))
  return chooseInput(graph, logits, options.input)
}

/**
 * Looks a model through without writing anything: shapes, domains, and the rule that every layer gets.
 *
 * @throws DeepTaylorError `unsupported-*`, `no-path`, `option-invalid`
 */
export async function analyze(model: Model, oracle: Oracle, options: AnalyzeOptions = {}): Promise<Analysis> {
  const structural = canonizeStructure(model)
  const named = options.shape ? fixShape(structural, options) : structural
  refuseSubgraphs(named.graph.nodes)
  const output = chooseOutput(named.graph, options.output)
  const settled = await settleParameters(named, oracle)
  const layered = canonizeLayers(settled.model.graph, settled.shapes)
  const canonical: Model = { ...settled.model, graph: layered }
  const shapes = await inferShapes(canonical, oracle)
  const explained = explainedOutput(layered, output)
  const input = chooseInput(layered, explained.logits, options.input)
  const { active, nodes } = reach(layered, input.name, explained.logits)
  if (nodes.length === 0) throw new DeepTaylorError('no-path', { input: input.name, output })
  const { initializers } = layered
  const facts: Facts = { shapes, constants: constantsOf(layered), active, initializers }
  refuseUnsupported(nodes, facts)
  const method = options.method ?? deepTaylor()
  const domains = domainsOf(nodes, facts, input.name, inputDomain(options.box))
  return {
    model: canonical,
    shapes,
    facts,
    input,
    explained,
    classes: classesOf(facts, explained.logits, output),
    box: options.box,
    method,
    steps: plan(layered, nodes, facts, domains, method, options.rules),
  }
}

/**
 * Compiles the explanation into the model: what comes back returns the model's outputs and the relevance.
 *
 * @throws DeepTaylorError as `analyze`, and `target-invalid`
 */
export async function compileModel(model: Model, oracle: Oracle, options: CompileOptions = {}): Promise<Compiled> {
  return emit(await analyze(model, oracle, options), options)
}

function emit(analysis: Analysis, { target = 'top', top = 0 }: CompileOptions): Compiled {
  const { model, facts, input, explained, classes, method, steps, box } = analysis
  checkTarget(target, classes)
  const b = new GraphBuilder(model.graph)
  const context: Context = { ...facts, b }
  const given = box && b.within('box', () => writeBox(context, input.name, box))
  const boundsOf = given ? boundsFrom(model.graph, context, input.name, given) : noBounds
  const choice = b.within('target', () => writeTarget(context, explained.logits, classes, target, method.start))
  const presenceOf = presenceIn(model.graph, context)
  const relevances = walk({ context, method, steps, boundsOf, presenceOf }, explained.logits, choice.start)
  const arrived = relevances.get(input.name)
  if (!arrived) throw new DeepTaylorError('no-path', { input: input.name, output: explained.output })
  const relevance = finished(context, input.name, arrived, method)
  const { head } = explained
  const { names, outputs } = writeOutputs(context, { input, relevance, choice, classes, head, top })
  const written = b.appendTo(model.graph, outputs, choice.inputs)
  const graph = dropDead(lower(written))
  const faults = verify(graph)
  if (faults.length > 0) throw new Error(`the compiler wrote a broken graph: ${faults.join('; ')}`)
  return { model: { ...model, graph, metadata: metadataOf(analysis, target) }, names, analysis }
}

function finished({ b }: Context, input: Value, arrived: Value, { finish }: Method): Value {
  if (finish === undefined) return arrived
  return b.op('Mul', [arrived, finish === 'squared' ? arrived : input], {}, finish)
}

function noBounds(): never {
  throw new Error('a rule asked for a box, and the input has none')
}

function checkTarget(target: TargetMode, classes: number): void {
  if (typeof target !== 'number') return
  if (Number.isInteger(target) && target >= 0 && target < classes) return
  throw new DeepTaylorError('target-invalid', {
    target: String(target),
    reason: classes === 1 ? 'the model has one output: 0' : `the model has classes 0 to ${classes - 1}`,
  })
}

/** What the compiled model says about itself: which rule every layer got, so that an auditor need not trust the name. */
function metadataOf({ model, method, steps, explained, input }: Analysis, target: TargetMode): Map<string, string> {
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
    ['deeptaylor.explains', JSON.stringify({ input: input.name, output: explained.output, logits: explained.logits })],
    ['deeptaylor.rules', JSON.stringify(rules)],
  ])
}

function fixShape(model: Model, { shape, input, output }: AnalyzeOptions): Model {
  const { name } = explainedInput(model, {
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
  })
  const rank = model.graph.inputs.find(info => info.name === name)?.type?.dims?.length
  if (shape && rank !== undefined && shape.length !== rank) {
    throw new DeepTaylorError('option-invalid', {
      option: `shape ${shape.map(dim => dim ?? '?').join(',')}`,
      reason: `input "${name}" has ${rank} dimensions`,
    })
  }
  return { ...model, graph: withInputDims(model.graph, new Map([[name, shape ?? []]])) }
}
