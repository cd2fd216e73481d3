/**
 * The reverse pass: from the explained output back to the input, one node at a time. What several nodes send to one value
 * is summed here, and nowhere else: R_i = Σ_j R_i←j.
 */

import type { Value } from '../0-graph/builder.ts'
import { type Domain, isNonNegative } from '../3-operators/domain.ts'
import type { Context, LinearOperator, ProductOperator } from '../3-operators/operator.ts'
import { toOperand } from '../3-operators/product.ts'
import type { Method } from './method.ts'
import type { Step } from './plan.ts'
import {
  type Bounds,
  type Gate,
  type InputMapping,
  type Redistribution,
  redistribute,
  type Shared,
} from './redistribute.ts'
import { factorOf, type Share, sum, whole } from './relevance.ts'
import { type Rule, z } from './rules.ts'

/** Everything the walk reads. */
export interface Walk {
  readonly context: Context
  readonly method: Method
  readonly steps: readonly Step[]
  readonly boundsOf: (value: Value) => Bounds
  readonly presenceOf: (value: Value) => Value
  readonly domainOf: (value: Value) => Domain
  /** What is let through of a hidden value's relevance; undefined for all of it. */
  readonly filterOf?: (value: Value) => ((relevance: Value) => Value) | undefined
  /** Is told what every node received and sent, and how rules shared it. */
  readonly observe?: Observer
  /** Whether the relevance of a hidden value is an output of its own. */
  readonly isAsked?: (value: Value) => boolean
}

/** Whoever keeps the books of a reverse pass. */
export interface Observer {
  /** What came to a step's outputs and went to its inputs; undefined where nothing did. */
  readonly step: (step: Step, received: readonly (Value | undefined)[], sent: readonly (Value | undefined)[]) => void
  /** What one part of a step's rule shared. */
  readonly part: (step: Step, shared: Shared, layer: Layered) => void
}

/** What values received from the nodes that read them. */
export type Received = ReadonlyMap<Value, readonly Share[]>

/** Writes the relevance of every value on the way back from where some was received; returns it by value. */
export function walk(plan: Walk, start: Received): ReadonlyMap<Value, Value> {
  const { b } = plan.context
  const received = new Map<Value, readonly Share[]>(start)
  const relevances = new Map<Value, Value>()
  const gates = gatesOf(plan)
  const relevanceOf = (value: Value): Share | undefined => {
    const parts = received.get(value)
    if (!parts) return undefined
    const all = sum(b, parts)
    const filter = plan.filterOf?.(value)
    // Whoever keeps books reads relevance itself.
    const share: Share = filter ? [{ factor: filter(whole(b, all)) }] : plan.observe ? [{ factor: whole(b, all) }] : all
    relevances.set(value, whole(b, share))
    return share
  }
  for (const step of [...plan.steps].reverse()) {
    b.within(step.node.name, () => {
      const outgoing = step.node.outputs.map(relevanceOf)
      if (outgoing.every(r => r === undefined)) return
      const shares = sharesOf({ ...plan, gates }, step, outgoing)
      if (shares.length !== step.node.inputs.length)
        throw new Error(`${step.node.name}: one share per input was expected`)
      plan.observe?.step(
        step,
        outgoing.map(r => r && whole(b, r)),
        shares.map(share => share && whole(b, share)),
      )
      for (const [i, share] of shares.entries()) {
        const input = step.node.inputs[i] as Value
        if (share === undefined || !plan.context.active.has(input)) continue
        received.set(input, [...(received.get(input) ?? []), share])
      }
    })
  }
  for (const value of received.keys()) if (!relevances.has(value)) b.within(value, () => relevanceOf(value))
  return relevances
}

/** The relevance of the one input of a step that is taken alone. */
export function shareOfStep(plan: Walk, step: Step, outgoing: Share): Value | undefined {
  const [share] = sharesOf({ ...plan, gates: new Map() }, step, [outgoing])
  return share && whole(plan.context.b, share)
}

/** A walk, and the gates on its way. */
interface GatedWalk extends Walk {
  /** The input of every activation function that is 0 for all z ≤ 0, by its output. */
  readonly gates: ReadonlyMap<Value, Gate & { readonly input: Value }>
}

function gatesOf({ steps, domainOf }: Walk): GatedWalk['gates'] {
  return new Map(
    steps.flatMap(({ node, operator }) => {
      const [input, output] = [node.inputs[0] as Value, node.outputs[0] as Value]
      const isRelu = node.opType === 'Relu'
      // Clip to 0 and more, ReLU6 among them.
      const isCut = node.opType === 'Clip' && domainOf(output).low === 0 && domainOf(input).low < 0
      return operator.kind === 'gate' && (isRelu || isCut) ? [[output, { input, output, isRelu }] as const] : []
    }),
  )
}

