/**
 * The root point that a rule is derived from: x̃ = x − t·v, where the neuron's pre-activation is 0. Written out for one
 * neuron, with the checks that the derivation asks for; for a whole layer t = (Σ x·w + b) / Σ v·w is enough.
 */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import type { Graph } from '../0-graph/graph.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import { isBox, isNonNegative } from '../3-operators/domain.ts'
import { onesLike } from '../3-operators/like.ts'
import type { Branch } from '../3-operators/operator.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import { copied } from './copied.ts'
import type { Step } from './plan.ts'
import { denominatorOf, inputMapped } from './redistribute.ts'
import type { Rule, WeightMap } from './rules.ts'
import { biasOf, mappingOf, type Walk } from './walk.ts'

/** What is written of one neuron's root point. */
export interface RootValues {
  /** float64 scalars. */
  readonly preactivation: Value
  readonly t: Value
  /** |Σ x̃·w + b| relative to Σ |x̃·w| + |b|, float64. */
  readonly hinge: Value
  /** How many elements of x̃ lie outside the domain of the layer's input, int64. */
  readonly outside: Value
  /** How many gates and pooling windows switch between x and x̃, and how many there are, int64. */
  readonly switched: Value
  readonly switches: Value
  /** float32, of the layer's input. */
  readonly direction: Value
  readonly root: Value
  readonly point: Value
}

const float32 = 1
const float64 = 11
const int64 = 7
/** Rounding of float32 numbers, relative to their size. */
const rounding = 1e-5

/**
 * Writes the root point of the neuron of a linear layer whose coordinates `neuron` holds, int64, without the sample's.
 *
 * @throws DeepTaylorError `option-invalid` when the layer has no search direction
 */
export function writeRoot(plan: Walk, graph: Graph, step: Step, neuron: Value): RootValues {
  const { context } = plan
  const { b } = context
  const { rule, branch } = directed(plan, step)
  const output = step.biasBehind?.outputs[0] ?? (step.node.outputs[0] as Value)
  const unit = b.op('Where', [isAt(plan, step, neuron), onesLike(context, output), b.floats(0)], {}, 'unit')
  // The neuron's own weights, in the place of the inputs that they weigh.
  const w = branch.transpose(unit, branch.weights)
  const wide = (value: Value) => b.op('Cast', [value], { to: float64 }, 'wide')
  const sum = (value: Value) => b.op('ReduceSum', [value], { keepdims: 0 }, 'sum')
  const times = (x: Value, y: Value) => b.op('Mul', [wide(x), wide(y)], {}, 'product')
  const ownBias = biasOf(plan, step, step.operator as Extract<Step['operator'], { kind: 'linear' }>)
  const bias = ownBias === undefined ? b.floats(0, 'float64') : sum(times(unit, ownBias))
  const preactivation = b.op('Add', [sum(times(branch.x, w)), bias], {}, 'preactivation')
  const direction = directionOf(plan, step, rule, branch, w, preactivation)
  const t = b.op('Div', [preactivation, sum(times(direction, w))], {}, 't')
  const moved = b.op('Mul', [t, wide(direction)], {}, 'moved')
  const root = b.op('Cast', [b.op('Sub', [wide(branch.x), moved])], { to: float32 }, 'root')
  const products = times(root, w)
  const left = b.op('Abs', [b.op('Add', [sum(products), bias], {}, 'left')])
  const scale = b.op('Add', [sum(b.op('Abs', [products])), b.op('Abs', [bias])], {}, 'scale')
  const { switched, switches } = switchesBetween(plan, graph, branch.x, root)
  return {
    preactivation,
    t,
    hinge: b.op('Div', [left, scale], {}, 'hinge'),
    outside: outsideOf(plan, step, branch, root),
    switched,
    switches,
    direction,
    root,
    point: branch.x,
  }
}

/**
 * Writes t of every neuron of a layer, float32 in the shape of its output; not finite where Σ v·w is 0.
 *
 * @throws DeepTaylorError `option-invalid` when the layer has no search direction
 */
export function writeLayerRoots(plan: Walk, step: Step): Value {
  const { b } = plan.context
  const { rule, branch } = directed(plan, step)
  const mapping = mappingOf(plan, step)
  const nothing = b.floats(0)
  const bias = biasOf(plan, step, step.operator as Extract<Step['operator'], { kind: 'linear' }>)
  const own = branch.forward(branch.x, branch.weights)
  const activation = bias === undefined ? own : b.op('Add', [own, bias], {}, 'preactivation')
  const denominators = rule.parts.map(part => denominatorOf(part, mapping, [branch]) ?? nothing)
  return b.op('Div', [activation, signed(b, rule, activation, denominators)], {}, 't')
}

