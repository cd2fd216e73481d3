/** Text in SVG pictures: who draws a line of it, and how wide it is. Pure; glyphs as paths, which need a font file, are elsewhere. */

import { escaped } from './escaped.ts'

/** How a line of text is set. */
export interface TextStyle {
  /** Pixels per em. */
  readonly size: number
  readonly isBold?: boolean
  readonly color: string
  readonly anchor?: 'start' | 'middle' | 'end'
}

/** Draws text into SVG. */
export interface Lettering {
  /** Pixels. */
  readonly width: (text: string, style: Pick<TextStyle, 'size' | 'isBold'>) => number
  /** A line of text as SVG, its baseline at y. */
  readonly draw: (text: string, x: number, y: number, style: TextStyle) => string
}

/** Of most letters of most fonts, in em; text that is measured by it may turn out a tenth shorter or longer. */
const usualAdvance = 0.56

/** Text that stays text, in the reader's own font: for pages, where it can be searched and enlarged. */
export const plainLettering: Lettering = {
  width: (text, { size }) => [...text].length * size * usualAdvance,
  draw: (text, x, y, { size, isBold = false, color, anchor = 'start' }) =>
    `<text x="${fixed(x)}" y="${fixed(y)}" font-size="${size}"${isBold ? ' font-weight="600"' : ''} fill="${color}"${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped(text)}</text>`,
}

/** Text in lines of at most `most` pixels; words that are longer stand alone. */
export function wrapped(
  text: string,
  most: number,
  lettering: Pick<Lettering, 'width'>,
  style: Pick<TextStyle, 'size' | 'isBold'>,
): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && lettering.width(`${line} ${word}`, style) <= most)
      lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Text that fits into `most` pixels, with an ellipsis where some is left out. */
export function clipped(
  text: string,
  most: number,
  lettering: Pick<Lettering, 'width'>,
  style: Pick<TextStyle, 'size' | 'isBold'>,
): string {
  if (lettering.width(text, style) <= most) return text
  const letters = [...text]
  while (letters.length > 1 && lettering.width(`${letters.join('')}…`, style) > most) letters.pop()
  return `${letters.join('')}…`
}

/** A coordinate, to a hundredth of a pixel. */
export function fixed(value: number): string {
  return String(Number(value.toFixed(2)))
}
