/** The plan: for every node between input and output, what relevance does there and why. Nothing is written yet. */

import { type Attribute, consumersOf, type Graph, labelOf, type Node, producersOf } from '../0-graph/graph.ts'
import { type Domain, isNonNegative } from '../3-operators/domain.ts'
import type { Facts, Operator } from '../3-operators/operator.ts'
import { operatorFor, operatorOf, supportedOperators } from '../3-operators/table.ts'
import { DeepTaylorError, type UnsupportedNode } from '../diagnostics.ts'
import { type LayerRule, LayerRules, positionsOf } from './layer-rules.ts'
import type { Decision, LayerFacts, Method } from './method.ts'

/** One node of the plan. */
export interface Step {
  readonly node: Node
  readonly operator: Operator
  /** The domains of the node's active inputs. */
  readonly domains: readonly Domain[]
  readonly decision: Decision
  /** Whether relevance of the output comes here; none comes to what only sets gates that are held fixed. */
  readonly receives: boolean
  /** A constant that an Add behind the node adds: the bias of a MatMul. */
  readonly biasBehind?: Node
}

/**
 * Refuses what relevance cannot go through, all of it at once.
 *
 * @throws DeepTaylorError `unsupported-operators`
 */
export function refuseUnsupported(nodes: readonly Node[], facts: Facts): void {
  const refused = nodes.flatMap((node): UnsupportedNode[] => {
    const reason = reasonAgainst(node, facts)
    return reason === undefined ? [] : [{ node: labelOf(node), opType: node.opType, reason }]
  })
  if (refused.length > 0) throw new DeepTaylorError('unsupported-operators', { nodes: refused })
}

/**
 * Refuses control flow, wherever it is: what runs depends on the input, and no rule is defined for that. Of an If whose
 * condition is known nothing is left.
 *
 * @throws DeepTaylorError `unsupported-operators`
 */
export function refuseSubgraphs(nodes: readonly Node[], types: readonly Attribute['type'][]): void {
  const refused = nodes.filter(node => Object.values(node.attributes).some(attribute => types.includes(attribute.type)))
  if (refused.length === 0) return
  const reason =
    'it holds a sub-graph, and control flow is not supported: export with fixed shapes, or fold it with onnxsim'
  throw new DeepTaylorError('unsupported-operators', {
    nodes: refused.map(node => ({ node: labelOf(node), opType: node.opType, reason })),
  })
}

function reasonAgainst(node: Node, facts: Facts): string | undefined {
  const operator = operatorFor(node, facts)
  if (operator) return operator.refuse?.(node, facts)
  const domain = node.domain === '' ? '' : ` of domain ${node.domain}`
  return `no rule is known for this operator${domain}: replace it by one of ${supportedOperators.join(', ')}, or explain an output before it`
}

/**
 * The plan of a method for `nodes`, which are all supported; `rules` come before what the method decides.
 *
 * @throws DeepTaylorError `rule-invalid` for rules that do not exist, or that no layer takes
 */
export function plan(
  graph: Graph,
  nodes: readonly Node[],
  facts: Facts,
  domains: ReadonlyMap<string, Domain>,
  method: Method,
  rules: readonly LayerRule[] = [],
): readonly Step[] {
  const consumers = consumersOf(graph)
  const biases = biasesBehind(graph, nodes, facts)
  const isBias = new Set(biases.values())
  const positions = positionsOf(nodes, hasWeights)
  const layerRules = new LayerRules(rules, facts.shapes)
  const terms = termsOf(nodes, facts)
  const asked: LayerFacts[] = []
  const steps = nodes.map(node => {
    const operator = operatorFor(node, facts) as Operator
    const inputs = node.inputs.filter(name => facts.active.has(name)).map(name => domains.get(name) as Domain)
    const behind = biases.get(node)
    const layer: LayerFacts = {
      node,
      operator,
      domains: inputs,
      isRectified: isRectified(node, consumers, domains),
      position: positions.get(node),
      makesTerm: terms.has(node),
      signal: operator.kind === 'product' ? operator.signal(node, inputs, facts) : undefined,
    }
    const decide = (): Decision => {
      if (isBias.has(node)) return { kind: 'pass', why: 'the bias of the layer before it' }
      asked.push(layer)
      const given = layerRules.decide(layer)
      if (given) return given
      if (isShift(node, operator, facts) && method.bias === 'ignore') {
        return { kind: 'pass', why: 'adds a constant: the one input takes everything' }
      }
      return method.decide(layer)
    }
    const decision = decide()
    return { node, operator, domains: inputs, decision, ...(behind && { biasBehind: behind }) }
  })
  layerRules.checkAllUsed(asked)
  const received = receivers(steps)
  return steps.map(step => ({ ...step, receives: received.has(step.node) }))
}

