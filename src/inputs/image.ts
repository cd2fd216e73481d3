/** Pictures to tensors, through sharp (libvips), whose decoded pixels equal the browser's. */

import sharp, { type KernelEnum, type Metadata, type Sharp } from 'sharp'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import type { FloatTensor } from '../runtime/session.ts'
import type { PictureGeometry } from './geometry.ts'
import { channelValue, type Preprocessing, type Resampling, type Size } from './preprocessing.ts'

/** Pixels as red, green, blue bytes, row by row. */
export interface Picture extends Size {
  readonly data: Uint8Array
}

/** A picture as the network gets it, and as a person sees the same region. */
export interface ImageInput {
  /** 1×C×H×W or 1×H×W×C. */
  readonly tensor: FloatTensor
  /** The region that the network sees, at the source's own resolution. */
  readonly picture: Picture
}

/** How a picture is read. */
export interface ImageOptions {
  /** What messages call it. */
  readonly name: string
  readonly preprocessing: Preprocessing
  readonly geometry: PictureGeometry
}

const formats: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp'])
const kernels: Readonly<Record<Resampling, keyof KernelEnum>> = {
  nearest: 'nearest',
  bilinear: 'linear',
  bicubic: 'cubic',
  lanczos: 'lanczos3',
}

/**
 * Reads a PNG, JPEG or WebP picture: turned as its EXIF says, alpha on white, resized, cropped, normalised.
 *
 * @param source a path, or the file's bytes
 * @throws DeepTaylorError `image-unreadable`
 */
export async function readImage(source: string | Uint8Array, options: ImageOptions): Promise<ImageInput> {
  const { name, preprocessing, geometry } = options
  const fault = (reason: string, cause?: unknown) =>
    new DeepTaylorError('image-unreadable', { image: name, reason }, cause)
  try {
    const metadata = await sharp(source, { failOn: 'error' }).metadata()
    if (!formats.has(metadata.format ?? '')) throw fault(`it is ${metadata.format}; PNG, JPEG and WebP are understood`)
    const natural = naturalSize(metadata)
    const { resized, crop } = sizes(natural, preprocessing, geometry)
    const seen = await pixels(
      opened(source)
        .resize({ ...resized, fit: 'fill', kernel: kernels[preprocessing.resample], fastShrinkOnLoad: false })
        .extract({ ...crop }),
    )
    const region = scaledRegion(crop, resized, natural)
    const picture = await pixels(opened(source).extract(region))
    return { tensor: toTensor(seen, preprocessing, geometry), picture }
  } catch (error) {
    if (error instanceof DeepTaylorError) throw error
    throw fault(explain(reasonOf(error)), error)
  }
}

/** sharp's own words for the two faults that people meet. */
function explain(reason: string): string {
  if (/pixel limit/i.test(reason)) return 'it has more pixels than the limit of 268 million: make it smaller'
  if (/unsupported image format/i.test(reason)) return 'it is damaged or of a format that is not understood'
  return `it is damaged or cut short (${reason})`
}

function opened(source: string | Uint8Array): Sharp {
  return sharp(source, { failOn: 'error' }).autoOrient().flatten({ background: '#ffffff' }).toColourspace('srgb')
}

async function pixels(image: Sharp): Promise<Picture> {
  const { data, info } = await image.removeAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { width: info.width, height: info.height, data: info.channels === 1 ? greyToRgb(bytes) : bytes }
}

function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3)
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i] as number, i * 3, i * 3 + 3)
  return rgb
}

/** Width and height after the EXIF turn. */
function naturalSize({ width = 0, height = 0, orientation = 1 }: Metadata): Size {
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}

interface Region extends Size {
  readonly left: number
  readonly top: number
}

/** What the picture is resized to, and which part of that the network sees. */
function sizes(
  natural: Size,
  { resize, crop, cropRatio = 1 }: Preprocessing,
  geometry: PictureGeometry,
): { resized: Size; crop: Region } {
  const target: Size = {
    width: geometry.width ?? crop?.width ?? exact(resize)?.width ?? natural.width,
    height: geometry.height ?? crop?.height ?? exact(resize)?.height ?? natural.height,
  }
  // The model's own size wins; how much is cropped away stays what the preprocessing says.
  const ratio = crop && typeof resize === 'number' ? resize / Math.min(crop.width, crop.height) : cropRatio
  const keepsAspect =
    typeof resize === 'number' || cropRatio !== 1 || (crop !== undefined && exact(resize) === undefined)
  const resized = keepsAspect ? covering(natural, target, ratio) : grown(target, crop, exact(resize))
  const left = Math.round((resized.width - target.width) / 2)
  const top = Math.round((resized.height - target.height) / 2)
  return { resized, crop: { left, top, ...target } }
}

function exact(resize: number | Size | undefined): Size | undefined {
  return typeof resize === 'object' ? resize : undefined
}

/** The natural aspect, large enough for the target times the ratio. */
function covering(natural: Size, target: Size, ratio: number): Size {
  const scale = Math.max((target.width * ratio) / natural.width, (target.height * ratio) / natural.height)
  return {
    width: Math.max(target.width, Math.round(natural.width * scale)),
    height: Math.max(target.height, Math.round(natural.height * scale)),
  }
}

/** An exact size from which a crop is taken, scaled to the model's. */
function grown(target: Size, crop: Size | undefined, resize: Size | undefined): Size {
  if (!crop || !resize) return target
  return {
    width: Math.max(target.width, Math.round((target.width * resize.width) / crop.width)),
    height: Math.max(target.height, Math.round((target.height * resize.height) / crop.height)),
  }
}

/** The crop, in the pixels of the source. */
function scaledRegion(crop: Region, resized: Size, natural: Size): Region {
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

/** ITU-R BT.601, as Pillow's convert('L') has it. */
const luma = [0.299, 0.587, 0.114] as const

function toTensor({ width, height, data }: Picture, p: Preprocessing, geometry: PictureGeometry): FloatTensor {
  const { channels, layout } = geometry
  const count = width * height
  const values = new Float32Array(count * channels)
  for (let c = 0; c < channels; c++) {
    const [mean, std] = [channelValue(p.mean, c, channels), channelValue(p.std, c, channels)]
    const source = p.channelOrder === 'bgr' ? 2 - c : c
    for (let i = 0; i < count; i++) {
      const pixel = channels === 1 ? grey(data, i * 3) : (data[i * 3 + source] as number)
      values[layout === 'NCHW' ? c * count + i : i * channels + c] = (pixel * p.scale - mean) / std
    }
  }
  const dims = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels]
  return { dims, data: values }
}

function grey(data: Uint8Array, at: number): number {
  const [r, g, b] = [data[at] as number, data[at + 1] as number, data[at + 2] as number]
  return r === g && g === b ? r : Math.round(luma[0] * r + luma[1] * g + luma[2] * b)
}
