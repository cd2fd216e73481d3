/**
 * The factor c_i of R_i = x_i·c_i. The paper's argument that relevance can be redistributed once more rests on it: c_i
 * depends on x_i so weakly that a relevance is itself the activation of a ReLU neuron, times c_i (Montavon et al. 2017,
 * section 5).
 */

import type { Value } from '../0-graph/builder.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import type { Step } from './plan.ts'
import type { Shared, TermFactor } from './redistribute.ts'
import type { TargetValues } from './target.ts'
import type { Layered, Observer, Walk } from './walk.ts'

/** Listens to a reverse pass, and writes factors of its values. */
export class Factors implements Observer {
  readonly #plan: Walk
  readonly #target: TargetValues
  readonly #terms = new Map<Step, TermFactor[]>()
  readonly #known = new Map<Value, Value>()

  constructor(plan: Walk, target: TargetValues) {
    this.#plan = plan
    this.#target = target
  }

  step(): void {}

  part(step: Step, shared: Shared, _: Layered): void {
    this.#terms.set(step, [...(this.#terms.get(step) ?? []), ...shared.factors])
  }

  /**
   * c of a value, in its shape: where x is 0, its limit from above.
   *
   * @throws DeepTaylorError `option-invalid` where a rule does not look at x, so that R is no multiple of it
   */
  of(value: Value): Value {
    const before = this.#known.get(value)
    if (before) return before
    const { b } = this.#plan.context
    const readers = this.#plan.steps.filter(({ node }) => node.inputs.includes(value))
    const parts = readers.map(step => b.within(step.node.name, () => this.#through(step, value)))
    if (value === this.#target.at) parts.push(this.#target.t)
    const factor = parts.length === 1 ? (parts[0] as Value) : b.op('Sum', parts, {}, 'factor')
    this.#known.set(value, factor)
    return factor
  }

  #through(step: Step, value: Value): Value {
    const { context } = this.#plan
    const { b } = context
    const { node, operator, decision } = step
    const terms = this.#terms.get(step)
    if (terms) {
      const own = terms.filter(({ input }) => node.inputs[input] === value).map(term => this.#ofTerm(step, term))
      return own.length === 1 ? (own[0] as Value) : b.op('Sum', own, {}, 'factor')
    }
    if (operator.kind === 'rearranging') {
      const factors = node.outputs.map(output => (output === '' ? undefined : this.of(output)))
      return operator.adjoint(node, factors, context)[node.inputs.indexOf(value)] as Value
    }
    if (operator.kind === 'product') {
      const reason = `a product of activations ("${node.name}") reads the layer: its relevance is no multiple of one of them`
      throw new DeepTaylorError('option-invalid', { option: 'factors', reason })
    }
    const behind = this.of(node.outputs[0] as Value)
    if (operator.kind === 'selecting' && decision.kind === 'winner') return operator.winner(node, behind, context)
    // R passes: x·c = y·c(y).
    const isNone = b.op('Equal', [value, b.floats(0)], {}, 'is_zero')
    const ratio = b.op('Div', [node.outputs[0] as Value, value], {}, 'ratio')
    return b.op('Where', [isNone, b.floats(0), b.op('Mul', [behind, ratio], {}, 'factor')], {}, 'factor')
  }

  #ofTerm({ node }: Step, { map, x, factor }: TermFactor): Value {
    const { b } = this.#plan.context
    const zero = b.floats(0)
    const isNegative = b.op('Less', [x, zero], {}, 'is_negative')
    if (map === 'identity') return factor
    if (map === 'positive') return b.op('Where', [isNegative, zero, factor], {}, 'factor')
    if (map === 'negative') return b.op('Where', [isNegative, factor, zero], {}, 'factor')
    const reason = `the rule of "${node.name}" does not multiply by the input, so R = x·c has no c: choose a layer before which z⁺ or z is`
    throw new DeepTaylorError('option-invalid', { option: 'factors', reason })
  }
}
