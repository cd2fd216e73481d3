/** What tokens stand for in a text, from how their vocabulary spells them: `##ing`, `Ġword`, `▁word`, `word</w>`, `<0xE2>`. */

/** How a vocabulary spells tokens. */
export interface Spelling {
  /** Every sign stands for a byte, as in GPT-2. */
  readonly isByteLevel: boolean
  /** `<0xE2>` stands for a byte. */
  readonly hasByteTokens: boolean
  /** The sign of a space; undefined where none has one. */
  readonly space: string | undefined
  /** What begins a token that continues a word. */
  readonly prefix: string | undefined
  /** What ends a token that ends a word. */
  readonly suffix: string | undefined
}

/** A token's place in the text. */
export interface TokenText {
  readonly text: string
  readonly isJoined: boolean
}

/** In place of a token that holds only further bytes of a character. */
const continued = '·'

/** What tokens of a text stand for; special ones for themselves. */
export function textsOf(
  tokens: readonly string[],
  isSpecial: (index: number) => boolean,
  spelling: Spelling,
  text: string,
): readonly TokenText[] {
  const { isByteLevel, space, suffix } = spelling
  return isByteLevel || space !== undefined || suffix !== undefined
    ? bySpelling(tokens, isSpecial, spelling)
    : byPlace(tokens, isSpecial, spelling, text)
}

/** GPT-2's sign of every byte: itself where it can be seen, else one of those from U+0100 on. */
const bytesBySign: ReadonlyMap<string, number> = new Map(
  (() => {
    let next = 256
    return Array.from({ length: 256 }, (_, byte): [string, number] => {
      const isSeen = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad)
      return [String.fromCharCode(isSeen ? byte : next++), byte]
    })
  })(),
)

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function bytesOf(token: string, { isByteLevel, hasByteTokens, space, suffix }: Spelling): readonly number[] {
  const byte = hasByteTokens ? /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1] : undefined
  if (byte !== undefined) return [Number.parseInt(byte, 16)]
  const bare = suffix !== undefined && token.endsWith(suffix) ? token.slice(0, -suffix.length) : token
  const bytes = isByteLevel ? Array.from(bare, sign => bytesBySign.get(sign)) : [undefined]
  if (bytes.every(one => one !== undefined)) return bytes
  return Array.from(encoder.encode(space === undefined ? bare : bare.replaceAll(space, ' ')))
}

/** Where marks in the tokens say where spaces are. A character belongs to the token that its first byte is in. */
function bySpelling(
  tokens: readonly string[],
  isSpecial: (index: number) => boolean,
  spelling: Spelling,
): readonly TokenText[] {
  const { suffix } = spelling
  const bytes = tokens.map((token, i) => (isSpecial(i) ? [] : bytesOf(token, spelling)))
  const isFirst = (byte: number) => (byte & 0xc0) !== 0x80
  /** The bytes after a token that still belong to its last character. */
  const tail = (index: number) => {
    const found: number[] = []
    for (let i = index + 1; i < tokens.length && !isSpecial(i); i++) {
      for (const byte of bytes[i] as readonly number[]) {
        if (isFirst(byte) || found.length === 3) return found
        found.push(byte)
      }
    }
    return found
  }
  return tokens.map((token, i) => {
    if (isSpecial(i)) return { text: visible(token), isJoined: false }
    const own = bytes[i] as readonly number[]
    const from = own.findIndex(isFirst)
    if (from < 0) return { text: continued, isJoined: true }
    const text = decoder.decode(Uint8Array.from([...own.slice(from), ...tail(i)]))
    const isAfterWord = suffix !== undefined && tokens[i - 1]?.endsWith(suffix) === true
    const isApart = i === 0 || isSpecial(i - 1) || isAfterWord || text.startsWith(' ')
    return { text: visible(text), isJoined: !isApart }
  })
}

/** Letters as tokenizers of BERT's kind see them; the text's place of every one. */
function folded(text: string): { readonly signs: string; readonly places: readonly number[] } {
  let signs = ''
  const places: number[] = []
  let place = 0
  for (const sign of text) {
    const plain = sign.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
    for (let i = 0; i < plain.length; i++) places.push(place)
    signs += plain
    place += sign.length
  }
  return { signs, places: [...places, text.length] }
}

/** Where tokens say nothing of spaces: by looking for them in the text, which also gives back capitals and accents. */
function byPlace(
  tokens: readonly string[],
  isSpecial: (index: number) => boolean,
  { prefix }: Spelling,
  text: string,
): readonly TokenText[] {
  const { signs, places } = folded(text)
  let at = 0
  // After an unknown word the text goes on at any later place.
  let isLost = false
  return tokens.map((token, i) => {
    const continues = prefix !== undefined && token.startsWith(prefix) && token.length > prefix.length && !isSpecial(i)
    const bare = continues ? token.slice(prefix.length) : token
    const piece = folded(bare).signs
    const found = piece === '' ? -1 : signs.indexOf(piece, at)
    const gap = signs.slice(at, Math.max(found, at))
    const isThere = found >= 0 && (isLost || gap.trim() === '')
    if (!isThere) {
      isLost ||= isSpecial(i)
      return { text: visible(bare), isJoined: continues }
    }
    const isJoined = found > 0 && !/\s/.test(signs[found - 1] as string)
    at = found + piece.length
    isLost = false
    return { text: visible(text.slice(places[found], places[at])), isJoined: isJoined && !isSpecial(i) }
  })
}

/**
 * Without the space before it, and with signs in place of what cannot be seen, would move a terminal's cursor, or turn the
 * direction of the words around it.
 */
export function visible(text: string): string {
  const bare = text.replace(/^ (?=.)/su, '')
  const shown = /^ +$/.test(bare) ? bare.replaceAll(' ', '␣') : bare
  return shown.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, sign => {
    const code = sign.charCodeAt(0)
    if (code === 10) return '⏎'
    if (code === 9) return '⇥'
    return code < 32 ? String.fromCharCode(0x2400 + code) : '�'
  })
}
