/** Words on a ground of their relevance: in a terminal, and as a page. */

import { diverging } from './colormap.ts'

/** A word and what it contributed. */
export interface Word {
  readonly word: string
  readonly relevance: number
}

/** The colour of every word, in proportion to its relevance. */
function colours(words: readonly Word[]): readonly (readonly [number, number, number])[] {
  const extent = Math.max(...words.map(({ relevance }) => Math.abs(relevance)), Number.MIN_VALUE)
  return words.map(({ relevance }) => diverging(relevance / extent))
}

/** Dark ground asks for light letters. */
function isDark([r, g, b]: readonly [number, number, number]): boolean {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 120
}

/** Signs that stand without a space before them. */
const closing = /^[.,;:!?)\]}…%]$/u

/** The words with true-colour grounds, for a terminal. */
export function wordsInColour(words: readonly Word[]): string {
  const grounds = colours(words)
  return words
    .map(({ word }, i) => {
      const ground = grounds[i] as readonly [number, number, number]
      const space = i === 0 || closing.test(word) ? '' : ' '
      const letters = isDark(ground) ? '255;255;255' : '20;20;20'
      return `${space}\u001b[48;2;${ground.join(';')}m\u001b[38;2;${letters}m${word}\u001b[0m`
    })
    .join('')
}

/** The words as a page of HTML that needs nothing else. */
export function wordsPage(words: readonly Word[], title: string): string {
  const grounds = colours(words)
  const marks = words.map(({ word, relevance }, i) => {
    const ground = grounds[i] as readonly [number, number, number]
    const space = i === 0 || closing.test(word) ? '' : ' '
    const letters = isDark(ground) ? '#fff' : '#141414'
    const style = `background:rgb(${ground.join(',')});color:${letters}`
    return `${space}<mark style="${style}" title="${relevance.toPrecision(4)}">${escaped(word)}</mark>`
  })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
body{font:18px/1.9 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1rem;font-weight:600;color:#555}
mark{padding:.15em .25em;border-radius:.2em}
footer{margin-top:2rem;font-size:.8rem;color:#777}
</style>
<h1>${escaped(title)}</h1>
<p>${marks.join('')}</p>
<footer>Red speaks for it, blue against it; the strongest word has the full colour. Point at a word for its relevance.</footer>
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
