/** Models come and go, and with them what was opened for them. */

import { explainedInput, ownClasses } from '../../../../src/core/analysis.ts'
import { DeepTaylorError, decodeModel, type ExternalDataLoader, pictureGeometry } from '../../../../src/web.ts'
import { bytesOf } from '../bytes.ts'
import type { Handler } from '../context.ts'

/** Reads a model. */
export const load: Handler<'load'> = async (
  { model: id, name, bytes, external, labels },
  { host, progress, signal },
) => {
  progress({ words: `Reading ${name}` })
  const content = await bytesOf(bytes, name)
  signal.throwIfAborted()
  const model = await decodeModel(content, { source: name, external: loaderOf(external) })
  const { name: input, type } = explainedInput(model)
  const readsTokens = type !== undefined && type.dtype !== 'float32'
  const own = labels ?? ownClasses(model).labels
  host.keep({ id, loaded: { model, source: name, path: undefined, byteLength: content.length }, labels: own })
  return {
    name,
    byteLength: content.length,
    input: { name: input, dtype: type?.dtype ?? 'float32', dims: type?.dims ?? [] },
    geometry: readsTokens ? undefined : pictureGeometry(type?.dims ?? []),
    readsTokens,
    labels: own,
    producer: model.producer,
    opset: model.opsets.get('') ?? 0,
    nodes: model.graph.nodes.length,
  }
}

/** Weights in other files: those that were dropped together with the model. */
function loaderOf(files: ReadonlyMap<string, Blob> = new Map()): ExternalDataLoader {
  return async ({ tensor, location, offset, length }) => {
    const name = location.split('/').at(-1) ?? location
    const file = files.get(name)
    const refused = (reason: string) => new DeepTaylorError('external-data', { tensor, location, reason })
    if (!file) throw refused(`drop the file ${name} together with the model`)
    const end = length === undefined ? file.size : offset + length
    if (end > file.size) throw refused(`${name} has ${file.size} bytes and the tensor asks for ${end}`)
    return new Uint8Array(await file.slice(offset, end).arrayBuffer())
  }
}

/** Forgets a model. */
export const unload: Handler<'unload'> = async ({ model }, { host }) => host.drop(model)

/** Gives a model other labels; what was opened with the old ones is closed. */
export const label: Handler<'label'> = async ({ model, labels }, { host }) => {
  const held = host.model(model)
  await host.drop(model)
  host.keep({ ...held, labels })
}

/** Takes another runtime. */
export const choose: Handler<'choose'> = async ({ runtime }, { host }) => {
  if (host.runtimes.choose(runtime)) await host.closeAll()
}
