/**
 * A functional f = Σ_c t_c·z_c of several outputs is one neuron: t is merged with the weights of the last linear layer,
 * w_i(t) = Σ_c t_c·w_ic, before a rule looks at their signs. So a contrast of two classes is decomposed as one neuron,
 * not as the difference of two heatmaps.
 */

import type { Value } from '../0-graph/builder.ts'
import { dimsOf, rankOf } from '../0-graph/shapes.ts'
import { Gemm } from '../3-operators/dense.ts'
import type { Domain } from '../3-operators/domain.ts'
import { onesLike } from '../3-operators/like.ts'
import type { Branch, Context, Weights } from '../3-operators/operator.ts'
import { receivedFromClass } from './chosen.ts'
import type { Decision } from './method.ts'
import type { Step } from './plan.ts'
import { type Share, whole } from './relevance.ts'
import type { TargetValues } from './target.ts'
import { type Layered, type Received, shareByRule, type Walk } from './walk.ts'

/** The neuron that a functional is: what it reads, and how its relevance is shared. */
interface Neuron {
  readonly step: Step
  readonly layer: Layered
}

/** What values receive at first: f (or 1) at the explained value, or what a functional's neuron gives to its inputs. */
export function receivedFrom(plan: Walk, target: TargetValues): Received {
  const { at, functional, start, logit, t } = target
  // Gradients know no signs: that of a functional is the sum of its parts'.
  const hasRules = plan.steps.some(({ decision }) => decision.kind === 'rule')
  // f of one class or neuron is t·f; a gradient starts from t.
  const isMultiple = functional === undefined && hasRules && plan.method.start !== 'one'
  if (functional === undefined || !hasRules) {
    const alone = isMultiple ? receivedFromClass(plan, target) : undefined
    if (alone) return alone
    return new Map([[at, [isMultiple ? [{ of: at, factor: t }] : [{ factor: start }]]]])
  }
  const relevance = plan.method.start === 'one' ? onesLike(plan.context, logit) : logit
  return receivedFromFunctional(plan, at, functional, relevance)
}

/** Sends the relevance of a functional, one per sample, to the inputs of the neuron that it is; `t` is like the logits. */
function receivedFromFunctional(plan: Walk, logits: Value, t: Value, relevance: Value): Received {
  const { b } = plan.context
  return b.within('functional', () => {
    const { step, layer } = neuronOf(plan, logits, t)
    const column = b.op('Reshape', [relevance, b.ints([-1, 1])], {}, 'column')
    const shares = shareByRule(plan, step, layer, [{ factor: column }])
    plan.observe?.step(
      step,
      [column],
      shares.map(share => share && whole(b, share)),
    )
    const received = new Map<Value, Share[]>()
    for (const [i, share] of shares.entries()) {
      const input = step.node.inputs[i] as Value
      if (share !== undefined) received.set(input, [...(received.get(input) ?? []), share])
    }
    return received
  })
}

/** Goes back from the logits, through what only moves, shifts or rescales them, to the linear layer that made them. */
function neuronOf(plan: Walk, logits: Value, functional: Value): Neuron {
  const { context, steps } = plan
  const { b } = context
  const producers = new Map(steps.flatMap(step => step.node.outputs.map(output => [output, step] as const)))
  const biases: Value[] = []
  const weighted = (t: Value, bias: Value) =>
    perSample(context, b.op('Mul', [t, bias], {}, 'bias'), rankOf(context.shapes, value) ?? 2)
  let [value, t] = [logits, functional]
  for (let step = producers.get(value); step; step = producers.get(value)) {
    const { node, operator, decision, biasBehind } = step
    const active = node.inputs.filter(name => context.active.has(name))
    const [x, isAlone] = [active[0] as Value, new Set(active).size === 1 && active.length === 1]
    if (!isAlone && operator.kind !== 'linear') break
    if (operator.kind === 'rearranging') {
      const back = operator.adjoint(
        node,
        node.outputs.map(output => (output === value ? t : undefined)),
        context,
      )
      const moved = back[node.inputs.indexOf(x)]
      if (moved === undefined || !keepsSamples(context, x, value)) break
      ;[value, t] = [x, moved]
      continue
    }
    if (operator.kind !== 'linear' || !active.every(name => sameFirst(context, name, value))) break
    const branches = operator.branches(node, context)
    const bias = operator.bias?.(node, context)
    if (decision.kind === 'pass' && isAlone) {
      if (bias !== undefined) biases.push(weighted(t, bias))
      ;[value, t] = [x, (branches[0] as Branch).transpose(t, (branches[0] as Branch).weights)]
      continue
    }
    if (decision.kind !== 'rule') break
    if (bias !== undefined && !biasBehind) biases.push(weighted(t, bias))
    const policy = decision.bias ?? plan.method.bias
    const ownBias = biases.length > 0 ? b.op('Sum', biases, {}, 'bias') : undefined
    return {
      step,
      layer: {
        rule: decision.rule,
        branches: branches.map(branch => merged(context, branch, t)),
        bias: policy === 'ignore' ? undefined : ownBias,
        keepsWholeBias: policy === 'keep',
        ownBias,
        stabilizer: decision.stabilizer ?? plan.method.stabilizer,
      },
    }
  }
  return ownLayer(plan, value, t)
}

