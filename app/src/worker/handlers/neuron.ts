/** The neuron of two inputs that the view of root points is about: every rule's root point and shares, run by run. */

import {
  inspect,
  Neuron,
  type NeuronFacts,
  neuronModel,
  type Rule,
  type Runtime,
  searchDirection,
  wSquare,
  zBox,
  zPlus,
} from '../../../../src/web.ts'
import type { Handler } from '../context.ts'
import type { NeuronDomain, NeuronRequest, NeuronRule } from '../protocol.ts'

/** v = x − x₀: where the others begin at the box's lower bound, this one begins at any point. */
const rules: Readonly<Record<NeuronRule, Rule>> = {
  'w-square': wSquare,
  'z-plus': zPlus,
  'z-box': zBox,
  free: searchDirection('free', [{ input: 'from-low' }]),
}

type Neurons = Readonly<Record<NeuronRule, Neuron>>

/** Opened once: a neuron's numbers are inputs of what was compiled for it. */
let opened: Promise<Neurons> | undefined

/** What every rule makes of the neuron. */
export const neuron: Handler<'neuron'> = async (request, { host, progress }) => {
  const runtime = await host.runtimes.wasm()
  if (!opened) progress({ words: 'Compiling the neuron' })
  opened ??= open(runtime).catch(error => {
    // A failure must not be remembered.
    opened = undefined
    throw error
  })
  const neurons = await opened
  const facts: Partial<Record<NeuronRule, NeuronFacts>> = {}
  for (const name of Object.keys(rules) as NeuronRule[]) facts[name] = await neurons[name].at(numbersFor(name, request))
  return { facts: facts as Readonly<Record<NeuronRule, NeuronFacts>>, choice: await choiceFor(request.domain, runtime) }
}

async function open(runtime: Runtime): Promise<Neurons> {
  const entries: [string, Neuron][] = []
  for (const [name, rule] of Object.entries(rules)) entries.push([name, await Neuron.open(2, rule, { runtime })])
  return Object.fromEntries(entries) as Neurons
}

function numbersFor(name: NeuronRule, { x, w, b, domain, low, high, origin }: NeuronRequest) {
  const bounds = {
    real: { low: unbounded.map(bound => -bound), high: unbounded },
    positive: { low: [0, 0], high: unbounded },
    box: { low, high },
  }[domain]
  if (name === 'free') return { x, w, b, low: origin, high: unbounded }
  // Not a corner that lies at infinity: without a box its rule says nothing, and is not asked.
  return { x, w, b, ...(name === 'z-box' ? { low, high } : bounds) }
}

const unbounded = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]

const boxes = { real: undefined, positive: { low: 0, high: Number.POSITIVE_INFINITY }, box: { low: -1, high: 1 } }
const choices = new Map<NeuronDomain, { readonly rule: string; readonly why: string }>()

/** The rule that deep Taylor decomposition takes in a domain, and why, as `inspect` says it of any model. */
async function choiceFor(domain: NeuronDomain, runtime: Runtime) {
  const before = choices.get(domain)
  if (before) return before
  const box = boxes[domain]
  const { layers } = await inspect(neuronModel(2), { ...(box && { box }), runtime })
  const [layer] = layers
  const choice = { rule: layer?.rule ?? '', why: layer?.why ?? '' }
  choices.set(domain, choice)
  return choice
}
