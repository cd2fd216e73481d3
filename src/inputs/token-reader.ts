/** Texts as tokens by what a tokenizer's library makes of them, wherever it runs: a process of its own in Node, a worker in a page. */

import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { textsOf, visible } from './token-texts.ts'
import { type TokenizerFacts, tokenizerFault } from './tokenizer-file.ts'
import { laidOut, type ReadTokens, type Token } from './tokens.ts'

/** A text as the library cuts it. */
export interface Encoding {
  readonly tokens: readonly string[]
  /** Numbers of the tokens; none where the vocabulary has none, and nothing stands for unknown words. */
  readonly ids: readonly (number | null)[]
  readonly token_type_ids?: readonly number[]
}

/** A text without the tokens that the tokenizer adds, and with them. */
export interface Encodings {
  readonly content: Encoding
  readonly whole: Encoding
}

/** Reads texts with what the library cuts. */
export function tokenReader(
  facts: TokenizerFacts,
  file: string,
  encode: (text: string) => Promise<Encodings>,
): ReadTokens {
  return async (text, places, name) => {
    const encodings = await encode(text).catch(error => {
      throw tokenizerFault(file, reasonOf(error), error)
    })
    if (encodings.content.tokens.length === 0) {
      throw new DeepTaylorError('input-invalid', { input: name, reason: 'it holds no words' })
    }
    const { before, tokens, after, types } = allTokens(encodings, facts, text, name, file)
    const room = Math.min(places ?? Infinity, facts.most) - before.length - after.length
    const left = Math.max(0, tokens.length - room)
    if (room < 1) {
      const reason = `the tokenizer adds ${before.length + after.length} tokens to a text, and there are ${Math.min(places ?? Infinity, facts.most)} places`
      throw new DeepTaylorError('input-invalid', { input: name, reason })
    }
    const [from, to] = facts.isCutLeft ? [left, tokens.length] : [0, tokens.length - left]
    const kept = [...before, ...tokens.slice(from, to), ...after]
    const missing = places === undefined ? 0 : places - kept.length
    if (missing > 0 && facts.padding === undefined) {
      const reason = `the model has ${places} places and a text ${kept.length} tokens, and no padding is named: add a "pad_token" to the tokenizer_config.json beside it`
      throw new DeepTaylorError('config-unreadable', { file, reason })
    }
    const at = before.length
    return {
      ...laidOut(kept, {
        places,
        padding: facts.padding ?? 0,
        isPaddedLeft: facts.isPaddedLeft,
        types: [...types.slice(0, at), ...types.slice(at + from, at + to), ...types.slice(at + tokens.length)],
      }),
      left,
      warnings: left > 0 ? [cutWarning(name, places, facts, left)] : [],
    }
  }
}

function cutWarning(
  name: string,
  places: number | undefined,
  { most, isCutLeft }: TokenizerFacts,
  left: number,
): string {
  const holder = places !== undefined && places <= most ? `the model has ${places}` : `the tokenizer allows ${most}`
  return `${name}: ${holder} places for tokens, and the ${isCutLeft ? 'first' : 'last'} ${left} of the text are left out`
}

interface AllTokens {
  readonly before: readonly Token[]
  readonly tokens: readonly Token[]
  readonly after: readonly Token[]
  readonly types: readonly number[]
}

/** The tokens of a text, and those that the tokenizer puts around them. */
function allTokens(
  { content, whole }: Encodings,
  { special, spelling }: TokenizerFacts,
  text: string,
  name: string,
  file: string,
): AllTokens {
  // Words that nothing stands for come as null, and have no number.
  if (!whole.tokens.every(token => token === null || typeof token === 'string')) {
    throw tokenizerFault(file, 'some of its tokens are no texts', undefined)
  }
  const ids = idsOf(whole, name)
  const size = content.tokens.length
  const extra = whole.tokens.length - size
  const fits = (at: number) => content.tokens.every((token, i) => token === whole.tokens[at + i])
  const begin = Array.from({ length: Math.max(extra + 1, 0) }, (_, at) => at).find(fits)
  if (begin === undefined) throw tokenizerFault(file, 'its post-processor changes the tokens of a text', undefined)
  const isSpecial = (place: number) =>
    place < begin || place >= begin + size || special.has(whole.tokens[place] as string)
  const texts = textsOf(content.tokens, i => isSpecial(begin + i), spelling, text)
  const tokens = whole.tokens.map((token, place): Token => {
    const { text, isJoined } = texts[place - begin] ?? { text: visible(token), isJoined: false }
    return { id: ids[place] as number, token, text, isJoined, isSpecial: isSpecial(place) }
  })
  return {
    before: tokens.slice(0, begin),
    tokens: tokens.slice(begin, begin + size),
    after: tokens.slice(begin + size),
    types: whole.token_type_ids ?? [],
  }
}

function idsOf({ ids, tokens }: Encoding, name: string): readonly number[] {
  return ids.map((id, i) => {
    if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id
    const reason = `the tokenizer has no number for "${visible(tokens[i] ?? '')}", and nothing that stands for unknown words`
    throw new DeepTaylorError('input-invalid', { input: name, reason })
  })
}
