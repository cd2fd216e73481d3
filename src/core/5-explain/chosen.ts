/**
 * One class is one neuron per place, and its relevance needs one row of the last layer's weights, not all of them: in a
 * SqueezeNet, whose last convolution makes a map for each of a thousand classes, the rest is a quarter of every pass.
 *
 * Between the logits and that layer only what keeps classes apart may stand: pooling of whole maps, activation functions,
 * reshapes. There, values and relevance are written for the chosen class alone, samples×1×places.
 */

import type { Value } from '../0-graph/builder.ts'
import { intAttribute, intsAttribute, type Node, type ValueType } from '../0-graph/graph.ts'
import { dimsOf, staticDimsOf } from '../0-graph/shapes.ts'
import { sizeOf } from '../0-graph/tensor.ts'
import { reducedAxes } from '../3-operators/global-pooling.ts'
import type { Branch, Context, Facts, Weights } from '../3-operators/operator.ts'
import type { Step } from './plan.ts'
import type { Share } from './relevance.ts'
import type { TargetValues } from './target.ts'
import { type Layered, type Received, shareByRule, shareOfStep, type Walk } from './walk.ts'

/** What the last layer's inputs receive from one class; undefined where its neuron cannot be taken apart from the others. */
export function receivedFromClass(plan: Walk, target: TargetValues): Received | undefined {
  const { context } = plan
  const path = target.isClass && !plan.observe ? pathTo(plan, target.at) : undefined
  if (!path) return undefined
  const { b } = context
  const narrow = new Narrow(context, target)
  const places = (dimsOf(context.shapes, target.at) ?? []).slice(2).map(() => 1)
  let share: Share = [{ factor: b.op('Reshape', [target.logit, b.ints([0, 1, ...places])], {}, 'of_class') }]
  for (const step of path.between) {
    const back = b.within(step.node.name, () =>
      shareOfStep({ ...plan, context: narrow.context }, narrow.step(step), share),
    )
    if (back === undefined) return undefined
    share = [{ factor: back }]
  }
  const { layer } = path
  return b.within(layer.node.name, () => {
    const shares = shareByRule(plan, layer, narrow.layer(plan, layer), share)
    const input = layer.node.inputs[0] as Value
    return shares[0] === undefined ? undefined : new Map([[input, [shares[0]]]])
  })
}

interface Path {
  /** From the logits back, what stands behind the layer. */
  readonly between: readonly Step[]
  readonly layer: Step
}

/** The last layer, where one class needs one row of its weights: for counting. */
export function layerOfRows(facts: Facts, steps: readonly Step[], logits: Value): Step | undefined {
  return pathTo({ context: facts, steps }, logits)?.layer
}

function pathTo(
  plan: Pick<Walk, 'steps' | 'isAsked' | 'filterOf'> & { readonly context: Facts },
  logits: Value,
): Path | undefined {
  const { context, steps } = plan
  const classes = dimsOf(context.shapes, logits)?.[1]
  const between: Step[] = []
  for (let value = logits; ; ) {
    const readers = steps.filter(({ node }) => node.inputs.includes(value))
    const isRead = readers.some(reader => !between.includes(reader))
    if (isRead || plan.isAsked?.(value) || plan.filterOf?.(value)) return undefined
    const step = steps.find(({ node }) => node.outputs.includes(value))
    const x = step?.node.inputs[0]
    if (!step || !x || step.biasBehind || !context.active.has(x)) return undefined
    if (isRowwise(step, context)) return { between, layer: step }
    const [from, to] = [dimsOf(context.shapes, x), dimsOf(context.shapes, value)]
    const isApart = typeof classes === 'number' && classes > 1 && from?.[1] === classes && to?.[1] === classes
    if (!isApart || from?.[0] !== to?.[0] || !keepsClasses(step, context)) return undefined
    between.push(step)
    value = x
  }
}

/** Whether a step with the same classes on both sides does to each what it does to the others. */
function keepsClasses({ node, operator, decision }: Step, facts: Facts): boolean {
  if (operator.kind === 'gate') return decision.kind === 'pass' && node.inputs.length === 1
  if (operator.kind === 'rearranging') return /^(Flatten|Reshape|Squeeze|Unsqueeze)$/.test(node.opType)
  if (decision.kind !== 'rule') return false
  if (node.opType === 'ReduceMean') return reducedAxes(node, facts)?.every(axis => axis > 1) === true
  return /^(GlobalAveragePool|AveragePool)$/.test(node.opType)
}

