/** Figures as files: SVG with letters as outlines, and the same as PNG. */

import sharp from 'sharp'
import type { Picture } from '../inputs/picture.ts'
import { figureDensity, figureSvg, type Panel } from './figure-layout.ts'
import { glyphLettering } from './glyphs.ts'
import { type PngOptions, renderHeatmap, renderOverlay, renderPicture } from './heatmap.ts'
import { notesOf, sentences } from './notes.ts'
import { cellOf, stretched } from './paint.ts'
import type { ChannelPooling, Plane } from './plane.ts'
import { shadingOf } from './shading.ts'

/** What a figure is of. */
export interface FigureOptions extends PngOptions {
  readonly title: string
  readonly subtitle: string
  /** How the plane's channels were pooled, for the caption. */
  readonly pooling: ChannelPooling
}

/** A figure as files. */
export interface FigureFiles {
  readonly svg: string
  readonly png: Uint8Array
}

/** What SVG is drawn at by default, in dots per inch. */
const usualDensity = 72

/**
 * The input, its relevance and both overlaid, with a colour bar and a caption that states scale, exponent and pooling.
 *
 * @param picture what the network saw; undefined for arrays, whose figure is the heatmap alone
 * @throws DeepTaylorError `option-invalid` for a scale that is no whole number or too large
 */
export async function renderFigure(
  plane: Plane,
  picture: Picture | undefined,
  options: FigureOptions,
): Promise<FigureFiles> {
  const { title, subtitle, pooling, ...drawing } = options
  const cell = cellOf(plane, drawing.scale)
  const size = { width: plane.width * cell.width, height: plane.height * cell.height }
  const panelOf = (caption: string, png: Uint8Array): Panel => ({ caption, dataUrl: dataUrlOf(png), ...size })
  const panels = [panelOf('relevance', await renderHeatmap(plane, drawing))]
  if (picture) {
    panels.unshift(panelOf('input', await renderPicture(stretched(picture, size))))
    panels.push(panelOf('relevance over the input', await renderOverlay(plane, picture, drawing)))
  }
  const shading = shadingOf(plane.extent, drawing)
  const caption = sentences(notesOf({ shading, plane, pooling, options: drawing, isOverlay: picture !== undefined }))
  const svg = figureSvg({ title, subtitle, panels, shading, caption }, glyphLettering)
  const density = usualDensity * figureDensity
  const png = await sharp(Buffer.from(svg), { density, unlimited: true }).png({ compressionLevel: 9 }).toBuffer()
  return { svg, png }
}

/** A PNG file as a data URL. */
export function dataUrlOf(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`
}