/** One relevance per input of the node; undefined where none goes. */
function sharesOf(
  plan: GatedWalk,
  step: Step,
  outgoing: readonly (Share | undefined)[],
): readonly (Share | undefined)[] {
  const { node, operator, decision } = step
  const { context } = plan
  const { b } = context
  const first: Share = outgoing[0] ?? [{ factor: '' }]
  const only = (share: Share) => node.inputs.map(input => (context.active.has(input) ? share : undefined))
  const plain = () => whole(b, first)
  if (operator.kind === 'rearranging') return rearranged(plan, step, outgoing)
  if (operator.kind === 'product') return sharesOfProduct(plan, step, operator, plain())
  if (decision.kind === 'pass') return only(first)
  if (decision.kind === 'deconvolved') return only([{ factor: b.op('Relu', [plain()], {}, 'positive') }])
  if (operator.kind === 'gate' || operator.kind === 'normalising') {
    const gradient = operator.gradient(node, plain(), context)
    return only([{ factor: decision.kind === 'guided' ? b.op('Relu', [gradient], {}, 'guided') : gradient }])
  }
  if (operator.kind === 'selecting') {
    if (decision.kind === 'winner') {
      // R = y·c, and y is the winner: x·c of the winner.
      const own = factorOf(first, node.outputs[0] as Value)
      const won = operator.winner(node, own ?? plain(), context)
      return only([{ of: own === undefined ? undefined : node.inputs[0], factor: won }])
    }
    // Peers' ε belongs to the rules of linear layers; proportional pooling is exact with every method.
    const layer: Layered = {
      rule: z,
      branches: [operator.sum(node, context)],
      bias: undefined,
      ownBias: undefined,
      stabilizer: 0,
    }
    return shareByRule(plan, step, layer, first)
  }
  if (operator.kind !== 'linear') throw new Error(`${node.name}: nothing was decided`)
  if (decision.kind === 'gradient') {
    const branches = operator.branches(node, context)
    const gradients = branches.map(branch => branch.transpose(plain(), branch.weights))
    return node.inputs.map((_, i) => {
      const factor = gradients[branches.findIndex(branch => branch.input === i)]
      return factor === undefined ? undefined : [{ factor }]
    })
  }
  if (decision.kind !== 'rule') throw new Error(`${node.name}: nothing was decided`)
  const ownBias = biasOf(plan, step, operator)
  const policy = decision.bias ?? plan.method.bias
  const made = (step.biasBehind ?? node).outputs[0]
  const gate = first.length === 1 ? plan.gates.get(first[0].of ?? '') : undefined
  const layer: Layered = {
    rule: decision.rule,
    branches: operator.branches(node, context),
    ownBias,
    // With all of its bias or none, what the layer made is Σ x·w of this very rule.
    output: policy === 'ignore' && ownBias !== undefined ? undefined : made,
    gate: gate?.input === made ? gate : undefined,
    bias: policy === 'ignore' ? undefined : ownBias,
    keepsWholeBias: policy === 'keep',
    stabilizer: decision.stabilizer ?? plan.method.stabilizer,
  }
  return shareByRule(plan, step, layer, first)
}

/** What moves elements moves their relevance back; of a multiple y·c of what it made, it moves c. */
function rearranged(
  { context }: Walk,
  { node, operator }: Step,
  outgoing: readonly (Share | undefined)[],
): readonly (Share | undefined)[] {
  if (operator.kind !== 'rearranging') return []
  const own = outgoing.map((share, i) => share && factorOf(share, node.outputs[i] as Value))
  const isOwn = outgoing.every((share, i) => share === undefined || own[i] !== undefined)
  const moved = isOwn ? own : outgoing.map(share => share && whole(context.b, share))
  const shares = operator.adjoint(node, moved, context)
  return node.inputs.map((input, i) => {
    const factor = shares[i]
    return factor === undefined ? undefined : [{ of: isOwn ? input : undefined, factor }]
  })
}

/** One share per operand of a product. */
function sharesOfProduct(plan: Walk, step: Step, operator: ProductOperator, r: Value): readonly (Share | undefined)[] {
  const { context } = plan
  const { node, decision } = step
  if (decision.kind !== 'signal') return operator.gradient(node, r, context).map(factor => [{ factor }])
  const { b } = context
  const { signal, rule } = decision
  const taken = signal === undefined ? b.op('Mul', [r, b.floats(0.5)], {}, 'half') : r
  return ([0, 1] as const).map(operand => {
    if (signal !== undefined && signal !== operand) return undefined
    if (!operator.layerOf || !rule) return [{ factor: toOperand(context, node, taken, operand) }]
    const branches = [operator.layerOf(node, operand, context)]
    const { stabilizer } = plan.method
    const layer: Layered = { rule, branches, bias: undefined, ownBias: undefined, stabilizer }
    return shareByRule(plan, step, layer, [{ factor: taken }])[operand]
  })
}

/** A linear layer and how its relevance is shared. */
export type Layered = Pick<
  Redistribution,
  'branches' | 'bias' | 'keepsWholeBias' | 'output' | 'gate' | 'stabilizer'
> & {
  readonly rule: Rule
  /** The layer's bias, whether it keeps a share or not. */
  readonly ownBias: Value | undefined
}

/** The layer's bias: its own, or what an Add behind it adds. */
export function biasOf({ context }: Walk, { node, biasBehind }: Step, operator: LinearOperator): Value | undefined {
  return biasBehind ? biasBehind.inputs.find(name => !context.active.has(name)) : operator.bias?.(node, context)
}

/** One relevance per input of a step's node, by the layer's rule. */
export function shareByRule(plan: Walk, step: Step, all: Layered, relevance: Share): readonly (Share | undefined)[] {
  const { rule, ownBias: _, ...layer } = all
  const redistribution: Redistribution = {
    ...layer,
    ...mappingOf(plan, step),
    relevance,
    observe: plan.observe && (shared => plan.observe?.part(step, shared, all)),
  }
  const shares = redistribute(rule, redistribution)
  return step.node.inputs.map((_, i) => shares[layer.branches.findIndex(branch => branch.input === i)])
}

/** How the inputs of a step are mapped: their bounds, signs and padding. */
export function mappingOf(plan: Walk, step: Step): InputMapping {
  const active = step.node.inputs.flatMap((name, i) => (plan.context.active.has(name) ? [i] : []))
  return {
    b: plan.context.b,
    boundsOf: branch => plan.boundsOf(branch.x),
    presenceOf: branch => plan.presenceOf(branch.x),
    isNonNegative: branch => {
      const domain = step.domains[active.indexOf(branch.input)]
      return domain !== undefined && isNonNegative(domain)
    },
  }
}
