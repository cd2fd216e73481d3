/** Asks a runtime for shapes, on the compiler's behalf. */

import type { ValueType } from '../core/0-graph/graph.ts'
import type { ShapeOracle } from '../core/4-analyze/shapes.ts'
import type { Runtime } from './session.ts'

/** A shape oracle over a runtime: opens the model without optimisation and reads what its outputs are. */
export function shapeOracle(runtime: Runtime): ShapeOracle {
  return async model => {
    const session = await runtime.open(model, { optimize: 'none' })
    try {
      return session.outputs as ReadonlyMap<string, ValueType>
    } finally {
      await session.close()
    }
  }
}
