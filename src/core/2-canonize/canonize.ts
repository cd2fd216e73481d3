/** The canonical form, as a list of passes: what the rest of the compiler may take for granted about a graph. */

import type { Graph, Model, Node } from '../0-graph/graph.ts'
import type { Shapes } from '../0-graph/shapes.ts'
import { attention } from './attention.ts'
import { castLike } from './cast-like.ts'
import { classicModels } from './classic-models.ts'
import { composed } from './composed.ts'
import { dropDead } from './drop-dead.ts'
import { dropIdentities } from './drop-identities.ts'
import { fuseLayerNorm, layerNormOpset } from './fuse-layer-norm.ts'
import { liftConstants } from './lift-constants.ts'
import { matMulAsGemm } from './mat-mul-as-gemm.ts'
import { maxAsReduce } from './max-as-reduce.ts'
import { mergeAffine } from './merge-affine.ts'
import { nameNodes } from './name-nodes.ts'
import { nestConcats } from './nest-concats.ts'
import { plainGemm } from './plain-gemm.ts'
import { scores } from './scores.ts'
import { separateInitializers } from './separate-initializers.ts'
import { steps } from './steps.ts'
import { swapMaxPoolRelu } from './swap-max-pool-relu.ts'
import { upgradeOpset } from './upgrade-opset.ts'
import { widenHalf } from './widen-half.ts'

/** A rewrite that keeps what the graph computes. */
export type Pass = (graph: Graph) => Graph

/** A rewrite that must know shapes. */
export type ShapedPass = (graph: Graph, shapes: Shapes) => Graph

/** Passes that need nothing but the graph, in order. */
export const structuralPasses: readonly Pass[] = [
  separateInitializers,
  liftConstants,
  classicModels,
  scores,
  steps,
  composed,
  widenHalf,
  dropIdentities,
  nestConcats,
  nameNodes,
  plainGemm,
  dropDead,
]

/** Passes that need shapes, in order. */
export const shapedPasses: readonly ShapedPass[] = [
  castLike,
  attention,
  maxAsReduce,
  dropIdentities,
  fuseLayerNorm,
  matMulAsGemm,
  mergeAffine,
  swapMaxPoolRelu,
  dropDead,
]

/** The first half of the canonical form: one opset, no initialiser among the inputs, no node without an effect. */
export function canonizeStructure(model: Model): Model {
  const upgraded = upgradeOpset(model)
  return { ...upgraded, graph: canonizeNodes(upgraded.graph) }
}

/** The same for a graph of that opset. */
export function canonizeNodes(graph: Graph): Graph {
  return structuralPasses.reduce((current, pass) => pass(current), graph)
}

/**
 * The second half: batch norms and other affine maps merged into the linear layer before them, norms in one piece, ReLU before
 * max pooling.
 */
export function canonizeLayers(model: Model, shapes: Shapes): Model {
  const graph = shapedPasses.reduce((current, pass) => pass(current, shapes), model.graph)
  const opset = graph.nodes.some(isLayerNorm) ? layerNormOpset : 0
  const lifted = Math.max(model.opsets.get('') ?? 0, opset)
  return { ...model, graph, opsets: new Map([...model.opsets, ['', lifted]]) }
}

function isLayerNorm({ opType, domain }: Node): boolean {
  return opType === 'LayerNormalization' && domain === ''
}
