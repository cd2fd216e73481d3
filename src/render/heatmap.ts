/** Planes of relevance as pictures: alone, and over the picture that they explain. Nothing is smoothed. */

import sharp from 'sharp'
import { DeepTaylorError } from '../core/diagnostics.ts'
import type { Picture, Size } from '../inputs/picture.ts'
import { resample } from '../inputs/resample.ts'
import { diverging } from './colormap.ts'
import type { Plane } from './plane.ts'

/** How a plane is drawn. */
export interface RenderOptions {
  /** Pixels per place, a whole number. Default: so that the shorter side has at least 384 pixels, within reason. */
  readonly scale?: number
  /** The |value| of the full colour; one for several pictures makes them comparable. Default: the plane's own largest. */
  readonly extent?: number
  /** Exponent from |value| / extent to strength of colour; 1 is linear, lower shows more of what is faint. Default 0.5. */
  readonly gamma?: number
}

const shortestSide = 384
const longestSide = 2048
/** The thickness below which a strip (a vector, a few channels of a series) cannot be read. */
const thinnestSide = 48
/** Of a picture with a scale of the caller's: 300 MB of pixels. */
const mostPixels = 100_000_000

/**
 * The strength of colour of each place, −1…1. Most relevance is far below the largest and would be invisible, hence the
 * exponent: the order stays, and so does zero.
 */
function strengths({ values, extent }: Plane, options: RenderOptions): Float32Array {
  const full = options.extent ?? extent
  const gamma = options.gamma ?? 0.5
  if (!(full > 0)) return new Float32Array(values.length)
  const out = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    const share = Math.min(1, Math.abs(value) / full)
    out[i] = Number.isNaN(share) ? 0 : Math.sign(value) * share ** gamma
  }
  return out
}

/** The plane as pixels, one per place: red for, blue against, near-white nothing. */
export function heatmapPicture(plane: Plane, options: RenderOptions = {}): Picture {
  const data = new Uint8Array(plane.values.length * 3)
  const strength = strengths(plane, options)
  for (let i = 0; i < strength.length; i++) {
    const color = diverging(strength[i] as number)
    data[i * 3] = color[0]
    data[i * 3 + 1] = color[1]
    data[i * 3 + 2] = color[2]
  }
  return { width: plane.width, height: plane.height, data }
}

/**
 * The heatmap as a PNG file; the slices of a volume are parted by lines.
 *
 * @throws DeepTaylorError `option-invalid` for a scale that is no whole number or too large
 */
export async function renderHeatmap(plane: Plane, options: RenderOptions = {}): Promise<Uint8Array> {
  const cell = cellOf(plane, options.scale)
  const picture = enlarged(heatmapPicture(plane, options), cell)
  if (plane.tile) drawLines(picture, plane.tile.width * cell.width, plane.tile.height * cell.height, cell)
  return toPng(picture)
}

/**
 * Relevance over the picture, as a PNG file. The picture is grey, so that all colour in it is relevance, and lifted from
 * black, so that deep colours stay apart from it.
 *
 * @param picture what the network saw, of any size; it is stretched over the plane
 * @throws DeepTaylorError `option-invalid` for a scale that is no whole number or too large
 */
export async function renderOverlay(plane: Plane, picture: Picture, options: RenderOptions = {}): Promise<Uint8Array> {
  const cell = cellOf(plane, options.scale)
  const size = { width: plane.width * cell.width, height: plane.height * cell.height }
  const isMultiple = size.width % picture.width === 0 && size.height % picture.height === 0
  const out = resample(picture, size, isMultiple ? 'nearest' : 'bilinear').data
  const paints = paintsOf(strengths(plane, options))
  for (let y = 0, at = 0; y < size.height; y++) {
    const row = Math.floor(y / cell.height) * plane.width
    for (let x = 0; x < plane.width; x++) {
      const place = (row + x) * 4
      const [left, red] = [paints[place] as number, paints[place + 1] as number]
      const [green, blue] = [paints[place + 2] as number, paints[place + 3] as number]
      for (let i = 0; i < cell.width; i++, at += 3) {
        const grey = left * ground(out[at] as number, out[at + 1] as number, out[at + 2] as number)
        out[at] = grey + red + 0.5
        out[at + 1] = grey + green + 0.5
        out[at + 2] = grey + blue + 0.5
      }
    }
  }
  return toPng({ ...size, data: out })
}

/** What relevance lays over each place: the share of the ground that is left, and the red, green and blue that come to it. */
function paintsOf(strength: Float32Array): Float64Array {
  const paints = new Float64Array(strength.length * 4)
  for (let i = 0; i < strength.length; i++) {
    const value = strength[i] as number
    const size = Math.abs(value)
    const alpha = Math.min(1, 1.25 * size)
    // Neither the scale's white, which would look like light, nor its near-black ends, which would look like shade.
    const color = diverging(Math.sign(value) * (0.45 + 0.4 * size))
    paints[i * 4] = 1 - alpha
    for (let c = 0; c < 3; c++) paints[i * 4 + 1 + c] = (color[c] as number) * alpha
  }
  return paints
}

/** Rec. 709 luma, from dark grey to nearly white. */
function ground(r: number, g: number, b: number): number {
  return 255 * 0.35 + 0.6 * (0.2126 * r + 0.7152 * g + 0.0722 * b)
}

/** The pixels that a place is drawn as: a square, but for strips, which would be lines. */
function cellOf({ width, height }: Plane, scale: number | undefined): Size {
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

function enlarged(picture: Picture, cell: Size): Picture {
  if (cell.width === 1 && cell.height === 1) return picture
  return resample(picture, { width: picture.width * cell.width, height: picture.height * cell.height }, 'nearest')
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

/** zlib's 6 takes half the time of its 9, for files that are 3 % (noise) to a third (flat areas) larger. */
const compressionLevel = 6

async function toPng({ width, height, data }: Picture): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel })
    .toBuffer()
}
