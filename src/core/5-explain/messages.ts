/**
 * One neuron's part in the reverse pass (Montavon et al. 2017, figure 3): what it receives from the neurons above,
 * R_j←k, and what it sends to those below, R_i←j. Both sum to its relevance, but for what a bias or a stabiliser keeps.
 */

import type { Value } from '../0-graph/builder.ts'
import { zerosLike } from '../3-operators/like.ts'
import type { Step } from './plan.ts'
import type { Shared } from './redistribute.ts'
import { type Observer, type Walk, walk } from './walk.ts'

/** What one layer above sends to the neuron. */
export interface ReceivedMessages {
  readonly step: Step
  /** R_j←k in the place of k, of the shape of the layer's output; undefined where they cannot be told apart. */
  readonly messages: Value | undefined
  /** Their sum, a scalar. */
  readonly sum: Value
}

/** Moves elements, and nothing else: a mark moves with them. */
const moving: ReadonlySet<string> = new Set(['Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze'])

/** Listens to a reverse pass for what one neuron receives. */
export class MessagesTo implements Observer {
  readonly #plan: Walk
  /** 1 at the neuron, by value: its own, and those that only pass its relevance on or move it. */
  readonly #marks: Map<Value, Value>
  readonly #relayed = new Set<Step>()
  readonly #parts = new Map<Step, Value[]>()
  readonly received: ReceivedMessages[] = []

  /** `mark` is 1 at the neuron and 0 elsewhere, in the shape of `value`. */
  constructor(plan: Walk, value: Value, mark: Value) {
    this.#plan = plan
    this.#marks = new Map([[value, mark]])
    for (const step of plan.steps) {
      const moved = step.receives ? plan.context.b.within(step.node.name, () => this.#moved(step)) : undefined
      if (moved === undefined) continue
      this.#marks.set(step.node.outputs[0] as Value, moved)
      this.#relayed.add(step)
    }
  }

  part(step: Step, { s, contributionsOf }: Shared): void {
    if (this.#relayed.has(step)) return
    const own = contributionsOf(input => this.#marks.get(step.node.inputs[input] as Value))
    if (own === undefined) return
    const { b } = this.#plan.context
    this.#parts.set(step, [...(this.#parts.get(step) ?? []), b.op('Mul', [own, s], {}, 'messages')])
  }

  step(step: Step, _: readonly (Value | undefined)[], sent: readonly (Value | undefined)[]): void {
    if (this.#relayed.has(step)) return
    const { b } = this.#plan.context
    const parts = this.#parts.get(step) ?? []
    const messages = parts.length > 1 ? b.op('Sum', parts, {}, 'messages') : parts[0]
    const shares = sent.flatMap((share, i) => {
      const mark = this.#marks.get(step.node.inputs[i] as Value)
      return share === undefined || mark === undefined ? [] : total(this.#plan, b.op('Mul', [share, mark], {}, 'share'))
    })
    if (shares.length === 0) return
    const sum = shares.length > 1 ? b.op('Sum', shares, {}, 'sum') : (shares[0] as Value)
    this.received.push({ step, messages, sum })
  }

  /** The mark behind a step that gives its relevance to one input element each. */
  #moved({ node, decision }: Step): Value | undefined {
    const { context } = this.#plan
    const { b } = context
    const marks = node.inputs.map(name => this.#marks.get(name))
    if (marks.every(mark => mark === undefined)) return undefined
    const active = node.inputs.filter(name => context.active.has(name))
    if (node.opType === 'Concat') {
      return b.op(
        'Concat',
        marks.map((mark, i) => mark ?? zerosLike(context, node.inputs[i] as Value)),
        node.attributes,
      )
    }
    if (active.length !== 1) return undefined
    if (decision.kind === 'pass') return marks.find(mark => mark !== undefined)
    if (!moving.has(node.opType)) return undefined
    return b.op(
      node.opType,
      node.inputs.map((name, i) => marks[i] ?? name),
      node.attributes,
    )
  }
}

/** What a neuron sends. */
export interface SentMessages {
  /** R_i←j by the inputs of the layer that makes the neuron. */
  readonly sent: ReadonlyMap<Value, Value>
  /** What of the relevance of the explained input came through the neuron; undefined where nothing can. */
  readonly arrived: Value | undefined
}

/** Writes what the neurons of `value` send, given what of their relevance is sent. */
export function messagesFrom(plan: Walk, value: Value, relevance: Value, input: Value): SentMessages {
  const maker = makerOf(plan, value)
  const sent = new Map<Value, Value>()
  const observe: Observer = {
    part: () => {},
    step: (step, _, shares) => {
      if (step !== maker) return
      for (const [i, share] of shares.entries()) {
        const name = step.node.inputs[i] as Value
        if (share !== undefined && plan.context.active.has(name)) sent.set(name, share)
      }
    },
  }
  const arrived = walk({ ...plan, observe }, new Map([[value, [[{ factor: relevance }]]]])).get(input)
  return { sent, arrived }
}

/** The layer that makes a value: a neuron is a linear map and its activation function. */
function makerOf({ steps, context }: Walk, value: Value): Step | undefined {
  const step = steps.find(({ node }) => node.outputs.includes(value))
  if (step?.operator.kind !== 'gate' || step.decision.kind !== 'pass') return step
  const active = step.node.inputs.filter(name => context.active.has(name))
  return (active.length === 1 && makerOf({ steps, context } as Walk, active[0] as Value)) || step
}

/** The sum over everything, a scalar. */
export function total({ context: { b } }: Walk, value: Value): Value {
  return b.op('ReduceSum', [value], { keepdims: 0 }, 'sum')
}
