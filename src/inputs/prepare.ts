/** Pixels to a network's input: framed, resampled, normalised. Pure, so that Node and the browser agree. */

import type { FloatTensor } from '../runtime/session.ts'
import { frameOf } from './framing.ts'
import type { PictureGeometry } from './geometry.ts'
import type { Picture, Region, Size } from './picture.ts'
import { channelValue, type Preprocessing } from './preprocessing.ts'
import { resample } from './resample.ts'

/** A picture as the network gets it, and as a person sees the same region. */
export interface ImageInput {
  /** 1×C×H×W or 1×H×W×C. */
  readonly tensor: FloatTensor
  /** The region that the network sees, in the aspect in which it sees it, as finely as the source has it (2048 at most). */
  readonly picture: Picture
}

/** Prepares a decoded picture for a network of the given geometry. */
export function prepareImage(source: Picture, preprocessing: Preprocessing, geometry: PictureGeometry): ImageInput {
  const { resized, crop, seen } = frameOf(source, preprocessing, geometry)
  const pixels = resample(source, resized, preprocessing.resample, crop)
  return { tensor: toTensor(pixels, preprocessing, geometry), picture: portrait(source, seen, crop) }
}

/** Longer side of what people are shown. */
const largest = 2048

/** The seen region in the network's aspect. */
function portrait(source: Picture, seen: Region, { width, height }: Size): Picture {
  const scale = Math.min(seen.width / width, seen.height / height, largest / Math.max(width, height))
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
  const region = cut(source, seen)
  const isClose = Math.abs(size.width - seen.width) <= 1 && Math.abs(size.height - seen.height) <= 1
  return isClose ? region : resample(region, size, 'bilinear')
}

function cut({ width, height, data }: Picture, region: Region): Picture {
  if (region.width === width && region.height === height) return { width, height, data }
  const out = new Uint8Array(region.width * region.height * 3)
  for (let y = 0; y < region.height; y++) {
    const from = ((region.top + y) * width + region.left) * 3
    out.set(data.subarray(from, from + region.width * 3), y * region.width * 3)
  }
  return { width: region.width, height: region.height, data: out }
}

function toTensor({ width, height, data }: Picture, p: Preprocessing, geometry: PictureGeometry): FloatTensor {
  const { channels, layout } = geometry
  const count = width * height
  const values = new Float32Array(count * channels)
  const [step, jump] = layout === 'NCHW' ? [1, count] : [channels, 1]
  for (let c = 0; c < channels; c++) {
    const [mean, std] = [channelValue(p.mean, c, channels), channelValue(p.std, c, channels)]
    const source = p.channelOrder === 'bgr' ? 2 - c : c
    for (let i = 0; i < count; i++) {
      const pixel = channels === 1 ? grey(data, i * 3) : (data[i * 3 + source] as number)
      values[i * step + c * jump] = (pixel * p.scale - mean) / std
    }
  }
  const dims = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels]
  return { dims, data: values }
}

/** ITU-R BT.601 in 16-bit fixed point, as Pillow's convert('L') has it; grey stays as it is. */
function grey(data: Uint8Array, at: number): number {
  const [r, g, b] = [data[at] as number, data[at + 1] as number, data[at + 2] as number]
  return (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16
}