/** A layer that reads every place with a row of weights per class: Gemm, or a convolution of one element. */
function isRowwise({ node, operator, decision }: Step, { shapes, active, constants }: Facts): boolean {
  const [, w = '', bias = ''] = node.inputs
  const weights = staticDimsOf(shapes, w)
  if (operator.kind !== 'linear' || decision.kind !== 'rule' || !weights || !constants.has(w)) return false
  if (node.inputs.some((input, i) => i > 0 && active.has(input))) return false
  const outputs = dimsOf(shapes, node.outputs[0] ?? '')?.[1]
  const biases = bias === '' ? undefined : staticDimsOf(shapes, bias)
  if (bias !== '' && (!biases || sizeOf(biases) !== outputs)) return false
  if (node.opType === 'Gemm') return intAttribute(node, 'transA', 0) === 0
  const isDense = intAttribute(node, 'group', 1) === 1 && weights.length > 2 && sizeOf(weights.slice(2)) === 1
  const strides = intsAttribute(node, 'strides') ?? []
  const pads = intsAttribute(node, 'pads') ?? []
  const isPlain = strides.every(stride => stride === 1) && pads.every(pad => pad === 0) && !node.attributes.auto_pad
  return node.opType === 'Conv' && isDense && isPlain
}

/** Values, steps and layers of the chosen class alone. */
class Narrow {
  readonly #context: Context
  readonly #target: TargetValues
  readonly #shapes: Map<Value, ValueType>
  readonly #active: Set<string>

  constructor(context: Context, target: TargetValues) {
    this.#context = context
    this.#target = target
    this.#shapes = new Map(context.shapes)
    this.#active = new Set(context.active)
  }

  /** What is known, of narrow values too. */
  get context(): Context {
    return { ...this.#context, shapes: this.#shapes, active: this.#active }
  }

  /** The step between narrow values. */
  step(step: Step): Step {
    const { node } = step
    const [x, y] = [node.inputs[0] as Value, node.outputs[0] as Value]
    const inputs = [this.#value(x), ...node.inputs.slice(1)]
    return { ...step, node: { ...node, inputs, outputs: [this.#value(y), ...node.outputs.slice(1)] } }
  }

  /** The layer that makes the chosen class of its inputs. */
  layer({ method }: Walk, { node, decision }: Step): Layered {
    const policy = (decision.kind === 'rule' && decision.bias) || method.bias
    const bias = node.inputs[2]
    const ownBias = bias
      ? this.#rows(this.#context.b.op('Reshape', [bias, this.#context.b.ints([-1])], {}, 'bias'), 0, node)
      : undefined
    return {
      rule: (decision as Extract<typeof decision, { kind: 'rule' }>).rule,
      branches: [this.#branch(node)],
      ownBias,
      bias: policy === 'ignore' ? undefined : ownBias,
      keepsWholeBias: policy === 'keep',
      stabilizer: (decision.kind === 'rule' ? decision.stabilizer : undefined) ?? method.stabilizer,
    }
  }

  #branch(node: Node): Branch {
    const { b } = this.#context
    const [x, w] = node.inputs as [Value, Value]
    const isGemm = node.opType === 'Gemm'
    const axis = isGemm && intAttribute(node, 'transB', 0) === 0 ? 1 : 0
    const row = this.#rows(w, axis, node)
    const tensor = (weights: Weights) => {
      if (weights.kind === 'fixed') throw new Error('the weights of a class are a tensor')
      return weights.value
    }
    return {
      input: 0,
      x,
      weights: { kind: 'tensor', value: row },
      forward: (value, weights) =>
        b.op('ReduceSum', [b.op('Mul', [value, tensor(weights)], {}, 'contributions'), b.ints([1])], {}, 'neuron'),
      transpose: (s, weights) => b.op('Mul', [s, tensor(weights)], {}, 'transposed'),
    }
  }

  /** One row of weights or one bias per sample, samples×n×1…, that its outputs' places can be multiplied by. */
  #rows(w: Value, axis: 0 | 1, { outputs }: Node): Value {
    const { b, shapes } = this.#context
    const rows = b.op('Gather', [w, this.#target.chosen], { axis }, 'row')
    const upright = axis === 1 ? b.op('Transpose', [rows], { perm: [1, 0] }, 'row') : rows
    const rank = dimsOf(shapes, outputs[0] ?? '')?.length ?? 2
    const inputs = staticDimsOf(shapes, w)?.[1 - axis] ?? 1
    const size = axis === 1 || (staticDimsOf(shapes, w)?.length ?? 1) > 1 ? inputs : 1
    return b.op('Reshape', [upright, b.ints([0, size, ...Array<number>(rank - 2).fill(1)])], {}, 'row')
  }

  /** The chosen class's part of a value. */
  #value(value: Value): Value {
    const { b, shapes } = this.#context
    const dims = dimsOf(shapes, value) ?? []
    const mask = b.op(
      'Reshape',
      [this.#target.t, b.ints([0, dims[1] as number, ...dims.slice(2).map(() => 1)])],
      {},
      'is_class',
    )
    const own = b.op('ReduceSum', [b.op('Mul', [value, mask], {}, 'of_class'), b.ints([1])], {}, 'of_class')
    this.#shapes.set(own, { dtype: 'float32', dims: dims.map((dim, axis) => (axis === 1 ? 1 : dim)) })
    this.#active.add(own)
    return own
  }
}
