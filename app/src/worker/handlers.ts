/** The table of handlers: one row per request, and a missing row does not compile. */

import type { Handler } from './context.ts'
import { compileFile } from './handlers/compile.ts'
import { explain, open } from './handlers/explain.ts'
import { flip } from './handlers/flip.ts'
import { layer, layers } from './handlers/layers.ts'
import { layout } from './handlers/layout.ts'
import { auditInput, inspectModel, rootsOfLayer } from './handlers/look.ts'
import { messages } from './handlers/messages.ts'
import { choose, label, load, unload } from './handlers/model.ts'
import { neuron } from './handlers/neuron.ts'
import { prepare } from './handlers/prepare.ts'
import { score } from './handlers/score.ts'
import { tokens } from './handlers/tokens.ts'
import type { WorkerApi } from './protocol.ts'

/** Who answers what. */
export const handlers: { readonly [K in keyof WorkerApi]: Handler<K> } = {
  load,
  unload,
  label,
  choose,
  prepare,
  open,
  explain,
  inspect: inspectModel,
  audit: auditInput,
  layers,
  layer,
  messages,
  layout,
  rootPoints: rootsOfLayer,
  neuron,
  score,
  tokens,
  flip,
  compile: compileFile,
}
