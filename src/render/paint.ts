/** Planes of relevance as pixels: alone, over the picture that they explain, and transparent. Pure, for browsers too. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import type { Picture, Size } from '../inputs/picture.ts'
import { resample } from '../inputs/resample.ts'
import type { Rgb } from './colormap.ts'
import type { Plane } from './plane.ts'
import { type Shading, type ShadingOptions, shadingOf, strengthsOf } from './shading.ts'

/** How a plane is drawn. */
export interface RenderOptions extends ShadingOptions {
  /** Pixels per place, a whole number. Default: so that the shorter side has at least 384 pixels, within reason. */
  readonly scale?: number
  /** Of an overlay, and of a transparent picture: how much the strongest relevance covers, 0…1. Default 1. */
  readonly opacity?: number
  /** Interpolate between places (bicubic); default: every place is a square of one colour. Volumes stay as they are. */
  readonly smooth?: boolean
  /** Iso-lines at these shares of the largest |R|, 0…1. */
  readonly contours?: readonly number[]
}

/** The places, or with `smooth` the pixels, of a picture: their strengths, and how many pixels each is drawn as. */
interface Drawn extends Size {
  readonly strength: Float32Array
  readonly cell: Size
  readonly shading: Shading
}

const shortestSide = 384
const longestSide = 2048
/** The thickness below which a strip (a vector, a few channels of a series) cannot be read. */
const thinnestSide = 48
/** Of a picture with a scale of the caller's: 300 MB of pixels. */
const mostPixels = 100_000_000

function drawnOf(plane: Plane, options: RenderOptions): Drawn {
  const cell = cellOf(plane, options.scale)
  const shading = shadingOf(plane.extent, options)
  const strength = strengthsOf(plane.values, shading)
  const { width, height } = plane
  if (!options.smooth || plane.tile || (cell.width === 1 && cell.height === 1))
    return { width, height, strength, cell, shading }
  const size = { width: width * cell.width, height: height * cell.height }
  return { ...size, strength: interpolated(strength, plane, size), cell: { width: 1, height: 1 }, shading }
}

/** Strengths between places. Each sign is a channel of bytes, which is as fine as colours are, and `resample` keeps places where they are. */
function interpolated(strength: Float32Array, { width, height }: Size, size: Size): Float32Array {
  const bytes = new Uint8Array(strength.length * 3)
  for (const [i, value] of strength.entries()) {
    bytes[i * 3] = Math.round(255 * Math.max(0, value))
    bytes[i * 3 + 1] = Math.round(255 * Math.max(0, -value))
  }
  const { data } = resample({ width, height, data: bytes }, size, 'bicubic')
  return Float32Array.from(
    { length: size.width * size.height },
    (_, i) => ((data[i * 3] as number) - (data[i * 3 + 1] as number)) / 255,
  )
}

/** The plane as pixels, one per place. */
export function heatmapPicture(plane: Plane, options: ShadingOptions = {}): Picture {
  const shading = shadingOf(plane.extent, options)
  return colored({ ...plane, strength: strengthsOf(plane.values, shading), shading })
}

function colored({ width, height, strength, shading }: Omit<Drawn, 'cell'>): Picture {
  const data = new Uint8Array(strength.length * 3)
  const { color } = shading.colormap
  for (let i = 0; i < strength.length; i++) {
    const shade = color(strength[i] as number)
    data[i * 3] = shade[0]
    data[i * 3 + 1] = shade[1]
    data[i * 3 + 2] = shade[2]
  }
  return { width, height, data }
}

/**
 * The heatmap enlarged; the slices of a volume are parted by lines.
 *
 * @throws DeepTaylorError `option-invalid` for a scale that is no whole number or too large
 */
export function heatmapPixels(plane: Plane, options: RenderOptions = {}): Picture {
  const drawn = drawnOf(plane, options)
  const { cell } = drawn
  const small = colored(drawn)
  const isEnlarged = cell.width > 1 || cell.height > 1
  const size = { width: small.width * cell.width, height: small.height * cell.height }
  const picture = isEnlarged ? resample(small, size, 'nearest') : small
  if (plane.tile) drawLines(picture, plane.tile.width * cell.width, plane.tile.height * cell.height, cell)
  return picture
}

/**
 * Relevance over the picture. The picture is grey, so that all colour in it is relevance, and lifted from black, so that deep
 * colours stay apart from it.
 *
 * @param picture what the network saw, of any size; it is stretched over the plane
 * @throws DeepTaylorError `option-invalid` for a scale that is no whole number or too large
 */
