/**
 * One opset for the compiler to read and write. Models below 13 are lifted to it: there the last operators that we write
 * (Squeeze, Unsqueeze, ReduceSum, Split) took the form that they still have in 22. Newer models keep their opset, so that
 * the result runs wherever the model ran.
 */

import { GraphBuilder, type Value } from '../0-graph/builder.ts'
import {
  floatAttribute,
  type Graph,
  intAttribute,
  intsAttribute,
  labelOf,
  type Model,
  type Node,
  stringAttribute,
} from '../0-graph/graph.ts'
import { DeepTaylorError, type UnsupportedNode } from '../diagnostics.ts'

/** The opset that older models are lifted to. */
export const floorOpset = 13
const oldestOpset = 7
const newestOpset = 25

/** The oldest IR version that may carry an opset (ONNX's version table). */
function irVersionFor(opset: number): number {
  const table: readonly (readonly [opset: number, ir: number])[] = [
    [25, 12],
    [24, 12],
    [23, 11],
    [21, 10],
    [19, 9],
    [15, 8],
    [13, 7],
  ]
  return table.find(([least]) => opset >= least)?.[1] ?? 7
}

/**
 * Lifts a model to the floor opset, and its IR version to what the opset asks for.
 *
 * @throws DeepTaylorError `unsupported-opset`, `unsupported-operators` (an old operator that changed its meaning)
 */
export function upgradeOpset(model: Model): Model {
  const version = model.opsets.get('')
  const supported = `${oldestOpset} to ${newestOpset}`
  if (version === undefined || version < oldestOpset || version > newestOpset) {
    throw new DeepTaylorError('unsupported-opset', { domain: '', version: version ?? 0, supported })
  }
  const opset = Math.max(version, floorOpset)
  const lifted = {
    ...model,
    opsets: new Map([...model.opsets, ['', opset]]),
    irVersion: Math.max(model.irVersion, irVersionFor(opset)),
  }
  return version >= floorOpset ? lifted : { ...lifted, graph: upgraded(model.graph, version) }
}

function upgraded(graph: Graph, version: number): Graph {
  const b = new GraphBuilder(graph)
  const initializers = new Map(graph.initializers)
  const nodes: Node[] = []
  const changed: UnsupportedNode[] = []
  for (const node of graph.nodes) {
    const [since, upgrade] = (node.domain === '' && Object.hasOwn(upgrades, node.opType)
      ? upgrades[node.opType]
      : undefined) ?? [0, undefined]
    const result = version < since && upgrade ? b.within(labelOf(node), () => upgrade(node, b)) : node
    if (typeof result === 'string') changed.push({ node: labelOf(node), opType: node.opType, reason: result })
    const written = b.take()
    nodes.push(...written.nodes)
    for (const [name, tensor] of written.initializers) initializers.set(name, tensor)
    if (typeof result !== 'string') nodes.push(result)
  }
  if (changed.length > 0) throw new DeepTaylorError('unsupported-operators', { nodes: changed })
  return { ...graph, nodes, initializers }
}

/** Whether a batch norm uses its stored statistics and makes nothing but its result. */
export function inferenceOnly(node: Node): boolean {
  return intAttribute(node, 'training_mode', 0) === 0 && node.outputs.slice(1).every(output => output === '')
}

type Upgrade = (node: Node, b: GraphBuilder) => Node | string

