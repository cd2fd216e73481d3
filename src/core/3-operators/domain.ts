/** What is known of a value before any input is seen: an interval, and where the value comes from. */

import { numbersOf, sizeOf } from '../0-graph/tensor.ts'
import type { Facts } from './operator.ts'

/**
 * The set that a value's elements lie in, as the hull over its channels.
 *
 * `origin` says what made it: `input` when it is the network's input, moved or rescaled at most; `linear` when a linear
 * layer made it and no activation followed; `activation` when an activation function did.
 */
export interface Domain {
  readonly origin: 'input' | 'linear' | 'activation'
  readonly low: number
  readonly high: number
  /** A box whose numbers only the graph knows, as after a scaling by constants; `low` and `high` are then infinite. */
  readonly isBoxed?: boolean
}

/** All of ℝ, made by a linear layer. */
export const linearOutput: Domain = { origin: 'linear', low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }

/** Whether every element is known to be ≥ 0. */
export function isNonNegative({ low }: Domain): boolean {
  return low >= 0
}

/** Whether both bounds are finite. */
export function isBox({ low, high, isBoxed }: Domain): boolean {
  return isBoxed === true || (Number.isFinite(low) && Number.isFinite(high))
}

/** What elementwise maps by constants make of a domain: the input stays the input, anything else may have any sign. */
export function rescaled(domain: Domain): Domain {
  return domain.origin === 'input' ? { ...linearOutput, origin: 'input', isBoxed: isBox(domain) } : linearOutput
}

/** The largest constant whose values are looked at. */
const mostValues = 4096

/** The interval of a constant's values; undefined where they are computed, or too many. */
export function valuesOf(value: string | undefined, { initializers }: Facts): readonly [number, number] | undefined {
  const tensor = value ? initializers.get(value) : undefined
  if (!tensor || sizeOf(tensor.dims) > mostValues) return undefined
  const values = numbersOf(tensor)
  return values.length === 0 ? undefined : [Math.min(...values), Math.max(...values)]
}

/** What scaling by known constants makes of a hidden domain: an interval of what it was. */
export function scaledBy(domain: Domain, factors: readonly [number, number] | undefined): Domain {
  if (domain.origin === 'input' || !factors) return rescaled(domain)
  const ends = [domain.low, domain.high].flatMap(end => factors.map(factor => (factor === 0 ? 0 : end * factor)))
  return { origin: domain.origin, low: Math.min(...ends), high: Math.max(...ends) }
}

/** What adding known constants makes of a hidden domain. */
export function shiftedBy(domain: Domain, shifts: readonly [number, number] | undefined): Domain {
  if (domain.origin === 'input' || !shifts) return domain.origin === 'input' ? rescaled(domain) : linearOutput
  return { origin: domain.origin, low: domain.low + shifts[0], high: domain.high + shifts[1] }
}

/** The smallest domain that holds all of `domains`, for values put side by side. */
export function hull(domains: readonly Domain[]): Domain {
  const origins = new Set(domains.map(domain => domain.origin))
  return {
    // A mixture is hidden: `input` only where nothing else takes part.
    origin: origins.size === 1 ? (domains[0] as Domain).origin : origins.has('linear') ? 'linear' : 'activation',
    low: Math.min(...domains.map(domain => domain.low)),
    high: Math.max(...domains.map(domain => domain.high)),
    isBoxed: domains.some(domain => domain.isBoxed) && domains.every(isBox),
  }
}

/** The domain with zeros mixed in, as padding does. */
export function withZero(domain: Domain): Domain {
  return { ...domain, low: Math.min(0, domain.low), high: Math.max(0, domain.high) }
}

/** The image under a monotone activation function. */
export function activated(domain: Domain, f: (x: number) => number): Domain {
  return { origin: 'activation', low: f(domain.low), high: f(domain.high) }
}

/** The domain in words. */
export function describeDomain(domain: Domain): string {
  const kind = domain.origin === 'input' ? 'input' : 'hidden'
  if (domain.isBoxed) return `${kind}, a rescaled box`
  if (isBox(domain)) return `${kind} [${short(domain.low)}, ${short(domain.high)}]`
  if (domain.low >= 0) return `${kind} ${domain.low > 0 ? `≥ ${short(domain.low)}` : '≥ 0'}`
  if (domain.high <= 0) return `${kind} ≤ 0`
  return `${kind} ℝ`
}

function short(x: number): string {
  return String(Number(x.toPrecision(3)))
}
