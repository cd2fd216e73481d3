/** Pictures: decoded by the browser, prepared as the command line prepares them. */

import { DeepTaylorError, type Picture, prepareImage } from '../../../../src/web.ts'
import { blobOf } from '../bytes.ts'
import type { Handler } from '../context.ts'
import type { Bytes } from '../protocol.ts'

/** A picture as the network gets it, and as a person sees the same region. */
export const prepare: Handler<'prepare'> = async (request, { progress, transfer, signal }) => {
  const { name, bytes, preprocessing, geometry } = request
  progress({ words: `Reading ${name}` })
  const source = await decoded(bytes, name)
  signal.throwIfAborted()
  const { tensor, picture } = prepareImage(source, preprocessing, geometry)
  transfer.push(tensor.data.buffer as ArrayBuffer)
  // Where the whole picture is seen, its pixels are the decoded ones, which are kept.
  if (picture.data !== source.data) transfer.push(picture.data.buffer as ArrayBuffer)
  return { tensor, picture, natural: { width: source.width, height: source.height } }
}

/** The last picture: preprocessing is changed more often than pictures are. */
let last: { readonly bytes: Bytes; readonly name: string; readonly picture: Picture } | undefined

async function decoded(bytes: Bytes, name: string): Promise<Picture> {
  if (last?.bytes === bytes && last.name === name) return last.picture
  const picture = await decode(bytes, name)
  last = { bytes, name, picture }
  return picture
}

async function decode(bytes: Bytes, name: string): Promise<Picture> {
  const fault = (reason: string, cause?: unknown) =>
    new DeepTaylorError('image-unreadable', { image: name, reason }, cause)
  const blob = await blobOf(bytes).catch(error => {
    throw fault(String(error), error)
  })
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none' }).catch(error => {
    throw fault(
      'it is damaged, cut short, or no picture that this browser reads; PNG, JPEG and WebP are understood',
      error,
    )
  })
  const { width, height } = bitmap
  try {
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    if (!context) throw fault('the browser has no memory for its pixels')
    context.drawImage(bitmap, 0, 0)
    return { width, height, data: onWhite(context.getImageData(0, 0, width, height).data) }
  } finally {
    bitmap.close()
  }
}

/** Without alpha, on white. */
function onWhite(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    const alpha = rgba[from + 3] as number
    for (let c = 0; c < 3; c++, to++) {
      const value = rgba[from + c] as number
      rgb[to] = alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255)
    }
  }
  return rgb
}
