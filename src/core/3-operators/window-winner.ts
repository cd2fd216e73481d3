/**
 * Winner-takes-all over windows, axis by axis: the first row that has a window's maximum, and in it the first column that
 * does, is the first largest in row-major order. So k + k places are compared instead of k·k, and nothing needs an index.
 *
 * Elements are moved by convolutions with unit vectors, one per channel: ONNX Runtime's are parallel and blocked, where its Slice and
 * Pad are neither (a Slice in steps of 2 to 64 channels of 112 × 56 takes 0.36 ms, the whole Conv 0.1 ms; one thread).
 */

import { float, type Value } from '../0-graph/builder.ts'
import { dimsOf } from '../0-graph/shapes.ts'
import { reshapeLike } from './like.ts'
import type { Context } from './operator.ts'
import type { Windows } from './windows.ts'

/** Each window's relevance at its first largest element of x; `y` is what the windows' maxima are. */
export function toWinners(context: Context, x: Value, y: Value, relevance: Value, windows: Windows): Value {
  const channels = dimsOf(context.shapes, x)?.[1]
  // WebGPU has no groups in three dimensions (onnxruntime-web 1.30).
  const hasGroups = windows.kernel.length < 3
  if (hasGroups && typeof channels === 'number') return byAxes(context, x, y, relevance, windows, channels)
  const planes = (value: Value, size: readonly number[]) =>
    context.b.op('Reshape', [value, context.b.ints([-1, 1, ...size])], {}, 'planes')
  const { input, output } = windows
  const won = byAxes(context, planes(x, input), planes(y, output), planes(relevance, output), windows, 1)
  return reshapeLike(context, won, x)
}

/** The same, of x with so many channels. */
function byAxes(context: Context, x: Value, y: Value, relevance: Value, windows: Windows, channels: number): Value {
  const steps: { readonly line: Line; readonly isLargest: readonly Value[] }[] = []
  let value = x
  for (const axis of [...windows.kernel.keys()].reverse()) {
    const line = lineOf(windows, axis, channels)
    const shielded = shieldedOf(context, value, line)
    const maxima = axis === 0 ? y : maximaOf(context, shielded, line)
    steps.push({ line, isLargest: largestOf(context, shielded, maxima, line) })
    value = maxima
  }
  return steps.reduceRight(
    (r, { line, isLargest }) => putBack(context, sharesOf(context, isLargest, r, line), line),
    relevance,
  )
}

/** Windows along one spatial axis. */
interface Line {
  readonly axis: number
  readonly channels: number
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly begin: number
  readonly end: number
  readonly input: number
  readonly output: number
  /** Sizes of what is put back: the axes behind this one are pooled still. */
  readonly sizes: readonly number[]
}

function lineOf(windows: Windows, axis: number, channels: number): Line {
  const at = (sizes: readonly number[]) => sizes[axis] as number
  return {
    axis,
    channels,
    kernel: at(windows.kernel),
    stride: at(windows.strides),
    dilation: at(windows.dilations),
    begin: at(windows.begin),
    end: Math.max(0, at(windows.end)),
    input: at(windows.input),
    output: at(windows.output),
    sizes: windows.input.map((size, i) => (i > axis ? (windows.output[i] as number) : size)),
  }
}

/** What the windows look at, and how much the runtime pads it. */
interface Looked {
  readonly value: Value
  readonly begin: number
  readonly end: number
}

/** Poolings pad by less than a kernel; the last window of ceil_mode can ask for more. */
function shieldedOf({ b }: Context, value: Value, line: Line): Looked {
  const { kernel, begin, end } = line
  if (begin < kernel && end < kernel) return { value, begin, end }
  const pads = b.ints([0, 0, ...along(line, begin, 0), 0, 0, ...along(line, end, 0)])
  return { value: b.op('Pad', [value, pads, b.floats(lowestFloat)], {}, 'padded'), begin: 0, end: 0 }
}

/** Padding that never wins and, unlike −∞, survives multiplication by 0. */
const lowestFloat = -3.4028234663852886e38

function maximaOf({ b }: Context, looked: Looked, line: Line): Value {
  if (line.kernel === 1 && line.stride === 1) return looked.value
  return b.op('MaxPool', [looked.value], windowsAlong(line, looked), 'maxima')
}

/** Takes every difference between two normal numbers past 1. */
const steep = 1e38

/** 1 where a window's place has its maximum, else 0, for every place but the last, which wins where no other does. Padding may have it. */
function largestOf(context: Context, looked: Looked, maxima: Value, line: Line): readonly Value[] {
  const { b } = context
  return Array.from({ length: line.kernel - 1 }, (_, place) => {
    const less = unitConv(
      context,
      looked.value,
      line,
      { size: line.kernel, at: place, value: -1 },
      windowsAlong(line, looked),
    )
    const missing = b.op('Add', [less, maxima], {}, 'missing')
    // A ramp from 1 at 0: to compare, and to make numbers of what is true, takes the runtime longer.
    return b.op('HardSigmoid', [missing], { alpha: float(-steep), beta: float(1) }, 'is_largest')
  })
}

