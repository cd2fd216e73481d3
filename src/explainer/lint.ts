/** What about a model breaks the assumptions of the method, in plain words and before anything is explained. */

import { encodeModel } from '../core/1-codec/encode.ts'
import type { InputBox } from '../core/4-analyze/input-domain.ts'
import { biasCensus } from '../core/5-explain/bias-census.ts'
import { givenByUser } from '../core/5-explain/layer-rules.ts'
import type { BiasPolicy } from '../core/5-explain/method.ts'
import type { Step } from '../core/5-explain/plan.ts'
import { z, zPlusSigned } from '../core/5-explain/rules.ts'
import type { Analysis } from '../core/analysis.ts'
import type { Warning } from '../core/diagnostics.ts'
import type { Runtime } from '../runtime/session.ts'

/** So many of so many biases are positive. */
export interface BiasCount {
  readonly positive: number
  readonly total: number
}

/** Counts the biases of every layer that has some, by layer. */
export async function countBiases(
  { model, facts, steps }: Analysis,
  runtime: Runtime,
): Promise<ReadonlyMap<string, BiasCount>> {
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

/** All biases together. */
export function totalOf(counts: ReadonlyMap<string, BiasCount>): BiasCount {
  return [...counts.values()].reduce(
    (sum, count) => ({ positive: sum.positive + count.positive, total: sum.total + count.total }),
    { positive: 0, total: 0 },
  )
}

/**
 * The warnings of a model under a method: positive biases, a box without 0, hidden inputs, sums and pooling of both signs,
 * normalisation, activation functions other than ReLU, a softmax that is looked through. Gradients assume none of it.
 */
export function lint(analysis: Analysis, counts: ReadonlyMap<string, BiasCount>): readonly Warning[] {
  const { method, steps, explained, box } = analysis
  if (!steps.some(({ decision }) => decision.kind === 'rule')) return []
  const named = (test: (step: Step) => boolean) =>
    steps.filter(step => step.receives && test(step)).map(({ node }) => node.name)
  // Rules that the user gave to layers are the user's.
  const hasRule = (name: string) =>
    named(({ decision }) => decision.kind === 'rule' && decision.rule.name === name && decision.why !== givenByUser)
  const found: (Warning | undefined)[] = [
    positiveBiases(counts, method.bias),
    boxWithoutZero(analysis, box),
    warning(
      'signed-hidden',
      method.name === 'deep-taylor' ? hasRule(zPlusSigned.name) : [],
      (layers, several) =>
        `${layers} read${several ? '' : 's'} hidden values of both signs, for which the paper has no rule: only helping contributions share (signed z⁺)`,
    ),
    warning(
      'signed-sum',
      method.name === 'deep-taylor' ? hasRule(z.name) : [],
      (layers, several) =>
        `${layers} add${several ? '' : 's'} or average${several ? '' : 's'} values of both signs: relevance may turn negative there`,
    ),
    warning(
      'signed-pooling',
      named(({ decision }) => decision.kind === 'proportional' && decision.why.includes('both signs')),
      (layers, several) => `${layers} pool${several ? '' : 's'} values of both signs: shares may turn negative there`,
    ),
    warning(
      'winner-takes-all',
      named(({ decision }) => decision.kind === 'winner' && decision.why.includes('undefined')),
      layers => `${layers}: winner takes all, because proportional shares are undefined for inputs of both signs`,
    ),
    warning(
      'normaliser-fixed',
      named(({ operator }) => operator.kind === 'normalising'),
      (layers, several) =>
        `${layers} normalise${several ? '' : 's'} across channels: the paper has no rule for it; the normaliser is held fixed and relevance passes`,
    ),
    warning(
      'gates',
      named(({ operator, node }) => operator.kind === 'gate' && !rectifiers.has(node.opType)),
      (layers, several) =>
        `${layers} ${several ? 'are activation functions' : 'is an activation function'} other than ReLU: the paper has no rule for ${several ? 'them' : 'it'}; relevance passes`,
    ),
    explained.head === 'softmax' || explained.head === 'log-softmax'
      ? {
          code: 'softmax-head',
          message: `the output ends in a ${explained.head}, which mixes evidence for and against: explained is the logit before it (${explained.logits}), not the probability`,
        }
      : undefined,
  ]
  return found.flatMap(one => one ?? [])
}

/** Piecewise linear, with the hinge that root points lie on; and what only changes the type of numbers. */
const rectifiers: ReadonlySet<string> = new Set([
  'Relu',
  'LeakyRelu',
  'Clip',
  'Cast',
  'QuantizeLinear',
  'DequantizeLinear',
])

function positiveBiases(counts: ReadonlyMap<string, BiasCount>, policy: BiasPolicy): Warning | undefined {
  const { positive, total } = totalOf(counts)
  if (positive === 0) return undefined
  const where = [...counts]
    .filter(([, count]) => count.positive > 0)
    .map(([layer, count]) => `${layer} ${count.positive} of ${count.total}`)
  const shown =
    where.length > 3 ? `${where.slice(0, 3).join(', ')} and ${where.length - 3} more layers` : where.join(', ')
  const what =
    policy === 'ignore'
      ? 'they get no share, and what comes to a neuron that fires from its bias alone is lost'
      : 'they keep their share, so the relevance of the input does not sum to the logit'
  return {
    code: 'positive-bias',
    message: `${positive} of ${total} biases are positive (${shown}), against the assumption b ≤ 0: ${what}; audit says how much it matters`,
  }
}

function boxWithoutZero({ steps }: Analysis, box: InputBox | undefined): Warning | undefined {
  const isUsed = steps.some(({ decision }) => decision.kind === 'rule' && decision.rule.name === 'zᴮ')
  if (!isUsed || containsZero(box)) return undefined
  return {
    code: 'box-without-zero',
    message: 'the box of the input does not contain 0: root points of zᴮ may leave it even where b ≤ 0',
  }
}

/** Whether every channel's interval holds 0; root points of zᴮ then lie in the box where b ≤ 0. */
export function containsZero(box: InputBox | undefined): boolean {
  return [box?.low ?? 0].flat().every(low => low <= 0) && [box?.high ?? 0].flat().every(high => high >= 0)
}

function warning(
  code: string,
  layers: readonly string[],
  words: (layers: string, several: boolean) => string,
): Warning | undefined {
  if (layers.length === 0) return undefined
  const shown = layers.length > 4 ? `${layers.slice(0, 3).join(', ')} and ${layers.length - 3} more` : layers.join(', ')
  return { code, message: words(shown, layers.length > 1) }
}
