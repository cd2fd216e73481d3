/** The explained model as a file. */

import { compile } from '../../../../src/web.ts'
import type { Handler } from '../context.ts'

/** Compiles; the bytes go to whoever saves them. */
export const compileFile: Handler<'compile'> = async (request, { host, progress, transfer }) => {
  const model = host.model(request.model)
  progress({ words: 'Writing the explained model' })
  const { bytes } = await compile(model.loaded, {
    ...host.optionsOf(request),
    ...(request.target !== undefined && { target: request.target }),
    top: 5,
    runtime: await host.runtimes.wasm(),
  })
  if (bytes.byteLength === bytes.buffer.byteLength) transfer.push(bytes.buffer as ArrayBuffer)
  return bytes
}
