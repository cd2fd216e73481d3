/** The relevance of many layers at once: the page gets sums and planes, and a tensor only of the layer that it looks at. */

import { type FloatTensor, planeOf } from '../../../../src/web.ts'
import type { Handler, HandlerContext } from '../context.ts'
import { type LayerSummary, type LayersRequest, type LayersResult, theInput } from '../protocol.ts'

/** What the last request found. */
let last: { readonly key: string; readonly tensors: ReadonlyMap<string, FloatTensor> } | undefined

/** Every layer, summed up. */
export const layers: Handler<'layers'> = async (request, context) => {
  const { tensors, sample } = await explained(request, context)
  const summaries = [...tensors].map(([name, tensor]): [string, LayerSummary] => {
    const one = { dims: tensor.dims.slice(1), data: tensor.data }
    return [name, summaryOf(one, request.channelsLast === true && name === theInput)]
  })
  context.transfer.push(...summaries.map(([, { channels }]) => channels.buffer as ArrayBuffer))
  return { layers: new Map(summaries), sample }
}

/** One layer. */
export const layer: Handler<'layer'> = async (request, context) => {
  // A worker that took another's place has to look again.
  const tensors = last?.key === request.key ? last.tensors : (await explained(request, context)).tensors
  const { dims, data } = tensors.get(request.layer) as FloatTensor
  const copy = data.slice()
  context.transfer.push(copy.buffer)
  return { dims: dims.slice(1), data: copy }
}

async function explained(
  request: LayersRequest,
  { host, signal, progress }: HandlerContext,
): Promise<Pick<LayersResult, 'sample'> & { readonly tensors: ReadonlyMap<string, FloatTensor> }> {
  const { key, input, name, target, companions } = request
  progress({ words: 'Compiling the explanation of every layer' })
  const explainer = await host.explainer(request)
  signal.throwIfAborted()
  progress({ words: 'Following relevance through the layers' })
  const found = await explainer.explain(input, { name, target, ...(companions && { companions }), signal })
  const tensors = new Map([[theInput, found.relevance], ...found.layers])
  last = { key, tensors }
  return { tensors, sample: found.samples[0] as LayersResult['sample'] }
}

function summaryOf(sample: FloatTensor, isNhwc: boolean): LayerSummary {
  const { dims, data } = sample
  const count = (isNhwc ? dims.at(-1) : dims[0]) ?? 1
  const channels = new Float32Array(count)
  const size = data.length / count
  let sum = 0
  for (let c = 0; c < count; c++) {
    let own = 0
    for (let i = 0; i < size; i++) own += data[isNhwc ? i * count + c : c * size + i] as number
    channels[c] = own
    sum += own
  }
  return { dims, sum, plane: planeOf(sample, isNhwc), channels }
}
