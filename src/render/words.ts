/** Words on a ground of their relevance: in a terminal, and as a page. */

import { diverging } from './colormap.ts'

/** A word, or a part of one, and what it contributed. */
export interface Word {
  readonly word: string
  readonly relevance: number
  /** Nothing lies between it and the word before it. Default: so it is with signs that close. */
  readonly isJoined?: boolean
  /** It is none of the text's: `[CLS]`, `</s>`. */
  readonly isSpecial?: boolean
}

/** What a page of words says besides them. */
export interface WordsOptions {
  readonly title: string
  /** The relevance of padding, which is not shown. */
  readonly padding?: number
}

/**
 * The colour of every word, in proportion to its relevance. Special tokens, which can have most of it, do not set the scale:
 * the words would be all but white.
 */
function colours(words: readonly Word[]): readonly (readonly [number, number, number])[] {
  const own = words.filter(({ isSpecial }) => !isSpecial)
  const scale = own.length > 0 ? own : words
  const extent = Math.max(...scale.map(({ relevance }) => Math.abs(relevance)), Number.MIN_VALUE)
  return words.map(({ relevance }) => diverging(Math.max(-1, Math.min(1, relevance / extent))))
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
export function wordsInColour(words: readonly Word[]): string {
  const grounds = colours(words)
  return words
    .map((shown, i) => {
      const ground = grounds[i] as readonly [number, number, number]
      const space = isClose(shown, i) ? '' : ' '
      const letters = isDark(ground) ? '255;255;255' : '20;20;20'
      return `${space}\u001b[48;2;${ground.join(';')}m\u001b[38;2;${letters}m${shown.isSpecial ? '\u001b[3m' : ''}${shown.word}\u001b[0m${shown.isSpecial ? `\u001b[2m ${share(shown)}\u001b[0m` : ''}`
    })
    .join('')
}

/** The words as a page of HTML that needs nothing else. */
export function wordsPage(words: readonly Word[], { title, padding }: WordsOptions): string {
  const grounds = colours(words)
  const marks = words.map((shown, i) => {
    const { word, relevance, isJoined = false, isSpecial = false } = shown
    const ground = grounds[i] as readonly [number, number, number]
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
  const outlined = words.some(({ isSpecial }) => isSpecial)
    ? ' Outlined tokens are none of the text’s; their number is their relevance, and they do not set the scale.'
    : ''
  const said = padding === undefined ? '' : ` Padding, which is not shown, has ${padding.toPrecision(4)}.`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
body{font:18px/1.9 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1rem;font-weight:600;color:#555}
mark{padding:.15em .25em;border-radius:.2em}
.open{padding-right:0;border-top-right-radius:0;border-bottom-right-radius:0}
.joined{padding-left:0;margin-left:1px;border-top-left-radius:0;border-bottom-left-radius:0}
.special{font:.75em ui-monospace,monospace;vertical-align:.1em;outline:1px dashed #999;outline-offset:-1px}
small{margin-left:.5em}
footer{margin-top:2rem;font-size:.8rem;color:#777}
</style>
<h1>${escaped(title)}</h1>
<p>${marks.join('')}</p>
<footer>Red speaks for it, blue against it; the strongest word has the full colour. Point at a word for its relevance.${outlined}${said}</footer>
</html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML and SVG write it. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => entities[sign] as string)
}
