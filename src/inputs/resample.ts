/**
 * Resizing as Pillow does it, to the last bit: networks are trained and evaluated on Pillow's pixels.
 *
 * libvips shifts what it enlarges by up to half a source pixel (0, 255 to four pixels: 0 0 128 255, Pillow: 0 64 191 255)
 * and differs by up to 8 grey levels where it shrinks. Pure, so that the browser's pixels are the same.
 */

import type { Picture, Region, Size } from './picture.ts'

/** Interpolation when a picture is resized; shrinking averages over all that a pixel covers, but for `nearest`. */
export type Resampling = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'

interface Filter {
  /** Distance beyond which the weight is 0, in pixels. */
  readonly support: number
  readonly weight: (x: number) => number
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

const filters: Readonly<Record<Exclude<Resampling, 'nearest'>, Filter>> = {
  bilinear: { support: 1, weight: x => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: x => catmullRom(Math.abs(x)) },
  lanczos: { support: 3, weight: x => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** Keys's cubic with a = −½. */
function catmullRom(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
}

/**
 * The part `crop` of `picture` resized to `size`; only what the part needs is computed.
 *
 * @param crop within 0…size; default: all of it
 */
export function resample(picture: Picture, size: Size, kernel: Resampling, crop?: Region): Picture {
  const part = crop ?? { left: 0, top: 0, ...size }
  if (kernel === 'nearest') return nearest(picture, size, part)
  const columns = tapsOf(picture.width, size.width, part.left, part.width, filters[kernel])
  const rows = tapsOf(picture.height, size.height, part.top, part.height, filters[kernel])
  return downRows(alongRows(picture, columns), rows)
}

function nearest({ width, height, data }: Picture, size: Size, part: Region): Picture {
  const columns = nearestOf(width, size.width, part.left, part.width)
  const rows = nearestOf(height, size.height, part.top, part.height)
  const out = new Uint8Array(part.width * part.height * 3)
  let to = 0
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * width + column) * 3
      out[to++] = data[from] as number
      out[to++] = data[from + 1] as number
      out[to++] = data[from + 2] as number
    }
  }
  return { width: part.width, height: part.height, data: out }
}

/**
 * The source pixel that is nearest to each target pixel of one axis. Pillow adds up steps instead of multiplying, and ties fall
 * accordingly.
 *
 * @param from length of the axis
 * @param to what it is resized to
 * @param start, count the part of that which is wanted
 */
export function nearestOf(from: number, to: number, start: number, count: number): Int32Array {
  const scale = from / to
  const picked = new Int32Array(count)
  let center = scale * 0.5
  for (let i = 0; i < start + count; i++, center += scale) {
    if (i >= start) picked[i - start] = Math.min(from - 1, Math.floor(center))
  }
  return picked
}

/** What each pixel of one axis is the weighted sum of. */
interface Taps {
  readonly count: number
  /** First source pixel, by target pixel. */
  readonly first: Int32Array
  /** Weights as multiples of 2⁻²², `most` per target pixel. */
  readonly weights: Int32Array
  readonly most: number
}

/** Pillow's fixed point: 8 bits of pixel, 2 of headroom, the rest for weights. */
const precision = 22
const half = 1 << (precision - 1)

function tapsOf(from: number, to: number, start: number, count: number, { support, weight }: Filter): Taps {
  const scale = from / to
  const stretch = Math.max(scale, 1)
  const reach = support * stretch
  const most = Math.ceil(reach) * 2 + 1
  const first = new Int32Array(count)
  const weights = new Int32Array(count * most)
  for (let i = 0; i < count; i++) {
    const center = (i + start + 0.5) * scale
    const low = Math.max(0, Math.trunc(center - reach + 0.5))
    const high = Math.min(from, Math.trunc(center + reach + 0.5))
    const shares = Array.from({ length: high - low }, (_, k) => weight((k + low - center + 0.5) / stretch))
    const sum = shares.reduce((total, share) => total + share, 0)
    first[i] = low
    shares.forEach((share, k) => {
      const fixed = (share / sum) * (1 << precision)
      weights[i * most + k] = Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5)
    })
  }
  return { count, first, weights, most }
}

function alongRows({ width, height, data }: Picture, { count, first, weights, most }: Taps): Picture {
  const out = new Uint8Array(count * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < count; x++) {
      const start = first[x] as number
      const taps = Math.min(most, width - start)
      let r = half
      let g = half
      let b = half
      let from = (y * width + start) * 3
      for (let k = 0; k < taps; k++, from += 3) {
        const w = weights[x * most + k] as number
        r += (data[from] as number) * w
        g += (data[from + 1] as number) * w
        b += (data[from + 2] as number) * w
      }
      const to = (y * count + x) * 3
      out[to] = byte(r >> precision)
      out[to + 1] = byte(g >> precision)
      out[to + 2] = byte(b >> precision)
    }
  }
  return { width: count, height, data: out }
}

function downRows({ width, height, data }: Picture, { count, first, weights, most }: Taps): Picture {
  const stride = width * 3
  const out = new Uint8Array(stride * count)
  const sums = new Int32Array(stride)
  for (let y = 0; y < count; y++) {
    const start = first[y] as number
    const taps = Math.min(most, height - start)
    sums.fill(half)
    for (let k = 0; k < taps; k++) {
      const w = weights[y * most + k] as number
      if (w === 0) continue
      const from = (start + k) * stride
      for (let i = 0; i < stride; i++) sums[i] = (sums[i] as number) + (data[from + i] as number) * w
    }
    for (let i = 0; i < stride; i++) out[y * stride + i] = byte((sums[i] as number) >> precision)
  }
  return { width, height: count, data: out }
}

const byte = (value: number): number => (value < 0 ? 0 : Math.min(value, 255))
