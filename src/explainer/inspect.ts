/** What the compiler would do with a model, layer by layer, and why: the facts behind `deeptaylor inspect`. */

import type { Dim } from '../core/0-graph/graph.ts'
import { describeDomain } from '../core/3-operators/domain.ts'
import { layerOfRows } from '../core/5-explain/chosen.ts'
import { costOf, type LayerCost } from '../core/5-explain/cost.ts'
import { type Analysis, type AnalyzeOptions, analyze } from '../core/analysis.ts'
import type { Warning } from '../core/diagnostics.ts'
import { defaultRuntime } from '../runtime/default.ts'
import { oracleOf } from '../runtime/oracle.ts'
import type { Runtime } from '../runtime/session.ts'
import { type BiasCount, containsZero, countBiases, lint, totalOf } from './lint.ts'
import type { LoadedModel } from './model-bytes.ts'

/** One layer as relevance sees it. */
export interface LayerReport {
  readonly name: string
  readonly opType: string
  /** The layers that relevance goes to from here; the explained input's name where it goes there. */
  readonly reads: readonly string[]
  readonly inputDims: readonly Dim[] | undefined
  readonly outputDims: readonly Dim[] | undefined
  /** The domain of the input, in words. */
  readonly domain: string
  /** The rule's name, or what happens instead: `pass`, `adjoint`, `winner`, `proportional`, `signal`; `none` where no relevance comes. */
  readonly rule: string
  readonly why: string
  /** How many of its biases are > 0, of how many; undefined where it has none. */
  readonly biases: { readonly positive: number; readonly total: number } | undefined
  /** Multiplications for one sample; undefined for layers without weights, and where sizes are free. */
  readonly cost: LayerCost | undefined
}

/** What `inspect` finds. */
export interface ModelReport {
  readonly source: string
  readonly irVersion: number
  readonly opset: number
  readonly producer: string
  readonly input: { readonly name: string; readonly dims: readonly Dim[] | undefined; readonly domain: string }
  readonly output: { readonly name: string; readonly classes: number; readonly logits: string; readonly head: string }
  readonly method: string
  readonly layers: readonly LayerReport[]
  readonly biases: { readonly positive: number; readonly total: number }
  /** What breaks the assumptions of the method. */
  readonly warnings: readonly Warning[]
  /** One sentence each: what an explanation of this model will and will not keep. */
  readonly verdict: readonly string[]
}

/** How a model is inspected. */
export interface InspectOptions extends AnalyzeOptions {
  readonly runtime?: Runtime
}

/**
 * Looks a model through: layers, domains, rules, biases.
 *
 * @throws DeepTaylorError `unsupported-operators` with every operator that relevance cannot go through
 */
export async function inspect(loaded: LoadedModel, options: InspectOptions = {}): Promise<ModelReport> {
  const { runtime = await defaultRuntime(), ...rest } = options
  const analysis = await analyze(loaded.model, oracleOf(runtime), rest)
  const counts = await countBiases(analysis, runtime)
  const last = layerOfRows(analysis.facts, analysis.steps, analysis.explained.logits)
  const makers = new Map(analysis.steps.flatMap(({ node }) => node.outputs.map(name => [name, node.name] as const)))
  const layers = analysis.steps.map((step): LayerReport => {
    const { node, domains, decision, receives } = step
    const active = node.inputs.find(name => analysis.facts.active.has(name)) ?? ''
    return {
      name: node.name,
      opType: node.opType,
      reads: [
        ...new Set(node.inputs.filter(name => analysis.facts.active.has(name)).map(name => makers.get(name) ?? name)),
      ],
      inputDims: analysis.shapes.get(active)?.dims,
      outputDims: analysis.shapes.get(node.outputs[0] ?? '')?.dims,
      domain: [...new Set(domains.map(describeDomain))].join(' and '),
      ...(receives
        ? { rule: decision.kind === 'rule' ? decision.rule.name : decision.kind, why: decision.why }
        : { rule: 'none', why: 'it only sets a gate, which is held fixed: no relevance comes here' }),
      biases: counts.get(node.name),
      cost: costOf(step, analysis.facts, analysis.method, step === last ? analysis.classes : 1),
    }
  })
  const biases = totalOf(counts)
  const warnings = lint(analysis, counts)
  const { model, input, explained, classes, method } = analysis
  return {
    source: loaded.source,
    irVersion: loaded.model.irVersion,
    opset: loaded.model.opsets.get('') ?? 0,
    producer: model.producer,
    input: {
      name: input.name,
      dims: input.type?.dims,
      domain: analysis.steps[0]?.domains.map(describeDomain)[0] ?? '',
    },
    output: { name: explained.output, classes, logits: explained.logits, head: explained.head },
    method: method.name,
    layers,
    biases,
    warnings,
    verdict: verdictOf(analysis, biases, warnings),
  }
}

/** The findings as sentences, the good ones too. */
function verdictOf({ box }: Analysis, { positive, total }: BiasCount, warnings: readonly Warning[]): readonly string[] {
  const verdict = ['Every layer on the way has a rule: the model can be explained.']
  if (total > 0 && positive === 0) {
    const roots = containsZero(box) ? ', and with it every root point of w², z⁺ and zᴮ lies in its domain' : ''
    verdict.push(`0 of ${total} biases are positive: the assumption b ≤ 0 holds${roots}.`)
  }
  return [...verdict, ...warnings.map(({ message }) => `${message}.`)]
}