export function overlayPixels(plane: Plane, picture: Picture, options: RenderOptions = {}): Picture {
  const drawn = drawnOf(plane, options)
  const { cell } = drawn
  const size = { width: drawn.width * cell.width, height: drawn.height * cell.height }
  const out = stretched(picture, size).data
  const paints = paintsOf(drawn, options)
  for (let y = 0, at = 0; y < size.height; y++) {
    const row = Math.floor(y / cell.height) * drawn.width
    for (let x = 0; x < drawn.width; x++) {
      const place = (row + x) * 4
      const [left, red] = [1 - (paints[place + 3] as number), paints[place] as number]
      const [green, blue] = [paints[place + 1] as number, paints[place + 2] as number]
      for (let i = 0; i < cell.width; i++, at += 3) {
        const grey = left * ground(out[at] as number, out[at + 1] as number, out[at + 2] as number)
        out[at] = grey + red + 0.5
        out[at + 1] = grey + green + 0.5
        out[at + 2] = grey + blue + 0.5
      }
    }
  }
  return { ...size, data: out }
}

/** A picture at a size: enlarged by whole pixels where it can be. */
export function stretched(picture: Picture, size: Size): Picture {
  const isMultiple = size.width % picture.width === 0 && size.height % picture.height === 0
  return resample(picture, size, isMultiple ? 'nearest' : 'bilinear')
}

/**
 * Relevance to lay over anything, as red, green, blue and alpha bytes: where there is none it is transparent, and the stronger it
 * is, the more it covers.
 *
 * @throws DeepTaylorError `option-invalid` for a scale that is no whole number or too large
 */
export function transparentPixels(plane: Plane, options: RenderOptions = {}): Size & { readonly data: Uint8Array } {
  const drawn = drawnOf(plane, options)
  const { cell } = drawn
  const paints = paintsOf(drawn, options)
  const [width, height] = [drawn.width * cell.width, drawn.height * cell.height]
  const data = new Uint8Array(width * height * 4)
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(y / cell.height) * drawn.width
    for (let x = 0; x < width; x++, at += 4) {
      const place = (row + Math.floor(x / cell.width)) * 4
      const alpha = paints[place + 3] as number
      for (let c = 0; c < 3; c++) data[at + c] = alpha > 0 ? (paints[place + c] as number) / alpha + 0.5 : 0
      data[at + 3] = alpha * 255 + 0.5
    }
  }
  return { width, height, data }
}

/** What relevance lays over each place: red, green and blue times its alpha, 0…255, and the alpha, 0…1. */
function paintsOf({ strength, shading }: Drawn, { opacity = 1 }: RenderOptions): Float64Array {
  const paints = new Float64Array(strength.length * 4)
  for (let i = 0; i < strength.length; i++) {
    const value = strength[i] as number
    const color = paintOf(value, shading)
    const isShown = shading.colormap.kind === 'diverging' || value > 0
    const alpha = isShown ? opacity * Math.min(1, 1.25 * Math.abs(value)) : 0
    for (let c = 0; c < 3; c++) paints[i * 4 + c] = (color[c] as number) * alpha
    paints[i * 4 + 3] = alpha
  }
  return paints
}

/** Of a diverging map, neither its white, which would look like light, nor its near-black ends, which would look like shade. */
function paintOf(value: number, { colormap }: Shading): Rgb {
  if (colormap.kind === 'sequential') return colormap.color(value)
  return colormap.color(Math.sign(value) * (0.45 + 0.4 * Math.abs(value)))
}

/** Rec. 709 luma, from dark grey to nearly white. */
function ground(r: number, g: number, b: number): number {
  return 255 * 0.35 + 0.6 * (0.2126 * r + 0.7152 * g + 0.0722 * b)
}

/**
 * The pixels that a place is drawn as: a square, but for strips, which would be lines.
 *
 * @throws DeepTaylorError `option-invalid` for a scale that is no whole number or too large
 */
export function cellOf({ width, height }: Size, scale?: number): Size {
  if (scale !== undefined) {
    const isUsable = Number.isInteger(scale) && scale > 0 && (scale === 1 || width * height * scale ** 2 <= mostPixels)
    if (isUsable) return { width: scale, height: scale }
    const reason = `a whole number was expected, and at most ${mostPixels / 1e6} million pixels`
    throw new DeepTaylorError('option-invalid', { option: `scale ${scale}`, reason })
  }
  const wanted = Math.ceil(shortestSide / Math.min(width, height))
  const side = Math.max(1, Math.min(wanted, Math.floor(longestSide / Math.max(width, height))))
  return {
    width: Math.max(side, Math.ceil(thinnestSide / width)),
    height: Math.max(side, Math.ceil(thinnestSide / height)),
  }
}

/** Darker than zero and without hue. */
const lineGrey = 170

/** Lines over the first pixels of tiles; where places are too small to spare any, none. */
function drawLines({ width, height, data }: Picture, tileWidth: number, tileHeight: number, cell: Size): void {
  const place = Math.min(cell.width, cell.height)
  if (place < 3) return
  const thickness = Math.max(1, Math.floor(place / 6))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isLine = (x >= tileWidth && x % tileWidth < thickness) || (y >= tileHeight && y % tileHeight < thickness)
      if (isLine) data.fill(lineGrey, (y * width + x) * 3, (y * width + x) * 3 + 3)
    }
  }
}
