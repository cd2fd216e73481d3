/**
 * Winner-takes-all over windows, axis by axis: the first row that has a window's maximum, and in it the first column that
 * does, is the first largest in row-major order. So k + k places are compared instead of k·k, and nothing needs an index.
 */

import { float, type Value } from '../0-graph/builder.ts'
import type { Context } from './operator.ts'
import type { Windows } from './windows.ts'

/** Each window's relevance at its first largest element of x; `y` is what the windows' maxima are. */
export function toWinners(context: Context, x: Value, y: Value, relevance: Value, windows: Windows): Value {
  const lines = windows.kernel.map((_, axis) => lineOf(windows, axis))
  const steps: { readonly line: Line; readonly places: readonly Value[]; readonly maxima: Value }[] = []
  let value = x
  for (const line of [...lines].reverse()) {
    const padded = paddedBy(context, value, line)
    const maxima = line.axis === 0 ? y : maximaOf(context, padded, line)
    // The last place wins where no other does.
    const places = Array.from({ length: line.kernel - 1 }, (_, i) => placeOf(context, padded, line, i))
    steps.push({ line, places, maxima })
    value = maxima
  }
  return steps.reduceRight(
    (r, { line, places, maxima }) => putBack(context, shared(context, places, maxima, r), line),
    relevance,
  )
}

/** Windows along one spatial axis. */
interface Line {
  readonly axis: number
  readonly rank: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly begin: number
  readonly end: number
  readonly input: number
  readonly output: number
  /** Sizes of what is put back: axes in front of this one are pooled already. */
  readonly sizes: readonly number[]
}

function lineOf(windows: Windows, axis: number): Line {
  const at = (sizes: readonly number[]) => sizes[axis] as number
  return {
    axis,
    rank: windows.kernel.length,
    kernel: at(windows.kernel),
    stride: at(windows.strides),
    dilation: at(windows.dilations),
    begin: at(windows.begin),
    end: at(windows.end),
    input: at(windows.input),
    output: at(windows.output),
    sizes: windows.input.map((size, i) => (i > axis ? (windows.output[i] as number) : size)),
  }
}

/** Padding that never wins and, unlike −∞, survives multiplication by 0. */
const lowestFloat = -3.4028234663852886e38

function paddedBy(context: Context, x: Value, line: Line): Value {
  return pad(context, x, line, line.begin, Math.max(0, line.end), lowestFloat)
}

function maximaOf({ b }: Context, padded: Value, { axis, rank, kernel, stride, dilation }: Line): Value {
  if (kernel === 1 && stride === 1) return padded
  const along = (value: number) => Array.from({ length: rank }, (_, i) => (i === axis ? value : 1))
  const attributes = { kernel_shape: along(kernel), strides: along(stride), dilations: along(dilation) }
  return b.op('MaxPool', [padded], attributes, 'line_maxima')
}

/** What every window has at its i-th place. */
function placeOf({ b }: Context, padded: Value, { axis, stride, dilation, output }: Line, i: number): Value {
  const start = i * dilation
  const bounds = [start, start + (output - 1) * stride + 1].map(bound => b.ints([bound]))
  return b.op('Slice', [padded, ...bounds, b.ints([axis + 2]), b.ints([stride])], {}, 'place')
}

/** Takes every difference between two normal numbers past 1. */
const steep = 1e38

/** What every place gets: all where it is the first that is as large as the maximum, else nothing. */
function shared({ b }: Context, places: readonly Value[], maxima: Value, relevance: Value): readonly Value[] {
  let rest = relevance
  const shares = places.map(place => {
    const below = b.op('Sub', [place, maxima], {}, 'below')
    // 1 at 0: a ramp that is cut off, for a comparison and a choice take the runtime longer.
    const isLargest = b.op('HardSigmoid', [below], { alpha: float(steep), beta: float(1) }, 'is_largest')
    const share = b.op('Mul', [rest, isLargest], {}, 'won')
    rest = b.op('Sub', [rest, share], {}, 'not_won')
    return share
  })
  return [...shares, rest]
}

/** What the windows' places got, each where it was taken from; what several windows give to one element is summed. */
function putBack(context: Context, shares: readonly Value[], line: Line): Value {
  const { b } = context
  const { axis, stride, dilation, begin, input, output, sizes } = line
  const length = Math.ceil(input / stride)
  // Elements stride·q + phase, for all q.
  const phases = Array.from({ length: stride }, (_, phase) => {
    const moved = shares.flatMap((share, i) => {
      const offset = i * dilation - begin - phase
      if (offset % stride !== 0) return []
      const shift = offset / stride
      return [pad(context, share, line, shift, length - output - shift, 0)]
    })
    return moved.length < 2 ? moved[0] : b.op('Sum', moved, {}, 'placed')
  })
  const [first] = phases.flatMap(phase => phase ?? [])
  if (first === undefined || stride === 1) return first as Value
  const zeros = b.op('Mul', [first, b.floats(0)], {}, 'zeros')
  const columns = phases.map(phase => b.op('Unsqueeze', [phase ?? zeros, b.ints([axis + 3])], {}, 'phase'))
  const together = b.op('Concat', columns, { axis: axis + 3 }, 'phases')
  const whole = sizes.map((size, i) => (i === axis ? length * stride : size))
  const placed = b.op('Reshape', [together, b.ints([0, 0, ...whole])], {}, 'placed')
  return pad(context, placed, line, 0, input - length * stride, 0)
}

/** x with so many elements more in front and behind, or fewer where they are negative. */
function pad({ b }: Context, x: Value, { axis, rank }: Line, front: number, behind: number, value: number): Value {
  if (front === 0 && behind === 0) return x
  const along = (size: number) => [0, 0, ...Array.from({ length: rank }, (_, i) => (i === axis ? size : 0))]
  return b.op('Pad', [x, b.ints([...along(front), ...along(behind)]), b.floats(value)], {}, 'moved')
}
