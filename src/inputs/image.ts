/** Picture files to tensors. sharp (libvips) decodes, to the pixels that a browser shows; the rest is `prepareImage`. */

import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import type { PictureGeometry } from './geometry.ts'
import type { Picture, Size } from './picture.ts'
import { type ImageInput, prepareImage } from './prepare.ts'
import type { Preprocessing } from './preprocessing.ts'

export type { Picture } from './picture.ts'
export type { ImageInput } from './prepare.ts'

/** How a picture is read. */
export interface ImageOptions {
  /** What messages call it. */
  readonly name: string
  readonly preprocessing: Preprocessing
  readonly geometry: PictureGeometry
  /** Stops between decoding and resizing; throws the signal's reason. */
  readonly signal?: AbortSignal
}

/**
 * Reads a PNG, JPEG or WebP picture: turned as its EXIF says, alpha on white, in sRGB, resized, cropped, normalised.
 *
 * @param source a path, or the file's bytes
 * @throws DeepTaylorError `image-unreadable`
 */
export async function readImage(source: string | Uint8Array, options: ImageOptions): Promise<ImageInput> {
  const { name, preprocessing, geometry, signal } = options
  signal?.throwIfAborted()
  const picture = await decodeImage(source, name)
  signal?.throwIfAborted()
  return prepareImage(picture, preprocessing, geometry)
}

/** sharp's own limit, of what it decodes and of what is announced here: 268 million pixels. */
const pixelLimit = 0x3fff * 0x3fff

/**
 * The pixels of a PNG, JPEG or WebP picture (of a moving one, its first frame).
 *
 * @param source a path, or the file's bytes
 * @throws DeepTaylorError `image-unreadable`
 */
export async function decodeImage(source: string | Uint8Array, name: string): Promise<Picture> {
  const fault = (reason: string, cause?: unknown) =>
    new DeepTaylorError('image-unreadable', { image: name, reason }, cause)
  const bytes = typeof source === 'string' ? await contentOf(source, fault) : source
  const other = foreignFormat(bytes)
  if (other !== undefined) throw fault(`${other}; PNG, JPEG and WebP are understood`)
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata()
    if (width * height > pixelLimit) {
      throw fault(`it has ${width} × ${height} pixels and the limit is 268 million: make it smaller`)
    }
    const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: pixelLimit })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, data: toRgb(data, info.channels) }
  } catch (error) {
    if (error instanceof DeepTaylorError) throw error
    throw fault(`it is damaged or cut short (${reasonOf(error)})`, error)
  }
}

/**
 * The size of a picture, turned as its EXIF says, from its header alone.
 *
 * @throws DeepTaylorError `image-unreadable`
 */
export async function imageSize(path: string, name: string): Promise<Size> {
  const fault = (reason: string, cause?: unknown) =>
    new DeepTaylorError('image-unreadable', { image: name, reason }, cause)
  const bytes = await contentOf(path, fault)
  const other = foreignFormat(bytes)
  if (other !== undefined) throw fault(other)
  try {
    return (await sharp(bytes, { limitInputPixels: false }).metadata()).autoOrient
  } catch (error) {
    throw fault(reasonOf(error), error)
  }
}

async function contentOf(path: string, fault: (reason: string, cause: unknown) => Error): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw fault(isMissing ? 'there is no such file' : reasonOf(error), error)
  }
}

/** sharp leaves grey pictures at one channel. */
function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const rgb = new Uint8Array((data.length / channels) * 3)
  for (let i = 0; i < rgb.length; i++) {
    rgb[i] = data[Math.floor(i / 3) * channels + (channels < 3 ? 0 : i % 3)] as number
  }
  return rgb
}

/** How files begin, by format; `.` stands for any byte. */
const beginnings: readonly (readonly [RegExp, string | undefined])[] = [
  [/^\x89PNG\r\n/, undefined],
  [/^\xff\xd8\xff/, undefined],
  [/^RIFF....WEBP/s, undefined],
  [/^GIF8/, 'it is a GIF'],
  [/^BM/, 'it is a BMP'],
  [/^(II\*\0|MM\0\*)/, 'it is a TIFF'],
  [/^....ftyp/s, 'it is a HEIC or AVIF picture, or a video'],
  [/^%PDF/, 'it is a PDF'],
  [/^(\xef\xbb\xbf)?\s*<(svg|\?xml|!)/i, 'it is an SVG or another XML document'],
  [/^$/, 'the file is empty'],
]

/**
 * What a file is that is no PNG, JPEG or WebP. Looked at here because libvips has parsers for much more, SVG among them,
 * which a file from anywhere should not reach.
 */
function foreignFormat(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 64))
  const known = beginnings.find(([pattern]) => pattern.test(head))
  return known ? known[1] : 'its content is of another kind'
}
