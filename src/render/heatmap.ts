/** Planes of relevance as PNG files. Nothing is smoothed unless it is asked for. */

import sharp from 'sharp'
import type { Picture, Size } from '../inputs/picture.ts'
import { colormaps } from './colormap.ts'
import { contourMarks, contoursOf } from './contours.ts'
import { escaped } from './escaped.ts'
import { cellOf, heatmapPixels, overlayPixels, type RenderOptions, transparentPixels } from './paint.ts'
import type { Plane } from './plane.ts'

/** How a plane becomes a file. */
export interface PngOptions extends RenderOptions {
  /** What is drawn and how, for the file's metadata (XMP, dc:description). */
  readonly description?: string
}

/**
 * The heatmap as a PNG file; the slices of a volume are parted by lines.
 *
 * @throws DeepTaylorError `option-invalid` for a scale that is no whole number or too large
 */
export async function renderHeatmap(plane: Plane, options: PngOptions = {}): Promise<Uint8Array> {
  return encoded(heatmapPixels(plane, options), 3, plane, options)
}

/**
 * Relevance over the grey picture, as a PNG file.
 *
 * @param picture what the network saw, of any size; it is stretched over the plane
 * @throws DeepTaylorError `option-invalid` for a scale that is no whole number or too large
 */
export async function renderOverlay(plane: Plane, picture: Picture, options: PngOptions = {}): Promise<Uint8Array> {
  return encoded(overlayPixels(plane, picture, options), 3, plane, options)
}

/**
 * Relevance to lay over anything, as a PNG file with alpha: the stronger, the more it covers.
 *
 * @throws DeepTaylorError `option-invalid` for a scale that is no whole number or too large
 */
export async function renderTransparent(plane: Plane, options: PngOptions = {}): Promise<Uint8Array> {
  return encoded(transparentPixels(plane, options), 4, plane, options)
}

/** zlib's 6 takes half the time of its 9, for files that are 3 % (noise) to a third (flat areas) larger. */
const compressionLevel = 6

async function encoded(
  { width, height, data }: Size & { readonly data: Uint8Array },
  channels: 3 | 4,
  plane: Plane,
  options: PngOptions,
): Promise<Uint8Array> {
  const image = sharp(data, { raw: { width, height, channels } })
  const lines = contourLayer(plane, options)
  // Laying something over it gives a picture an alpha channel.
  if (lines) image.composite([{ input: Buffer.from(lines) }])
  if (lines && channels === 3) image.removeAlpha()
  if (options.description !== undefined) image.withXmp(xmpOf(options.description))
  return image.png({ compressionLevel }).toBuffer()
}

/** A description as XMP, which unlike EXIF can write every script. */
function xmpOf(description: string): string {
  const text = `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escaped(description)}</rdf:li></rdf:Alt></dc:description>`
  const namespaces =
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${namespaces}><rdf:Description rdf:about="">${text}</rdf:Description></rdf:RDF></x:xmpmeta>`
}

/** Pixels per pixel of a line's thickness. */
const lineShare = 256

/** The contours that are asked for, as SVG of the picture's size. */
export function contourLayer(plane: Plane, options: RenderOptions): string | undefined {
  if (!options.contours || options.contours.length === 0) return undefined
  const cell = cellOf(plane, options.scale)
  const { kind } = colormaps[options.colormap ?? 'blue-red']
  const lines = contoursOf(plane, options.contours, kind === 'diverging' ? 'both' : 'for')
  const [width, height] = [plane.width * cell.width, plane.height * cell.height]
  const marks = contourMarks(lines, cell, Math.max(1, Math.min(width, height) / lineShare))
  if (marks === '') return undefined
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${marks}</svg>`
}

/** Pixels as a PNG file, as they are. */
export async function renderPicture({ width, height, data }: Picture): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel })
    .toBuffer()
}
