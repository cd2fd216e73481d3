/** Names out of files as people may safely read them: nothing invisible, nothing that turns what stands beside it around. */

/**
 * Text with what cannot be seen made visible: control characters as their pictures (␀ … ␡), marks that change the direction of
 * writing as their numbers, and what no document may hold as �. What is left is valid in HTML and XML alike.
 */
export function visible(text: string): string {
  return text
    .replace(/\p{Cc}/gu, picture)
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, number)
    .replace(/[\u2028\u2029\ufffe\uffff]|\p{Cs}/gu, '�')
}

function picture(sign: string): string {
  const code = sign.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '␡' : '�'
}

function number(sign: string): string {
  return `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`
}

/** A sentence of several lines as one. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** At most so many characters, … for the rest. */
export function shortened(text: string, most: number): string {
  const signs = [...text]
  return signs.length <= most ? text : `${signs.slice(0, most - 1).join('')}…`
}

/** `1 input`, `2 inputs`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
