/** A comparison as one PNG: a row per input, a column per method, every place enlarged by whole pixels. */

import sharp, { type Raw } from 'sharp'
import { DeepTaylorError } from '../core/diagnostics.ts'
import type { Size } from '../inputs/picture.ts'
import {
  type Comparison,
  type ComparisonRow,
  cellText,
  comparisonNotes,
  legendOf,
  rowText,
  shadingsOf,
} from './comparison.ts'
import { glyphLettering } from './glyphs.ts'
import { contourLayer } from './heatmap.ts'
import { colorBar, legendDepth } from './legend.ts'
import { clipped, wrapped } from './lettering.ts'
import { sentences } from './notes.ts'
import { heatmapPixels, stretched } from './paint.ts'
import type { Plane } from './plane.ts'
import type { Shading } from './shading.ts'

/** Pixels: the picture is made for screens and prints that have two for each of a page's. */
const [margin, gap, wantedSide, narrowestCell, narrowest] = [40, 28, 384, 300, 960] as const
const [ink, soft] = ['#1a1a1a', '#555']
const heading = { size: 30, isBold: true, color: ink } as const
const strong = { size: 24, isBold: true, color: ink } as const
const small = { size: 22, color: soft } as const
const lineHeight = 30

/** 300 MB of pixels while it is drawn. */
const mostPixels = 100_000_000

/** A horizontal part of the picture: letters and lines as SVG, and pictures on it. */
interface Strip {
  readonly height: number
  readonly marks: string
  readonly pictures: readonly {
    readonly input: Buffer
    readonly raw?: Raw
    readonly left: number
    readonly top: number
  }[]
}

/**
 * The comparison as a PNG file.
 *
 * @throws DeepTaylorError `option-invalid` where it is no comparison of planes, or would have more than 100 million pixels
 */
