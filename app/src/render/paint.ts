/** Planes of relevance as pixels of a canvas. Scales and colours are the command line's own; only the canvas's form is made here. */

import { type ColormapName, colormaps } from '../../../src/render/colormap.ts'
import { heatmapPicture, overlayPixels, transparentPixels } from '../../../src/render/paint.ts'
import { strengthOf as strengthBy } from '../../../src/render/shading.ts'
import type { Picture, Plane } from '../../../src/web.ts'

/** How strong a colour a value has, and of which map. */
export interface Scale {
  /** The |value| of the full colour. */
  readonly extent: number
  /** Exponent from |value| / extent to strength; 1 is linear, lower shows more of what is faint. */
  readonly gamma: number
  /** Default: blue against, red for. */
  readonly colormap?: ColormapName
}

const shadingOf = ({ extent, gamma, colormap = 'blue-red' }: Scale) => ({ extent, exponent: gamma, colormap })

/** −1…1: the sign of the value, and how strong its colour is. */
export function strengthOf(value: number, scale: Scale): number {
  return strengthBy(value, shadingOf(scale))
}

/** The plane, one pixel a place, opaque. */
export function paintHeatmap(plane: Plane, scale: Scale): ImageData {
  return imageOf(heatmapPicture(plane, shadingOf(scale)))
}

/** The layer that is laid over a grey picture: strong relevance covers, weak lets the picture through. */
export function paintLayer(plane: Plane, scale: Scale): ImageData {
  const { width, height, data } = transparentPixels(plane, { ...shadingOf(scale), scale: 1 })
  return new ImageData(new Uint8ClampedArray(data.buffer as ArrayBuffer), width, height)
}

/** A picture as it is, or as the grey ground under relevance: lifted from black, so that deep colours stay apart from it. */
export function paintPicture(picture: Picture, isGround = false): ImageData {
  return imageOf(isGround ? groundOf(picture) : picture)
}

/** The command line's ground: an overlay of nothing. */
function groundOf(picture: Picture): Picture {
  const { width, height } = picture
  const nothing = { width, height, values: new Float32Array(width * height), extent: 0 }
  return overlayPixels(nothing, picture, { scale: 1 })
}

/** The scale itself, from −extent to extent (or from 0, of a map without a side against), one pixel high. */
export function paintScale(scale: Scale, width = 257): ImageData {
  const isOneSided = colormaps[scale.colormap ?? 'blue-red'].kind === 'sequential'
  const share = (i: number) => (isOneSided ? i / (width - 1) : (2 * i) / (width - 1) - 1)
  const values = Float32Array.from({ length: width }, (_, i) => share(i) * scale.extent)
  return paintHeatmap({ width, height: 1, values, extent: scale.extent }, scale)
}

/** Red, green and blue as a canvas has them: with alpha. */
export function imageOf({ width, height, data: rgb }: Picture): ImageData {
  const image = new ImageData(width, height)
  const { data } = image
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    data[to] = rgb[from] as number
    data[to + 1] = rgb[from + 1] as number
    data[to + 2] = rgb[from + 2] as number
    data[to + 3] = 255
  }
  return image
}
