/** Planes of relevance on canvases: alone at the size of their data, or over the grey picture that the network saw. */

import type { Picture, Plane } from '../../../../src/web.ts'
import { paintHeatmap, paintLayer, type Scale } from '../../render/paint.ts'

/** Draws a plane by itself. */
export function drawPlane(canvas: HTMLCanvasElement, plane: Plane, scale: Scale): void {
  canvas.width = plane.width
  canvas.height = plane.height
  canvas.getContext('2d')?.putImageData(paintHeatmap(plane, scale), 0, 0)
}

/** Draws a plane as a layer that lets through what lies under it. */
export function drawLayer(canvas: HTMLCanvasElement, plane: Plane, scale: Scale): void {
  canvas.width = plane.width
  canvas.height = plane.height
  canvas.getContext('2d')?.putImageData(paintLayer(plane, scale), 0, 0)
}

/** Draws the picture in grey, paler than it is: relevance is what is looked at. */
export function drawPicture(canvas: HTMLCanvasElement, { width, height, data }: Picture): void {
  canvas.width = width
  canvas.height = height
  const image = new ImageData(width, height)
  for (let i = 0; i < width * height; i++) {
    const [r, g, b] = [data[i * 3] as number, data[i * 3 + 1] as number, data[i * 3 + 2] as number]
    const grey = 96 + 0.6 * (0.299 * r + 0.587 * g + 0.114 * b)
    image.data.fill(grey, i * 4, i * 4 + 3)
    image.data[i * 4 + 3] = 255
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0)
}

/** Where in a layer, without its channel, an element of a plane lies. */
export function placeIn(plane: Plane, x: number, y: number, dims: readonly number[]): readonly number[] {
  const { tile, width } = plane
  if (!tile) return dims.length <= 1 ? [] : dims.length === 2 ? [x] : [y, x]
  const slice = Math.floor(y / tile.height) * (width / tile.width) + Math.floor(x / tile.width)
  return [slice, y % tile.height, x % tile.width]
}