/** The sizes of a layer's output without the sample. */
export function neuronDims({ context }: Walk, { node, biasBehind }: Step): readonly (number | string)[] {
  return dimsOf(context.shapes, biasBehind?.outputs[0] ?? (node.outputs[0] as Value))?.slice(1) ?? []
}

/** True at the neuron, in a shape that broadcasts to the layer's output. */
function isAt(plan: Walk, step: Step, neuron: Value): Value {
  return isAtPlace(plan.context.b, neuronDims(plan, step), neuron)
}

/** True at the place that `neuron` holds, int64, in a shape that broadcasts to sample × dims; free sizes count as none. */
export function isAtPlace(b: GraphBuilder, dims: readonly (number | string)[], neuron: Value): Value {
  const conditions = dims.map((size, i) => {
    const count = typeof size === 'number' ? size : 0
    const axes = [0, ...dims].map((_, axis) => (axis === i + 1 ? count : 1))
    const along = b.op('Reshape', [b.ints(Array.from({ length: count }, (_, at) => at)), b.ints(axes)], {}, 'along')
    const coordinate = b.op('Slice', [neuron, b.ints([i]), b.ints([i + 1])], {}, 'coordinate')
    return b.op('Equal', [along, coordinate], {}, 'is_there')
  })
  return conditions.reduce((all, condition) => b.op('And', [all, condition], {}, 'is_neuron'))
}

/** A layer with one input and a rule that is one direction for every neuron. */
function directed(plan: Walk, step: Step): { rule: Rule; branch: Branch } {
  const { node, operator, decision } = step
  const invalid = (reason: string) => new DeepTaylorError('option-invalid', { option: `layer "${node.name}"`, reason })
  if (operator.kind !== 'linear' || decision.kind !== 'rule') throw invalid('it has no rule with a search direction')
  const { rule } = decision
  const isOne = rule.parts.length === 1 || rule.parts.every(part => part.where !== undefined)
  if (!isOne) throw invalid(`its rule ${rule.name} is a difference of two directions, and has no root point of its own`)
  const branches = operator.branches(node, plan.context)
  const [branch] = branches
  if (branches.length !== 1 || !branch) throw invalid('it adds several inputs: choose a layer of one')
  if (!neuronDims(plan, step).every(dim => typeof dim === 'number')) {
    throw invalid('its output has free sizes: fix them with --shape')
  }
  return { rule, branch }
}

/** v, in the place of the inputs. */
function directionOf(plan: Walk, step: Step, rule: Rule, branch: Branch, w: Value, preactivation: Value): Value {
  const { b } = plan.context
  const mapping = mappingOf(plan, step)
  const parts = rule.parts.map(({ terms }) => {
    const summands = terms.flatMap(({ input, weight }) => {
      const a = inputMapped(mapping, branch, { input })
      return a === undefined ? [] : [b.op('Mul', [a, perWeight(b, w, weight)], {}, 'v')]
    })
    if (summands.length === 0) return b.op('Mul', [w, b.floats(0)], {}, 'v')
    return summands.length === 1 ? (summands[0] as Value) : b.op('Sum', summands, {}, 'v')
  })
  return signed(b, rule, preactivation, parts)
}

/** Rules whose parts are for one sign of the pre-activation each: the part of its sign. */
function signed(b: GraphBuilder, rule: Rule, preactivation: Value, parts: readonly Value[]): Value {
  if (parts.length === 1) return parts[0] as Value
  const narrow = b.op('Cast', [preactivation], { to: float32 }, 'narrow')
  const isPositive = b.op('Greater', [narrow, b.floats(0)], {}, 'is_positive')
  const [first, second] = parts as [Value, Value]
  const [positive, negative] = rule.parts[0]?.where === 'positive' ? [first, second] : [second, first]
  return b.op('Where', [isPositive, positive, negative], {}, 'of_sign')
}

