/** R/z: exact with 0/0 = 0, stabilised by ε, or with a guard where nothing has to be compared. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import { float } from '../0-graph/builder.ts'

/** That of a sum whose every summand has it or is 0. */
export type Sign = 1 | -1

/**
 * Where all contributions have one sign, z = 0 only where all of them are, and whatever s is there, each share a·Lᵀ(s) is 0. So
 * nothing has to be compared and chosen: a number of that sign that no z ≠ 0 feels keeps R/z finite. It is far below every sum
 * of contributions, and far from an overflow of what is divided by it.
 */
export const guard = 1e-20

/** Takes every normal number past 1; only denormals below 1e-38 are taken for 0. */
const steep = 1e38

/** R/z with 0/0 = 0: a neuron without contributions has nobody to give its relevance to. */
export function quotient(b: GraphBuilder, relevance: Value, z: Value, stabilizer: number): Value {
  const zero = b.floats(0)
  if (stabilizer === 0) {
    const isZero = b.op('Equal', [z, zero], {}, 'is_zero')
    return b.op('Where', [isZero, zero, b.op('Div', [relevance, z], {}, 'ratio')], {}, 's')
  }
  // ε·sign(z) with sign(0) = 1, as a steep ramp that is cut off: choosing by a comparison takes the runtime ten times as long.
  const ramp = b.op(
    'Add',
    [b.op('Mul', [z, b.floats(steep)], {}, 'steep'), b.floats(Math.max(1, stabilizer))],
    {},
    'ramp',
  )
  const sign = b.op('Clip', [ramp, b.floats(-stabilizer), b.floats(stabilizer)], {}, 'signed_stabilizer')
  return b.op('Div', [relevance, b.op('Add', [z, sign], {}, 'stabilized')], {}, 's')
}

/** 1 where x > 0, else 0: a ramp as steep, which ONNX Runtime computes in whatever layout x has. */
export function isPositive(b: GraphBuilder, x: Value): Value {
  return b.op('HardSigmoid', [x], { alpha: float(steep), beta: float(0) }, 'is_positive')
}

/** 1 where x < 0, else 0. */
export function isNegative(b: GraphBuilder, x: Value): Value {
  return b.op('HardSigmoid', [x], { alpha: float(-steep), beta: float(0) }, 'is_negative')
}
