/** Words on a ground of their relevance: in a terminal, and as a page. */

import type { Rgb } from './colormap.ts'
import { escaped } from './escaped.ts'
import { colorBar, legendDepth } from './legend.ts'
import { plainLettering } from './lettering.ts'
import { type Shading, type ShadingOptions, shadingOf, shadingText, strengthOf } from './shading.ts'

/** A word, or a part of one, and what it contributed. */
export interface Word {
  readonly word: string
  readonly relevance: number
  /** Nothing lies between it and the word before it. Default: so it is with signs that close. */
  readonly isJoined?: boolean
  /** It is none of the text's: `[CLS]`, `</s>`. */
  readonly isSpecial?: boolean
}

/** What a page of words says besides them, and how they are drawn; the exponent is 1 unless another is given. */
export interface WordsOptions extends ShadingOptions {
  readonly title: string
  /** The relevance of padding, which is not shown. */
  readonly padding?: number
}

/**
 * The scale of words: in proportion to their relevance. Special tokens, which can have most of it, do not set it: the words would
 * be all but white.
 */
export function wordsShading(words: readonly Word[], options: ShadingOptions = {}): Shading {
  const own = words.filter(({ isSpecial }) => !isSpecial)
  const scale = own.length > 0 ? own : words
  const extent = Math.max(...scale.map(({ relevance }) => Math.abs(relevance)), Number.MIN_VALUE)
  return shadingOf(extent, { exponent: 1, ...options })
}

function colours(words: readonly Word[], shading: Shading): readonly Rgb[] {
  return words.map(({ relevance }) => shading.colormap.color(strengthOf(relevance, shading)))
}

/** Special tokens say their relevance: their colour may not. */
function share({ isSpecial, relevance }: Word): string {
  return isSpecial ? relevance.toPrecision(2) : ''
}

/** Dark ground asks for light letters. */
function isDark([r, g, b]: readonly [number, number, number]): boolean {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 120
}

/** Signs that stand without a space before them. */
const closing = /^[.,;:!?)\]}…%]$/u

/** Whether a word stands at once behind the one before it. */
function isClose({ word, isJoined = closing.test(word) }: Word, place: number): boolean {
  return place === 0 || isJoined
}

const letter = /[\p{L}\p{M}\p{N}]/u

/** A word alone: parts of one are marked where it goes on, as in `un…` and `…able`. */
export function wordAlone(words: readonly Word[], place: number): string {
  const goesOn = (at: number) => {
    const [before, after] = [words[at - 1], words[at]]
    return before && after?.isJoined && [before, after].every(({ word }) => letter.test(word)) ? '…' : ''
  }
  return `${goesOn(place)}${words[place]?.word ?? ''}${goesOn(place + 1)}`
}

/** The words with true-colour grounds, for a terminal; special ones in italics, with their relevance. */
export function wordsInColour(words: readonly Word[], options: ShadingOptions = {}): string {
  const grounds = colours(words, wordsShading(words, options))
  return words
    .map((shown, i) => {
      const ground = grounds[i] as readonly [number, number, number]
      const space = isClose(shown, i) ? '' : ' '
      const letters = isDark(ground) ? '255;255;255' : '20;20;20'
      return `${space}\u001b[48;2;${ground.join(';')}m\u001b[38;2;${letters}m${shown.isSpecial ? '\u001b[3m' : ''}${shown.word}\u001b[0m${shown.isSpecial ? `\u001b[2m ${share(shown)}\u001b[0m` : ''}`
    })
    .join('')
}

/** The words as marks of HTML on a ground of their relevance; `wordsStyle` says how they look. */
export function wordMarks(words: readonly Word[], shading: Shading): string {
  const grounds = colours(words, shading)
  const marks = words.map((shown, i) => {
    const { word, relevance, isJoined = false, isSpecial = false } = shown
    const ground = grounds[i] as Rgb
    const space = isClose(shown, i) ? '' : ' '
    const classes = [
      ...(isJoined ? ['joined'] : []),
      ...(words[i + 1]?.isJoined ? ['open'] : []),
      ...(isSpecial ? ['special'] : []),
    ]
    const named = classes.length > 0 ? ` class="${classes.join(' ')}"` : ''
    const letters = isDark(ground) ? '#fff' : '#141414'
    const style = `background:rgb(${ground.join(',')});color:${letters}`
    return `${space}<mark${named} style="${style}" title="${relevance.toPrecision(4)}">${escaped(word)}${isSpecial ? `<small>${share(shown)}</small>` : ''}</mark>`
  })
  return marks.join('')
}

/** What is said of words that are none of the text's. */
export function wordsNote(words: readonly Word[], padding: number | undefined): string {
  const outlined = words.some(({ isSpecial }) => isSpecial)
    ? ' Outlined tokens are none of the text’s; their number is their relevance, and they do not set the scale.'
    : ''
  const said = padding === undefined ? '' : ` Padding, which is not shown, has ${padding.toPrecision(4)}.`
  return `${outlined}${said}`
}

/** How marks look, in CSS. */
export const wordsStyle = `mark{padding:.15em .25em;border-radius:.2em}
mark.open{padding-right:0;border-top-right-radius:0;border-bottom-right-radius:0}
mark.joined{padding-left:0;margin-left:1px;border-top-left-radius:0;border-bottom-left-radius:0}
mark.special{font:.75em ui-monospace,monospace;vertical-align:.1em;outline:1px dashed #999;outline-offset:-1px}
mark small{margin-left:.5em}`

/** The words as a page of HTML that needs nothing else, with a colour bar and the scale in words; light or dark, as its reader likes. */
export function wordsPage(words: readonly Word[], { title, padding, ...drawing }: WordsOptions): string {
  const shading = wordsShading(words, drawing)
  const [width, height, size] = [320, 10, 12]
  const place = { x: 1, y: 1, width: width - 2, height, size, lettering: plainLettering, color: 'currentColor' }
  const bar = `<svg viewBox="0 0 ${width} ${height + legendDepth * size}" width="${width}" role="img" aria-label="colour bar">${colorBar(shading, place)}</svg>`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
:root{color-scheme:light dark;--ink:#222;--soft:#666;--ground:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--soft:#a0a0a0;--ground:#16181c}}
body{font:18px/1.9 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:var(--ink);background:var(--ground)}
h1{font-size:1rem;font-weight:600;color:var(--soft)}
${wordsStyle}
footer{margin-top:2rem;font-size:.8rem;line-height:1.5;color:var(--soft)}
svg{max-width:100%}
</style>
<h1>${escaped(title)}</h1>
<p>${wordMarks(words, shading)}</p>
<footer>${bar}<br>Relevance R of every word: ${escaped(shadingText(shading))}. Point at a word for its relevance.${wordsNote(words, padding)}</footer>
</html>
`
}
