/** What is known of a value whatever the input is: where it comes from, and between which numbers it lies. */

import { floatAttribute, type Node } from '../../../src/core/0-graph/graph.ts'
import type { Tensor } from '../../../src/runtime/session.ts'
import { averaging, comparing, gates, moving, normalising, rounding, scaling, selecting, summing } from './kinds.ts'
import { type Network, readsOf } from './network.ts'
import { numbersAt } from './trace.ts'

/** `input`: the input itself, moved, averaged or rescaled at most. `layer`: nothing bounds it. `activation`: a function's values. */
export interface Range {
  readonly from: 'input' | 'layer' | 'activation'
  readonly low: number
  readonly high: number
  /** An input has ends on both sides, whatever it was rescaled by since; those are then found element by element. */
  readonly isBoxed?: boolean
}

const anything = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
const layer: Range = { from: 'layer', ...anything }
const unknown: Range = { from: 'input', ...anything }

/** Whether it is never negative. */
export function isNonNegative({ low }: Range): boolean {
  return low >= 0
}

/** What a sigmoid, a tanh or a clip made: it opens and closes, and says nothing itself. */
export function isGate({ from, low, high }: Range): boolean {
  return from === 'activation' && Number.isFinite(low) && Number.isFinite(high)
}

/** The values of the activation functions that are bounded, or bounded below, whatever they read. */
const images: Readonly<Record<string, readonly [low: number, high: number]>> = {
  Abs: [0, Number.POSITIVE_INFINITY],
  Erf: [-1, 1],
  Exp: [0, Number.POSITIVE_INFINITY],
  Gelu: [-0.17, Number.POSITIVE_INFINITY],
  HardSigmoid: [0, 1],
  HardSwish: [-0.375, Number.POSITIVE_INFINITY],
  Mish: [-0.31, Number.POSITIVE_INFINITY],
  Sigmoid: [0, 1],
  Sign: [-1, 1],
  Softmax: [0, 1],
  Softplus: [0, Number.POSITIVE_INFINITY],
  Softsign: [-1, 1],
  Sqrt: [0, Number.POSITIVE_INFINITY],
  Swish: [-0.28, Number.POSITIVE_INFINITY],
  Tanh: [-1, 1],
  ThresholdedRelu: [0, Number.POSITIVE_INFINITY],
}

/** Activation functions that never fall, as functions. */
function monotone(network: Network, node: Node): ((x: number) => number) | undefined {
  const bound = (place: number, name: string, fallback: number) => {
    const value = node.inputs[place]
    return value ? (numbersAt(network.trace, value).data[0] as number) : floatAttribute(node, name, fallback)
  }
  switch (node.opType) {
    case 'Relu':
      return x => Math.max(0, x)
    case 'LeakyRelu': {
      const slope = floatAttribute(node, 'alpha', 0.01)
      return x => (x < 0 ? slope * x : x)
    }
    case 'Clip': {
      const [low, high] = [bound(1, 'min', Number.NEGATIVE_INFINITY), bound(2, 'max', Number.POSITIVE_INFINITY)]
      return x => Math.min(high, Math.max(low, x))
    }
    case 'Ceil':
      return Math.ceil
    case 'Floor':
      return Math.floor
    case 'Round':
      return Math.round
    case 'Elu':
      return x => (x < 0 ? floatAttribute(node, 'alpha', 1) * Math.expm1(x) : x)
    case 'Selu':
      return x => (x < 0 ? 1.7581 * Math.expm1(x) : 1.0507 * x)
    case 'Celu': {
      const alpha = floatAttribute(node, 'alpha', 1)
      return x => (x < 0 ? alpha * Math.expm1(x / alpha) : x)
    }
    case 'Max':
    case 'Min': {
      const constants = node.inputs.filter(name => !network.active.has(name))
      const others = constants.flatMap(name => [...numbersAt(network.trace, name).data])
      return node.opType === 'Max' ? x => Math.max(x, Math.min(...others)) : x => Math.min(x, Math.max(...others))
    }
    default:
      return undefined
  }
}

/** The range of every active value, from that of the input; of other inputs nothing is known. */
export function rangesOf(network: Network, input: Range): ReadonlyMap<string, Range> {
  const ranges = new Map([...network.inputs].map(name => [name, name === network.input ? input : unknown]))
  for (const node of network.nodes) {
    const reads = readsOf(network.trace, node).filter(name => network.active.has(name))
    const operands = reads.map(name => ranges.get(name) as Range)
    const range = operands.length === 0 ? layer : rangeOf(network, node, operands)
    for (const name of node.outputs) if (name !== '' && !network.inputs.has(name)) ranges.set(name, range)
  }
  return ranges
}