/** The branch of the one neuron that reads what a layer reads: its weights are Lᵀ(t; W), one per element of the input. */
function merged(context: Context, branch: Branch, t: Value): Branch {
  return neuronBranch(context, branch.input, branch.x, branch.transpose(t, branch.weights))
}

function neuronBranch(context: Context, input: number, x: Value, w: Value): Branch {
  const { b } = context
  const rank = rankOf(context.shapes, x) ?? 2
  const tensor = (weights: Weights) => {
    if (weights.kind === 'fixed') throw new Error('the weights of a functional are a tensor')
    return weights.value
  }
  return {
    input,
    x,
    weights: { kind: 'tensor', value: w },
    forward: (value, weights) => perSample(context, b.op('Mul', [value, tensor(weights)], {}, 'contributions'), rank),
    transpose: (s, weights) => {
      const spread = b.op(
        'Reshape',
        [s, b.ints(rank === 1 ? [-1] : [-1, ...Array<number>(rank - 1).fill(1)])],
        {},
        'spread',
      )
      return b.op('Mul', [spread, tensor(weights)], {}, 'transposed')
    },
  }
}

/** No linear layer is at the end (a ReLU is): the functional is one of its own, on top of the outputs. */
function ownLayer(plan: Walk, value: Value, t: Value): Neuron {
  const { context, method } = plan
  const node = { name: 'functional', opType: 'Gemm', domain: '', inputs: [value], outputs: [''], attributes: {} }
  const domains = [plan.domainOf(value)] as readonly [Domain]
  const decision: Decision = method.decide({
    node,
    operator: Gemm,
    domains,
    isRectified: false,
    position: undefined,
    makesTerm: false,
    signal: undefined,
  })
  if (decision.kind !== 'rule') throw new Error(`a functional was decided as ${decision.kind}`)
  return {
    step: { node, operator: Gemm, domains, decision, receives: true },
    layer: {
      rule: decision.rule,
      branches: [neuronBranch(context, 0, value, t)],
      bias: undefined,
      ownBias: undefined,
      stabilizer: decision.stabilizer ?? method.stabilizer,
    },
  }
}

/** The sum over all but the samples, as a column. */
function perSample({ b }: Context, value: Value, rank: number): Value {
  const axes = rank > 1 ? Array.from({ length: rank - 1 }, (_, i) => i + 1) : [0]
  const sum = b.op('ReduceSum', [value, b.ints(axes)], { keepdims: rank > 1 ? 0 : 1 }, 'neuron')
  return b.op('Reshape', [sum, b.ints([-1, 1])], {}, 'column')
}

/** Whether what is moved stays with its sample: as many elements per first index on both sides. */
function keepsSamples({ shapes }: Context, x: Value, y: Value): boolean {
  const size = (value: Value) => {
    const rest = dimsOf(shapes, value)?.slice(1)
    return rest?.every(dim => typeof dim === 'number') ? rest.reduce((product, dim) => product * dim, 1) : undefined
  }
  const [from, to] = [size(x), size(y)]
  return from !== undefined && from === to && (rankOf(shapes, x) ?? 0) > 1
}

function sameFirst({ shapes }: Context, x: Value, y: Value): boolean {
  return dimsOf(shapes, x)?.[0] === dimsOf(shapes, y)?.[0]
}
