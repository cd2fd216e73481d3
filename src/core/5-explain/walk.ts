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
import { type Bounds, type InputMapping, type Redistribution, redistribute, type Shared } from './redistribute.ts'
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
}

/** Whoever keeps the books of a reverse pass. */
export interface Observer {
  /** What came to a step's outputs and went to its inputs; undefined where nothing did. */
  readonly step: (step: Step, received: readonly (Value | undefined)[], sent: readonly (Value | undefined)[]) => void
  /** What one part of a step's rule shared. */
  readonly part: (step: Step, shared: Shared, layer: Layered) => void
}

/** What values received from the nodes that read them. */
export type Received = ReadonlyMap<Value, readonly Value[]>

/** Writes the relevance of every value on the way back from where some was received; returns it by value. */
export function walk(plan: Walk, start: Received): ReadonlyMap<Value, Value> {
  const { b } = plan.context
  const received = new Map<Value, readonly Value[]>(start)
  const relevances = new Map<Value, Value>()
  const relevanceOf = (value: Value): Value | undefined => {
    const parts = received.get(value)
    if (!parts) return undefined
    const all = parts.length === 1 ? (parts[0] as Value) : b.op('Sum', parts, {}, 'total')
    const sum = plan.filterOf?.(value)?.(all) ?? all
    relevances.set(value, sum)
    return sum
  }
  for (const step of [...plan.steps].reverse()) {
    b.within(step.node.name, () => {
      const outgoing = step.node.outputs.map(relevanceOf)
      if (outgoing.every(r => r === undefined)) return
      const shares = sharesOf(plan, step, outgoing)
      if (shares.length !== step.node.inputs.length)
        throw new Error(`${step.node.name}: one share per input was expected`)
      plan.observe?.step(step, outgoing, shares)
      for (const [i, share] of shares.entries()) {
        const input = step.node.inputs[i] as Value
        if (share === undefined || !plan.context.active.has(input)) continue
        received.set(input, [...(received.get(input) ?? []), share])
      }
    })
  }
  for (const value of received.keys()) if (!relevances.has(value)) relevanceOf(value)
  return relevances
}

/** One relevance per input of the node; undefined where none goes. */
function sharesOf(plan: Walk, step: Step, outgoing: readonly (Value | undefined)[]): readonly (Value | undefined)[] {
  const { node, operator, decision } = step
  const { context } = plan
  const r = outgoing[0] as Value
  const only = (share: Value) => node.inputs.map(input => (context.active.has(input) ? share : undefined))
  if (operator.kind === 'rearranging') {
    const shares = operator.adjoint(node, outgoing, context)
    return node.inputs.map((_, i) => shares[i])
  }
  if (operator.kind === 'product') return sharesOfProduct(plan, step, operator, r)
  if (decision.kind === 'pass') return only(r)
  if (decision.kind === 'deconvolved') return only(context.b.op('Relu', [r], {}, 'positive'))
  if (operator.kind === 'gate' || operator.kind === 'normalising') {
    const gradient = operator.gradient(node, r, context)
    return only(decision.kind === 'guided' ? context.b.op('Relu', [gradient], {}, 'guided') : gradient)
  }
  if (operator.kind === 'selecting') {
    if (decision.kind === 'winner') return only(operator.winner(node, r, context))
    // Peers' ε belongs to the rules of linear layers; proportional pooling is exact with every method.
    const whole: Layered = {
      rule: z,
      branches: [operator.sum(node, context)],
      bias: undefined,
      ownBias: undefined,
      stabilizer: 0,
    }
    return shareByRule(plan, step, whole, r)
  }
  if (operator.kind !== 'linear') throw new Error(`${node.name}: nothing was decided`)
  if (decision.kind === 'gradient') {
    const branches = operator.branches(node, context)
    const gradients = branches.map(branch => branch.transpose(r, branch.weights))
    return node.inputs.map((_, i) => gradients[branches.findIndex(branch => branch.input === i)])
  }
  if (decision.kind !== 'rule') throw new Error(`${node.name}: nothing was decided`)
  const ownBias = biasOf(plan, step, operator)
  const policy = decision.bias ?? plan.method.bias
  const layer: Layered = {
    rule: decision.rule,
    branches: operator.branches(node, context),
    ownBias,
    // With all of its bias or none, what the layer made is Σ x·w of this very rule.
    output: policy === 'ignore' && ownBias !== undefined ? undefined : (step.biasBehind ?? node).outputs[0],
    bias: policy === 'ignore' ? undefined : ownBias,
    keepsWholeBias: policy === 'keep',
    stabilizer: decision.stabilizer ?? plan.method.stabilizer,
  }
  return shareByRule(plan, step, layer, r)
}

/** One share per operand of a product. */
function sharesOfProduct(plan: Walk, step: Step, operator: ProductOperator, r: Value): readonly (Value | undefined)[] {
  const { context } = plan
  const { node, decision } = step
  if (decision.kind !== 'signal') return operator.gradient(node, r, context)
  const { b } = context
  const { signal, rule } = decision
  const taken = signal === undefined ? b.op('Mul', [r, b.floats(0.5)], {}, 'half') : r
  return ([0, 1] as const).map(operand => {
    if (signal !== undefined && signal !== operand) return undefined
    if (!operator.layerOf || !rule) return toOperand(context, node, taken, operand)
    const branches = [operator.layerOf(node, operand, context)]
    const { stabilizer } = plan.method
    return shareByRule(plan, step, { rule, branches, bias: undefined, ownBias: undefined, stabilizer }, taken)[operand]
  })
}

/** A linear layer and how its relevance is shared. */
export type Layered = Pick<Redistribution, 'branches' | 'bias' | 'keepsWholeBias' | 'output' | 'stabilizer'> & {
  readonly rule: Rule
  /** The layer's bias, whether it keeps a share or not. */
  readonly ownBias: Value | undefined
}

/** The layer's bias: its own, or what an Add behind it adds. */
export function biasOf({ context }: Walk, { node, biasBehind }: Step, operator: LinearOperator): Value | undefined {
  return biasBehind ? biasBehind.inputs.find(name => !context.active.has(name)) : operator.bias?.(node, context)
}

/** One relevance per input of a step's node, by the layer's rule. */
export function shareByRule(plan: Walk, step: Step, whole: Layered, relevance: Value): readonly (Value | undefined)[] {
  const { rule, ownBias: _, ...layer } = whole
  const redistribution: Redistribution = {
    ...layer,
    ...mappingOf(plan, step),
    relevance,
    observe: plan.observe && (shared => plan.observe?.part(step, shared, whole)),
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