function rangeOf(network: Network, node: Node, operands: readonly Range[]): Range {
  const { opType } = node
  const [x] = operands as readonly [Range]
  const constants = node.inputs.filter(name => name !== '' && !network.active.has(name))
  const numbers = (name: string): readonly number[] => [...numbersAt(network.trace, name).data]
  if (selecting.has(opType) && (opType !== 'Max' || operands.length > 1)) return hull(operands)
  if (comparing.has(opType)) return { from: 'activation', low: 0, high: 1 }
  if (rounding.has(opType)) return rounded(network, node, x)
  if (gates.has(opType)) {
    const f = monotone(network, node)
    if (f) return { from: 'activation', low: f(x.low), high: f(x.high) }
    const [low, high] = images[opType] ?? [anything.low, anything.high]
    return { from: 'activation', low, high }
  }
  // The choice between sizes that some exporters write: what is chosen from is moved at most.
  if (opType === 'If') return hull(operands)
  if (moving.has(opType)) {
    const mixed =
      opType === 'Concat' ? constants : opType === 'Where' ? constants.filter(n => n !== node.inputs[0]) : []
    const beside = mixed.map(
      (name): Range => ({ ...x, low: Math.min(...numbers(name)), high: Math.max(...numbers(name)) }),
    )
    const zero = opType === 'Pad' || opType === 'Trilu' ? [{ ...x, low: 0, high: 0 }] : []
    return hull([...operands, ...beside, ...zero])
  }
  if (averaging.has(opType)) {
    return opType === 'ReduceSum'
      ? { ...x, low: x.low >= 0 ? 0 : anything.low, high: x.high <= 0 ? 0 : anything.high }
      : hull([x, { ...x, low: 0, high: 0 }])
  }
  if (operands.length === 1 && scaling.has(opType)) return scaled(network, node, x, constants.map(numbers))
  if (summing.has(opType)) {
    if (opType === 'Sub' || constants.length > 0) return layer
    const sum = (bound: 'low' | 'high') => operands.reduce((s, operand) => s + operand[bound], 0)
    return {
      from: operands.every(({ from }) => from === 'activation') ? 'activation' : 'layer',
      low: sum('low'),
      high: sum('high'),
    }
  }
  if (normalising.has(opType)) {
    if (opType === 'Softmax') return { from: 'activation', low: 0, high: 1 }
    return opType === 'LRN' ? { from: x.from, low: x.low >= 0 ? 0 : anything.low, high: anything.high } : layer
  }
  // Products of what is never negative are not either.
  const low = operands.every(isNonNegative) && !(operands.length === 1) ? 0 : anything.low
  if (opType === 'Mul' || opType === 'Div') return { from: 'activation', low, high: anything.high }
  return { ...layer, low }
}

/** Integers of some bits stand for the numbers between two, whatever is rounded to them. */
function rounded({ trace }: Network, { opType, inputs, outputs }: Node, x: Range): Range {
  if (opType !== 'QuantizeLinear') return x
  const [, scale = '', zero = ''] = inputs
  const { dtype } = trace.values.get(outputs[0] as string) as Tensor
  const step = Math.max(...numbersAt(trace, scale).data)
  const [least, most] = String(dtype) === 'uint8' ? [0, 255] : [-128, 127]
  const offsets = zero === '' ? [0] : [...numbersAt(trace, zero).data]
  const [low, high] = [(least - Math.max(...offsets)) * step, (most - Math.min(...offsets)) * step]
  return { ...x, low: Math.max(x.low, low), high: Math.min(x.high, high) }
}

function scaled(network: Network, node: Node, x: Range, constants: readonly (readonly number[])[]): Range {
  const isInput = x.from === 'input'
  if (node.opType === 'Neg') return { ...x, low: -x.high, high: -x.low }
  if (node.opType === 'BatchNormalization') return { ...x, ...anything, from: isInput ? 'input' : 'layer' }
  const operand = network.active.has(node.inputs[0] as string) ? 0 : 1
  const f = (a: number, c: number) => {
    const [l, r] = operand === 0 ? [a, c] : [c, a]
    if (node.opType === 'Mul') return l === 0 || r === 0 ? 0 : l * r
    return node.opType === 'Div' ? l / r : node.opType === 'Sub' ? l - r : l + r
  }
  const [only = []] = constants
  const ends = [x.low, x.high].flatMap(a => only.map(c => f(a, c)))
  const isOther = constants.length !== 1 || ends.some(Number.isNaN)
  return isOther
    ? { ...x, ...anything, from: isInput ? 'input' : 'layer' }
    : { ...x, low: Math.min(...ends), high: Math.max(...ends) }
}

function hull(ranges: readonly Range[]): Range {
  const from = new Set(ranges.map(range => range.from))
  return {
    isBoxed: ranges.every(({ isBoxed, low, high }) => isBoxed || Number.isFinite(high - low)),
    from: from.size === 1 ? (ranges[0] as Range).from : from.has('layer') ? 'layer' : 'activation',
    low: Math.min(...ranges.map(({ low }) => low)),
    high: Math.max(...ranges.map(({ high }) => high)),
  }
}
