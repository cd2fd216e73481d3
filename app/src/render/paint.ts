/** Planes of relevance as pixels of a canvas: alone, and as a layer over the picture. The colours are the command line's. */

import { diverging } from '../../../src/render/colormap.ts'
import type { Picture, Plane } from '../../../src/web.ts'

/** How strong a colour a value has. */
export interface Scale {
  /** The |value| of the full colour. */
  readonly extent: number
  /** Exponent from |value| / extent to strength; 1 is linear, lower shows more of what is faint. */
  readonly gamma: number
}

/** −1…1: the sign of the value, and how strong its colour is. */
export function strengthOf(value: number, { extent, gamma }: Scale): number {
  if (!(extent > 0) || Number.isNaN(value)) return 0
  return Math.sign(value) * Math.min(1, Math.abs(value) / extent) ** gamma
}

/** Red for, blue against, near-white nothing; opaque. */
export function paintHeatmap({ width, height, values }: Plane, scale: Scale): ImageData {
  const image = new ImageData(width, height)
  const { data } = image
  for (let i = 0; i < values.length; i++) {
    const [r, g, b] = diverging(strengthOf(values[i] as number, scale))
    data[i * 4] = r
    data[i * 4 + 1] = g
    data[i * 4 + 2] = b
    data[i * 4 + 3] = 255
  }
  return image
}

/** The layer that is laid over a grey picture: strong relevance covers, weak lets the picture through. */
export function paintLayer({ width, height, values }: Plane, scale: Scale): ImageData {
  const image = new ImageData(width, height)
  const { data } = image
  for (let i = 0; i < values.length; i++) {
    const strength = strengthOf(values[i] as number, scale)
    const size = Math.abs(strength)
    // Neither the scale's white, which would look like light, nor its near-black ends, which would look like shade.
    const [r, g, b] = diverging(Math.sign(strength) * (0.45 + 0.4 * size))
    data[i * 4] = r
    data[i * 4 + 1] = g
    data[i * 4 + 2] = b
    data[i * 4 + 3] = Math.round(255 * Math.min(1, 1.25 * size))
  }
  return image
}

/** A picture as it is, or as the grey ground under relevance: lifted from black, so that deep colours stay apart from it. */
export function paintPicture({ width, height, data: rgb }: Picture, isGround = false): ImageData {
  const image = new ImageData(width, height)
  const { data } = image
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    const [r, g, b] = [rgb[from] as number, rgb[from + 1] as number, rgb[from + 2] as number]
    const grey = isGround ? 255 * 0.35 + 0.6 * (0.2126 * r + 0.7152 * g + 0.0722 * b) : 0
    data[to] = isGround ? grey : r
    data[to + 1] = isGround ? grey : g
    data[to + 2] = isGround ? grey : b
    data[to + 3] = 255
  }
  return image
}

/** The scale itself, from −extent to extent, one pixel high. */
export function paintScale(scale: Scale, width = 257): ImageData {
  const values = Float32Array.from({ length: width }, (_, i) => ((2 * i) / (width - 1) - 1) * scale.extent)
  return paintHeatmap({ width, height: 1, values, extent: scale.extent }, scale)
}
