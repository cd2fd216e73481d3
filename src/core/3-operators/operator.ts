/**
 * What an operator tells the compiler. It knows how to write its linear map `L` and the transpose `Lᵀ`, and knows no
 * rule; a rule knows input and weight maps, and no operator. So rules × operators is a table, not a product of files.
 */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import type { Node } from '../0-graph/graph.ts'
import type { Shapes } from '../0-graph/shapes.ts'
import type { Tensor } from '../0-graph/tensor.ts'
import type { Domain } from './domain.ts'

/** What an operator may ask about the graph around a node. */
export interface Facts {
  readonly shapes: Shapes
  /** Values computed from initialisers alone. */
  readonly constants: ReadonlySet<string>
  /** Values through which relevance can reach the explained input. */
  readonly active: ReadonlySet<string>
  readonly initializers: ReadonlyMap<string, Tensor>
}

/** Facts, and a builder to write with. */
export interface Context extends Facts {
  readonly b: GraphBuilder
}

/** The weights of a linear map: a tensor, or one fixed number for every connection. */
export type Weights =
  | { readonly kind: 'tensor'; readonly value: Value }
  | { readonly kind: 'fixed'; readonly value: number }

/**
 * One input of a linear layer and the map from it, without bias: `y = Σ_branches L(x; W) + b`.
 *
 * `forward` and `transpose` are linear in their first argument and in the weights; fixed weights arrive as they are told or
 * as 1, what a rule makes of them being moved to `x`, and a factor per output that all connections share may be left out
 * of both.
 */
export interface Branch {
  /** Index of `x` among the node's inputs. */
  readonly input: number
  readonly x: Value
  readonly weights: Weights
  /** L(x; W): of the layer's output shape, or one that broadcasts to it. */
  readonly forward: (x: Value, weights: Weights) => Value
  /** Lᵀ(s; W): of the input's shape. */
  readonly transpose: (s: Value, weights: Weights) => Value
}

interface Common {
  /** What the outputs' elements may be, given what the active inputs' may be. */
  readonly domain: (node: Node, inputs: readonly Domain[], facts: Facts) => Domain
  /** Why relevance cannot go through this very node, if it cannot: a clause, with what to do. */
  readonly refuse?: (node: Node, facts: Facts) => string | undefined
}

/** A layer `y = Σ L(x; W) + b`: the rule decides. */
export interface LinearOperator extends Common {
  readonly kind: 'linear'
  readonly branches: (node: Node, context: Context) => readonly Branch[]
  /** The bias, in a shape that broadcasts to the output's. */
  readonly bias?: (node: Node, context: Context) => Value | undefined
  /** The bias as the file has it, if it has one: for counting. */
  readonly biasOf?: (node: Node, facts: Facts) => Value | undefined
  /** The weights are numbers of the operator's own (sums, averages), not parameters that were learned. */
  readonly hasFixedWeights?: boolean
  /** Every output has one input only: all search directions agree that it takes everything. */
  readonly isOneToOne?: boolean
  /** What it is where both of its operands are activations. */
  readonly ofTwo?: ProductOperator
}

/** Moves elements: relevance takes the same way back, exactly. */
export interface RearrangingOperator extends Common {
  readonly kind: 'rearranging'
  /** One relevance per input from one per output; inputs that are not active get undefined. */
  readonly adjoint: (
    node: Node,
    relevances: readonly (Value | undefined)[],
    context: Context,
  ) => readonly (Value | undefined)[]
}

/** One input, one output, elementwise or with its normaliser held fixed: relevance passes through. */
export interface PassingOperator extends Common {
  readonly kind: 'gate' | 'normalising'
  /** The gradient of its input, given that of its output: exact, the normaliser not held fixed. */
  readonly gradient: (node: Node, outgoing: Value, context: Context) => Value
}

/** Takes the largest of a window. */
export interface SelectingOperator extends Common {
  readonly kind: 'selecting'
  /** Relevance to the largest element; of several, to the first. */
  readonly winner: (node: Node, relevance: Value, context: Context) => Value
  /** The sum over the same windows, for shares in proportion to activation. */
  readonly sum: (node: Node, context: Context) => Branch
}

/** Scales or weighs one activation by another. */
export interface ProductOperator extends Common {
  readonly kind: 'product'
  /** Which operand takes the relevance; undefined where both take half. */
  readonly signal: (node: Node, inputs: readonly Domain[], facts: Facts) => number | undefined
  /** The gradients of both operands, given that of the output. */
  readonly gradient: (node: Node, outgoing: Value, context: Context) => readonly [Value, Value]
  /** The layer that it is in one operand, the other held fixed; without it every output has one element of each. */
  readonly layerOf?: (node: Node, operand: 0 | 1, context: Context) => Branch
}

/** All that relevance can do at an operator. */
export type Operator = LinearOperator | ProductOperator | RearrangingOperator | PassingOperator | SelectingOperator

/** The kinds of operators, for reports. */
export type OperatorKind = Operator['kind']
