/** One more compiled graph: what any neuron of a layer receives and sends in the reverse pass; the paper's figure 3. */

import { GraphBuilder, type Value } from './0-graph/builder.ts'
import type { DataType, Model, ValueInfo } from './0-graph/graph.ts'
import { dimsOf } from './0-graph/shapes.ts'
import { verify } from './0-graph/verify.ts'
import { dropDead } from './2-canonize/drop-dead.ts'
import { zerosLike } from './3-operators/like.ts'
import type { Context } from './3-operators/operator.ts'
import type { Oracle } from './4-analyze/oracle.ts'
import { receivedFrom } from './5-explain/functional.ts'
import { HiddenLayers } from './5-explain/hidden.ts'
import { MessagesTo, messagesFrom, total } from './5-explain/messages.ts'
import { isAtPlace } from './5-explain/roots.ts'
import { type TargetInputs, type TargetMode, writeTable } from './5-explain/target.ts'
import { walk } from './5-explain/walk.ts'
import { lower } from './6-lower/lower.ts'
import { type Analysis, type AnalyzeOptions, analyze } from './analysis.ts'
import { DeepTaylorError } from './diagnostics.ts'
import { checkTarget, walkOf, writeAnyTarget } from './emit.ts'

/** Whose messages are asked for. */
export interface MessagesCompileOptions extends AnalyzeOptions {
  /** The layer, by name; or the name of the explained input, whose neurons only receive. */
  readonly layer: string
  /** What is explained. Default `top`. */
  readonly target?: TargetMode
}

/** A layer on the other side of messages. */
export interface MessagesSide {
  /** Its name; of the explained input, the input's. */
  readonly layer: string
  readonly operator: string
}

/** The graph of messages; it takes one sample and one neuron at a time. */
export interface CompiledMessages {
  readonly model: Model
  readonly analysis: Analysis
  readonly names: TargetInputs & {
    readonly input: string
    /** int64, one number for each of `dims`: the neuron's coordinates without the sample's. */
    readonly neuron: string
    /** float32 scalars: x_j and R_j. */
    readonly activation: string
    readonly relevance: string
    /** float32, of the explained input: what of its relevance came through the neuron. */
    readonly arrived: string
  }
  /** The sizes of the layer without the sample. */
  readonly dims: readonly number[]
  /** By the layer that they come from: the messages, float32 in its shape, where they can be told apart; their sum, float32. */
  readonly received: readonly (MessagesSide & { readonly messages: string | undefined; readonly sum: string })[]
  /** By the layer that they go to: float32 in its shape. */
  readonly sent: readonly (MessagesSide & { readonly messages: string })[]
}

/**
 * Compiles the messages of the neurons of one layer.
 *
 * @throws DeepTaylorError as `compileModel`; `layer-unknown`; `option-invalid` for methods that pass no relevance from layer to layer
 */
export async function compileMessages(
  model: Model,
  oracle: Oracle,
  { layer, target: mode = 'top', ...rest }: MessagesCompileOptions,
): Promise<CompiledMessages> {
  const analysis = await analyze(model, oracle, rest)
  const { facts, input, tokens, explained, classes, method, steps, shapes } = analysis
  if (method.conserves === false || method.sampling) {
    const reason = 'it passes no relevance from layer to layer: choose deep-taylor or an LRP method'
    throw new DeepTaylorError('option-invalid', { option: `method ${method.name}`, reason })
  }
  checkTarget(mode, analysis)
  const b = new GraphBuilder(analysis.model.graph)
  const context: Context = { ...facts, b }
  const hidden = new HiddenLayers(analysis.model.graph, steps)
  const value = layer === input.name ? input.name : hidden.valueOf(layer)
  const dims = dimsOf(shapes, value)?.slice(1) ?? []
  if (dims.length === 0 || !dims.every(dim => typeof dim === 'number')) {
    const reason = 'it has no neurons with places of their own, or free sizes: fix them with --shape'
    throw new DeepTaylorError('option-invalid', { option: `layer "${layer}"`, reason })
  }
  const plan = walkOf(analysis, context)
  const logits = b.within('target', () => writeTable(context, explained.logits, Math.max(1, classes)))
  const target = writeAnyTarget(analysis, context, logits, hidden, mode)
  const neuron = b.fresh('neuron')
  const written = b.within('messages', () => {
    const ones = b.op('Where', [isAtPlace(b, dims, neuron), b.floats(1), b.floats(0)], {}, 'one')
    const mark = b.op('Add', [zerosLike(context, value), ones], {}, 'mark')
    const listener = new MessagesTo(plan, value, mark)
    const heard = { ...plan, observe: listener }
    const all = walk(heard, receivedFrom(heard, target)).get(value) ?? zerosLike(context, value)
    const own = b.op('Mul', [all, mark], {}, 'own')
    const { sent, arrived = zerosLike(context, input.name) } = messagesFrom(plan, value, own, input.name)
    const activation = total(plan, b.op('Mul', [value, mark], {}, 'activation'))
    return { received: listener.received, sent, arrived, activation, relevance: total(plan, own) }
  })
  const outputs: ValueInfo[] = []
  const output = (hint: string, from: Value): string => {
    const name = b.named('Identity', [from], hint)
    outputs.push({ name, type: { dtype: 'float32' satisfies DataType, dims: undefined } })
    return name
  }
  const makers = new Map(steps.flatMap(({ node }) => node.outputs.map(name => [name, node] as const)))
  const received = written.received.map(({ step: { node }, messages, sum }) => ({
    layer: node.name,
    operator: node.opType,
    messages: messages && output('received', messages),
    sum: output('received_sum', sum),
  }))
  const sent = [...written.sent].map(([name, messages]) => {
    const node = makers.get(name)
    return { layer: node?.name ?? name, operator: node?.opType ?? 'input', messages: output('sent', messages) }
  })
  const names = {
    ...target.names,
    input: (tokens ?? input).name,
    neuron,
    activation: output('activation', written.activation),
    relevance: output('relevance', written.relevance),
    arrived: output('arrived', written.arrived),
  }
  const place: ValueInfo = { name: neuron, type: { dtype: 'int64', dims: [dims.length] } }
  const appended = b.appendTo({ ...analysis.model.graph, outputs: [] }, outputs, [...target.inputs, place])
  const graph = dropDead(lower(appended, b.sizes))
  const faults = verify(graph)
  if (faults.length > 0) throw new Error(`the compiler wrote a broken graph: ${faults.join('; ')}`)
  return { model: { ...analysis.model, graph }, analysis, names, dims: dims as number[], received, sent }
}