function hasWeights({ opType, domain }: Node): boolean {
  const operator = operatorOf(opType, domain)
  return operator?.kind === 'linear' && !operator.hasFixedWeights && !operator.isOneToOne
}

/** Norms whose inputs besides x are parameters; of a norm that was merged into a layer, these are the layer's. */
const norms: ReadonlySet<string> = new Set(['BatchNormalization', 'InstanceNormalization', 'LayerNormalization'])

/** A constant that a node reads. */
export interface Parameter {
  readonly node: Node
  /** Its place among the node's inputs. */
  readonly input: number
  readonly value: string
}

/** The constants that a layer multiplies by and adds: kernel and bias, or scale and shift of a norm. None of other nodes. */
export function parametersOf(
  { node, biasBehind }: Step,
  { constants }: Pick<Facts, 'constants'>,
): readonly Parameter[] {
  if (!hasWeights(node) && !(node.domain === '' && norms.has(node.opType))) return []
  return [node, ...(biasBehind ? [biasBehind] : [])].flatMap(at =>
    at.inputs.flatMap((value, input) => (constants.has(value) ? [{ node: at, input, value }] : [])),
  )
}

/** The nodes that relevance of the output comes to: the last, and what these send to. */
function receivers(steps: readonly Omit<Step, 'receives'>[]): ReadonlySet<Node> {
  const [read, sentTo] = [new Set(steps.flatMap(({ node }) => node.inputs)), new Set<string>()]
  const found = new Set<Node>()
  for (const { node, decision } of [...steps].reverse()) {
    const isLast = node.outputs.every(output => !read.has(output))
    if (!isLast && !node.outputs.some(output => sentTo.has(output))) continue
    found.add(node)
    const takesAll = decision.kind === 'signal' ? decision.signal : undefined
    for (const [i, input] of node.inputs.entries()) if (takesAll === undefined || takesAll === i) sentTo.add(input)
  }
  return found
}

/** The nodes whose every output element depends on one element of the input: what comes before anything is summed. */
function termsOf(nodes: readonly Node[], facts: Facts): ReadonlySet<Node> {
  const made = new Map(nodes.flatMap(node => node.outputs.map(output => [output, node] as const)))
  const terms = new Set<Node>()
  for (const node of nodes) {
    const operator = operatorFor(node, facts) as Operator
    const keepsApart =
      operator.kind === 'gate' ||
      operator.kind === 'rearranging' ||
      (operator.kind === 'linear' && operator.isOneToOne) ||
      isSum(node, operator)
    const makers = node.inputs.filter(name => facts.active.has(name)).map(name => made.get(name))
    if (
      keepsApart &&
      (operator.kind === 'rearranging' || makers.length === 1) &&
      makers.every(maker => maker === undefined || terms.has(maker))
    )
      terms.add(node)
  }
  return terms
}

function isRectified(
  node: Node,
  consumers: ReadonlyMap<string, readonly Node[]>,
  domains: ReadonlyMap<string, Domain>,
): boolean {
  const readers = consumers.get(node.outputs[0] ?? '') ?? []
  return (
    readers.length > 0 &&
    readers.every(reader => {
      const domain = domains.get(reader.outputs[0] ?? '')
      return operatorOf(reader.opType, reader.domain)?.kind === 'gate' && domain !== undefined && isNonNegative(domain)
    })
  )
}

/** The Add of a constant behind a linear layer without a bias of its own: together they are one neuron Σ x·w + b. */
function biasesBehind(graph: Graph, nodes: readonly Node[], facts: Facts): ReadonlyMap<Node, Node> {
  const producers = producersOf(graph)
  const consumers = consumersOf(graph)
  const found = new Map<Node, Node>()
  for (const node of nodes) {
    const operator = operatorFor(node, facts) as Operator
    if (!isShift(node, operator, facts)) continue
    const x = node.inputs.find(name => facts.active.has(name)) as string
    const layer = producers.get(x)
    const row = layer && operatorOf(layer.opType, layer.domain)
    if (!layer || row?.kind !== 'linear' || row.hasFixedWeights || row.isOneToOne || row.biasOf?.(layer, facts))
      continue
    if (consumers.get(x)?.length === 1 && node.opType !== 'Sub') found.set(layer, node)
  }
  return found
}

function isSum({ opType }: Node, operator: Operator): boolean {
  return operator.kind === 'linear' && operator.hasFixedWeights === true && /^(Add|Sub|Sum)$/.test(opType)
}

/** A sum with one active operand that keeps its shape. */
function isShift(node: Node, operator: Operator, facts: Facts): boolean {
  if (!isSum(node, operator)) return false
  const active = node.inputs.filter(name => facts.active.has(name))
  const [x, y] = [facts.shapes.get(active[0] ?? '')?.dims, facts.shapes.get(node.outputs[0] ?? '')?.dims]
  return active.length === 1 && x !== undefined && String(x) === String(y)
}