export async function renderGrid(comparison: Comparison): Promise<Uint8Array> {
  const { rows, methods } = comparison
  const planes = rows.flatMap(({ cells }) =>
    cells.flatMap(({ shown }) => (shown.kind === 'plane' ? [shown.plane] : [])),
  )
  if (planes.length === 0) throw invalid('tables and texts are compared in HTML only')
  const scales = new Map(planes.map(plane => [plane, comparison.drawing.scale ?? wholeScale(plane)]))
  const hasPictures = rows.some(({ picture }) => picture !== undefined)
  const columns = methods.length + (hasPictures ? 1 : 0)
  const widest = Math.max(narrowestCell, ...planes.map(plane => plane.width * (scales.get(plane) as number)))
  const width = Math.max(narrowest, 2 * margin + columns * widest + (columns - 1) * gap)
  const place = (column: number) => margin + column * (widest + gap)
  const shadings = shadingsOf(comparison)
  const content = width - 2 * margin

  const strips: Strip[] = [headStrip(comparison, content)]
  strips.push(columnStrip([...(hasPictures ? ['input'] : []), ...methods], widest, place))
  const heightOf = (row: ComparisonRow) => Math.max(...sizesOf(row, scales).map(({ height }) => height)) + rowFrame
  const total = rows.reduce((sum, row) => sum + heightOf(row), 400)
  if (total * width > mostPixels)
    throw invalid('it would have more than 100 million pixels: give fewer or smaller inputs')
  for (const [i, row] of rows.entries()) {
    strips.push(
      rowStrip(row, shadings[i] as readonly Shading[], { comparison, scales, hasPictures, place, widest, content }),
    )
  }
  strips.push(footStrip(comparison, content))

  const drawn: Buffer[] = []
  for (const strip of strips) drawn.push(await pixelsOf(strip, width))
  const height = strips.reduce((sum, strip) => sum + strip.height, 0)
  return sharp(Buffer.concat(drawn), { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .png({ compressionLevel: 9 })
    .toBuffer()
}

function invalid(reason: string): DeepTaylorError {
  return new DeepTaylorError('option-invalid', { option: 'the grid', reason })
}

/** Whole pixels a place, so that a side comes near the wanted one. */
function wholeScale({ width, height }: Size): number {
  return Math.max(1, Math.round(wantedSide / Math.max(width, height)))
}

function sizesOf({ cells }: ComparisonRow, scales: ReadonlyMap<Plane, number>): readonly Size[] {
  return cells.flatMap(({ shown }) => {
    if (shown.kind !== 'plane') return []
    const scale = scales.get(shown.plane) as number
    return [{ width: shown.plane.width * scale, height: shown.plane.height * scale }]
  })
}

function headStrip({ model, methods, rows }: Comparison, content: number): Strip {
  const title = `${methods.length === 1 ? 'One method' : `${methods.length} methods`} on ${rows.length === 1 ? 'one input' : `${rows.length} inputs`}`
  const marks = [
    glyphLettering.draw(title, margin, margin + heading.size, heading),
    glyphLettering.draw(clipped(model, content, glyphLettering, small), margin, margin + heading.size + 36, small),
  ]
  return { height: margin + heading.size + 60, marks: marks.join(''), pictures: [] }
}

function columnStrip(names: readonly string[], widest: number, place: (column: number) => number): Strip {
  const marks = names.map((name, i) =>
    glyphLettering.draw(clipped(name, widest, glyphLettering, strong), place(i), 34, strong),
  )
  return { height: 48, marks: marks.join(''), pictures: [] }
}

/** What a row needs besides its maps: a line above and one below. */
const rowFrame = 118

interface RowFrame {
  readonly comparison: Comparison
  readonly scales: ReadonlyMap<Plane, number>
  readonly hasPictures: boolean
  readonly place: (column: number) => number
  readonly widest: number
  readonly content: number
}

function rowStrip(row: ComparisonRow, shadings: readonly Shading[], frame: RowFrame): Strip {
  const { comparison, scales, hasPictures, place, widest, content } = frame
  const sizes = sizesOf(row, scales)
  const lowest = Math.max(...sizes.map(({ height }) => height))
  const top = 52
  const name = clipped(row.name, content / 2, glyphLettering, strong)
  const after = margin + glyphLettering.width(name, strong) + 18
  const facts = clipped(rowText(row), content + margin - after, glyphLettering, small)
  const marks = [
    `<path d="M${margin} 1h${content}" stroke="#ddd" stroke-width="2"/>`,
    glyphLettering.draw(name, margin, 36, strong),
    glyphLettering.draw(facts, after, 36, small),
  ]
  const pictures: Strip['pictures'][number][] = []
  const add = (picture: { readonly data: Uint8Array } & Size, column: number) => {
    const raw = { width: picture.width, height: picture.height, channels: 3 as const }
    pictures.push({
      input: Buffer.from(picture.data.buffer, picture.data.byteOffset, picture.data.byteLength),
      raw,
      left: place(column),
      top,
    })
  }
  if (row.picture && sizes[0]) add(stretched(row.picture, sizes[0]), 0)
  row.cells.forEach((cell, i) => {
    if (cell.shown.kind !== 'plane') return
    const [column, shading] = [i + (hasPictures ? 1 : 0), shadings[i] as Shading]
    const drawing = { ...comparison.drawing, extent: shading.extent, scale: scales.get(cell.shown.plane) as number }
    add(heatmapPixels(cell.shown.plane, drawing), column)
    const lines = contourLayer(cell.shown.plane, drawing)
    if (lines) pictures.push({ input: Buffer.from(lines), left: place(column), top })
    const below = top + (sizes[i]?.height ?? 0) + 32
    marks.push(
      glyphLettering.draw(clipped(cellText(cell, shading), widest, glyphLettering, small), place(column), below, small),
    )
  })
  return { height: rowFrame + lowest, marks: marks.join(''), pictures }
}

function footStrip(comparison: Comparison, content: number): Strip {
  const { shading, label } = legendOf(comparison)
  const width = Math.min(content, 720)
  const bar = { x: margin, y: 50, width, height: 20, lettering: glyphLettering, size: small.size, color: soft }
  const top = bar.y + bar.height + legendDepth * small.size + 36
  const lines = wrapped(sentences(comparisonNotes(comparison)), content, glyphLettering, small)
  const marks = [
    `<path d="M${margin} 1h${content}" stroke="#ddd" stroke-width="2"/>`,
    glyphLettering.draw(label, margin, 38, small),
    colorBar(shading, bar),
    ...lines.map((line, i) => glyphLettering.draw(line, margin, top + i * lineHeight, small)),
  ]
  return { height: Math.ceil(top + (lines.length - 1) * lineHeight + margin), marks: marks.join(''), pictures: [] }
}

async function pixelsOf({ height, marks, pictures }: Strip, width: number): Promise<Buffer> {
  const size = { width, height }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${marks}</svg>`
  return sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
    .composite([
      { input: Buffer.from(svg), left: 0, top: 0 },
      ...pictures.map(({ raw, ...picture }) => ({ ...picture, ...(raw && { raw }) })),
    ])
    .removeAlpha()
    .raw()
    .toBuffer()
}