/** What every place gets: all where it is the first that has the maximum, else nothing. */
function sharesOf({ b }: Context, isLargest: readonly Value[], relevance: Value, line: Line): readonly Value[] {
  let rest = relevance
  const shares = isLargest.map((isMaximum, place) => {
    const isInside = insideAt(line, place)
    const open = isInside.includes(0)
      ? b.op('Mul', [rest, b.floats(isInside, 'float32', [1, 1, ...along(line, line.output, 1)])], {}, 'inside')
      : rest
    const share = b.op('Mul', [open, isMaximum], {}, 'won')
    rest = b.op('Sub', [rest, share], {}, 'not_won')
    return share
  })
  return [...shares, rest]
}

/** 1 for every window whose place is an element, 0 where it is padding. */
function insideAt({ output, stride, dilation, begin, input }: Line, place: number): readonly number[] {
  return Array.from({ length: output }, (_, window) => {
    const at = window * stride + place * dilation - begin
    return at >= 0 && at < input ? 1 : 0
  })
}

/** What the windows' places got, each where it was taken from; what several windows give to one element is summed. */
function putBack(context: Context, shares: readonly Value[], line: Line): Value {
  const { b } = context
  const { axis, stride, dilation, begin, input, sizes } = line
  const length = Math.ceil(input / stride)
  // Elements stride·q + phase, for all q.
  const phases = Array.from({ length: stride }, (_, phase) => {
    const parts = shares.flatMap((share, place) => {
      const offset = place * dilation - begin - phase
      return offset % stride === 0 ? moved(context, share, line, offset / stride, length) : []
    })
    return parts.length < 2 ? parts[0] : b.op('Sum', parts, {}, 'placed')
  })
  const [first] = phases.flatMap(phase => phase ?? [])
  if (first === undefined || stride === 1) return first as Value
  const zeros = () => b.op('Mul', [first, b.floats(0)], {}, 'zeros')
  const columns = phases.map(phase => b.op('Unsqueeze', [phase ?? zeros(), b.ints([axis + 3])], {}, 'phase'))
  const together = b.op('Concat', columns, { axis: axis + 3 }, 'phases')
  const whole = sizes.map((size, i) => (i === axis ? length * stride : size))
  const placed = b.op('Reshape', [together, b.ints([0, 0, ...whole])], {}, 'placed')
  if (length * stride === input) return placed
  return b.op('Slice', [placed, b.ints([0]), b.ints([input]), b.ints([axis + 2])], {}, 'cut')
}

/** A share of every window, so many places further on, among zeros. */
function moved(context: Context, share: Value, line: Line, shift: number, length: number): Value {
  if (shift === 0 && length === line.output) return share
  const rest = length - line.output - shift
  const [front, behind] = [Math.max(0, shift), Math.max(0, rest)]
  // Where it is cut, the unit vector reads over what falls away.
  const size = 1 + Math.max(0, -shift) + Math.max(0, -rest)
  const attributes = { kernel_shape: along(line, size, 1), pads: [...along(line, front, 0), ...along(line, behind, 0)] }
  return unitConv(context, share, line, { size, at: Math.max(0, -shift), value: 1 }, attributes)
}

/** One element of each window, times a number: a Conv whose kernels are multiples of a unit vector. */
function unitConv(
  { b }: Context,
  x: Value,
  line: Line,
  { size, at, value }: { readonly size: number; readonly at: number; readonly value: number },
  attributes: Readonly<Record<string, readonly number[]>>,
): Value {
  const vector = Array.from({ length: size }, (_, i) => (i === at ? value : 0))
  const kernel = along(line, size, 1)
  const unit = b.floats(vector, 'float32', [1, 1, ...kernel])
  const each = b.op('Expand', [unit, b.ints([line.channels, 1, ...kernel])], {}, 'units')
  return b.op('Conv', [x, each], { ...attributes, group: line.channels }, 'places')
}

function windowsAlong(line: Line, { begin, end }: Looked): Readonly<Record<string, readonly number[]>> {
  return {
    kernel_shape: along(line, line.kernel, 1),
    strides: along(line, line.stride, 1),
    dilations: along(line, line.dilation, 1),
    pads: [...along(line, begin, 0), ...along(line, end, 0)],
  }
}

/** `value` for the line's axis, `other` for the others. */
function along({ axis, sizes }: Line, value: number, other: number): readonly number[] {
  return sizes.map((_, i) => (i === axis ? value : other))
}
