/**
 * Standard normal noise that depends on its place and seed alone: the same on every runtime, run and batch. ONNX's own
 * random operators keep a state, so that a second run would differ from the first.
 */

import type { Value } from '../0-graph/builder.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import type { Context } from '../3-operators/operator.ts'
import { DeepTaylorError } from '../diagnostics.ts'

/** The prime 2³¹ − 1: squares of residues fit into 63 bits. */
const prime = 2_147_483_647
/** Enough squarings for neighbours to share nothing; each takes a constant of its own (digits of π). */
const rounds = [314_159_265, 358_979_323, 846_264_338, 327_950_288]

/** Noise in the shape of one sample of `x`, for the step of a loop (an int64 scalar): every sample gets the same. */
export function noise(context: Context, x: Value, step: Value, seed: number): Value {
  const { b } = context
  const dims = dimsOf(context.shapes, x)?.slice(1)
  if (!dims?.every(dim => typeof dim === 'number')) {
    const reason = 'it needs the sizes of the input: fix them with --shape'
    throw new DeepTaylorError('option-invalid', { option: 'method smooth-grad', reason })
  }
  const size = dims.reduce((product, dim) => product * dim, 1)
  const range = b.op('Range', [b.ints(0), b.ints(2 * size), b.ints(1)], {}, 'places')
  // 2·size numbers a step, counted on from step to step.
  const first = b.op('Mul', [step, b.ints(2 * size)], {}, 'first')
  const counter = b.op('Add', [range, b.op('Add', [first, b.ints(1 + seed)], {}, 'offset')], {}, 'counter')
  const modulus = b.ints(prime)
  const hashed = rounds.reduce(
    (value, constant) => {
      const square = b.op('Mul', [value, value], {}, 'square')
      const mixed = b.op('Add', [square, b.op('Mul', [value, b.ints(constant)], {}, 'times')], {}, 'mixed')
      return b.op('Mod', [b.op('Add', [mixed, b.ints(constant)], {}, 'shifted'), modulus], {}, 'hash')
    },
    b.op('Mod', [b.op('Mul', [counter, b.ints(48_271)], {}, 'spread'), modulus], {}, 'hash'),
  )
  const number = b.op('Cast', [hashed], { to: float32 }, 'number')
  const unit = b.op('Div', [b.op('Add', [number, b.floats(1)], {}, 'above_0'), b.floats(prime + 1)], {}, 'uniform')
  const halves = b.ops('Split', [unit, b.ints([size, size])], 2, { axis: 0 }, 'half')
  const [u, v] = halves as [Value, Value]
  // Box and Muller 1958.
  const logarithm = b.op('Mul', [b.op('Log', [u]), b.floats(-2)], {}, 'logarithm')
  const angle = b.op('Cos', [b.op('Mul', [v, b.floats(2 * Math.PI)], {}, 'angle')])
  const normal = b.op('Mul', [b.op('Sqrt', [logarithm]), angle], {}, 'normal')
  return b.op('Reshape', [normal, b.ints([1, ...dims])], {}, 'normal')
}

const float32 = 1
