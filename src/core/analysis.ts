/** What the compiler finds out about a model before it writes anything: shapes, domains, and the rule of every layer. */

import { constantsOf, type Model, type ValueInfo } from './0-graph/graph.ts'
import { dimsOf, type Shapes } from './0-graph/shapes.ts'
import { canonizeLayers, canonizeStructure } from './2-canonize/canonize.ts'
import type { Domain } from './3-operators/domain.ts'
import type { Facts } from './3-operators/operator.ts'
import { chooseInput, chooseOutput, type OtherInputs, otherInputs } from './4-analyze/choose.ts'
import { companionOf } from './4-analyze/companions.ts'
import { domainsOf } from './4-analyze/domains.ts'
import { embeddingOf } from './4-analyze/embedding.ts'
import { type ExplainedOutput, explainedOutput } from './4-analyze/explained-output.ts'
import { type InputBox, inputDomain } from './4-analyze/input-domain.ts'
import type { Oracle } from './4-analyze/oracle.ts'
import { settleParameters } from './4-analyze/parameters.ts'
import { sharpened } from './4-analyze/probe.ts'
import { reach } from './4-analyze/reach.ts'
import { inferShapes, withInputDims } from './4-analyze/shapes.ts'
import { deepTaylor } from './5-explain/deep-taylor.ts'
import type { LayerRule } from './5-explain/layer-rules.ts'
import type { Method } from './5-explain/method.ts'
import { plan, refuseSubgraphs, refuseUnsupported, type Step } from './5-explain/plan.ts'
import { classesOf } from './5-explain/target.ts'
import { DeepTaylorError } from './diagnostics.ts'

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

/** An input of tokens. */
export interface TokenInput extends ValueInfo {
  /** How many rows the table has that they choose from: they are 0 to one less. Undefined where that is not known. */
  readonly rows: number | undefined
}

/** A model, looked through: what the compiler found before it wrote anything. */
export interface Analysis {
  /** The canonical model. */
  readonly model: Model
  readonly shapes: Shapes
  readonly facts: Facts
  /** What relevance is redistributed to: the input, or what an embedding makes of its tokens. */
  readonly input: ValueInfo
  /** The input of tokens, integers of samples × places; undefined where the input is numbers. */
  readonly tokens: TokenInput | undefined
  /** What else the network reads. */
  readonly others: OtherInputs
  readonly explained: ExplainedOutput
  /** Length of one row of logits; 0 where the output is no such row, as with maps. */
  readonly classes: number
  readonly box: InputBox | undefined
  readonly method: Method
  /** What is known of every value between input and output. */
  readonly domains: ReadonlyMap<string, Domain>
  /** What relevance does at every node between input and output, in the order of the graph. */
  readonly steps: readonly Step[]
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

/** How a model's own file names its classes, whether one logit stands for two of them, and what it makes of logits. */
export function ownClasses(
  model: Model,
  options: Pick<AnalyzeOptions, 'output'> = {},
): Pick<ExplainedOutput, 'labels' | 'isOfTwo' | 'head'> {
  const { graph } = canonizeStructure(model)
  return explainedOutput(graph, chooseOutput(graph, options.output))
}

/**
 * Looks a model through without writing anything: shapes, domains, and the rule that every layer gets.
 *
 * @throws DeepTaylorError `unsupported-*`, `no-path`, `option-invalid`
 */
export async function analyze(model: Model, oracle: Oracle, options: AnalyzeOptions = {}): Promise<Analysis> {
  const structural = canonizeStructure(model)
  const named = options.shape ? fixShape(structural, options) : structural
  refuseSubgraphs(named.graph.nodes, ['other'])
  const output = chooseOutput(named.graph, options.output)
  const settled = await settleParameters(named, oracle)
  refuseSubgraphs(settled.model.graph.nodes, ['graph', 'other'])
  const canonical = canonizeLayers(settled.model, settled.shapes)
  const layered = canonical.graph
  const shapes = sharpened(await inferShapes(canonical, oracle), settled.agreed)
  const explained = explainedOutput(layered, output)
  const given = chooseInput(layered, explained.logits, options.input)
  const embedded = given.type?.dtype === 'float32' ? undefined : embeddingOf(layered, given.name)
  const input = embedded ? { name: embedded.value, type: shapes.get(embedded.value) } : given
  const rows = embedded && dimsOf(shapes, embedded.table)?.[0]
  const others = otherInputs(layered, explained.logits, given.name)
  const { active, nodes } = reach(layered, [input.name, ...others.sources], explained.logits)
  if (!active.has(input.name)) throw new DeepTaylorError('no-path', { input: input.name, output })
  const { initializers } = layered
  const facts: Facts = { shapes, constants: constantsOf(layered), active, initializers }
  refuseUnsupported(nodes, facts)
  const method = options.method ?? deepTaylor()
  const domains = domainsOf(
    nodes,
    facts,
    new Map([
      ...others.sources.map(name => [name, inputDomain(undefined)] as const),
      [input.name, inputDomain(options.box)],
    ]),
  )
  return {
    model: canonical,
    shapes,
    facts,
    input,
    tokens: embedded && { ...given, rows: typeof rows === 'number' ? rows : undefined },
    others,
    explained,
    classes: classesOf(facts, explained.logits),
    box: options.box,
    method,
    domains,
    steps: plan(layered, nodes, facts, domains, method, options.rules),
  }
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
  // What comes along with tokens has their shape.
  const alike = model.graph.inputs.filter(
    other => companionOf(other.name) !== undefined && other.type?.dims?.length === rank,
  )
  const sizes = [name, ...alike.map(other => other.name)].map(one => [one, shape ?? []] as const)
  return { ...model, graph: withInputDims(model.graph, new Map(sizes)) }
}
