/** Explanations. */

import type { Explanation } from '../../../../src/web.ts'
import type { Handler } from '../context.ts'

/** Compiles and opens. */
export const open: Handler<'open'> = async (request, { host, progress }) => {
  progress({ words: 'Compiling the explanation' })
  await host.explainer(request)
}

/** Explains one input. */
export const explain: Handler<'explain'> = async (request, { host, signal, progress, transfer }) => {
  const { input, name, target, companions } = request
  progress({ words: 'Compiling the explanation' })
  const explainer = await host.explainer(request)
  signal.throwIfAborted()
  progress({ words: 'Explaining' })
  // Graphs for other kinds of target and other sizes are compiled when they are first asked for: the second number is the run's.
  const started = performance.now()
  const explanation = await explainer.explain(input, { name, target, ...(companions && { companions }), signal })
  const milliseconds = performance.now() - started
  const { classes } = (await explainer.compiled(input.dims)).analysis
  transfer.push(...buffersOf(explanation))
  const { relevance, layers, factors, samples } = explanation
  return {
    relevance,
    layers,
    factors,
    sample: samples[0] as Explanation['samples'][0],
    classes,
    runtime: explainer.runtime,
    milliseconds,
  }
}

function buffersOf({ relevance, layers, factors }: Explanation): ArrayBuffer[] {
  const tensors = [relevance, ...layers.values(), ...factors.values()]
  // Views into the runtime's own memory are copied: that memory is not this message's to give away.
  const isOwn = ({ data }: { readonly data: Float32Array }) => data.byteLength === data.buffer.byteLength
  return [...new Set(tensors.filter(isOwn).map(({ data }) => data.buffer as ArrayBuffer))]
}
