/** Rules that a user gives to layers by name, operator, position or domain, over what the method would decide. */

import type { Node } from '../0-graph/graph.ts'
import { dimsOf, type Shapes } from '../0-graph/shapes.ts'
import { isBox, isNonNegative } from '../3-operators/domain.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import type { BiasPolicy, Decision, LayerFacts } from './method.ts'
import {
  alphaBetaRule,
  epsilonRule,
  flat,
  gammaRule,
  type Rule,
  wSquare,
  z,
  zBox,
  zOwnSign,
  zPlus,
  zPlusSigned,
} from './rules.ts'

/** Which layers are meant: all that is stated must hold. */
export interface LayerPattern {
  /** The layer's name as `inspect` shows it; `*` stands for any characters, `?` for one. */
  readonly name?: string
  /** The operator, like `Conv`. */
  readonly operator?: string
  /** Among the layers with weights, from the input on: `first`, `last`, or a number from 0; −1 is the last. */
  readonly position?: 'first' | 'last' | number
  /** The domain of what the layer reads: the network's own input, a box, never negative, or of both signs. */
  readonly domain?: 'input' | 'box' | 'non-negative' | 'signed'
}

/**
 * A rule for some layers. Rules of weights go to linear layers; sums and averages, which have none, must be named
 * without wildcards or by operator. `winner` and `proportional` go to max pooling, `pass` wherever shapes are kept.
 */
export interface LayerRule {
  readonly layers: LayerPattern
  /** A rule of one's own, or the name of one with its parameters: `epsilon:0.1`, `gamma:0.25`, `alpha-beta:2,1`. */
  readonly rule: string | Rule
  /** Whether biases keep a share here. Default: the method's policy. */
  readonly bias?: BiasPolicy
  /** ε of these layers' denominators. Default: the method's, or the ε of the ε-rule. */
  readonly stabilizer?: number
}

/** What a rule's name stands for. */
type Meaning =
  | { readonly kind: 'rule'; readonly rule: (layer: LayerFacts) => Rule; readonly stabilizer?: number }
  | { readonly kind: 'pass' | 'winner' | 'proportional' }

const always = (rule: Rule): Meaning => ({ kind: 'rule', rule: () => rule })

interface Named {
  /** Parameters and what they are when none are given. */
  readonly defaults: readonly number[]
  readonly make: (...parameters: number[]) => Meaning
}

const named: Readonly<Record<string, Named>> = {
  'w-square': { defaults: [], make: () => always(wSquare) },
  'z-plus': {
    defaults: [],
    make: () => ({
      kind: 'rule',
      rule: ({ domains }) => (domains.every(isNonNegative) ? zPlus : zPlusSigned),
    }),
  },
  'z-box': { defaults: [], make: () => ({ kind: 'rule', rule: boxed }) },
  z: { defaults: [], make: () => always(z) },
  epsilon: {
    defaults: [1e-6],
    make: epsilon => ({ ...always(epsilonRule(epsilon as number)), stabilizer: epsilon as number }),
  },
  gamma: { defaults: [0.25], make: gamma => always(gammaRule(gamma as number)) },
  'alpha-beta': { defaults: [2, 1], make: (alpha, beta) => always(alphaBetaRule(alpha as number, beta as number)) },
  flat: { defaults: [], make: () => always(flat) },
  'z-own-sign': { defaults: [], make: () => always(zOwnSign) },
  pass: { defaults: [], make: () => ({ kind: 'pass' }) },
  winner: { defaults: [], make: () => ({ kind: 'winner' }) },
  proportional: { defaults: [], make: () => ({ kind: 'proportional' }) },
}

/** Why a layer has the rule that a user gave it. */
export const givenByUser = 'as you asked'

/** The names that a layer's rule can have. */
export const layerRuleNames: readonly string[] = Object.keys(named)

function boxed({ node, domains }: LayerFacts): Rule {
  if (domains.every(isBox)) return zBox
  const reason = `"${node.name}" reads a value without bounds: only boxes have it; state the input's with --box LOW,HIGH`
  throw new DeepTaylorError('rule-invalid', { rule: 'z-box', reason })
}

