/** What the compiler asks of a runtime. It opens and runs nothing itself. */

import type { ValueType } from '../0-graph/graph.ts'
import type { Tensor } from '../0-graph/tensor.ts'

/** Answers questions about models, given as the bytes of ONNX files. */
export interface Oracle {
  /**
   * Type and shape of every output, without optimisation. An unknown rank may be told as `[]`, as ONNX Runtime's bindings
   * do.
   */
  readonly shapes: (model: Uint8Array) => Promise<ReadonlyMap<string, ValueType>>
  /** The outputs of a model that has no inputs. */
  readonly evaluate: (model: Uint8Array) => Promise<ReadonlyMap<string, Tensor>>
}