/** By operator: the opset in which it changed, and its old form in the new one (or why that cannot be had). */
const upgrades: Readonly<Record<string, readonly [since: number, upgrade: Upgrade]>> = {
  BatchNormalization: [
    9,
    node =>
      intAttribute(node, 'spatial', 1) === 1
        ? without(node, 'spatial')
        : 'its statistics are kept per position (spatial=0): export the model again with opset 9 or later',
  ],
  Clip: [11, (node, b) => ({ ...without(node, 'min', 'max'), inputs: [first(node), ...clipBounds(node, b)] })],
  Dropout: [12, node => ({ ...without(node, 'ratio'), inputs: [first(node)] })],
  LogSoftmax: [13, softmax],
  Pad: [
    11,
    (node, b) => {
      const value = floatAttribute(node, 'value', 0)
      const inputs = [first(node), b.ints(intsAttribute(node, 'pads') ?? []), ...(value === 0 ? [] : [b.floats(value)])]
      return { ...without(node, 'pads', 'value'), inputs }
    },
  ],
  ReduceSum: [13, axesToInput],
  Resize: [11, node => interpolation(node, node.inputs[1] ?? '')],
  Scatter: [11, changedMeaning],
  Slice: [
    10,
    (node, b) => {
      const starts = intsAttribute(node, 'starts') ?? []
      const axes = intsAttribute(node, 'axes') ?? starts.map((_, i) => i)
      const bounds = [b.ints(starts), b.ints(intsAttribute(node, 'ends') ?? []), b.ints(axes)]
      return { ...without(node, 'starts', 'ends', 'axes'), inputs: [first(node), ...bounds] }
    },
  ],
  Softmax: [13, softmax],
  Split: [
    13,
    (node, b) => {
      const sizes = intsAttribute(node, 'split')
      return { ...without(node, 'split'), inputs: sizes ? [first(node), b.ints(sizes)] : [first(node)] }
    },
  ],
  Squeeze: [13, axesToInput],
  TopK: [10, changedMeaning],
  Unsqueeze: [13, axesToInput],
  Upsample: [
    10,
    (node, b) => {
      const scales = node.attributes.scales
      return interpolation(node, scales?.type === 'floats' ? b.floats(scales.value) : (node.inputs[1] ?? ''))
    },
  ],
}

function changedMeaning(node: Node): string {
  return `${node.opType} changed its meaning since the model's opset: convert the model to opset ${floorOpset} or later with onnx.version_converter`
}

/** Before 11, places were scaled from their corners, and the nearest was the one below. */
function interpolation(node: Node, scales: Value): Node {
  const attributes = {
    mode: { type: 'string', value: stringAttribute(node, 'mode', 'nearest') },
    coordinate_transformation_mode: { type: 'string', value: 'asymmetric' },
    nearest_mode: { type: 'string', value: 'floor' },
  } as const
  return { ...node, opType: 'Resize', inputs: [first(node), '', scales], attributes }
}

function axesToInput(node: Node, b: GraphBuilder): Node {
  const axes = intsAttribute(node, 'axes')
  return { ...without(node, 'axes'), inputs: axes ? [first(node), b.ints(axes)] : [first(node)] }
}

function clipBounds(node: Node, b: GraphBuilder): Value[] {
  const low = floatAttribute(node, 'min', Number.NEGATIVE_INFINITY)
  const high = floatAttribute(node, 'max', Number.POSITIVE_INFINITY)
  const bounded = (bound: number) => (Number.isFinite(bound) ? b.floats(bound) : '')
  return Number.isFinite(high) ? [bounded(low), bounded(high)] : Number.isFinite(low) ? [bounded(low)] : []
}

/** Before 13, Softmax normalised over all axes from `axis` on: flatten, normalise the last axis, restore. */
function softmax(node: Node, b: GraphBuilder): Node {
  const x = first(node)
  const flat = b.op('Flatten', [x], { axis: intAttribute(node, 'axis', 1) }, 'flat')
  const y = b.op(node.opType, [flat], { axis: -1 }, 'normalised')
  return { ...node, opType: 'Reshape', inputs: [y, b.op('Shape', [x], {}, 'shape')], attributes: {} }
}

function first(node: Node): Value {
  return node.inputs[0] ?? ''
}

function without(node: Node, ...names: readonly string[]): Node {
  const attributes = Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !names.includes(name)))
  return { ...node, attributes }
}
