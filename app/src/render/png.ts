/** Heatmaps and overlays as PNG files, enlarged so that they can be looked at, nothing smoothed. */

import type { Picture, Plane } from '../../../src/web.ts'
import { paintHeatmap, paintLayer, paintPicture, type Scale } from './paint.ts'

/** How relevance is drawn over the picture. */
export interface OverlayScale extends Scale {
  readonly opacity: number
}

const shortestSide = 512
const longestSide = 2048

/** Pixels per place, as on the command line. */
function cellOf({ width, height }: Plane): number {
  const wanted = Math.ceil(shortestSide / Math.min(width, height))
  return Math.max(1, Math.min(wanted, Math.floor(longestSide / Math.max(width, height))))
}

/** The heatmap alone. */
export function heatmapPng(plane: Plane, scale: Scale): Promise<Blob> {
  return drawn(plane, context => draw(context, paintHeatmap(plane, scale), false))
}

/** Relevance over the picture; over nothing where there is none. */
export function overlayPng(plane: Plane, picture: Picture | undefined, scale: OverlayScale): Promise<Blob> {
  return drawn(plane, context => {
    if (picture) draw(context, paintPicture(picture, true), picture.width > plane.width)
    context.globalAlpha = scale.opacity
    draw(context, paintLayer(plane, scale), false)
  })
}

function drawn(plane: Plane, paint: (context: OffscreenCanvasRenderingContext2D) => void): Promise<Blob> {
  const cell = cellOf(plane)
  const canvas = new OffscreenCanvas(plane.width * cell, plane.height * cell)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('The browser has no memory for the picture')
  paint(context)
  return canvas.convertToBlob({ type: 'image/png' })
}

/** An image over the whole canvas. */
function draw(context: OffscreenCanvasRenderingContext2D, image: ImageData, isSmooth: boolean): void {
  const own = new OffscreenCanvas(image.width, image.height)
  own.getContext('2d')?.putImageData(image, 0, 0)
  context.imageSmoothingEnabled = isSmooth
  context.drawImage(own, 0, 0, context.canvas.width, context.canvas.height)
}
