/** A method decides what relevance does at every layer; the paper's own is `deepTaylor`. */

import type { Node } from '../0-graph/graph.ts'
import type { Domain } from '../3-operators/domain.ts'
import type { Operator } from '../3-operators/operator.ts'
import type { Rule } from './rules.ts'
import type { Sampling } from './sampling.ts'

/** What a method is told of a layer. */
export interface LayerFacts {
  readonly node: Node
  readonly operator: Operator
  /** The domains of the inputs that relevance goes to. */
  readonly domains: readonly Domain[]
  /** Whether only activation functions that are never negative read the output: where it is negative, nothing is. */
  readonly isRectified: boolean
  /** Where it stands among the layers with weights, from the input on; undefined for all others. */
  readonly position: { readonly index: number; readonly count: number } | undefined
  /** Whether every element of its output depends on one element of the input: nothing was summed yet. */
  readonly makesTerm: boolean
  /** Of a product, which operand is its signal; undefined where neither is its gate, and for all other layers. */
  readonly signal: number | undefined
}

/** What happens at a layer, and why, in words for a newcomer. */
export type Decision =
  | {
      readonly kind: 'rule'
      readonly rule: Rule
      readonly why: string
      /** The layer's own ε. Default: the method's. */
      readonly stabilizer?: number
      /** What biases do here. Default: the method's policy. */
      readonly bias?: BiasPolicy
    }
  | {
      /** A product: its signal, an operand's index, takes all; without one both take half. */
      readonly kind: 'signal'
      readonly signal: number | undefined
      /** How an operand shares what it takes where it is a layer, whose weights are the other operand. */
      readonly rule?: Rule
      readonly why: string
    }
  | {
      readonly kind: 'pass' | 'adjoint' | 'winner' | 'proportional' | 'gradient' | 'guided' | 'deconvolved'
      readonly why: string
    }

/**
 * What a bias may do. `ignore`: the inputs share all relevance, the bias gets none, every step conserves.
 * `absorb`: the bias is one more neuron of activation 1 and keeps its share, which then reaches no input.
 * `keep`: it stays in the denominators as it is, whatever its sign and the rule; relevance is lost or added.
 */
export type BiasPolicy = 'ignore' | 'absorb' | 'keep'

/** All of them. */
export const biasPolicies: readonly ['ignore', 'absorb', 'keep'] = ['ignore', 'absorb', 'keep']

/** How max pooling shares relevance: in proportion to activation, or all of it to the largest. */
export type Pooling = 'proportional' | 'winner'

/** What every method lets its user choose. */
export interface MethodOptions {
  /** What positive biases do. */
  readonly bias?: BiasPolicy
  /** How max pooling shares relevance. */
  readonly pooling?: Pooling
  /** ε ≥ 0 of the denominators z + ε·sign(z), sign(0) = 1; 0 for exact quotients with 0/0 = 0. */
  readonly stabilizer?: number
}

/** A way to explain. */
export interface Method {
  /** Its name on the command line and in file names. */
  readonly name: string
  readonly bias: BiasPolicy
  readonly pooling: Pooling
  /** ε of denominators z + ε·sign(z); 0 is exact, with 0/0 = 0. */
  readonly stabilizer: number
  readonly decide: (layer: LayerFacts) => Decision
  /** What is sent back from the explained output: its logit, which relevance conserves, or 1. Default `logit`. */
  readonly start?: 'logit' | 'one'
  /** Whether relevance should sum to what it started from. Default true; gradients sum to nothing in particular. */
  readonly conserves?: false
  /** Whether what relevance lacks to the logit is a quantity of its own, the baseline, and no loss. Default false. */
  readonly hasBaseline?: true
  /** The points at which it is asked, and averaged. Default: the input itself. */
  readonly sampling?: Sampling
  /** Grad-CAM: the gradient is read at a layer, the last with places by default, and makes a map of its channels. */
  readonly map?: { readonly layer: string | undefined }
  /** What is made of what arrives at the input: multiplied by it, or squared. Default: nothing. */
  readonly finish?: 'times-input' | 'squared'
}
