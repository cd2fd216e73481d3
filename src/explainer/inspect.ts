/** What the compiler would do with a model, layer by layer, and why: the facts behind `deeptaylor inspect`. */

import type { Dim } from '../core/0-graph/graph.ts'
import { encodeModel } from '../core/1-codec/encode.ts'
import { describeDomain } from '../core/3-operators/domain.ts'
import type { InputBox } from '../core/4-analyze/input-domain.ts'
import { biasCensus } from '../core/5-explain/bias-census.ts'
import { type Analysis, type AnalyzeOptions, analyze } from '../core/analysis.ts'
import { nodeRuntime } from '../runtime/node.ts'
import { oracleOf } from '../runtime/oracle.ts'
import type { Runtime } from '../runtime/session.ts'
import type { LoadedModel } from './load-model.ts'

/** One layer as relevance sees it. */
export interface LayerReport {
  readonly name: string
  readonly opType: string
  readonly inputDims: readonly Dim[] | undefined
  readonly outputDims: readonly Dim[] | undefined
  /** The domain of the input, in words. */
  readonly domain: string
  /** The rule's name, or what happens instead: `pass`, `adjoint`, `winner`, `proportional`. */
  readonly rule: string
  readonly why: string
  /** How many of its biases are > 0, of how many; undefined where it has none. */
  readonly biases: { readonly positive: number; readonly total: number } | undefined
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
  const { runtime = await nodeRuntime(), ...rest } = options
  const analysis = await analyze(loaded.model, oracleOf(runtime), rest)
  const counts = await countBiases(analysis, runtime)
  const layers = analysis.steps.map(({ node, domains, decision }): LayerReport => {
    const active = node.inputs.find(name => analysis.facts.active.has(name)) ?? ''
    return {
      name: node.name,
      opType: node.opType,
      inputDims: analysis.shapes.get(active)?.dims,
      outputDims: analysis.shapes.get(node.outputs[0] ?? '')?.dims,
      domain: [...new Set(domains.map(describeDomain))].join(' and '),
      rule: decision.kind === 'rule' ? decision.rule.name : decision.kind,
      why: decision.why,
      biases: counts.get(node.name),
    }
  })
  const total = [...counts.values()].reduce(
    (sum, count) => ({ positive: sum.positive + count.positive, total: sum.total + count.total }),
    { positive: 0, total: 0 },
  )
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
    biases: total,
    verdict: verdictOf(analysis, layers, total),
  }
}

async function countBiases(
  { model, facts, steps }: Analysis,
  runtime: Runtime,
): Promise<ReadonlyMap<string, { positive: number; total: number }>> {
  const census = biasCensus(model, facts, steps)
  if (!census) return new Map()
  const session = await runtime.open(encodeModel(census.model), { optimize: 'none' })
  try {
    const counts = await session.run({})
    const count = (name: string) => Number(counts[name]?.data[0] ?? 0)
    return new Map(
      census.layers.map(({ layer, positive, total }) => [layer, { positive: count(positive), total: count(total) }]),
    )
  } finally {
    await session.close()
  }
}

function verdictOf(
  { method, box }: Analysis,
  layers: readonly LayerReport[],
  biases: { positive: number; total: number },
): readonly string[] {
  const verdict = ['Every layer on the way has a rule: the model can be explained.']
  const mixed = layers.filter(layer => layer.rule === 'z')
  const winners = layers.filter(layer => layer.rule === 'winner' && layer.why.includes('undefined'))
  const signedPools = layers.filter(layer => layer.rule === 'proportional' && layer.why.includes('both signs'))
  if (biases.total > 0) {
    const counted = `${biases.positive} of ${biases.total} biases are positive`
    verdict.push(
      biases.positive === 0
        ? `${counted}: the assumption b ≤ 0 holds${rootsOf(box)}.`
        : method.bias === 'ignore'
          ? `${counted}: the assumption b ≤ 0 does not hold. They get no share; a neuron that fires from its bias alone loses its relevance, and the report says how much.`
          : `${counted}: the assumption b ≤ 0 does not hold. They keep their share, so the relevance of the input sums to less than the logit.`,
    )
  }
  if (mixed.length > 0) {
    verdict.push(
      `${names(mixed)} add${mixed.length === 1 ? 's' : ''} or average${mixed.length === 1 ? 's' : ''} values of both signs: relevance may turn negative there.`,
    )
  }
  if (signedPools.length > 0)
    verdict.push(`${names(signedPools)} pool values of both signs: shares may turn negative there.`)
  if (winners.length > 0) {
    verdict.push(
      `${names(winners)}: winner takes all, because proportional shares are undefined for inputs of both signs.`,
    )
  }
  return verdict
}

/** Where the root points of the paper's rules lie when b ≤ 0: zᴮ asks for a box that contains 0. */
function rootsOf(box: InputBox | undefined): string {
  const containsZero = [box?.low ?? 0].flat().every(low => low <= 0) && [box?.high ?? 0].flat().every(high => high >= 0)
  return containsZero
    ? ', and with it every root point of w², z⁺ and zᴮ lies in its domain'
    : '; but the box of the input does not contain 0, and root points of zᴮ may leave it'
}

function names(layers: readonly LayerReport[]): string {
  const list = layers.map(layer => layer.name)
  return list.length > 4 ? `${list.slice(0, 3).join(', ')} and ${list.length - 3} more` : list.join(', ')
}
