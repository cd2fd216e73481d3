/** What one neuron receives and sends. */

import type { Handler } from '../context.ts'

/** The messages of one neuron. */
export const messages: Handler<'messages'> = async (request, { host, signal, progress }) => {
  const { input, layer, neuron, companions } = request
  progress({ words: `Messages of a neuron of ${layer}` })
  const opened = await host.messages(request)
  signal.throwIfAborted()
  return opened.of(input, neuron, companions && { companions })
}