/** d(w) = m(w)/w where there is a connection, 0 elsewhere. */
function perWeight(b: GraphBuilder, w: Value, map: WeightMap): Value {
  const zero = b.floats(0)
  const where = (sign: 'Greater' | 'Less', value: Value) =>
    b.op('Where', [b.op(sign, [w, zero], {}, 'has_sign'), value, zero], {}, 'd')
  if (typeof map === 'object') {
    const base = perWeight(b, w, map.base)
    const [above, below] = [map.positive, map.negative].map(factor =>
      b.op('Mul', [base, b.floats(factor)], {}, 'd_scaled'),
    ) as [Value, Value]
    return b.op('Add', [where('Greater', above), where('Less', below)], {}, 'd')
  }
  const one = b.floats(1)
  switch (map) {
    case 'square':
      return w
    case 'positive':
      return where('Greater', one)
    case 'negative':
      return where('Less', one)
    case 'identity':
      return b.op('Add', [where('Greater', one), where('Less', one)], {}, 'd')
    case 'one': {
      const isNone = b.op('Equal', [w, zero], {}, 'is_none')
      return b.op('Where', [isNone, zero, b.op('Div', [one, w], {}, 'inverse')], {}, 'd')
    }
  }
}

/** How many elements of x̃ the domain does not hold. */
function outsideOf(plan: Walk, step: Step, branch: Branch, root: Value): Value {
  const { b } = plan.context
  const [domain] = step.domains
  const size = b.op('Mul', [b.op('Abs', [branch.x]), b.floats(rounding)], {}, 'size')
  const slack = b.op('Add', [size, b.floats(1e-6)], {}, 'slack')
  const count = (conditions: readonly Value[]) => {
    const all = conditions.reduce((any, one) => b.op('Or', [any, one], {}, 'is_outside'))
    return b.op('ReduceSum', [b.op('Cast', [all], { to: int64 }, 'outside')], { keepdims: 0 }, 'outside')
  }
  const below = (low: Value) => b.op('Less', [root, b.op('Sub', [low, slack], {}, 'low')], {}, 'is_below')
  if (domain && isBox(domain)) {
    const { low, high } = plan.boundsOf(branch.x)
    return count([below(low), b.op('Greater', [root, b.op('Add', [high, slack], {}, 'high')], {}, 'is_above')])
  }
  if (domain && isNonNegative(domain)) return count([below(b.floats(0))])
  return b.ints(0)
}

/** Gates that are open at one point and closed at the other, and pooling windows with another winner. */
function switchesBetween(plan: Walk, graph: Graph, x: Value, root: Value): { switched: Value; switches: Value } {
  const { b } = plan.context
  const there = copied(plan, graph, x, root)
  const counts: Value[] = []
  const totals: Value[] = []
  const count = (condition: Value) => {
    counts.push(b.op('ReduceSum', [b.op('Cast', [condition], { to: int64 }, 'switched')], { keepdims: 0 }, 'switched'))
    totals.push(b.op('Size', [condition], {}, 'gates'))
  }
  for (const [i, step] of plan.steps.entries()) {
    const moved = there.plan.steps[i] as Step
    const input = step.node.inputs[0] as Value
    if (moved.node.inputs[0] === input) continue
    const { operator } = step
    if (operator.kind === 'gate' && piecewiseLinear.has(step.node.opType)) {
      const ones = onesLike(plan.context, input)
      const slopes = [
        operator.gradient(step.node, ones, plan.context),
        operator.gradient(moved.node, ones, there.plan.context),
      ]
      const differs = b.op('Not', [b.op('Equal', slopes, {}, 'is_same')], {}, 'differs')
      // The neuron itself is at its hinge, by construction: a pre-activation that is only rounding belongs to both sides.
      const size = b.op('Mul', [b.op('Abs', [input]), b.floats(rounding)], {}, 'size')
      const own = b.op('Abs', [moved.node.inputs[0] as Value])
      const isClear = b.op('Greater', [own, b.op('Add', [size, b.floats(1e-6)], {}, 'slack')], {}, 'is_clear')
      count(b.op('And', [differs, isClear], {}, 'is_switched'))
    } else if (operator.kind === 'selecting') {
      const ones = onesLike(plan.context, step.node.outputs[0] as Value)
      const winners = [
        operator.winner(step.node, ones, plan.context),
        operator.winner(moved.node, ones, there.plan.context),
      ] as const
      // An element that won before and wins no more; the window's new winner is not counted again.
      count(b.op('Greater', [...winners], {}, 'lost'))
    }
  }
  const none = b.ints(0)
  const all = (values: readonly Value[]) =>
    values.length === 0 ? none : values.reduce((total, value) => b.op('Add', [total, value], {}, 'all'))
  return { switched: all(counts), switches: all(totals) }
}

const piecewiseLinear: ReadonlySet<string> = new Set(['Relu', 'LeakyRelu', 'Clip', 'HardSigmoid'])