/** The given rules, read and ready to be asked about layers. */
export class LayerRules {
  readonly #rules: readonly { readonly given: LayerRule; readonly meaning: Meaning }[]
  readonly #used = new Set<LayerRule>()
  readonly #shapes: Shapes

  /** @throws DeepTaylorError `rule-invalid` for a rule that does not exist or a parameter out of its range */
  constructor(rules: readonly LayerRule[], shapes: Shapes) {
    this.#rules = rules.map(given => ({ given, meaning: meaningOf(given) }))
    this.#shapes = shapes
  }

  /** The decision for a layer that the user gave a rule; of several, the last counts. */
  decide(layer: LayerFacts): Decision | undefined {
    const matching = this.#rules.filter(({ given }) => matches(given.layers, layer))
    const decisions = matching.flatMap(({ given, meaning }) => {
      const decision = decisionFor(given, meaning, layer, this.#shapes)
      if (decision) this.#used.add(given)
      return decision ? [decision] : []
    })
    return decisions.at(-1)
  }

  /**
   * Refuses rules that no layer took.
   *
   * @throws DeepTaylorError `rule-invalid`, with the names that there are
   */
  checkAllUsed(layers: readonly LayerFacts[]): void {
    const unused = this.#rules.find(({ given }) => !this.#used.has(given))
    if (!unused) return
    const { given, meaning } = unused
    const fitting = layers.filter(layer => decisionFor({ ...given, layers: {} }, meaning, layer, this.#shapes, true))
    const names = fitting.map(({ node }) => node.name)
    const shown = names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ')
    const reason = `no layer that it applies to matches ${describePattern(given.layers)}; there ${names.length === 0 ? 'are none' : names.length === 1 ? `is ${shown}` : `are ${shown}`}`
    throw new DeepTaylorError('rule-invalid', { rule: ruleName(given), reason })
  }
}

function meaningOf(given: LayerRule): Meaning {
  const { rule, stabilizer } = given
  const invalid = (reason: string) => new DeepTaylorError('rule-invalid', { rule: ruleName(given), reason })
  if (stabilizer !== undefined && !(stabilizer >= 0 && Number.isFinite(stabilizer))) {
    throw invalid(`its stabilizer ${stabilizer} is not a number ≥ 0`)
  }
  if (typeof rule !== 'string') return always(rule)
  const colon = rule.indexOf(':')
  const [name, parameters] = colon < 0 ? [rule, undefined] : [rule.slice(0, colon), rule.slice(colon + 1)]
  const known = Object.hasOwn(named, name) ? named[name] : undefined
  if (!known) throw invalid(`there is no such rule; there are ${layerRuleNames.join(', ')}`)
  const { defaults, make } = known
  if (parameters === undefined) return make(...defaults)
  const numbers = parameters.split(',').map(text => (text.trim() === '' ? Number.NaN : Number(text)))
  if (numbers.length !== defaults.length) {
    throw invalid(`${name} has ${defaults.length === 0 ? 'no' : defaults.length} parameters`)
  }
  if (!numbers.every(number => number >= 0 && Number.isFinite(number))) throw invalid('parameters are numbers ≥ 0')
  if (name === 'alpha-beta' && Math.abs((numbers[0] as number) - (numbers[1] as number) - 1) > 1e-9) {
    throw invalid('α − β must be 1, or relevance is not conserved')
  }
  return make(...numbers)
}

function decisionFor(
  given: LayerRule,
  meaning: Meaning,
  layer: LayerFacts,
  shapes: Shapes,
  isDry = false,
): Decision | undefined {
  const { operator, node } = layer
  const why = givenByUser
  if (meaning.kind === 'pass') return keepsShape(layer, shapes) ? { kind: 'pass', why } : undefined
  if (meaning.kind !== 'rule') return operator.kind === 'selecting' ? { kind: meaning.kind, why } : undefined
  if (operator.kind !== 'linear') return undefined
  const isMeant = given.layers.operator !== undefined || given.layers.name === node.name
  if (operator.hasFixedWeights && !isMeant && !isDry) return undefined
  const rule = isDry ? z : meaning.rule(layer)
  const stabilizer = given.stabilizer ?? meaning.stabilizer
  return {
    kind: 'rule',
    rule,
    why,
    ...(stabilizer !== undefined && { stabilizer }),
    ...(given.bias && { bias: given.bias }),
  }
}

/** One input, and an output of its shape. */
function keepsShape({ node, domains }: LayerFacts, shapes: Shapes): boolean {
  const output = String(dimsOf(shapes, node.outputs[0] ?? ''))
  return domains.length === 1 && node.inputs.some(input => String(dimsOf(shapes, input)) === output)
}

function matches({ name, operator, position, domain }: LayerPattern, layer: LayerFacts): boolean {
  if (name !== undefined && !isGlob(name, layer.node.name)) return false
  if (operator !== undefined && operator !== layer.node.opType) return false
  if (position !== undefined && !isAt(position, layer)) return false
  return domain === undefined || isIn(domain, layer)
}

function isAt(wanted: NonNullable<LayerPattern['position']>, { position }: LayerFacts): boolean {
  if (!position) return false
  const { index, count } = position
  if (wanted === 'first') return index === 0
  if (wanted === 'last') return index === count - 1
  return wanted < 0 ? index === count + wanted : index === wanted
}

function isIn(wanted: NonNullable<LayerPattern['domain']>, { domains }: LayerFacts): boolean {
  switch (wanted) {
    case 'input':
      return domains.some(domain => domain.origin === 'input')
    case 'box':
      return domains.every(isBox)
    case 'non-negative':
      return domains.every(isNonNegative)
    case 'signed':
      return !domains.every(isNonNegative)
  }
}

/** Whether a name fits a pattern of `*` and `?`, in time that hostile patterns cannot stretch. */
function isGlob(pattern: string, name: string): boolean {
  let [at, from, star, resume] = [0, 0, -1, 0]
  while (from < name.length) {
    if (pattern[at] === '*') {
      ;[star, resume] = [at, from]
      at++
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[from])) {
      at++
      from++
    } else if (star >= 0) {
      // The last star takes one character more.
      resume++
      ;[at, from] = [star + 1, resume]
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

function ruleName({ rule }: LayerRule): string {
  return typeof rule === 'string' ? rule : rule.name
}

function describePattern(pattern: LayerPattern): string {
  const stated = Object.entries(pattern).map(([key, value]) => `${key} ${value}`)
  return stated.length === 0 ? 'any' : stated.join(' and ')
}

const patternKeys = ['name', 'operator', 'position', 'domain'] as const
const domains = ['input', 'box', 'non-negative', 'signed'] as const

/**
 * A pattern from text: a name with wildcards, or conditions `name:`, `operator:`, `position:`, `domain:` joined by `&`.
 *
 * @throws DeepTaylorError `rule-invalid`
 */
export function parseLayerPattern(text: string): LayerPattern {
  const invalid = (reason: string) => new DeepTaylorError('rule-invalid', { rule: text, reason })
  const conditions = text.split('&').map(part => part.trim())
  const pattern: { -readonly [K in keyof LayerPattern]: LayerPattern[K] } = {}
  for (const condition of conditions) {
    const key = patternKeys.find(candidate => condition.startsWith(`${candidate}:`))
    const value = key ? condition.slice(key.length + 1).trim() : condition
    if (value === '') throw invalid('a pattern is empty: give a name with wildcards, operator:, position: or domain:')
    if (key === 'operator') pattern.operator = value
    else if (key === 'position') pattern.position = parsePosition(value, invalid)
    else if (key === 'domain') {
      const domain = domains.find(candidate => candidate === value)
      if (!domain) throw invalid(`there is no domain "${value}"; there are ${domains.join(', ')}`)
      pattern.domain = domain
    } else pattern.name = value
  }
  return pattern
}

function parsePosition(text: string, invalid: (reason: string) => DeepTaylorError): 'first' | 'last' | number {
  if (text === 'first' || text === 'last') return text
  if (/^-?\d+$/.test(text)) return Number(text)
  throw invalid(`"${text}" is no position: give first, last or a number from 0`)
}

/** The layers with weights among `nodes`, in order: what positions count. */
export function positionsOf(
  nodes: readonly Node[],
  hasWeights: (node: Node) => boolean,
): ReadonlyMap<Node, { readonly index: number; readonly count: number }> {
  const weighted = nodes.filter(hasWeights)
  return new Map(weighted.map((node, index) => [node, { index, count: weighted.length }]))
}
