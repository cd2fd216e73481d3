/** Relevance of planes, tables and texts as files. */

import { join } from 'node:path'
import type { Picture } from '../inputs/picture.ts'
import { type BarsOptions, barsShading, type Feature, renderBars } from '../render/bars.ts'
import { renderFigure } from '../render/figure.ts'
import { renderHeatmap, renderOverlay, renderTransparent } from '../render/heatmap.ts'
import { notesOf, sentences } from '../render/notes.ts'
import type { Plane } from '../render/plane.ts'
import { type Shading, shadingOf } from '../render/shading.ts'
import { type Word, type WordsOptions, wordsPage, wordsShading } from '../render/words.ts'
import { type DrawOptions, renderingFrom, shadingFrom } from './draw-options.ts'
import { writeWhole } from './files.ts'
import type { ReportItem } from './report.ts'

/** How and where to. */
export interface FileOptions extends DrawOptions {
  readonly out: string
}

/** Files that were written, by what they are, and the scale of their colours. */
export interface DrawnFiles {
  readonly files: Omit<ReportItem['files'], 'relevance'>
  readonly shading: Shading
}

/** A table's bars. */
export async function drawBars(
  features: readonly Feature[],
  about: BarsOptions,
  base: string,
  opts: FileOptions,
): Promise<DrawnFiles> {
  const bars = `${base}.bars.svg`
  await writeWhole(join(opts.out, bars), renderBars(features, { ...about, ...shadingFrom(opts) }))
  return { files: { bars }, shading: barsShading(features, shadingFrom(opts)) }
}

/** A text's page. */
export async function drawWords(
  words: readonly Word[],
  about: WordsOptions,
  base: string,
  opts: FileOptions,
): Promise<DrawnFiles> {
  const page = `${base}.words.html`
  await writeWhole(join(opts.out, page), wordsPage(words, { ...about, ...shadingFrom(opts) }))
  return { files: { words: page }, shading: wordsShading(words, shadingFrom(opts)) }
}

/** A plane's heatmap; the overlay, where there is a picture; and what else is asked for. */
export async function drawPlane(
  plane: Plane,
  picture: Picture | undefined,
  about: { readonly title: string; readonly subtitle: string },
  base: string,
  opts: FileOptions,
): Promise<DrawnFiles> {
  const drawing = renderingFrom(opts)
  const [shading, pooling] = [shadingOf(plane.extent, drawing), opts.channels ?? 'sum']
  const describe = (isOverlay: boolean) => {
    const notes = sentences(notesOf({ shading, plane, pooling, options: drawing, isOverlay }))
    return { ...drawing, description: `${about.title}: ${about.subtitle}. ${notes}` }
  }
  const write = async (kind: string, content: Uint8Array | string): Promise<string> => {
    const file = `${base}.${kind}`
    await writeWhole(join(opts.out, file), content)
    return file
  }
  const heatmap = await write('heatmap.png', await renderHeatmap(plane, describe(false)))
  const overlay = picture && (await write('overlay.png', await renderOverlay(plane, picture, describe(true))))
  const transparent =
    opts.transparent && (await write('transparent.png', await renderTransparent(plane, describe(true))))
  const figure = opts.annotate && (await renderFigure(plane, picture, { ...drawing, ...about, pooling }))
  return {
    files: {
      heatmap,
      ...(overlay !== undefined && { overlay }),
      ...(transparent !== undefined && { transparent }),
      ...(figure && {
        figure: await write('figure.png', figure.png),
        figureSvg: await write('figure.svg', figure.svg),
      }),
    },
    shading,
  }
}
