/** Heatmaps and overlays as PNG files: the command line's pixels, written by the browser. */

import { heatmapPixels, overlayPixels, transparentPixels } from '../../../src/render/paint.ts'
import type { Picture, Plane } from '../../../src/web.ts'
import { imageOf, type Scale } from './paint.ts'

/** How relevance is drawn over the picture. */
export interface OverlayScale extends Scale {
  readonly opacity: number
}

const optionsOf = ({ gamma, colormap = 'blue-red', extent, opacity }: OverlayScale) => ({
  exponent: gamma,
  colormap,
  extent,
  opacity,
})

/** The heatmap alone. */
export function heatmapPng(plane: Plane, scale: OverlayScale): Promise<Blob> {
  return pngOf(imageOf(heatmapPixels(plane, optionsOf(scale))))
}

/** Relevance over the picture; over nothing where there is none. */
export function overlayPng(plane: Plane, picture: Picture | undefined, scale: OverlayScale): Promise<Blob> {
  if (picture) return pngOf(imageOf(overlayPixels(plane, picture, optionsOf(scale))))
  const { width, height, data } = transparentPixels(plane, optionsOf(scale))
  return pngOf(new ImageData(new Uint8ClampedArray(data.buffer as ArrayBuffer), width, height))
}

/** An image as a file. */
export function pngOf(image: ImageData): Promise<Blob> {
  const canvas = new OffscreenCanvas(image.width, image.height)
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  return canvas.convertToBlob({ type: 'image/png' })
}
