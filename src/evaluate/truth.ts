/** Ground truth as measures want it: one number per place, from a mask's pixels or from boxes. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import type { Frame } from '../inputs/framing.ts'
import type { Size } from '../inputs/picture.ts'
import { nearestOf } from '../inputs/resample.ts'
import type { Layout } from './layout.ts'

/** A mask: one number per pixel, row by row. Inside is what is above half of the largest, be that 1 or 255. */
export interface Mask extends Size {
  readonly values: ArrayLike<number>
}

/** A rectangle in pixels, whole or not; x and y of its upper left corner. */
export interface Box extends Size {
  readonly x: number
  readonly y: number
}

/** How a picture was resized and cropped before the network saw it; its mask and boxes have to follow. */
export interface Framing extends Pick<Frame, 'resized' | 'crop'> {
  /** The picture's own size. */
  readonly natural: Size
}

/**
 * The truth that a mask shows, for each place.
 *
 * @param name what messages call the mask
 * @param framing of a picture that was resized or cropped; the mask then has the picture's own size and is resized with it, to
 * the nearest pixel. Default: the mask has the size that the network sees
 * @returns 1 inside, 0 outside
 * @throws DeepTaylorError `input-invalid` where the mask has another size
 */
export function truthOfMask(mask: Mask, layout: Layout, name: string, framing?: Framing): Uint8Array {
  const seen = seenSize(layout, name)
  const expected = framing?.natural ?? seen
  if (mask.width !== expected.width || mask.height !== expected.height) {
    throw invalid(name, `the mask is ${sizeInWords(mask)} and its input ${sizeInWords(expected)}: make them equal`)
  }
  if (mask.values.length !== mask.width * mask.height) {
    throw invalid(name, `the mask has ${mask.values.length} numbers and ${sizeInWords(mask)} places: give one each`)
  }
  const { resized, crop } = framing ?? unframed(seen)
  checkSeen(crop, seen, name)
  const columns = nearestOf(mask.width, resized.width, crop.left, crop.width)
  const rows = nearestOf(mask.height, resized.height, crop.top, crop.height)
  const half = largest(mask.values) / 2
  const truth = new Uint8Array(seen.width * seen.height)
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      truth[y * seen.width + x] = (mask.values[row * mask.width + column] as number) > half ? 1 : 0
    })
  })
  return truth
}

/**
 * The truth that boxes show: 1 at places whose middle lies in one of them.
 *
 * @param name what messages call the boxes
 * @param framing as `truthOfMask`; boxes are then in pixels of the picture's own size
 * @throws DeepTaylorError `input-invalid` where a box is none
 */
export function truthOfBoxes(boxes: readonly Box[], layout: Layout, name: string, framing?: Framing): Uint8Array {
  const seen = seenSize(layout, name)
  const { resized, crop, natural } = framing ?? { ...unframed(seen), natural: seen }
  checkSeen(crop, seen, name)
  const [sx, sy] = [resized.width / natural.width, resized.height / natural.height]
  const truth = new Uint8Array(seen.width * seen.height)
  for (const { x, y, width, height } of boxes) {
    if (![x, y, width, height].every(Number.isFinite) || width <= 0 || height <= 0) {
      throw invalid(name, `(${x}, ${y}, ${width}, ${height}) is no box: x and y are numbers, width and height above 0`)
    }
    const [left, right] = middles(x * sx - crop.left, (x + width) * sx - crop.left, seen.width)
    const [top, bottom] = middles(y * sy - crop.top, (y + height) * sy - crop.top, seen.height)
    for (let row = top; row < bottom; row++) truth.fill(1, row * seen.width + left, row * seen.width + right)
  }
  return truth
}

/** The first pixel whose middle is in from…to, and the one after the last, within the picture; from = to where there is none. */
function middles(from: number, to: number, size: number): readonly [number, number] {
  const within = (pixel: number) => Math.max(0, Math.min(size, pixel))
  const first = within(Math.ceil(from - 0.5))
  return [first, Math.max(first, within(Math.ceil(to - 0.5)))]
}

/** Rows and columns of places; of one axis, a single row. */
function seenSize({ spatial }: Layout, name: string): Size {
  if (spatial.length > 2) throw invalid(name, `its input has ${spatial.length} axes of places, and a mask at most two`)
  const [height, width] = spatial.length === 2 ? spatial : [1, spatial[0]]
  return { width: width as number, height: height as number }
}

function unframed(seen: Size): Pick<Frame, 'resized' | 'crop'> {
  return { resized: seen, crop: { left: 0, top: 0, ...seen } }
}

function checkSeen(crop: Size, seen: Size, name: string): void {
  if (crop.width === seen.width && crop.height === seen.height) return
  throw invalid(name, `${sizeInWords(crop)} of the picture were framed, and the input is ${sizeInWords(seen)}`)
}

function largest(values: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > most) most = values[i] as number
  return most
}

function sizeInWords({ width, height }: Size): string {
  return `${width} × ${height}`
}

function invalid(input: string, reason: string): DeepTaylorError {
  return new DeepTaylorError('input-invalid', { input, reason })
}
