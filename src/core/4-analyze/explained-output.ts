/** Which value is explained: a final Softmax or Sigmoid only rescales the evidence, so its input is. */

import { type Graph, type Node, producersOf } from '../0-graph/graph.ts'
import { classicDomain } from '../2-canonize/classic-models.ts'
import { movers } from '../2-canonize/composed.ts'

/** How the network turns its logits into its output. */
export type Head = 'softmax' | 'log-softmax' | 'sigmoid' | 'none'

/** The value that relevance starts from. */
export interface ExplainedOutput {
  /** The graph's output that was asked for. */
  readonly output: string
  /** The logits: the output itself, or what a final Softmax, LogSoftmax or Sigmoid reads. */
  readonly logits: string
  readonly head: Head
  /** How the file itself names the classes: of a single logit of two classes, both, the negative one first. */
  readonly labels: readonly string[] | undefined
  /** One logit makes the probabilities of two classes. */
  readonly isOfTwo: boolean
}

const heads: Readonly<Record<string, Head>> = { Softmax: 'softmax', LogSoftmax: 'log-softmax', Sigmoid: 'sigmoid' }

/** Probabilities of two classes, 1 − p beside p with p = sigmoid(z): z, the evidence for the second. */
function complementOf(node: Node, producers: ReadonlyMap<string, Node>): string | undefined {
  if (node.opType !== 'Concat' || node.inputs.length !== 2) return undefined
  const [first, second] = node.inputs.map(name => producers.get(name))
  const isRest = first?.opType === 'Sub' && first.inputs[1] === node.inputs[1]
  return isRest && second?.opType === 'Sigmoid' ? second.inputs[0] : undefined
}

/** The labels that a ZipMap puts beside its scores. */
function labelsOf({ attributes: { classlabels_int64s: ints, classlabels_strings: strings } }: Node) {
  if (strings?.type === 'strings') return strings.value
  return ints?.type === 'ints' ? ints.value.map(String) : undefined
}

/** Looks through the end of the network for its logits. */
export function explainedOutput(graph: Graph, output: string): ExplainedOutput {
  const producers = producersOf(graph)
  let [value, tensor] = [output, output]
  let labels: readonly string[] | undefined
  for (let node = producers.get(value); node; node = producers.get(value)) {
    if (node.domain === classicDomain && (node.opType === 'ZipMap' || node.opType === 'Normalizer')) {
      labels ??= labelsOf(node)
      value = node.inputs[0] as string
      // A dictionary is no logit, whatever stands before it.
      tensor = value
      continue
    }
    if (node.domain !== '') break
    const both = complementOf(node, producers)
    if (both) return { output, logits: both, head: 'sigmoid', labels: labels ?? ['0', '1'], isOfTwo: true }
    const head = Object.hasOwn(heads, node.opType) ? heads[node.opType] : undefined
    const input = (node as Node).inputs[0] as string
    if (head) return { output, logits: input, head, labels, isOfTwo: false }
    if (!movers.has(node.opType)) break
    value = input
  }
  return { output, logits: tensor, head: 'none', labels, isOfTwo: false }
}
