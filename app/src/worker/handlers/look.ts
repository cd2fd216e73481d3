/** What is found out about a model and an explanation besides the heatmap: layers and rules, the books, root points. */

import { audit, inspect, rootPoints } from '../../../../src/web.ts'
import type { Handler } from '../context.ts'

/** Layers, domains, rules and why. */
export const inspectModel: Handler<'inspect'> = async (request, { host, progress }) => {
  const model = host.model(request.model)
  progress({ words: 'Looking at the layers' })
  const { method, rules, box } = host.optionsOf(request)
  return inspect(model.loaded, { method, rules, ...(box && { box }), runtime: await host.runtimes.wasm() })
}

/** The books of one input. */
export const auditInput: Handler<'audit'> = async (request, { host, signal, progress }) => {
  const model = host.model(request.model)
  const { input, name, target, tolerance, checks, companions } = request
  progress({ words: 'Keeping the books' })
  const { method, rules, box } = host.optionsOf(request)
  return audit(model.loaded, [{ tensor: input, name, ...(companions && { companions }) }], {
    method,
    rules,
    ...(box && { box }),
    target,
    ...(model.labels && { labels: model.labels }),
    ...(tolerance !== undefined && { tolerance }),
    ...(checks && { checks }),
    runtime: await host.runtimeOf(model),
    signal,
  })
}

/** Root points of one layer. */
export const rootsOfLayer: Handler<'rootPoints'> = async (request, { host, progress }) => {
  const model = host.model(request.model)
  const { input, layer, neurons, companions } = request
  progress({ words: `Root points of ${layer}` })
  const { method, rules, box } = host.optionsOf(request)
  return rootPoints(model.loaded, input, {
    method,
    rules,
    ...(box && { box }),
    layer,
    ...(neurons && { neurons }),
    ...(companions && { companions }),
    runtime: await host.runtimeOf(model),
  })
}
