/** Asks a runtime on the compiler's behalf. */

import type { ValueType } from '../core/0-graph/graph.ts'
import { bytesOf, type Tensor } from '../core/0-graph/tensor.ts'
import type { Oracle } from '../core/4-analyze/oracle.ts'
import type { Runtime, Session } from './session.ts'

/** An oracle over a runtime: opens models without optimisation, reads what their outputs are, or runs them. */
export function oracleOf(runtime: Runtime): Oracle {
  const asked = async <T>(model: Uint8Array, question: (session: Session) => T | Promise<T>): Promise<T> => {
    const session = await runtime.open(model, { optimize: 'none' })
    try {
      return await question(session)
    } finally {
      await session.close()
    }
  }
  return {
    shapes: model => asked(model, session => session.outputs as ReadonlyMap<string, ValueType>),
    evaluate: model =>
      asked(model, async session => {
        const results = Object.entries(await session.run({}))
        return new Map(
          results.map(([name, { dtype, dims, data }]): [string, Tensor] => [
            name,
            { dtype, dims, bytes: bytesOf(data) },
          ]),
        )
      }),
  }
}
