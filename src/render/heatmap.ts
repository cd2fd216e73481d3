/** Planes of relevance as pictures: alone, and over the picture that they explain. Nothing is smoothed. */

import sharp, { type Sharp } from 'sharp'
import type { Picture } from '../inputs/image.ts'
import { diverging } from './colormap.ts'
import type { Plane } from './plane.ts'

/** How a plane is drawn. */
export interface RenderOptions {
  /** Whole factor by which every place is enlarged. Default: so that the shorter side has at least 384 pixels. */
  readonly scale?: number
}

const shortestSide = 384
const longestSide = 4096

/** Places far below the largest would all be white; the square root brings them out and keeps the order. */
const tone = (share: number): number => Math.sign(share) * Math.sqrt(Math.abs(share))

/** The plane as pixels: red for, blue against, white nothing; `extent` is the full colour. */
export function heatmapPicture(plane: Plane): Picture {
  const data = new Uint8Array(plane.values.length * 3)
  plane.values.forEach((value, i) => {
    data.set(diverging(tone(shareOf(value, plane))), i * 3)
  })
  return { width: plane.width, height: plane.height, data }
}

/** The heatmap as a PNG file. */
export function renderHeatmap(plane: Plane, options: RenderOptions = {}): Promise<Uint8Array> {
  const picture = heatmapPicture(plane)
  const scale = options.scale ?? defaultScale(plane)
  return toPng(
    sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } }).resize({
      width: picture.width * scale,
      height: picture.height * scale,
      kernel: 'nearest',
    }),
  )
}

/** How much of the picture's own colour is left under the relevance. */
const saturation = 0.25
/** Half-way to white, so that dark pictures do not swallow the colours. */
const lift = 0.35

/** Relevance over the picture, which is paled to let it speak, as a PNG file. */
export async function renderOverlay(plane: Plane, picture: Picture, options: RenderOptions = {}): Promise<Uint8Array> {
  const scale = options.scale ?? defaultScale(plane)
  const [width, height] = [plane.width * scale, plane.height * scale]
  const ground = await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } })
    .resize({ width, height, fit: 'fill', kernel: picture.width < width ? 'nearest' : 'lanczos3' })
    .modulate({ saturation })
    .linear(1 - lift, 255 * lift)
    .removeAlpha()
    .raw()
    .toBuffer()
  const out = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / scale) * plane.width
    for (let x = 0; x < width; x++) {
      const share = tone(shareOf(plane.values[row + Math.floor(x / scale)] as number, plane))
      const alpha = Math.min(1, Math.abs(share))
      const [r, g, b] = diverging(Math.sign(share) * (0.35 + 0.65 * alpha))
      const at = (y * width + x) * 3
      out[at] = mix(ground[at] as number, r, alpha)
      out[at + 1] = mix(ground[at + 1] as number, g, alpha)
      out[at + 2] = mix(ground[at + 2] as number, b, alpha)
    }
  }
  return toPng(sharp(out, { raw: { width, height, channels: 3 } }))
}

function mix(below: number, above: number, alpha: number): number {
  return Math.round(below * (1 - alpha) + above * alpha)
}

function shareOf(value: number, { extent }: Plane): number {
  return extent === 0 ? 0 : value / extent
}

function defaultScale({ width, height }: Plane): number {
  const wanted = Math.ceil(shortestSide / Math.min(width, height))
  return Math.max(1, Math.min(wanted, Math.floor(longestSide / Math.max(width, height))))
}

async function toPng(image: Sharp): Promise<Uint8Array> {
  return image.png({ compressionLevel: 9 }).toBuffer()
}
