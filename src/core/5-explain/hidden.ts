/** Hidden layers by name: where relevance may start, be read, or be held back to some channels. */

import type { Value } from '../0-graph/builder.ts'
import { consumersOf, type Graph } from '../0-graph/graph.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import type { Step } from './plan.ts'

/** A place along an axis, or all places from one to another, both included. */
export type Coordinate = number | readonly [from: number, to: number]

/** A neuron (its coordinates but the sample's), a region, or a channel of a layer with all its places. */
export interface HiddenNeuron {
  readonly layer: string
  readonly neuron: readonly Coordinate[]
}

/**
 * `LAYER:CHANNEL` or `LAYER:CHANNEL,ROW,COLUMN`, each a number or `FROM-TO`; undefined for texts of another form. Layers may
 * have colons in their names.
 */
export function parseHidden(text: string): HiddenNeuron | undefined {
  const match = /^(.+):(\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)$/s.exec(text)
  if (!match) return undefined
  const neuron = (match[2] as string).split(',').map((part): Coordinate => {
    const [from, to] = part.split('-').map(Number) as [number, number | undefined]
    return to === undefined ? from : [from, to]
  })
  return { layer: match[1] as string, neuron }
}

/** Finds the values that layers' names stand for. */
export class HiddenLayers {
  readonly #values = new Map<string, Value>()
  readonly #neurons = new Map<string, Step>()
  readonly #names: string[] = []

  /** `steps` lie between the explained input and output of `graph`. */
  constructor(graph: Graph, steps: readonly Step[]) {
    const consumers = consumersOf(graph)
    const byInput = new Map(steps.flatMap(step => step.node.inputs.map(input => [input, step] as const)))
    for (const step of steps) {
      const { node, operator } = step
      const output = node.outputs[0] as Value
      const reader = byInput.get(output)
      // A neuron is a linear map and its activation function: where one follows, its output is the layer's.
      const isNeuron =
        operator.kind === 'linear' && reader?.operator.kind === 'gate' && consumers.get(output)?.length === 1
      const value = isNeuron ? (reader.node.outputs[0] as Value) : output
      this.#values.set(node.name, value)
      if (operator.kind === 'linear') this.#neurons.set(node.name, step)
      if (isNeuron) this.#neurons.set(reader.node.name, step)
      this.#names.push(node.name)
      for (const name of node.outputs) if (!this.#values.has(name)) this.#values.set(name, name)
    }
  }

  /**
   * The value of a layer: the output of its activation function where one follows it.
   *
   * @throws DeepTaylorError `layer-unknown`, with those that there are
   */
  valueOf(layer: string): Value {
    return this.#values.get(layer) ?? this.#unknown(layer, this.#names)
  }

  /**
   * The linear map of a layer of neurons, by its own name or that of its activation function.
   *
   * @throws DeepTaylorError `layer-unknown`, with those that there are
   */
  neuronsOf(layer: string): Step {
    const linear = [...this.#neurons].filter(([name, step]) => name === step.node.name).map(([name]) => name)
    return this.#neurons.get(layer) ?? this.#unknown(layer, linear, ' of neurons')
  }

  #unknown(layer: string, names: readonly string[], kind = ''): never {
    const shown =
      names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ')
    throw new DeepTaylorError('layer-unknown', { layer, reason: `the layers${kind} are ${shown}` })
  }
}
