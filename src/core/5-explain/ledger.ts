/**
 * The books of a reverse pass: what came to every layer, what left it, and where the difference went. Written as sums in
 * 64 bits over values that the reverse pass itself made, so that nothing is computed a second way.
 */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { isBox, isNonNegative } from '../3-operators/domain.ts'
import type { Step } from './plan.ts'
import type { Shared } from './redistribute.ts'
import { zBox, zPlus } from './rules.ts'
import type { Layered, Observer } from './walk.ts'

/** What is summed of a layer. */
export const ledgerStats = [
  /** Σ R_j of its outputs. */
  'received',
  /** Σ |R_j| of its outputs. */
  'receivedMagnitude',
  /** Σ R_i that it gives to its inputs. */
  'sent',
  /** Σ min(0, R_i) of that. */
  'negative',
  /** What biases kept. */
  'bias',
  /** What came to neurons to which no input contributes (Σ v·w = 0): they fired from their bias alone. */
  'unsupported',
  /** What the stabiliser ε took. */
  'stabilizer',
  /** Σ |R_j| of neurons with a positive bias. */
  'positiveBias',
  /** Σ |R_j| of neurons whose root point the paper does not admit: t < 0 or t > 1. */
  'inadmissible',
] as const

/** One of them. */
export type LedgerStat = (typeof ledgerStats)[number]

/** A layer's line: the names of float64 scalars, where they apply. */
export interface LedgerEntry {
  readonly step: Step
  readonly sums: Readonly<Partial<Record<LedgerStat, Value>>>
}

/** Rounding of float32 pre-activations, relative to the denominators. */
const rounding = 1e-5
const float64 = 11

/** Keeps the books of one reverse pass. */
export class Ledger implements Observer {
  readonly #b: GraphBuilder
  readonly #sums = new Map<Step, Partial<Record<LedgerStat, Value[]>>>()

  constructor(b: GraphBuilder) {
    this.#b = b
  }

  /** Lines in the order of the pass: from the output to the input. */
  get entries(): readonly LedgerEntry[] {
    return [...this.#sums].map(([step, sums]) => ({
      step,
      sums: Object.fromEntries(
        Object.entries(sums).map(([stat, values]) => [
          stat,
          values.length === 1 ? values[0] : this.#b.op('Sum', values, {}, stat),
        ]),
      ),
    }))
  }

  step(step: Step, received: readonly (Value | undefined)[], sent: readonly (Value | undefined)[]): void {
    const b = this.#b
    for (const value of received) {
      if (value === undefined) continue
      this.#add(step, 'received', value)
      this.#add(step, 'receivedMagnitude', b.op('Abs', [value]))
    }
    for (const value of sent) {
      if (value === undefined) continue
      this.#add(step, 'sent', value)
      this.#add(step, 'negative', b.op('Min', [value, b.floats(0)], {}, 'negative'))
    }
  }

  part(step: Step, shared: Shared, layer: Layered): void {
    const b = this.#b
    const { relevance, contributions, bias, s } = shared
    const z = bias === undefined ? contributions : b.op('Sum', [contributions, bias], {}, 'z')
    const isEmpty = b.op('Equal', [z, b.floats(0)], {}, 'is_zero')
    this.#add(step, 'unsupported', b.op('Where', [isEmpty, relevance, b.floats(0)], {}, 'unsupported'))
    if (bias !== undefined) this.#add(step, 'bias', b.op('Mul', [s, bias], {}, 'kept'))
    if (layer.stabilizer > 0) {
      const rest = b.op('Sub', [relevance, b.op('Mul', [s, z], {}, 'shared')], {}, 'taken')
      this.#add(step, 'stabilizer', b.op('Where', [isEmpty, b.floats(0), rest], {}, 'taken'))
    }
    const magnitude = b.op('Abs', [relevance])
    if (layer.ownBias !== undefined) {
      const isPositive = b.op('Greater', [layer.ownBias, b.floats(0)], {}, 'is_positive')
      this.#add(step, 'positiveBias', b.op('Where', [isPositive, magnitude, b.floats(0)], {}, 'through_positive'))
    }
    if (claimsDomain(step, layer)) {
      const t = b.op('Where', [this.#isInadmissible(contributions, layer), magnitude, b.floats(0)], {}, 'inadmissible')
      this.#add(step, 'inadmissible', t)
    }
  }

  /** t = (Σ x·w + b) / Σ v·w outside [0, 1]: x̃ = x − t·v leaves the domain beyond the corner that v points to. */
  #isInadmissible(contributions: Value, { branches, ownBias }: Layered): Value {
    const b = this.#b
    const own = branches.map(branch => branch.forward(branch.x, branch.weights))
    const all = ownBias === undefined ? own : [...own, ownBias]
    const activation = all.length === 1 ? (all[0] as Value) : b.op('Sum', all, {}, 'preactivation')
    const slack = b.op('Mul', [b.op('Abs', [contributions]), b.floats(rounding)], {}, 'slack')
    const isBeyond = b.op('Greater', [activation, b.op('Add', [contributions, slack], {}, 'most')], {}, 'is_beyond')
    const isBehind = b.op('Less', [activation, b.op('Neg', [slack])], {}, 'is_behind')
    return b.op('Or', [isBeyond, isBehind], {}, 'is_inadmissible')
  }

  #add(step: Step, stat: LedgerStat, value: Value): void {
    const b = this.#b
    const sum = b.op('ReduceSum', [b.op('Cast', [value], { to: float64 }, stat)], { keepdims: 0 }, stat)
    const before = this.#sums.get(step) ?? {}
    this.#sums.set(step, { ...before, [stat]: [...(before[stat] ?? []), sum] })
  }
}

/** z⁺ promises a root in ℝ₊, zᴮ one in the box; w² has all of ℝ, and the other rules promise nothing. */
function claimsDomain(step: Step, { rule }: Layered): boolean {
  if (rule === zPlus) return step.domains.every(isNonNegative)
  return rule === zBox && step.domains.every(isBox)
}
