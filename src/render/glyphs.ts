/**
 * Text as the outlines of a font that comes with the package, so that figures are the same everywhere, also where no font is
 * installed: what librsvg makes of text depends on the machine's fonts.
 */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import opentype from 'opentype.js'
import { escaped } from './escaped.ts'
import { fixed, type Lettering, type TextStyle } from './lettering.ts'

/** Inter (Rasmus Andersson, OFL 1.1), cut into files by script; a letter is taken from the first that has it. */
const scripts = ['latin', 'greek', 'latin-ext', 'cyrillic'] as const

type Script = (typeof scripts)[number]

const weights = { regular: 400, bold: 600 } as const

const opened = new Map<string, opentype.Font>()

function fontOf(script: Script, isBold: boolean): opentype.Font {
  const name = `inter-${script}-${isBold ? weights.bold : weights.regular}-normal.woff`
  const before = opened.get(name)
  if (before) return before
  const bytes = readFileSync(createRequire(import.meta.url).resolve(`@fontsource/inter/files/${name}`))
  const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  opened.set(name, font)
  return font
}

/** A letter, where it stands, and the font that has it; no font has all of the world's. */
interface Placed {
  readonly letter: string
  readonly x: number
  readonly font: opentype.Font | undefined
}

/** Of letters that no file has: most are of scripts whose letters fill a square. */
const squareAdvance = 1

function placed(
  text: string,
  { size, isBold = false }: Pick<TextStyle, 'size' | 'isBold'>,
): {
  readonly letters: readonly Placed[]
  readonly width: number
} {
  const letters: Placed[] = []
  let x = 0
  for (const letter of text) {
    const script = scripts.find(script => fontOf(script, isBold).charToGlyphIndex(letter) > 0)
    const font = script && fontOf(script, isBold)
    letters.push({ letter, x, font })
    const advance = font ? (font.charToGlyph(letter).advanceWidth ?? 0) / font.unitsPerEm : squareAdvance
    x += advance * size
  }
  return { letters, width: x }
}

/** Outlines of Inter; letters that it lacks stay text, in whatever font the reader has. */
export const glyphLettering: Lettering = {
  width: (text, style) => placed(text, style).width,
  draw: (text, x, y, style) => {
    const { size, color, anchor = 'start' } = style
    const { letters, width } = placed(text, style)
    const start = x - (anchor === 'start' ? 0 : anchor === 'end' ? width : width / 2)
    const path = letters
      .map(
        ({ letter, x, font }) =>
          font
            ?.charToGlyph(letter)
            .getPath(start + x, y, size)
            .toPathData(2) ?? '',
      )
      .join('')
    const foreign = letters
      .filter(({ font }) => !font)
      .map(
        ({ letter, x }) =>
          `<text x="${fixed(start + x)}" y="${fixed(y)}" font-size="${size}" font-family="sans-serif" fill="${color}">${escaped(letter)}</text>`,
      )
    return `<g role="img" aria-label="${escaped(text)}"><path d="${path}" fill="${color}"/>${foreign.join('')}</g>`
  },
}
