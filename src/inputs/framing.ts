/** Which part of a picture a network sees, and at what size: the arithmetic of "resize, then crop the middle". */

import type { PictureGeometry } from './geometry.ts'
import type { Region, Size } from './picture.ts'
import type { Preprocessing } from './preprocessing.ts'

/** How a picture is framed. */
export interface Frame {
  /** What the whole picture is resized to. */
  readonly resized: Size
  /** The part of that which the network sees. */
  readonly crop: Region
  /** The same part, in the pixels of the source. */
  readonly seen: Region
}

/**
 * Frames a picture. The model's own size wins over what the preprocessing says; how much is cropped away, in proportion,
 * stays. A picture too small for a crop is enlarged until it covers it.
 */
export function frameOf(natural: Size, { resize, crop }: Preprocessing, geometry: PictureGeometry): Frame {
  const { resized, target } = sizesOf(natural, resize, crop, geometry)
  const left = halfEven(resized.width - target.width)
  const top = halfEven(resized.height - target.height)
  const part = { left, top, ...target }
  return { resized, crop: part, seen: inSource(part, resized, natural) }
}

function sizesOf(
  natural: Size,
  resize: Preprocessing['resize'],
  crop: Size | undefined,
  { width, height }: Pick<PictureGeometry, 'width' | 'height'>,
): { resized: Size; target: Size } {
  if (crop) {
    const target = { width: width ?? crop.width, height: height ?? crop.height }
    const ratio = shorter(target) / shorter(crop)
    if (typeof resize === 'object') return { resized: atLeast(target, scaled(resize, ratio)), target }
    const scale = typeof resize === 'number' ? Math.floor(resize * ratio + slack) / shorter(natural) : ratio
    return { resized: covering(natural, target, scale), target }
  }
  if (typeof resize === 'number') {
    const free = covering(natural, { width: 1, height: 1 }, resize / shorter(natural))
    if (width === undefined && height === undefined) return { resized: free, target: free }
    const target = { width: width ?? free.width, height: height ?? free.height }
    return { resized: covering(natural, target, 0), target }
  }
  const whole = resize ?? natural
  const target = {
    width: width ?? (height === undefined ? whole.width : alike(whole.width, height / whole.height)),
    height: height ?? (width === undefined ? whole.height : alike(whole.height, width / whole.width)),
  }
  return { resized: target, target }
}

const shorter = ({ width, height }: Size): number => Math.min(width, height)

/** 224 · (256 / 224) may come out just below 256. */
const slack = 1e-6

const alike = (length: number, scale: number): number => Math.max(1, Math.round(length * scale))

/** The whole, scaled; lengths are rounded down as torchvision does. */
function scaled({ width, height }: Size, scale: number): Size {
  return { width: Math.floor(width * scale + slack), height: Math.floor(height * scale + slack) }
}

/** The natural aspect, scaled, or larger where the target asks for it. */
function covering(natural: Size, target: Size, scale: number): Size {
  const needed = Math.max(scale, target.width / natural.width, target.height / natural.height)
  return atLeast(target, scaled(natural, needed))
}

function atLeast(least: Size, { width, height }: Size): Size {
  return { width: Math.max(least.width, width), height: Math.max(least.height, height) }
}

/** Half of an excess, ties to the even number: Python's `round`, by which torchvision places its crops. */
function halfEven(excess: number): number {
  const below = Math.floor(excess / 2)
  return excess % 2 === 0 ? below : below + (below % 2)
}

function inSource(crop: Region, resized: Size, natural: Size): Region {
  const [sx, sy] = [natural.width / resized.width, natural.height / resized.height]
  const left = Math.min(natural.width - 1, Math.round(crop.left * sx))
  const top = Math.min(natural.height - 1, Math.round(crop.top * sy))
  return {
    left,
    top,
    width: Math.max(1, Math.min(natural.width - left, Math.round(crop.width * sx))),
    height: Math.max(1, Math.min(natural.height - top, Math.round(crop.height * sy))),
  }
}
